import Stripe from "stripe";
import t, { type Test } from "tap";
import { request } from "undici";
import { startBilling } from "../../../helpers/billing.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { eventually, STRIPE_WEBHOOK_SECRET } from "../../../helpers/service.js";

// What an invoice is paid with is a list, what is credited of it a sum, and a subscription's items are an open set.

const WAIT_MS = 15_000;

/** A plan of 10.00 for 100 credits, and its subscriber. */
async function start(t: Test) {
  const billing = await startBilling(t);
  await billing.plan("basic", { prices: [{ amount: 1_000, currency: "USD" }] });
  const subscription = await billing.subscribe("ada", "basic");
  await billing.balanceIs("ada", 100);
  const { call, sql, control, invoices } = billing;
  /** A renewal that the bank refuses: an open invoice. */
  const decline = async () => {
    await billing.bankSays("ada", { outcome: "decline" });
    await billing.advance({ days: 32 });
    const open = await eventually(
      async () => (await invoices("ada")).find(({ status, attempts }) => status === "open" && attempts > 0),
      WAIT_MS,
    );
    await billing.bankSays("ada", { outcome: "succeed" });
    return open;
  };
  const paid = (reference: string) =>
    eventually(async () => {
      const found = (await invoices("ada")).find(({ providerReference }) => providerReference === reference);
      return found?.status === "paid" && found;
    }, WAIT_MS);
  const clearing = async () => {
    const { rows } = await sql.query(
      `SELECT sum(e.amount) AS balance FROM ledger_entries e JOIN ledger_chart a ON a.id = e.account_id
        WHERE a.code = 'stripe_clearing' AND e.asset = 'USD'`,
    );
    return Number(rows[0].balance);
  };
  const payments = async () =>
    (await call("GET", "/v1/payments?customerId=ada")).body.data as {
      id: string;
      amount: number;
      providerReference: string;
    }[];
  return { ...billing, subscription, decline, paid, clearing, payments, control };
}

t.test("A4: a renewal that is credited in full before anybody paid grants nothing", async (t) => {
  const { decline, paid, control, wallet, subscriptionIs, subscription, clearing } = await start(t);
  const { providerReference } = await decline();
  await control(`invoices/${providerReference}/credit`, { amount: 1_000 });
  t.match(await paid(providerReference), { amountPaid: 0, grants: [], paymentIds: [] });
  t.match(await wallet("ada"), { balance: 100 });
  await subscriptionIs(subscription.id, { status: "active", dunning: null });
  t.equal(await clearing(), 1_000);
});

t.test("A4: a renewal that is credited in part grants what is paid for", async (t) => {
  const { decline, paid, control, wallet, call, payments } = await start(t);
  const { id, providerReference } = await decline();
  await control(`invoices/${providerReference}/credit`, { amount: 600 });
  t.match(await call("POST", `/v1/invoices/${id}/pay`, { body: {} }), { status: 200 });
  t.match(await paid(providerReference), { amountPaid: 400, grants: [{ amount: 40 }] });
  t.match(await wallet("ada"), { balance: 140 });
  const payment = (await payments()).find(({ amount }) => amount === 400);
  t.match(await call("POST", `/v1/payments/${payment?.id}/refunds`, { body: {} }), { status: 201 });
  t.match(await wallet("ada"), { balance: 100 }, "all of it is lost with all of its money");
});

t.test(
  "A4: a note on a paid invoice to the customer's balance is money given back, and one that is voided is not",
  async (t) => {
    const { subscription, control, invoices, balanceIs, clearing, payments } = await start(t);
    t.ok(subscription.id);
    const [invoice] = await invoices("ada");
    const note = await control(`invoices/${invoice?.providerReference}/credit`, { amount: 300 });
    await balanceIs("ada", 70);
    t.match(await payments(), [{ amount: 1_000, amountRefunded: 300, status: "partially_refunded" }]);
    t.match(await invoices("ada"), [{ credited: 300 }]);
    t.equal(await clearing(), 1_000, "no money left the provider");
    await control(`credit_notes/${note.id}/void`);
    await balanceIs("ada", 100);
    await control(`invoices/${invoice?.providerReference}/credit`, { amount: 250, to: "refund" });
    await balanceIs("ada", 75);
    await eventually(async () => (await clearing()) === 750, WAIT_MS);
    t.match(await invoices("ada"), [{ credited: 0 }], "a refund is a refund");
  },
);

t.test("A5: every payment of an invoice is known: a refund or a dispute of any takes its part", async (t) => {
  const { decline, paid, control, wallet, call, payments, clearing, balanceIs } = await start(t);
  const before = await clearing();
  const { id, providerReference } = await decline();
  await control(`invoices/${providerReference}/payments`, { amount: 700 });
  t.match(await call("POST", `/v1/invoices/${id}/pay`, { body: {} }), { status: 200 });
  const invoice = await paid(providerReference);
  t.match(invoice, { amountPaid: 1_000, grants: [{ amount: 100 }] });
  t.equal((invoice as unknown as { paymentIds: string[] }).paymentIds.length, 2);
  t.match(await wallet("ada"), { balance: 200 });
  t.equal((await clearing()) - before, 1_000);
  const small = (await payments()).find(({ amount }) => amount === 300);
  await control("refunds", { payment_intent: small?.providerReference });
  await balanceIs("ada", 170);
  t.equal((await clearing()) - before, 700);
  const large = (await payments()).find(({ amount }) => amount === 700);
  await control("disputes", { payment_intent: large?.providerReference });
  await balanceIs("ada", 100);
});

/** An invoice of 10.00 for 100 credits that was paid with 7.00 and 3.00. */
async function paidInParts(t: Test) {
  const billing = await start(t);
  const before = await billing.clearing();
  const { id, providerReference } = await billing.decline();
  await billing.control(`invoices/${providerReference}/payments`, { amount: 700 });
  t.match(await billing.call("POST", `/v1/invoices/${id}/pay`, { body: {} }), { status: 200 });
  await billing.paid(providerReference);
  const all = await billing.payments();
  const of = (amount: number) => all.find((each) => each.amount === amount) ?? { id: "", providerReference: "" };
  const credit = (amount: number) => billing.control(`invoices/${providerReference}/credit`, { amount });
  const refund = (amount: number, of: { providerReference: string }) =>
    billing.control("refunds", { payment_intent: of.providerReference, amount });
  const unexplained = async () => {
    const { rows } = await billing.sql.query(
      `SELECT coalesce(sum(e.amount), 0)::int AS balance FROM ledger_entries e JOIN ledger_chart a ON a.id = e.account_id
        WHERE a.code = 'unexplained'`,
    );
    return rows[0].balance as number;
  };
  const clearing = async () => (await billing.clearing()) - before;
  return { ...billing, large: of(700), small: of(300), credit, refund, unexplained, clearing };
}

t.test(
  "A5: what is credited of an invoice and has no room beside a refund is a loss of its other payment",
  async (t) => {
    const { large, small, credit, refund, balanceIs, clearing, unexplained, call, control } = await paidInParts(t);
    const note = await credit(300);
    await balanceIs("ada", 170);
    const all = { body: { amount: 700 } };
    const preview = await call("POST", `/v1/payments/${large.id}/refunds?dryRun=true`, all);
    t.match(preview, { status: 200, body: { amount: 700, takesBack: { amount: 70 } } });
    await refund(700, large);
    await balanceIs("ada", 100);
    await eventually(async () => (await clearing()) === 300, WAIT_MS);
    t.equal(await unexplained(), 0);
    const { body: other } = await call("GET", `/v1/payments/${small.id}`);
    t.match(other, { amountRefunded: 300, grantsTakenBack: 30, status: "refunded" });
    await control(`credit_notes/${note.id}/void`);
    await balanceIs("ada", 130);
    t.match(await call("POST", `/v1/payments/${small.id}/refunds`, { body: { amount: 300 } }), { status: 201 });
    await balanceIs("ada", 100);
    t.equal(await clearing(), 0);
  },
);

t.test("A5: a dispute of a payment makes its share of a note the other's, and a note after it, too", async (t) => {
  const { large, small, credit, balanceIs, clearing, unexplained, control, call, wallet } = await paidInParts(t);
  await credit(200);
  await balanceIs("ada", 180);
  await control("disputes", { payment_intent: large.providerReference });
  await balanceIs("ada", 110);
  await credit(100);
  await balanceIs("ada", 100);
  t.match((await call("GET", `/v1/payments/${small.id}`)).body, { amountRefunded: 300, grantsTakenBack: 30 });
  t.equal(await clearing(), 300 - 1_500, "less the fee of the dispute");
  t.equal(await unexplained(), 0);
  t.match(await wallet("ada"), { owed: 0 });
});

t.test("C7: a credit note whose webhook was lost is found in the provider's list, and so is its end", async (t) => {
  const { control, invoices, balanceIs, wallet, deps } = await start(t);
  const [invoice] = await invoices("ada");
  await control("webhooks/flush");
  await control("webhooks/mode", { drop: true });
  const note = await control(`invoices/${invoice?.providerReference}/credit`, { amount: 300 });
  t.match(await wallet("ada"), { balance: 100 });
  await jobsOf(deps)["invoices:catch-up"]?.({});
  await balanceIs("ada", 70);
  await control(`credit_notes/${note.id}/void`);
  await jobsOf(deps)["invoices:catch-up"]?.({});
  await balanceIs("ada", 100);
});

t.test("A6: the plan's item is the one whose price is ours, wherever it stands", async (t) => {
  const { subscription, control, call, subscriptionIs, atStripe, plan, must, advance, balanceIs } = await start(t);
  const reference = subscription.providerReference;
  const added = await control(`subscriptions/${reference}/items`, { unit_amount: 50, quantity: 7, position: "first" });
  const [addOn] = (added.items as { data: { id: string; price: { id: string } }[] }).data;
  const now = await eventually(async () => {
    const { body } = await call("GET", `/v1/subscriptions/${subscription.id}`);
    return (body.otherItems as unknown[]).length === 1 && body;
  }, WAIT_MS);
  t.match(now, { planId: subscription.planId, quantity: 1, otherItems: [{ itemReference: addOn?.id, quantity: 7 }] });
  await advance({ days: 32 });
  await balanceIs("ada", 200);
  const bigger = await plan("bigger", {
    grants: { asset: "CREDIT", amount: 300 },
    prices: [{ amount: 3_000, currency: "USD" }],
  });
  await must("PATCH", `/v1/subscriptions/${subscription.id}`, { plan: "bigger", proration: "none" });
  await subscriptionIs(subscription.id, { planId: String(bigger.id), quantity: 1 });
  const { items } = (await atStripe(`subscriptions/${reference}`)) as {
    items: { data: { id: string; price: { id: string } }[] };
  };
  t.equal(items.data.length, 2);
  t.equal(items.data.find(({ id }) => id === addOn?.id)?.price.id, addOn?.price.id, "the add-on is left alone");
});

t.test("A9: an event of an older version of the API about an invoice is looked up", async (t) => {
  const { subscription, control, url, atStripe, balanceIs, sql } = await start(t);
  await control("webhooks/mode", { drop: true });
  await control("clock/advance", { by: { days: 32 } });
  const { latest_invoice: id } = await atStripe(`subscriptions/${subscription.providerReference}`);
  const metadata = { coffer_subscription_id: subscription.id };
  const object = {
    id,
    object: "invoice",
    subscription: subscription.providerReference,
    subscription_details: { metadata },
  };
  const event = { id: "evt_old", object: "event", api_version: "2024-06-20", livemode: false, type: "invoice.paid" };
  const payload = JSON.stringify({ ...event, created: Math.floor(Date.now() / 1_000), data: { object } });
  const signer = new Stripe("sk_test_1").webhooks;
  const signature = signer.generateTestHeaderString({ payload, secret: STRIPE_WEBHOOK_SECRET });
  const headers = { "content-type": "application/json", "stripe-signature": signature };
  const { statusCode } = await request(`${url}/webhooks/stripe`, { method: "POST", headers, body: payload });
  t.equal(statusCode, 200);
  await balanceIs("ada", 200);
  const { rows } = await sql.query("SELECT status FROM webhook_events WHERE event_id = 'evt_old'");
  t.strictSame(rows, [{ status: "processed" }]);
});
