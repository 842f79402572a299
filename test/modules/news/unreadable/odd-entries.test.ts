import { BLOCKRADAR_WALLETS } from "@coffer/sandboxes";
import t from "tap";
import { loadConfig } from "../../../../src/config.js";
import { parseAddress } from "../../../../src/core/addresses.js";
import { createLogger } from "../../../../src/http/logging.js";
import { startService } from "../../../../src/service.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { eventually } from "../../../helpers/service.js";
import { fundedCustomer, SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";

type Row = Record<string, unknown>;
const MINUTE_MS = 60_000;

/** Entries of a list that are not as documented, or of kinds that do not concern us. */
const ODD: readonly unknown[] = [
  { type: "DEPOSIT", asset: { symbol: "", address: null } },
  { type: "DEPOSIT", amount: "1e-7", amountPaid: "1e-7" },
  { type: "DEPOSIT", amount: 5, amountPaid: 5 },
  { type: "DEPOSIT", asset: null },
  { type: "DEPOSIT", blockchain: null },
  { type: "DEPOSIT", network: "devnet" },
  { type: "WITHDRAW", reference: "somebody-elses", amount: null },
];
const FOREIGN = [{ type: "SWAP", amount: null }, { type: "SALVAGE", asset: null }, { type: "STAKING_2027" }];

t.test("A8: unreadable entries hide nothing: they are kept, listed and alarmed", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, job, fault, submit, sweep, payout, advance, balanceOf, eventsOf, call, expectStatus } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const { address } = await service.giveAddress(await service.walletOf("bob"));
  const { id } = await ask();
  await fault("POST", "/withdraw$", { kind: "cut_after" });
  await submit(id);
  for (const entry of [...ODD, ...FOREIGN]) await chain.post("wallets/base/entries", { entry });
  for (const entry of [null, "text", []]) await chain.post("wallets/base/entries", { entry, bare: true });
  await chain.deposit({ address: address as string, asset: "USDC", amount: "3", network: "base" });
  await job("deposits:catch-up");
  t.equal(await balanceOf("bob", "USDC"), 3_000_000, "another customer's lost deposit is seen");
  advance(2 * MINUTE_MS);
  await sweep();
  t.match(await payout(id), { status: "submitted" }, "and an unknown payout is found");
  const { unreadable } = await expectStatus(200, call("GET", "/v1/treasury"));
  t.equal((unreadable as Row[]).length, ODD.length + 3);
  t.match((unreadable as Row[])[0], { walletReference: BLOCKRADAR_WALLETS.base, reason: /./, entry: /./ });
  t.equal((await eventsOf("treasury.unreadable_entry")).length, ODD.length + 3);
  await job("deposits:catch-up");
  t.equal((await eventsOf("treasury.unreadable_entry")).length, ODD.length + 3, "once each");
});

t.test("A8: a payout that an unreadable entry may be is not sent again, and not given back", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, fault, submit, payout, call } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const { id } = await ask();
  await fault("POST", "/withdraw$", { kind: "rate_limit" });
  await submit(id);
  const reference = ((await payout(id)).attempts as Row[])[0]?.id;
  await chain.post("wallets/base/entries", { entry: { type: "WITHDRAW", reference, amount: null } });
  await submit(id);
  t.match(await payout(id), { status: "approved", attempts: [{ number: 1 }] });
  t.equal(((await payout(id)).attempts as Row[]).length, 1);
  t.match(await call("POST", `/v1/payouts/${id}/cancel`, { body: { reason: "no" } }), { status: 503 });
  t.strictSame(await chain.references(), {});
});

t.test("what is not served is named, at the start as well, and the rest works", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, call, expectStatus, job, giveAddress, walletOf, env } = service;
  await chain.post("wallets/tron/chain", { slug: "lisk" });
  await chain.post("wallets/base/assets", { symbol: "EURC", contract: "0x808456652fdb597867f38412077A9182bf77359F" });
  const said: string[] = [];
  const destination = { write: (line: string) => void said.push(line) };
  const log = createLogger({ level: "warn", destination });
  const started = await startService(loadConfig({ ...env, COFFER_ROLE: "api" }), log);
  t.teardown(() => started.stop());
  await eventually(async () => said.some((line) => /not served.*lisk.*EURC/.test(line)), 15_000);
  await job("treasury:watch");
  const { wallets, strangers } = await expectStatus(200, call("GET", "/v1/treasury"));
  t.strictSame((wallets as Row[]).map(({ network }) => network).sort(), ["base", "bsc", "ethereum"]);
  t.match(strangers, [
    { walletReference: BLOCKRADAR_WALLETS.tron, reason: /lisk/ },
    { walletReference: BLOCKRADAR_WALLETS.base, reason: /EURC/ },
  ]);
  t.ok((await giveAddress(await walletOf("ada"))).address);
});

t.test("A7: a checkout paid in a coin that nobody set up is on `unexplained`, with its code and amount", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, coinbase, systemBalances, sql, job } = service;
  const body = { customerId: "ada", package: "starter", provider: "coinbase", flow: "checkout" };
  for (const [index, currency] of ["EURC", "XYZ1"].entries()) {
    const { id, providerReference } = await expectStatus(201, call("POST", "/v1/payments", { body }));
    const paid = { totalAmount: "5.00", currency };
    await callJson("POST", `${coinbase.url}/sandbox/checkouts/${providerReference}/pay`, paid);
    await callJson("POST", `${coinbase.url}/sandbox/webhooks/flush`);
    const { rows } = await sql.query("SELECT count(*)::int AS n FROM webhook_events WHERE status = 'pending'");
    t.equal(rows[0].n, 0);
    t.match(await expectStatus(200, call("GET", `/v1/payments/${id}`)), { id, status: /pending|processing/ });
    const { data } = await expectStatus(200, call("GET", "/v1/unexplained-receipts"));
    t.equal((data as Row[]).length, index + 1);
    t.match((data as Row[])[0], { paymentId: id, asset: currency, amount: 5_000_000 });
    t.equal((await systemBalances())[`unexplained ${currency}`], -5_000_000);
  }
  const asset = { code: "EURC", kind: "stablecoin", scale: 6, name: "Euro Coin" };
  await expectStatus(201, call("POST", "/v1/assets", { body: asset }));
  t.ok(job);
});

t.test("D: a dry run of a conversion or a payout refuses what the call refuses", async (t) => {
  const service = await startSteppedCoins(t);
  const { call } = service;
  const { walletId, request } = await fundedCustomer(service, "ada");
  const convert = (amount: number, dryRun: boolean) =>
    call("POST", `/v1/wallets/${walletId}/conversions${dryRun ? "?dryRun=true" : ""}`, {
      body: { asset: "USDC", amount },
    });
  const { body: base } = await request();
  const pay = (change: object, dryRun: boolean) => {
    const { asset, network, address } = base;
    const body = { walletId, asset, network, address, amount: 100_000_000, ...change };
    return call("POST", `/v1/payouts${dryRun ? "?dryRun=true" : ""}`, { body });
  };
  for (const dryRun of [true, false]) {
    t.match(await convert(6_000_000_000, dryRun), { status: 402, body: { code: "wallets.insufficient_balance" } });
    const detail = "The available balance is 4900.00 USDC; 6000.00 USDC were asked for.";
    t.match(await pay({ amount: 6_000_000_000 }, dryRun), { status: 402, body: { available: 4_900_000_000, detail } });
    const tooMuch = await pay({ amount: 20_000_000_000 }, dryRun);
    t.match(tooMuch, { status: 422, body: { code: "payouts.limit_exceeded", detail: /10000\.00 USDC/ } });
    const little = await pay({ amount: 1_500_000 }, dryRun);
    t.match(little, { status: 422, body: { code: "payouts.below_minimum", detail: /1\.00 USDC/ } });
  }
  t.match(await convert(10_000_000, true), { status: 200 });
  t.match(await pay({}, true), { status: 200, body: { dryRun: true } });
});

t.test("E5: sums of the treasury that no JSON integer holds are exact", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, fund } = service;
  await fund("ada", Number.MAX_SAFE_INTEGER);
  await fund("bob", Number.MAX_SAFE_INTEGER);
  const { coverage } = await expectStatus(200, call("GET", "/v1/treasury"));
  const usdc = (coverage as Row[]).find(({ asset }) => asset === "USDC");
  const owed = (2n * BigInt(Number.MAX_SAFE_INTEGER)).toString();
  t.match(usdc, { owed: null, scale: 6, isCovered: false, exact: { owed }, units: { owed: "18014398509.481982" } });
});

t.test("F4: addresses that nobody has the key of are refused", async (t) => {
  const refused = {
    evm: [
      "0x000000000000000000000000000000000000dEaD",
      "0x0000000000000000000000000000000000000001",
      "0x00000000000000000000000000000000000000ff",
      "0x000000000000000000000000000000000000FfFF".toLowerCase(),
      "0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE",
      "0xffffffffffffffffffffffffffffffffffffffff",
      "0xdead000000000000000042069420694206942069",
      "0x4200000000000000000000000000000000000006",
      "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
      "0x1111111111111111111111111111111111111111",
      "0x1234567890123456789012345678901234567890",
    ],
    tron: ["T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb", "TLsV52sRDL79HXGGm9yzwKibb6BeruhUzy"],
    solana: [
      "11111111111111111111111111111111",
      "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
      "SysvarRent111111111111111111111111111111111",
      "1nc1nerator11111111111111111111111111111111",
    ],
  } as const;
  for (const [family, addresses] of Object.entries(refused))
    for (const address of addresses) t.match(parseAddress(family as "evm", address), { refusal: /./ }, address);
  t.match(parseAddress("evm", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), { address: /^0x/ });
  t.match(parseAddress("tron", "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW"), { address: /^T/ });
  t.match(parseAddress("solana", "vines1vzrYbzLMRdu58ou5XTby4qAqVRLmqo36NKPTg"), { address: /./ });
});

t.test("an address on a chain that nothing can be sent on is refused, and not as if it might work later", async (t) => {
  const { call } = await startSteppedCoins(t);
  await call("PUT", "/v1/customers/ada", { body: {} });
  const list = (network: string, address: string) =>
    call("POST", "/v1/customers/ada/payout-addresses", { body: { network, address } });
  for (const [network, address] of [
    ["solana", "vines1vzrYbzLMRdu58ou5XTby4qAqVRLmqo36NKPTg"],
    ["polygon", SOMEWHERE],
    ["avalanche", SOMEWHERE],
  ] as const)
    t.match(await list(network, address), { status: 422, body: { code: "treasury.network_not_enabled" } }, network);
});
