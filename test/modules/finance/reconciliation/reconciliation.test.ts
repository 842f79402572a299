import t from "tap";
import { addsUp, startFinance } from "../../../helpers/reconcile.js";

const DAY_MS = 86_400_000;

t.test("what only the statement knows is booked, and the books say what the provider does", async (t) => {
  const { buy, call, stripe, quiet, reconcile, breaks, books, providerBalance } = await startFinance(t);
  const first = await buy("ada");
  await buy("grace");
  await call("POST", `/v1/payments/${first.id}/refunds`, { body: { amount: 500 } });
  const disputed = await buy("hopper");
  await stripe("disputes", { payment_intent: disputed.intent });
  await quiet();
  await stripe("balance/transactions", { amount: -325, type: "stripe_fee", reporting_category: "fee" });
  await stripe("balance/reserves", { amount: 100 });
  const before = await books();
  t.match(before, { stripe_clearing: 999 * 3 - 500 - 999 - 1_500, provider_fees: 1_500 });
  const run = await reconcile();
  t.match(run, { status: "completed", failure: null, counts: { unreadable: 0, opened: 0 } });
  const after = await books();
  t.equal(after.stripe_clearing, await providerBalance(), "to the unit");
  t.equal(after.stripe_reserve, 100);
  t.equal(
    after.provider_fees,
    1_500 + 325 + 3 * 59,
    "2.9% and 30 of each payment, the dispute's, and the provider's own",
  );
  t.same(await breaks(), []);
  const [statement] = run.statements;
  if (!statement) throw new Error("no statement");
  addsUp(t, statement);
  t.match(statement, { asset: "USD", inTransit: "0", remainder: "0", openCount: 0 });
  const lines = Object.fromEntries(statement.lines.map((line) => [line.category, line]));
  t.match(lines.payment, { count: 3, provider: "2997", ledger: "2997" });
  t.match(lines.refund, { count: 1, provider: "-500", ledger: "-500" });
  t.match(lines.dispute, { count: 1, provider: "-999", ledger: "-999" });
  t.match(lines.fees, { provider: String(-3 * 59 - 1_500), ledger: String(-3 * 59 - 1_500) });
  t.match(lines.fee, { count: 1, provider: "-325", ledger: "-325" });

  const again = await reconcile();
  t.match(again.counts, { imported: 0, booked: 0, matched: 0, opened: 0, closed: 0 }, "a second run posts nothing");
  t.same(await books(), after);
});

t.test("a payout to the bank is booked, is what its transactions come to, and may come back", async (t) => {
  const { buy, call, stripe, reconcile, breaks, books, providerBalance } = await startFinance(t);
  await buy("ada");
  await buy("grace");
  const sent = await stripe("payouts", { currency: "usd" });
  await reconcile();
  t.match(await books(), { stripe_clearing: undefined, bank: 2 * (999 - 59) });
  t.match((await call("GET", "/v1/bank-payouts")).body.data, [
    { reference: sent.id, amount: 2 * (999 - 59), transactions: 3, addsUp: true, automatic: true },
  ]);
  const carried = (await call("GET", `/v1/provider-transactions?bankPayout=${sent.id}`)).body.data as object[];
  t.equal(carried.length, 3);
  await stripe(`payouts/${sent.id}/fail`);
  const run = await reconcile();
  t.match(await books(), { stripe_clearing: 2 * (999 - 59), bank: undefined });
  t.equal((await books()).stripe_clearing, await providerBalance());
  for (const statement of run.statements) addsUp(t, statement);
  t.same(await breaks(), []);
});

t.test("money that the provider exchanges is booked in both currencies by the printed amounts", async (t) => {
  const { buy, call, stripe, reconcile, breaks, books, providerBalance } = await startFinance(t);
  await stripe("balance/mode", { settlement: "usd", rate: 1.0837 });
  const eur = { amount: 2_000, currency: "EUR", grants: { asset: "CREDIT", amount: 20 } };
  const { id } = await buy("ada", eur);
  await call("POST", `/v1/payments/${id}/refunds`, { body: { amount: 700 } });
  const run = await reconcile();
  t.equal((await books("EUR")).stripe_clearing, undefined, "nothing is left in the customer's currency");
  t.equal((await books("USD")).stripe_clearing, await providerBalance());
  t.match(await books("EUR"), { exchange: 1_300 });
  for (const statement of run.statements) addsUp(t, statement);
  t.same(await breaks(), []);
});

t.test(
  "what the provider calls by an unknown name is a labelled remainder, which a person puts where it belongs",
  async (t) => {
    const { buy, call, stripe, reconcile, breaks, books, providerBalance } = await startFinance(t);
    await buy("ada");
    const strange = await stripe("balance/transactions", { amount: -250, type: "advance_funding" });
    await reconcile();
    t.match(await books(), { unexplained: 250 });
    t.equal((await books()).stripe_clearing, await providerBalance());
    const [found] = await breaks();
    if (!found) throw new Error("no break");
    t.match(found, { kind: "unknown", reference: strange.id, difference: 250 });
    const route = `/v1/reconciliation-breaks/${found.id}/resolve`;
    const body = { resolution: "booked", amount: 250, account: "provider_fees", reason: "Capital" };
    t.match(await call("POST", route, { body: { ...body, amount: 249 } }), {
      status: 422,
      body: { code: "reconciliation.amount_differs" },
    });
    const preview = await call("POST", `${route}?dryRun=true`, { body });
    t.match(preview, { status: 200, body: { dryRun: true, status: "resolved" } });
    t.match(await books(), { unexplained: 250 }, "a preview writes nothing");
    t.match(await call("POST", route, { body }), { status: 200, body: { status: "resolved", resolution: "booked" } });
    t.match(await books(), { unexplained: undefined, provider_fees: 59 + 250 });
    t.match(await call("POST", route, { body }), { status: 409, body: { code: "reconciliation.break_not_open" } });
    await reconcile();
    t.same(await breaks(), [], "it does not come back");
  },
);

t.test(
  "what only one side has is in transit first, then a break, and closes by itself when its partner comes",
  async (t) => {
    const { buy, call, stripe, quiet, reconcile, breaks, advance, atStripe } = await startFinance(t);
    await stripe("balance/mode", { later: true });
    const { intent } = await buy("ada");
    await quiet();
    const run = await reconcile();
    t.match(run.statements, [
      { inTransit: "999", remainder: "0", openItems: [{ kind: "payment", reference: intent }] },
    ]);
    t.same(await breaks(), [], "the statement is late");
    advance(4 * DAY_MS);
    const late = await reconcile();
    t.match(late.counts, { opened: 1 });
    t.match(late.statements, [{ inTransit: "0", remainder: "999" }]);
    const [found] = await breaks();
    t.match(found, { kind: "missing_there", reference: intent, difference: 999 });
    const { latest_charge } = await atStripe(`payment_intents/${intent}`);
    await stripe(`charges/${latest_charge}/settle`);
    const closing = await reconcile();
    t.match(closing.counts, { closed: 1 });
    t.match((await call("GET", `/v1/reconciliation-breaks/${found?.id}`)).body, {
      status: "closed",
      resolution: "matched_later",
    });
  },
);
