import t from "tap";
import { addsUp, startFinance } from "../../../helpers/reconcile.js";
import { callJson } from "../../../helpers/sandbox-client.js";

const DAY_MS = 86_400_000;

t.test("a run that cannot be is refused, and nothing is written", async (t) => {
  const { call, sql } = await startFinance(t);
  const now = Date.now();
  const at = (days: number) => new Date(now + days * DAY_MS).toISOString();
  const refused = [
    [{ provider: "stripe", from: at(-1), to: at(-2) }, 422, "reconciliation.bad_window"],
    [{ provider: "stripe", from: at(-1), to: at(1) }, 422, "reconciliation.bad_window"],
    [{ provider: "stripe", from: at(-500), to: at(0) }, 422, "reconciliation.bad_window"],
    [{ provider: "bank_transfer" }, 400, "request.invalid"],
    [{ provider: "stripe", window: "all" }, 400, "request.invalid"],
    [{}, 400, "request.invalid"],
  ] as const;
  for (const [body, status, code] of refused) {
    t.match(await call("POST", "/v1/reconciliations", { body }), { status, body: { code } });
    t.match(await call("POST", "/v1/reconciliations?dryRun=true", { body }), { status, body: { code } });
  }
  t.match(await call("POST", "/v1/reconciliations", { body: { provider: "stripe" }, key: null }), { status: 400 });
  t.equal((await sql.query("SELECT FROM reconciliations")).rowCount, 0);
  t.match(await call("GET", "/v1/reconciliations/rec_01h455vb4pex5vsknk084sn02q"), { status: 404 });
});

t.test("one run of a provider at a time; the same request is the same run", async (t) => {
  const { call, jobs, sql } = await startFinance(t);
  const body = { provider: "stripe" };
  const asked = await Promise.all(
    [1, 2, 3, 4].map((n) => call("POST", "/v1/reconciliations", { body, key: `run-${n}` })),
  );
  t.strictSame(asked.map(({ status }) => status).sort(), [202, 409, 409, 409]);
  t.match(
    asked.find(({ status }) => status === 409),
    {
      body: { code: "reconciliation.already_running" },
      headers: { "retry-after": /^\d+$/ },
    },
  );
  await jobs["reconciliation:daily"]?.({});
  t.equal((await sql.query("SELECT FROM reconciliations WHERE provider = 'stripe'")).rowCount, 1, "the schedule waits");
  const [first] = asked.filter(({ status }) => status === 202);
  await jobs["reconciliation:run"]?.({ runId: first?.body.id });
  await jobs["reconciliation:run"]?.({ runId: first?.body.id });
  t.match((await call("GET", `/v1/reconciliations/${first?.body.id}`)).body, { status: "completed" });
  t.equal((await call("POST", "/v1/reconciliations", { body })).status, 202, "the next one may begin");
});

t.test("a preview does the work and undoes it", async (t) => {
  const { buy, call, reconcile, books, sql } = await startFinance(t);
  await buy("ada");
  const before = await books();
  const preview = await call("POST", "/v1/reconciliations?dryRun=true", { body: { provider: "stripe" } });
  t.match(preview, { status: 200, body: { dryRun: true, counts: { imported: 1, booked: 1, matched: 1, opened: 0 } } });
  t.same(await books(), before);
  for (const table of ["provider_transactions", "clearing_transfers", "reconciliations", "reconciliation_cursors"]) {
    t.equal((await sql.query(`SELECT FROM ${table}`)).rowCount, 0, `${table} is empty`);
  }
  const run = await reconcile();
  const { imported, booked, matched } = run.counts;
  t.match(preview.body.counts, { imported, booked, matched }, "as the real one then does");
  for (const statement of run.statements) addsUp(t, statement);
});

t.test("a provider that does not answer fails the run, which the next one makes good", async (t) => {
  const { buy, call, stripe, reconcile, books, providerBalance } = await startFinance(t);
  for (const customer of ["ada", "grace", "hopper"]) await buy(customer);
  await stripe("faults", {
    match: { method: "GET", path: "/v1/balance_transactions" },
    times: 5,
    kind: "status",
    status: 500,
  });
  const failed = await reconcile();
  t.match(failed, { status: "failed", failure: /gave no clear answer/, counts: null });
  const { body } = await call("GET", "/v1/events?type=reconciliation.failed");
  t.match(body.data, [{ resource: failed.id }]);
  await stripe("faults", { match: { method: "GET", path: "/nothing" }, times: 1, kind: "status", status: 500 });
  let run = await reconcile();
  while (run.status === "failed") run = await reconcile();
  t.equal((await books()).stripe_clearing, await providerBalance());
});

t.test("two runs that overlap book everything once", async (t) => {
  const { buy, deps, books, providerBalance, sql } = await startFinance(t);
  for (const customer of ["ada", "grace", "hopper"]) await buy(customer);
  const { reconcile } = await import("../../../../src/modules/finance/reconciliation/service/run.js");
  const provider = deps.balanceProviders.get("stripe");
  if (!provider) throw new Error("no provider");
  await Promise.all([1, 2, 3, 4].map(() => reconcile(deps, provider)));
  t.equal((await books()).stripe_clearing, await providerBalance());
  t.equal((await sql.query("SELECT FROM ledger_transfers WHERE source LIKE 'ptx%'")).rowCount, 3);
});

t.test("Coinbase: the fee came with the payment, and a refund is found by its reference", async (t) => {
  const { call, coinbase, reconcile, breaks, jobs } = await startFinance(t);
  const made = await call("POST", "/v1/payments", {
    body: { customerId: "ada", package: "starter", provider: "coinbase", flow: "checkout" },
  });
  await callJson("POST", `${coinbase.url}/sandbox/checkouts/${made.body.providerReference}/pay`);
  await callJson("POST", `${coinbase.url}/sandbox/webhooks/flush`);
  await jobs["payments:sweep"]?.({});
  t.match((await call("GET", `/v1/payments/${made.body.id}`)).body, { status: "succeeded" });
  const run = await reconcile({ provider: "coinbase" });
  t.match(run, { status: "completed", counts: { imported: 1, booked: 0, matched: 1 } });
  for (const statement of run.statements) addsUp(t, statement);
  t.match(run.statements, [{ asset: "USDC", remainder: "0", inTransit: "0" }]);
  await call("POST", `/v1/payments/${made.body.id}/refunds`, { body: { amount: 4_000_000 } });
  await callJson("POST", `${coinbase.url}/sandbox/checkouts/${made.body.providerReference}/refunds/complete`);
  await callJson("POST", `${coinbase.url}/sandbox/webhooks/flush`);
  await jobs["refunds:sweep"]?.({});
  const after = await reconcile({ provider: "coinbase" });
  t.match(after.statements, [{ asset: "USDC", remainder: "0", openCount: 0 }]);
  t.same(await breaks(), []);
});

t.test("Blockradar: deposits and payouts match, and a withdrawal that nobody asked for alarms at once", async (t) => {
  const { startSteppedCoins, fundedCustomer } = await import("../../../helpers/stablecoins.js");
  const service = await startSteppedCoins(t);
  const { call, chain, job, giveAddress, walletOf } = service;
  const reconcile = async () => {
    const { body } = await call("POST", "/v1/reconciliations", { body: { provider: "blockradar" } });
    await job("reconciliation:run", { runId: body.id });
    return (await call("GET", `/v1/reconciliations/${body.id}`)).body;
  };
  const { address } = await giveAddress(await walletOf("ada"));
  await chain.deposit({ address: String(address), asset: "USDC", amount: "25", network: "base" });
  await job("deposits:catch-up");
  t.equal(await service.balanceOf("ada", "USDC"), 25_000_000);
  const run = await reconcile();
  t.match(run, { status: "completed", failure: null });
  const open = async (more = "") =>
    (await call("GET", `/v1/reconciliation-breaks?status=open${more}`)).body.data as object[];
  t.same(await open(), []);
  await fundedCustomer(service, "grace");
  const stolen = await chain.post("withdrawals", { wallet: "base", asset: "USDC", amount: "3" });
  await chain.post(`withdrawals/${(stolen as { id?: string }).id}/settle`, {}).catch(() => undefined);
  await reconcile();
  t.match(await open("&kind=unexplained_withdrawal"), [
    { kind: "unexplained_withdrawal", severity: "critical", providerAmount: -3_000_000 },
  ]);
});
