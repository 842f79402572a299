import t from "tap";
import { startFinance } from "../../../helpers/reconcile.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { coinHelpers } from "../../../helpers/stablecoins.js";

const DAY_MS = 86_400_000;
const BALANCE_LIST = "/v1/balance_transactions";

/** A payment of which the statement has nothing, as a break of 5,000.00 USD. */
async function withBreak(t: Parameters<typeof startFinance>[0], amount = 500_000) {
  const finance = await startFinance(t);
  await finance.stripe("balance/mode", { later: true });
  const bought = await finance.buy("ada", { amount, currency: "USD", grants: { asset: "CREDIT", amount: 10 } });
  await finance.quiet();
  finance.advance(4 * DAY_MS);
  await finance.reconcile();
  const [found] = await finance.breaks();
  if (!found) throw new Error("no break");
  return { ...finance, ...bought, found, route: `/v1/reconciliation-breaks/${found.id}` };
}

const GIVE_UP = { resolution: "written_off", amount: 500_000, reason: "the provider says it never was" };

t.test("a large write-off takes two people", async (t) => {
  const finance = await withBreak(t);
  const { call, route, books } = finance;
  const { keyOf } = coinHelpers(finance);
  t.match(await call("POST", `${route}/approve`), { status: 409, body: { code: "reconciliation.not_proposed" } });
  const preview = await call("POST", `${route}/resolve?dryRun=true`, { body: GIVE_UP });
  t.match(preview, { status: 200, body: { status: "pending_approval", dryRun: true } });
  t.match(await call("GET", route), { body: { status: "open" } });
  const proposed = await call("POST", `${route}/resolve`, { body: GIVE_UP, key: "give-up" });
  t.match(proposed, { status: 200, body: { status: "pending_approval" } });
  t.equal((await books()).written_off, undefined, "nothing is booked yet");
  t.match(await call("POST", `${route}/resolve`, { body: GIVE_UP, key: "give-up" }), {
    status: 200,
    headers: { "idempotency-replayed": "true" },
  });
  t.match(await call("POST", `${route}/approve`), { status: 403, body: { code: "reconciliation.same_person" } });
  const other = await keyOf("approver");
  t.match(await call("POST", `${route}/reject`, { token: other }), {
    status: 200,
    body: { status: "open", reason: null },
  });
  await call("POST", `${route}/resolve`, { body: GIVE_UP });
  const approved = await Promise.all([1, 2, 3].map(() => call("POST", `${route}/approve`, { token: other })));
  t.strictSame(approved.map(({ status }) => status).sort(), [200, 409, 409], "three at once approve once");
  t.match(await books(), { written_off: 500_000, stripe_clearing: undefined });
  await finance.reconcile();
  t.same(await finance.breaks(), [], "it does not come back");
});

t.test("what is resolved twice, or by a wrong amount or role, is refused and changes nothing", async (t) => {
  const finance = await withBreak(t, 5_000);
  const { call, route, books } = finance;
  const { keyOf } = coinHelpers(finance);
  const body = { resolution: "written_off", amount: 5_000, reason: "small" };
  const refused = [
    [{ ...body, amount: -5_000 }, 422, "reconciliation.amount_differs"],
    [{ ...body, account: "bank" }, 400, "request.invalid"],
    [{ ...body, resolution: "closed" }, 400, "request.invalid"],
    [{ ...body, reason: "" }, 400, "request.invalid"],
  ] as const;
  for (const [wrong, status, code] of refused) {
    t.match(await call("POST", `${route}/resolve`, { body: wrong }), { status, body: { code } });
  }
  t.match(await call("POST", `${route}/resolve`, { body, token: await keyOf("support") }), { status: 403 });
  t.match(await call("POST", `${route}/resolve`, { body, key: null }), { status: 400 });
  t.equal((await books()).written_off, undefined);
  const both = await Promise.all([1, 2, 3, 4].map(() => call("POST", `${route}/resolve`, { body })));
  t.strictSame(both.map(({ status }) => status).sort(), [200, 409, 409, 409], "four at once resolve it once");
  t.match(await books(), { written_off: 5_000 });
  const nobody = "brk_01h455vb4pex5vsknk084sn02q";
  for (const act of ["resolve", "approve", "assign", "notes"]) {
    const sent = {
      resolve: { body },
      approve: {},
      assign: { body: { assignee: null } },
      notes: { body: { text: "x" } },
    }[act];
    t.match(await call("POST", `/v1/reconciliation-breaks/${nobody}/${act}`, sent), {
      status: 404,
      body: { code: "reconciliation.break_not_found" },
    });
  }
});

t.test("a break is assigned, written about, and told of", async (t) => {
  const { call, route, found } = await withBreak(t);
  t.match(found, { kind: "missing_there", severity: "low" });
  t.match(await call("POST", `${route}/assign`, { body: { assignee: "dana" } }), { body: { assignee: "dana" } });
  t.equal((await call("POST", `${route}/notes`, { body: { text: "case 4711" } })).status, 201);
  t.match(await call("GET", route), { body: { assignee: "dana", notes: [{ text: "case 4711" }] } });
  t.match((await call("GET", "/v1/reconciliation-breaks?assignee=dana&kind=missing_there")).body.data, [
    { id: found.id },
  ]);
  const { body } = await call("GET", "/v1/events?type=reconciliation.break_opened");
  t.match(body.data, [{ resource: found.id, data: { kind: "missing_there", difference: "500000" } }]);
});

t.test("the provider's first balance has more than its list: a person says that it is the opening", async (t) => {
  const { buy, call, stripe, reconcile, breaks, books, providerBalance } = await startFinance(t);
  await buy("ada");
  // Of before the list begins, or so long ago that it is not listed any more.
  const { id: omit } = await stripe("balance/transactions", { amount: 70_000 });
  await stripe("entries", { list: BALANCE_LIST, omit });
  await reconcile();
  const [found] = await breaks();
  t.match(found, { kind: "balance", difference: -70_000 });
  const body = { resolution: "booked", amount: -70_000, reason: "there before" };
  t.match(await call("POST", `/v1/reconciliation-breaks/${found?.id}/resolve`, { body }), { status: 200 });
  t.equal((await books()).stripe_clearing, await providerBalance());
  const run = await reconcile();
  t.same(await breaks(), []);
  t.match(run.counts, { opened: 0, closed: 0 });
});

t.test("a payout that is not what its transactions come to, and a list that changes its mind", async (t) => {
  const { service, buy, call, stripe, reconcile, breaks } = await startFinance(t);
  const { stripe: sandbox } = service;
  await buy("ada");
  const sent = await stripe("payouts", { currency: "usd" });
  const { data } = (await call("GET", "/v1/provider-transactions")).body as { data: object[] };
  t.same(data, []);
  await stripe("entries", { list: BALANCE_LIST, omit: sent.balance_transaction });
  await reconcile();
  const found = await breaks();
  const sum = found.find(({ kind }) => kind === "payout_sum");
  t.match(sum, { reference: sent.id, difference: -(999 - 59) });
  t.match(
    await call("POST", `/v1/reconciliation-breaks/${sum?.id}/resolve`, {
      body: { resolution: "booked", amount: -(999 - 59), reason: "no" },
    }),
    { status: 422, body: { code: "reconciliation.not_resolvable" } },
  );
  await callJson("DELETE", `${sandbox.url}/sandbox/entries`);
  await reconcile();
  t.same(await breaks(), [], "they close when the list is whole");
});
