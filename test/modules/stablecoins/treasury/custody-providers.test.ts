import "../../../helpers/second-custody.js";
import t from "tap";
import { fundedCustomer, SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";
import { startTwoKeepers } from "../../../helpers/two-keepers.js";

type Row = Record<string, unknown>;
const MINUTE_MS = 60_000;
const MILLION = 1_000_000;

/** A customer with coins who may be paid out on a chain of either provider. */
async function payee(service: Awaited<ReturnType<typeof startTwoKeepers>>, customerId = "ada") {
  const customer = await fundedCustomer(service, customerId);
  await service.listAddress(customerId, SOMEWHERE, "bsc");
  const attemptOf = async (payoutId: unknown) => {
    const { attempts } = await service.payout(payoutId);
    return (attempts as { id: string; providerReference: string | null }[]).at(-1)?.id ?? "";
  };
  return { ...customer, attemptOf };
}

t.test("the wallet of a chain says who pays there, and the first provider serves a chain that both have", async (t) => {
  const service = await startTwoKeepers(t);
  const { chain, vault, submit, payout, call, expectStatus, giveAddress, systemBalances } = service;
  const { ask, attemptOf, walletId } = await payee(service);
  const quote = { walletId, asset: "USDC", amount: 10 * MILLION, network: "bsc", address: SOMEWHERE };
  t.match(await expectStatus(200, call("POST", "/v1/payouts/quote", { body: quote })), { provider: "vault" });

  const onBase = await ask();
  const onBsc = await ask({ network: "bsc" });
  t.match([onBase, onBsc], [{ provider: "blockradar" }, { provider: "vault" }]);
  for (const { id } of [onBase, onBsc]) await submit(id);
  const [first, second] = [await attemptOf(onBase.id), await attemptOf(onBsc.id)];
  t.strictSame(Object.keys(await chain.references()), [first], "each provider is asked for its own");
  t.strictSame(Object.keys(await vault.references()), [second]);
  t.match((await payout(onBsc.id)).attempts, [{ provider: "vault", status: "submitted" }]);
  await chain.settle(first, { status: "success" });
  await vault.settle(second, { status: "success" });
  service.advance(2 * MINUTE_MS);
  await service.sweep();
  for (const { id } of [onBase, onBsc])
    t.match(await payout(id), { status: "confirmed" }, "the sweep asks each of its own");
  const fees = 2 * Number(onBase.platformFee);
  t.match(await systemBalances(), { "custody USDC": -(200 * MILLION - fees) });

  const paidToOnBase = await giveAddress(walletId, { network: "base" });
  const paidToOnBsc = await giveAddress(walletId, { network: "bsc" });
  t.match(paidToOnBase, { provider: "blockradar", networks: ["base", "ethereum"], family: "evm" });
  t.match(paidToOnBsc, { provider: "vault", networks: ["base", "bsc"], family: "evm" });
  t.not(paidToOnBase.address, paidToOnBsc.address, "who does not watch an address cannot credit what comes to it");
  t.match(await giveAddress(walletId, { network: "bsc" }), { id: paidToOnBsc.id });

  const treasury = await expectStatus(200, call("GET", "/v1/treasury"));
  t.match(
    (treasury.wallets as Row[]).map(({ provider, network }) => `${provider} ${network}`),
    ["blockradar base", "blockradar ethereum", "vault base", "vault bsc"],
  );
  t.strictSame(treasury.unanswered, []);
  const body = { network: "bsc", asset: "USDC", amount: MILLION };
  t.match(await expectStatus(201, call("POST", "/v1/treasury/fundings", { body })), { provider: "vault" });
});

t.test("what two providers call by one name are two things", async (t) => {
  const service = await startTwoKeepers(t);
  const { chain, vault, tell, call, expectStatus, walletOf, giveAddress, balanceOf, systemBalances } = service;
  const addressOf = async (customerId: string, network: string) =>
    (await giveAddress(await walletOf(customerId), { network })).address as string;
  const depositsOf = async (query: string) =>
    (await expectStatus(200, call("GET", `/v1/deposits?${query}`))).data as Row[];
  const adas = { address: await addressOf("ada", "base"), asset: "USDC", amount: "12.5", network: "base" };
  const bobs = { address: await addressOf("bob", "bsc"), asset: "USDC", amount: "7", network: "bsc" };
  const forAda = await chain.deposit(adas);
  const forBob: Row = { ...(await vault.deposit(bobs)), id: forAda.id };
  await tell("blockradar", forAda);
  await tell("vault", forBob);
  await tell("vault", forBob, "deposit.swept.success");
  t.match(await depositsOf("customerId=ada"), [{ status: "credited", provider: "blockradar", amount: 12.5 * MILLION }]);
  t.match(await depositsOf("customerId=bob"), [{ status: "credited", provider: "vault", amount: 7 * MILLION }]);
  t.equal(await balanceOf("bob", "USDC"), 7 * MILLION);
  await tell("vault", { ...forBob, status: "FAILED" }, "deposit.failed");
  t.match(await depositsOf("customerId=ada"), [{ status: "credited" }], "news of the other's is none of this one");

  // Told by one, of an address that the other watches: nobody is credited, and what is in the books is not booked again.
  const stolen = { ...forAda, id: "another", wallet: forBob.wallet };
  await tell("vault", stolen);
  await tell("vault", { ...stolen, id: "a third", hash: `0x${"7".repeat(64)}` });
  t.match(await depositsOf("status=quarantined"), [
    { provider: "vault", reason: "unknown_address", customerId: null },
    { provider: "vault", reason: /^the same transaction as dep_/, customerId: null },
  ]);
  t.equal(await balanceOf("ada", "USDC"), 12.5 * MILLION);
  t.match(await systemBalances(), { "custody USDC": (12.5 + 7 + 12.5) * MILLION, "unexplained USDC": -12.5 * MILLION });
  // Who watches the address may be right about it, and the other one wrong: a person finds out.
  await tell("blockradar", { ...forAda, id: "a fourth", hash: `0x${"7".repeat(64)}` });
  const [held] = await depositsOf("customerId=ada");
  t.match(held, { status: "held", provider: "blockradar", reason: /^the same transaction as dep_/ });
  await expectStatus(200, call("POST", `/v1/deposits/${held?.id}/approve`, { body: { reason: "seen on the chain" } }));
  t.equal(await balanceOf("ada", "USDC"), 25 * MILLION);
});

t.test("coins that two providers tell of with their log index are booked once", async (t) => {
  const service = await startTwoKeepers(t);
  const { chain, vault, tell, call, expectStatus, walletOf, giveAddress, balanceOf, systemBalances } = service;
  const address = (await giveAddress(await walletOf("ada"), { network: "base" })).address as string;
  const others = (await giveAddress(await walletOf("bob"), { network: "bsc" })).address as string;
  const { wallet } = (await vault.deposit({ address: others, asset: "USDC", amount: "1", network: "bsc" })) as Row;
  const came: Row = { ...(await chain.deposit({ address, asset: "USDC", amount: "5", network: "base" })), logIndex: 3 };
  const seenByOther = { ...came, id: "another", wallet };
  await tell("blockradar", came);
  await tell("vault", seenByOther);
  await tell("vault", seenByOther, "deposit.swept.success");
  const { data } = await expectStatus(200, call("GET", "/v1/deposits?status=quarantined"));
  t.match(data, [{ provider: "vault", reason: /^the same transaction as dep_/ }]);
  t.equal(await balanceOf("ada", "USDC"), 5 * MILLION);
  t.match(await systemBalances(), { "custody USDC": 5 * MILLION });

  // Another transfer of the same transaction is other coins.
  await tell("blockradar", { ...came, id: "a second", logIndex: 4 });
  t.equal(await balanceOf("ada", "USDC"), 10 * MILLION);
});

t.test("a withdrawal is looked for only among what its provider was asked for", async (t) => {
  const service = await startTwoKeepers(t);
  const { chain, vault, tell, submit, payout, systemBalances, eventsOf } = service;
  const { ask, attemptOf } = await payee(service);
  const { id, platformFee } = await ask();
  await submit(id);
  const reference = await attemptOf(id);
  await chain.settle(reference, { status: "success" });
  const [sent] = (await chain.get("withdrawals")).data as Row[];
  t.match(sent, { reference });
  // Under the other's name: our reference, the same id, the other's wallet.
  const claim = { ...sent, wallet: (await vault.deposit({ asset: "USDC", amount: "1", network: "base" })).wallet };
  await tell("vault", claim, "withdraw.success");
  t.match(await payout(id), { status: "submitted" });
  t.match(await eventsOf("treasury.unexplained_withdrawal"), [{ resource: sent?.id }]);
  await tell("blockradar", sent as Row, "withdraw.success");
  t.match(await payout(id), { status: "confirmed" });
  // And by both, of no payout of ours: each is booked.
  await tell("blockradar", { ...sent, id: "stray", reference: null }, "withdraw.success");
  await tell("vault", { ...claim, id: "stray", reference: null }, "withdraw.success");
  await tell("vault", { ...claim, id: "stray", reference: null, hash: null }, "withdraw.success");
  const each = 100 * MILLION - Number(platformFee);
  t.match(await systemBalances(), { "custody USDC": -4 * each, "unexplained USDC": 3 * each });
});

t.test("one provider is down, and the other pays and credits", async (t) => {
  const service = await startTwoKeepers(t);
  const { chain, vault, silence, job, submit, payout, call, expectStatus, giveAddress, balanceOf } = service;
  const { ask, attemptOf, walletId, request } = await payee(service);
  await job("treasury:watch");
  const paidTo = await giveAddress(walletId, { network: "bsc" });
  await silence(chain);
  const before = await balanceOf("ada", "USDC");

  t.match(await request(), { status: 503, body: { code: "provider.unavailable" } });
  const { id, amount } = await ask({ network: "bsc" });
  await submit(id);
  await vault.settle(await attemptOf(id), { status: "success" });
  service.advance(2 * MINUTE_MS);
  await service.sweep();
  t.match(await payout(id), { status: "confirmed", provider: "vault" });

  await vault.deposit({ address: paidTo.address as string, asset: "USDC", amount: "7", network: "bsc" });
  await job("deposits:catch-up");
  t.equal(await balanceOf("ada", "USDC"), before - Number(amount) + 7 * MILLION, "no webhook told of it");

  const treasury = await expectStatus(200, call("GET", "/v1/treasury"));
  t.match(treasury, { unanswered: ["blockradar"] });
  const balances = (treasury.wallets as { provider: string; tokens: { balance: string | null }[] }[]).map(
    ({ provider, tokens }) => [provider, tokens.every(({ balance }) => balance === null)],
  );
  t.strictSame(balances, [
    ["vault", false],
    ["vault", false],
    ["blockradar", true],
    ["blockradar", true],
  ]);
  const [vaultBsc] = (treasury.wallets as Row[]).filter(({ network }) => network === "bsc");
  const threshold = { asset: "USDC", alertBelow: "1000000" };
  await expectStatus(200, call("PUT", `/v1/treasury/wallets/${vaultBsc?.id}/threshold`, { body: threshold }));
  await t.rejects(job("treasury:watch"), /^blockradar: /, "the log names who did not answer");
  t.match(await service.eventsOf("treasury.low_balance"), [{ resource: vaultBsc?.id }]);
  await silence(vault);
  t.match(await call("GET", "/v1/treasury"), { status: 503, body: { code: "provider.unavailable" } });
  await silence(vault, false);
  await silence(chain, false);
});

t.test(
  "promised addresses of each provider are finished, and what is of one that is not set up is left alone",
  async (t) => {
    const service = await startTwoKeepers(t);
    const { chain, vault, call, job, walletOf, submit, expectStatus, advance, sql } = service;
    const { ask, attemptOf } = await payee(service);
    const walletId = await walletOf("bob");
    const asked = (network: string) => call("POST", `/v1/wallets/${walletId}/addresses`, { body: { network } });
    for (const provider of [chain, vault])
      await provider.post("faults", { match: { method: "POST", path: "/addresses$" }, times: 1, kind: "cut_after" });
    for (const network of ["base", "bsc"]) t.equal((await asked(network)).status, 503);
    advance(2 * MINUTE_MS);
    await job("deposits:sweep");
    const { data } = await expectStatus(200, call("GET", `/v1/wallets/${walletId}/addresses`));
    t.match(data, [
      { provider: "vault", status: "active" },
      { provider: "blockradar", status: "active" },
    ]);

    const [onBase, onBsc] = [await ask(), await ask({ network: "bsc" })];
    const waiting = await ask();
    for (const { id } of [onBase, onBsc]) await submit(id);
    await chain.settle(await attemptOf(onBase.id), { status: "success" });
    await vault.settle(await attemptOf(onBsc.id), { status: "success" });
    const { BLOCKRADAR_API_KEY: _, BLOCKRADAR_WALLET_ID: __, ...others } = { ...service.env, ...service.keepers };
    const later = await startSteppedCoins(t, { world: { ...service, env: others } });
    later.advance(10 * MINUTE_MS);
    await later.sweep();
    t.match(await later.payout(onBsc.id), { status: "confirmed" });
    t.match(await later.payout(onBase.id), { status: "submitted" }, "nobody is there to be asked");
    const { rows } = await sql.query("SELECT sum(checks)::int AS checks FROM payouts WHERE provider = 'blockradar'");
    t.strictSame(rows, [{ checks: 0 }], "and no look was made");
    const cancel = later.call("POST", `/v1/payouts/${onBase.id}/cancel`, { body: { reason: "too slow" } });
    t.match(await cancel, { status: 503, body: { code: "provider.not_configured" } });
    await t.rejects(later.submit(waiting.id), /blockradar.* is not set up/);
    t.match(await later.giveAddress(await walletOf("eve"), { network: "base" }), { provider: "vault" });
    t.match(await expectStatus(200, later.call("GET", "/v1/treasury")), {
      unanswered: [],
      wallets: [{ provider: "vault" }, {}],
    });
    advance(10 * MINUTE_MS);
    await service.sweep();
    t.match(await service.payout(onBase.id), { status: "confirmed" }, "it is as soon as the provider is set up again");
  },
);

// What a process of the version before this one runs while processes are replaced one by one.
t.test("who does not know the column writes rows of the provider that was there alone", async (t) => {
  const { sql } = await startTwoKeepers(t);
  const upsert = `INSERT INTO custody_wallets (wallet_reference, network, environment, address, native_asset, synced_at)
    VALUES ('of-before', 'celo', 'testnet', '0x1', 'CELO', now())
    ON CONFLICT (wallet_reference) DO UPDATE SET synced_at = excluded.synced_at RETURNING provider`;
  const threshold = `INSERT INTO gas_thresholds (wallet_reference, alert_below) VALUES ('of-before', 1)
    ON CONFLICT (wallet_reference) DO UPDATE SET alert_below = excluded.alert_below RETURNING provider`;
  const token = `INSERT INTO custody_tokens (wallet_reference, asset_reference, network, asset, decimals, contract, enabled, synced_at)
    VALUES ('of-before', 'usdc', 'celo', 'USDC', 6, '0x2', false, now())
    ON CONFLICT (wallet_reference, asset_reference) DO UPDATE SET enabled = excluded.enabled RETURNING provider`;
  for (const statement of [upsert, upsert, threshold, threshold, token, token])
    t.strictSame((await sql.query(statement)).rows, [{ provider: "blockradar" }]);
  const funding = `INSERT INTO treasury_fundings (id, wallet_reference, network, asset, amount, status, created_by, created_at)
    VALUES (gen_random_uuid(), 'of-before', 'celo', 'USDC', 1, 'expected', 'x', now()) RETURNING provider`;
  t.strictSame((await sql.query(funding)).rows, [{ provider: "blockradar" }]);
});

t.test("a wallet that has the name of another provider's is not served, and is shown", async (t) => {
  const service = await startTwoKeepers(t);
  const { sql, job, call, expectStatus } = service;
  await job("treasury:watch");
  await sql.query("DELETE FROM custody_tokens WHERE provider = 'vault'");
  await sql.query("UPDATE custody_wallets SET provider = 'blockradar' WHERE network = 'bsc'");
  await job("treasury:watch").catch(() => undefined);
  const { rows } = await sql.query("SELECT network FROM custody_wallets WHERE provider = 'vault'");
  t.strictSame(rows, [{ network: "base" }]);
  const { data } = await expectStatus(200, call("GET", "/v1/unreadable-entries"));
  t.match(data, [{ provider: "vault", reason: /^a master wallet of blockradar has the same name/ }]);
});
