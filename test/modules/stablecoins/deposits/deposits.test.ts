import { BLOCKRADAR_WALLETS } from "@coffer/sandboxes";
import t from "tap";
import { MINUTE_MS } from "../../../../src/core/clock.js";
import { movableClock } from "../../../helpers/clock.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { BLOCKRADAR_KEY } from "../../../helpers/service.js";
import { startCoinService } from "../../../helpers/stablecoins.js";

type Row = Record<string, unknown>;

/** A service whose customer `ada` has a deposit address. */
async function withAddress(
  t: Parameters<typeof startCoinService>[0],
  options: Parameters<typeof startCoinService>[1] = {},
) {
  const service = await startCoinService(t, options);
  const { call, chain, quiet, expectStatus, walletOf, giveAddress } = service;
  const walletId = await walletOf("ada");
  const given = await giveAddress(walletId);
  const address = given.address as string;
  /** Coins come to the address; the provider's id of them. */
  const send = async (change: Row = {}) =>
    (await chain.deposit({ address, asset: "USDC", amount: "100", network: "base", ...change })).id as string;
  /** What happens to a deposit next at the provider, and all that follows from it here. */
  const next = async (id: string, what: string, body: object = {}) => {
    await chain.post(`deposits/${id}/${what}`, body);
    await quiet();
  };
  const deposits = async () => (await expectStatus(200, call("GET", "/v1/deposits"))).data as Row[];
  const inWallet = async (asset: string) => {
    const { balances } = await expectStatus(200, call("GET", "/v1/customers/ada/wallet"));
    const row = (balances as { asset: string; balance: number; owed: number }[]).find((each) => each.asset === asset);
    return [row?.balance ?? 0, row?.owed ?? 0];
  };
  const spend = (amount: number, asset = "USDC") =>
    expectStatus(201, call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset, amount } }));
  return { ...service, walletId, given, address, send, next, deposits, inWallet, spend };
}

t.test("a deposit is credited once, whatever is repeated or out of order", async (t) => {
  const { chain, quiet, send, next, deposits, inWallet, systemBalances } = await withAddress(t);
  await chain.post("webhooks/mode", { repeat: 2, reorder: true, delayMs: 30 });
  const id = await send({ status: "processing", sweep: true });
  await chain.post(`deposits/${id}/confirm`);
  await quiet();
  t.strictSame(await inWallet("USDC"), [100_000_000, 0]);
  t.match(await deposits(), [{ status: "credited", amount: 100_000_000 }]);
  await next(id, "confirm");
  await next(id, "confirm");
  t.strictSame(await inWallet("USDC"), [100_000_000, 0], "success said again, in other bytes");
  const books = await systemBalances();
  t.match(books, { "custody USDC": 100_000_000, "customer_funds USDC": -100_000_000 });
  t.ok((books["network_fees ETH"] ?? 0) > 0, "the gas of the sweep is booked");
});

t.test("what is not a true coin at an address of ours is nobody's, and is not lost", async (t) => {
  const { call, chain, quiet, blockradar, send, deposits, inWallet, systemBalances } = await withAddress(t);
  await send({ environment: "mainnet" });
  await quiet();
  t.strictSame(await deposits(), [], "coins of the other environment are not looked at");
  const { body } = await call("GET", "/v1/webhook-events?provider=blockradar");
  t.match(body.data, [{ status: "ignored", note: "of the mainnet, and this is the testnet" }]);

  await send({ contract: "0x00000000000000000000000000000000000bad01", amount: "1000000" });
  await quiet();
  t.match(await deposits(), [
    {
      status: "quarantined",
      reason: "unknown_token",
      asset: null,
      claimedAsset: "USDC",
      amount: 0,
      onChainAmount: "1000000",
    },
  ]);
  t.strictSame(await systemBalances(), {}, "a fake token counts nothing");

  // Somebody made an address in the provider's dashboard.
  const route = `${blockradar.url}/v1/wallets/${BLOCKRADAR_WALLETS.base}/addresses`;
  const made = await callJson("POST", route, { name: "by hand" }, { "x-api-key": BLOCKRADAR_KEY });
  await chain.deposit({ address: (made.body.data as Row).address as string, asset: "USDC", amount: "7" });
  await quiet();
  t.match((await deposits())[0], { status: "quarantined", reason: "unknown_address", walletId: null });
  t.match(await systemBalances(), { "custody USDC": 7_000_000, "unexplained USDC": -7_000_000 });
  t.strictSame(await inWallet("USDC"), [0, 0]);
});

t.test("eighteen decimals: floored for the customer, the rest booked", async (t) => {
  const { quiet, send, next, deposits, inWallet, systemBalances } = await withAddress(t);
  const onBsc = { network: "bsc", asset: "USDT" };
  const id = await send({ ...onBsc, amount: "1.123456789012345678" });
  await send({ ...onBsc, amount: "0.000000000000000001" });
  await send({ ...onBsc, amount: "0" });
  await quiet();
  t.strictSame(await inWallet("USDT"), [1_123_456, 0]);
  const amounts = (await deposits()).map(({ onChainAmount, amount, status }) => [onChainAmount, amount, status]);
  t.strictSame(amounts.sort(), [
    ["0", 0, "credited"],
    ["0.000000000000000001", 0, "credited"],
    ["1.123456789012345678", 1_123_456, "credited"],
  ]);
  t.match(await systemBalances(), {
    "custody USDT": 1_123_456,
    "custody USDT_DUST": 789_012_345_679,
    "rounding USDT_DUST": -789_012_345_679,
  });
  await next(id, "reorg", { outcome: "dropped" });
  t.match(await systemBalances(), { "custody USDT_DUST": 1, "rounding USDT_DUST": -1 });
  t.strictSame(await inWallet("USDT"), [0, 0]);
});

t.test("a flagged deposit waits for a person", async (t) => {
  const { call, keyOf, quiet, send, next, deposits, inWallet, systemBalances } = await withAddress(t);
  const [first, second] = [await send({ aml: "flagged" }), await send({ aml: "flagged", amount: "30" })];
  await quiet();
  const held = await deposits();
  t.match(held, [{ status: "held", reason: /sanctioned/ }, { status: "held" }]);
  t.strictSame(await inWallet("USDC"), [0, 0]);
  t.match(await systemBalances(), { "custody USDC": 130_000_000, "unexplained USDC": -130_000_000 });
  const byAmount = (amount: number) => held.find((each) => each.amount === amount)?.id;
  const decide = (amount: number, deed: string, options: object = {}) =>
    call("POST", `/v1/deposits/${byAmount(amount)}/${deed}`, { body: { reason: "looked at it" }, ...options });
  t.equal((await decide(30_000_000, "approve", { token: await keyOf("service") })).status, 403);
  t.match(await decide(100_000_000, "approve"), { status: 200, body: { status: "credited" } });
  t.match(await decide(30_000_000, "reject"), { status: 200, body: { status: "rejected" } });
  t.match(await decide(30_000_000, "approve"), { status: 409, body: { code: "deposits.not_held" } });
  t.strictSame(await inWallet("USDC"), [100_000_000, 0]);
  t.match(await systemBalances(), { "unexplained USDC": -30_000_000, "customer_funds USDC": -100_000_000 });
  await next(second, "reorg", { outcome: "dropped" });
  await next(first, "reorg", { outcome: "dropped" });
  t.strictSame(await systemBalances(), {}, "what the chain dropped is in no book");
});

t.test("a chain that changes its mind", async (t) => {
  const { send, next, deposits, inWallet, spend, systemBalances } = await withAddress(t);
  const early = await send({ status: "processing" });
  await next(early, "reorg", { outcome: "dropped" });
  t.match(await deposits(), [{ status: "failed" }], "before success: nothing ever came");
  await next(early, "confirm");
  t.strictSame(await inWallet("USDC"), [100_000_000, 0], "and then it did");

  await next(early, "reorg", { outcome: "remined" });
  await next(early, "confirm");
  t.strictSame(await inWallet("USDC"), [100_000_000, 0], "mined again in another block: not doubled");

  await spend(70_000_000);
  await next(early, "reorg", { outcome: "dropped" });
  t.strictSame(await inWallet("USDC"), [0, 70_000_000], "after credit: taken back, with debt for what is spent");
  t.match(await deposits(), [{ status: "reversed" }]);
  const topUp = await send({ amount: "90" });
  await next(topUp, "confirm");
  t.strictSame(await inWallet("USDC"), [20_000_000, 0], "the next top-up repays first");
  await next(early, "confirm");
  t.strictSame(await inWallet("USDC"), [120_000_000, 0], "confirmed again: credited again");
  t.match(await systemBalances(), { "custody USDC": 190_000_000, "customer_funds USDC": -190_000_000 });
});

t.test("the same coins under another of the provider's ids", async (t) => {
  const { chain, quiet, send, next, deposits, inWallet } = await withAddress(t);
  const again = async (id: string) => {
    const { id: other } = await chain.post(`deposits/${id}/reorg`, { outcome: "remined_as_new" });
    await next(other as string, "confirm");
    return other as string;
  };
  const known = await send({ logIndex: 3 });
  await quiet();
  const other = await again(known);
  t.strictSame(await inWallet("USDC"), [100_000_000, 0], "told apart by the log index: one deposit");
  await next(known, "fail");
  t.strictSame(await inWallet("USDC"), [100_000_000, 0], "the older id's fate is history");
  await next(other, "fail");
  t.strictSame(await inWallet("USDC"), [0, 0], "the newer one's is not");

  const untold = await send({});
  await quiet();
  await again(untold);
  t.strictSame(await inWallet("USDC"), [100_000_000, 0], "without a log index a person is asked");
  t.match((await deposits())[0], { status: "held", reason: /^the same transaction as dep_/ });
});

t.test("old addresses, and the same address on other chains", async (t) => {
  const { call, chain, quiet, walletId, given, giveAddress, send, deposits, inWallet, expectStatus } =
    await withAddress(t);
  t.equal((await giveAddress(walletId)).id, given.id, "one active for each wallet and kind of chain");
  t.equal((await giveAddress(walletId, { network: "ethereum" })).address, given.address);
  const rotated = await giveAddress(walletId, { network: "base", rotate: true });
  t.not(rotated.address, given.address);
  const tron = await giveAddress(walletId, { network: "tron" });
  t.match(tron, { family: "tron", address: /^T/ });
  await send();
  await chain.deposit({ address: rotated.address as string, asset: "USDC", amount: "10", network: "ethereum" });
  await chain.deposit({ address: tron.address as string, asset: "USDT", amount: "5" });
  await quiet();
  t.strictSame(
    [await inWallet("USDC"), await inWallet("USDT")],
    [
      [110_000_000, 0],
      [5_000_000, 0],
    ],
  );
  t.strictSame((await deposits()).map(({ network }) => network).sort(), ["base", "ethereum", "tron"]);
  const { data } = await expectStatus(200, call("GET", `/v1/wallets/${walletId}/addresses`));
  t.match((data as Row[]).map(({ status }) => status).sort(), ["active", "active", "rotated"]);
});

t.test("an address whose reply was lost is found again, and what came meanwhile is credited", async (t) => {
  const { call, chain, blockradar, quiet, walletOf, expectStatus, balanceOf, deposits } = await startPlain(t);
  const walletId = await walletOf("ada");
  const lost = { match: { method: "POST", path: "/addresses$" }, kind: "cut_after", times: 1 };
  await callJson("POST", `${blockradar.url}/sandbox/faults`, lost);
  const ask = () =>
    call("POST", `/v1/wallets/${walletId}/addresses`, { body: { network: "base" }, key: "give-me-one" });
  t.match(await ask(), { status: 503, body: { code: "deposits.address_pending" } });
  const { data } = await expectStatus(200, call("GET", `/v1/wallets/${walletId}/addresses`));
  const [row] = data as Row[];
  t.match(row, { status: "requested", address: null });
  await chain.deposit({ address: row?.id as string, asset: "USDC", amount: "4", network: "base" });
  await quiet();
  t.equal(await balanceOf("ada", "USDC"), 4_000_000, "placed by our id, which the provider echoes");
  t.match(await deposits(), [{ status: "credited", addressId: row?.id }]);
  const found = await expectStatus(201, ask());
  t.match(found, { id: row?.id, status: "active" });
  const { addresses = {} } = (await chain.get("effects")) as { addresses?: object };
  t.equal(Object.keys(addresses).length, 1, "made once");
});

t.test("a deposit that was first seen at an address unknown to us, or with another amount", async (t) => {
  const { chain, quiet, walletId, send, deposits, inWallet, sql, giveAddress } = await withAddress(t);
  const id = await send({ status: "processing" });
  await quiet();
  // As if the row of the address, and the copy of the token, had come later than the coins.
  await sql.query("UPDATE deposits SET wallet_id = NULL, address_id = NULL, customer_id = NULL, amount = 0");
  await chain.post(`deposits/${id}/confirm`);
  await quiet();
  t.strictSame(await inWallet("USDC"), [100_000_000, 0]);
  t.match(await deposits(), [{ status: "credited", amount: 100_000_000, walletId }]);
  t.equal((await giveAddress(walletId)).status, "active");
});

t.test("a deposit that is found late is counted as one that no webhook told of, once", async (t) => {
  const { clock, advance } = movableClock();
  const { chain, send, inWallet, deps } = await withAddress(t, { overrides: { clock } });
  const { jobsOf } = await import("../../../../src/worker.js");
  const found = async () => {
    const text = await deps.metrics.registry.metrics();
    return /^coffer_webhooks_healed_total\{provider="blockradar"\} (\d+)$/m.exec(text)?.[1];
  };
  await chain.post("webhooks/mode", { drop: true });
  await send();
  await jobsOf(deps)["deposits:catch-up"]?.({});
  t.equal(await found(), "0", "a webhook may still be on its way");
  await send({ amount: "7" });
  advance(11 * MINUTE_MS);
  for (let again = 0; again < 2; again += 1) await jobsOf(deps)["deposits:catch-up"]?.({});
  t.equal(await found(), "1");
  t.strictSame(await inWallet("USDC"), [107_000_000, 0]);
});

/** A service whose deposits can be listed; nobody has an address. */
async function startPlain(t: Parameters<typeof startCoinService>[0]) {
  const service = await startCoinService(t);
  const deposits = async () => (await service.call("GET", "/v1/deposits")).body.data as Row[];
  return { ...service, deposits };
}

t.test("a deposit whose webhooks were all lost is found in the provider's list", async (t) => {
  const { chain, send, next, deposits, inWallet, deps } = await withAddress(t);
  const { jobsOf } = await import("../../../../src/worker.js");
  await chain.post("webhooks/mode", { drop: true });
  const id = await send({ status: "processing" });
  await jobsOf(deps)["deposits:catch-up"]?.({});
  t.match(await deposits(), [{ status: "pending" }]);
  await next(id, "confirm");
  await send({ amount: "5" });
  for (let again = 0; again < 2; again += 1) await jobsOf(deps)["deposits:catch-up"]?.({});
  t.strictSame(await inWallet("USDC"), [105_000_000, 0]);
  await next(id, "reorg", { outcome: "dropped" });
  await jobsOf(deps)["deposits:catch-up"]?.({});
  t.strictSame(await inWallet("USDC"), [5_000_000, 0], "what was not there after all is taken back");
});
