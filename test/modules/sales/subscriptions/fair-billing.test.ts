import t, { type Test } from "tap";
import { key, startBilling } from "../../../helpers/billing.js";
import { assertBooks } from "../../../helpers/invariants.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import { eventually } from "../../../helpers/service.js";

// What hostile customers or unlucky timing once did to billing, each with the harm that it did.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A service whose clock can be put forward. */
async function start(t: Test) {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const service = await startBilling(t, { overrides: { clock } });
  const putForward = (ms: number) => {
    ahead += ms;
  };
  const sweep = () => jobsOf(service.deps)["subscriptions:sweep"]?.({});
  return { ...service, putForward, sweep };
}

for (const consequence of ["cancel", "freeze"] as const) {
  t.test(
    `a renewal that was paid at the provider, without a word to us, is not sanctioned: ${consequence}`,
    async (t) => {
      const service = await start(t);
      const { plan, subscribe, balanceIs, bankSays, advance, subscriptionIs, subscription, control, sql } = service;
      await plan("strict", { dunning: { graceDays: 3, consequence } });
      const { id, providerReference } = await subscribe("ada", "strict");
      await balanceIs("ada", 100);
      await bankSays("ada", { outcome: "decline" });
      await advance({ days: 32 });
      await subscriptionIs(id, { status: "past_due" });
      await eventually(async () => (await subscription(id)).dunning !== null);
      // Everything is looked at a last time before the grace is over, and then it is paid.
      service.putForward(3 * DAY_MS - HOUR_MS);
      await service.sweep();
      await control("webhooks/mode", { drop: true });
      await control(`customers/${await service.customerAt("ada")}/charges`, {}, "DELETE");
      const { latest_invoice: invoice } = await service.atStripe(`subscriptions/${providerReference}`);
      t.match(await service.doAtStripe(`invoices/${invoice}/pay`), { status: "paid" });
      service.putForward(2 * HOUR_MS);
      await service.sweep();
      t.match(await service.atStripe(`subscriptions/${providerReference}`), { status: "active" }, "it goes on");
      t.match(await service.wallet("ada"), { balance: 200, frozen: false }, "what was paid for is given");
      const { rows } = await sql.query("SELECT status, consequence_at FROM dunning_cases");
      t.strictSame(rows, [{ status: "recovered", consequence_at: null }]);
      await assertBooks(t, sql);
    },
  );
}

t.test("a change to more than can be granted is refused before anybody pays for it", async (t) => {
  const { plan, subscribe, balanceIs, call, subscription, invoices } = await start(t);
  const amount = 9_000_000_000_000;
  const prices = [{ amount: 100, currency: "USD" }];
  await plan("much", { grants: { asset: "CREDIT", amount }, prices });
  await plan("most", { grants: { asset: "CREDIT", amount: amount * 1_000 }, prices });
  const { id } = await subscribe("ada", "much", { quantity: 2 });
  await balanceIs("ada", 2 * amount);
  for (const change of [{ quantity: 1_001 }, { plan: "most" }]) {
    const body = { ...change, proration: "invoice_now" };
    const refused = await call("PATCH", `/v1/subscriptions/${id}`, { body, key: key() });
    t.match(refused, { status: 422, body: { code: "subscriptions.too_many" } });
    t.match(await call("POST", `/v1/subscriptions/${id}/preview`, { body }), { status: 422 });
  }
  t.match(await subscription(id), { quantity: 2 });
  t.equal((await invoices("ada")).length, 1);
});

t.test("a customer does not say how many credits a free trial gives", async (t) => {
  const { plan, must, call, balanceIs, saveCard } = await start(t);
  await plan("tried", { trialDays: 7, trialGrants: 10 });
  const paymentMethodId = await saveCard("eve");
  const token = await customerToken("eve");
  const subscribe = (more: object) =>
    call("POST", "/v1/subscriptions", {
      token,
      body: { customerId: "eve", plan: "tried", flow: "payment_intent", paymentMethodId, ...more },
    });
  const greedy = await subscribe({ quantity: 1_000_000 });
  t.match(greedy, { status: 403, body: { code: "subscriptions.trial_not_allowed" } });
  t.match(await subscribe({ quantity: 2, trialDays: 0 }), { status: 201, body: { status: "active" } }, "paid for");
  await balanceIs("eve", 200);
  t.match(await subscribe({}), { status: 201, body: { status: "trialing" } }, "one is free");
  await balanceIs("eve", 210);
  // Who sells may give more.
  await must("PUT", "/v1/customers/bob", {});
  await must("POST", "/v1/subscriptions", { customerId: "bob", plan: "tried", flow: "payment_intent", quantity: 3 });
  await balanceIs("bob", 30);
});

t.test("a refund of what was paid by card does not take what an earlier downgrade's money paid for", async (t) => {
  const { plan, subscribe, balanceIs, advance, must, invoices, wallet, sql } = await start(t);
  await plan("seats");
  const { id } = await subscribe("ada", "seats", { quantity: 2 });
  await balanceIs("ada", 200);
  await advance({ days: 15 });
  await must("PATCH", `/v1/subscriptions/${id}`, { quantity: 1, proration: "invoice_now" });
  await eventually(async () => (await wallet("ada")).balance < 200);
  const { balance } = await wallet("ada");
  await advance({ days: 17 });
  await balanceIs("ada", balance + 100);
  const [renewal] = await invoices("ada");
  const paid = renewal?.amountPaid ?? 0;
  t.ok(paid > 0 && paid < 2_000, `a part of it was paid by card: ${paid}`);
  const part = Math.floor((100 * paid) / 2_000);
  t.match(await must("GET", `/v1/payments/${renewal?.paymentId}`), { amount: paid, grants: { amount: part } });
  await must("POST", `/v1/payments/${renewal?.paymentId}/refunds`, {});
  t.equal((await wallet("ada")).balance, balance + 100 - part);
  await assertBooks(t, sql);
});

t.test(
  "an invoice that was paid elsewhere gives its credits, and no money is said to be at the provider",
  async (t) => {
    const { plan, subscribe, balanceIs, bankSays, advance, subscriptionIs, invoices, doAtStripe, sql } = await start(t);
    await plan("monthly");
    const { id } = await subscribe("ada", "monthly");
    await balanceIs("ada", 100);
    await bankSays("ada", { outcome: "decline" });
    await advance({ days: 32 });
    await subscriptionIs(id, { status: "past_due" });
    const open = await eventually(async () => (await invoices("ada")).find(({ status }) => status === "open") ?? false);
    await doAtStripe(`invoices/${open.providerReference}/pay`, { paid_out_of_band: "true" });
    await balanceIs("ada", 200);
    t.match((await invoices("ada"))[0], { status: "paid", paymentId: null, grants: [{ amount: 100 }] });
    const { rows } = await sql.query("SELECT count(*)::int AS payments FROM payments");
    t.strictSame(rows, [{ payments: 1 }]);
    await assertBooks(t, sql);
  },
);

t.test(
  "a customer does not go up as of later and down as of earlier, which would give back more than was paid",
  async (t) => {
    const { plan, subscribe, balanceIs, call, wallet } = await start(t);
    await plan("seats");
    const { id } = await subscribe("eve", "seats");
    await balanceIs("eve", 100);
    const token = await customerToken("eve");
    const change = (quantity: number, secondsFromNow: number, preview = false) => {
      const prorationDate = new Date(Date.now() + secondsFromNow * 1_000).toISOString();
      const body = { quantity, proration: "invoice_now", prorationDate };
      return preview
        ? call("POST", `/v1/subscriptions/${id}/preview`, { token, body })
        : call("PATCH", `/v1/subscriptions/${id}`, { token, body, key: key() });
    };
    const refused = { status: 403, body: { code: "subscriptions.proration_date_not_allowed" } };
    t.match(await change(10, 3_000), refused, "not as of later");
    t.match(await change(10, -3_000), refused, "not as of before it was made");
    // What a preview showed can be had, as long as nothing happened since.
    await eventually(async () => {
      const asked = { quantity: 10, proration: "invoice_now" };
      const { body } = await call("POST", `/v1/subscriptions/${id}/preview`, { token, body: asked });
      const up = { ...asked, prorationDate: body.prorationDate };
      return (await call("PATCH", `/v1/subscriptions/${id}`, { token, body: up, key: key() })).status === 200;
    });
    await eventually(async () => (await wallet("eve")).balance > 900);
    t.match(await change(1, -60, true), refused);
    t.match(await change(1, -60), refused, "not as of before it went up");
  },
);

t.test("a customer is given nothing back of a period that is not paid for", async (t) => {
  const {
    plan,
    subscribe,
    balanceIs,
    bankSays,
    call,
    wallet,
    invoices,
    atStripe,
    customerAt,
    subscriptionIs,
    advance,
  } = await start(t);
  await plan("monthly");
  await plan("yearly", { interval: "year", prices: [{ amount: 20_000, currency: "USD" }] });
  const { id } = await subscribe("eve", "monthly", { quantity: 2 });
  await balanceIs("eve", 200);
  const token = await customerToken("eve");
  const change = (body: object) => call("PATCH", `/v1/subscriptions/${id}`, { token, body, key: key() });
  const balance = async () => (await atStripe(`customers/${await customerAt("eve")}`)).balance;
  await bankSays("eve", { outcome: "decline" });
  // A year that the card does not pay for does not begin.
  const free = await change({ plan: "yearly", quantity: 10, proration: "none" });
  t.match(free, { status: 403, body: { code: "subscriptions.proration_needed" } });
  t.match(await change({ plan: "yearly", quantity: 10, proration: "create" }), {
    status: 200,
    body: { status: "active", quantity: 2, changePending: true },
  });
  t.equal(await balance(), 0);
  await advance({ days: 32 });
  await subscriptionIs(id, { status: "past_due" });
  for (const proration of ["create", "invoice_now"]) {
    const refused = { status: 409, body: { code: "subscriptions.unpaid" } };
    t.match(await change({ plan: "yearly", proration }), refused);
    t.match(await change({ quantity: 1, proration }), refused);
  }
  t.equal(await balance(), 0);
  t.match(await wallet("eve"), { balance: 200, owed: 0 });
  // What Stripe tells of the invoice comes beside what it tells of the subscription.
  await eventually(async () => (await invoices("eve")).some(({ status }) => status === "open"));
});

t.test(
  "an unpaid invoice that was looked at for two months is looked at weekly, and paying it then counts",
  async (t) => {
    const service = await start(t);
    const { plan, subscribe, balanceIs, bankSays, advance, subscriptionIs, invoices, control, doAtStripe, sql } =
      service;
    await control("dunning", { retry_days: [3], final_action: "past_due" });
    await plan("monthly", { dunning: { graceDays: 0, consequence: "freeze" } });
    const { id } = await subscribe("ada", "monthly");
    await balanceIs("ada", 100);
    await bankSays("ada", { outcome: "decline" });
    await advance({ days: 32 });
    await subscriptionIs(id, { status: "past_due" });
    const open = await eventually(async () => (await invoices("ada")).find(({ status }) => status === "open") ?? false);
    await control("webhooks/mode", { drop: true });
    await sql.query("UPDATE invoices SET checks = 59, next_check_at = now() WHERE status = 'open'");
    await service.sweep();
    await control(`customers/${await service.customerAt("ada")}/charges`, {}, "DELETE");
    await doAtStripe(`invoices/${open.providerReference}/pay`);
    service.putForward(8 * DAY_MS);
    await service.sweep();
    t.match(await service.wallet("ada"), { balance: 200, frozen: false });
    await assertBooks(t, sql);
  },
);

t.test("a customer has not more of a plan for the rest of a period for nothing", async (t) => {
  const { plan, subscribe, balanceIs, call, must, subscription } = await start(t);
  await plan("small");
  await plan("large", { prices: [{ amount: 9_000, currency: "USD" }] });
  const { id } = await subscribe("eve", "small", { quantity: 2 });
  await balanceIs("eve", 200);
  const token = await customerToken("eve");
  const change = (body: object) =>
    call("PATCH", `/v1/subscriptions/${id}`, { token, body: { proration: "none", ...body }, key: key() });
  const refused = { status: 403, body: { code: "subscriptions.proration_needed" } };
  t.match(await change({ quantity: 1_000 }), refused);
  t.match(await change({ plan: "large", quantity: 1 }), refused);
  t.match(await change({ quantity: 1 }), { status: 200, body: { quantity: 1 } }, "less is the customer's to choose");
  await must("PATCH", `/v1/subscriptions/${id}`, { quantity: 3, proration: "none" });
  t.match(await subscription(id), { quantity: 3 }, "and who sells may give more");
});

t.test("a customer changes nothing in a pause, in which invoices are voided", async (t) => {
  const { plan, subscribe, balanceIs, call, must } = await start(t);
  await plan("monthly");
  const { id } = await subscribe("eve", "monthly");
  await balanceIs("eve", 100);
  await must("POST", `/v1/subscriptions/${id}/pause`);
  const body = { quantity: 10, proration: "create" };
  const token = await customerToken("eve");
  const refused = { status: 409, body: { code: "subscriptions.wrong_state" } };
  t.match(await call("PATCH", `/v1/subscriptions/${id}`, { token, body, key: key() }), refused);
});

t.test("an auto top-up that is refunded is not charged again at once", async (t) => {
  const service = await start(t);
  const { must, call, saveCard, balanceIs, wallet, sql } = service;
  await saveCard("ada");
  const { id } = await wallet("ada");
  const route = `/v1/wallets/${id}/auto-top-up`;
  const settings = {
    asset: "CREDIT",
    threshold: 5,
    package: "starter",
    monthlyCap: { amount: 50_000, currency: "USD" },
    consent: { acceptedAt: new Date().toISOString(), version: "1" },
  };
  t.match(await call("PUT", route, { body: settings, key: key() }), { status: 200 });
  await balanceIs("ada", 10);
  const payments = async () => (await must("GET", "/v1/payments?customerId=ada")).data as { id: string }[];
  await eventually(async () => (await must("GET", route)).openAttempt === null);
  await must("POST", `/v1/payments/${(await payments())[0]?.id}/refunds`, {});
  await jobsOf(service.deps)["top-ups:sweep"]?.({});
  t.match(await must("GET", route), { status: "paused", pausedReason: "refunded" });
  t.equal((await payments()).length, 1);
  t.match(await wallet("ada"), { balance: 0, owed: 0 });
  await must("POST", `${route}/resume`);
  await balanceIs("ada", 10);
  await assertBooks(t, sql);
});

t.test(
  "what was spent of a downgrade's credits is owed, and the money that was given back pays for them",
  async (t) => {
    const { plan, subscribe, balanceIs, call, spend, advance, wallet, invoices, sql } = await start(t);
    await plan("seats");
    const { id } = await subscribe("eve", "seats", { quantity: 3 });
    await balanceIs("eve", 300);
    await spend("eve", 300);
    const token = await customerToken("eve");
    const body = { quantity: 1, proration: "invoice_now" };
    t.match(await call("PATCH", `/v1/subscriptions/${id}`, { token, body, key: key() }), { status: 200 });
    await eventually(async () => (await wallet("eve")).owed === 200);
    await advance({ days: 62 });
    await eventually(async () => (await wallet("eve")).owed === 0);
    const [, renewal] = await invoices("eve");
    t.match(renewal, { total: 2_000, amountPaid: 0, paymentId: null });
    t.match(await wallet("eve"), { balance: 0 }, "three months were paid for, and spent");
    await assertBooks(t, sql);
  },
);

t.test("a quantity above our own limit, set in the provider's dashboard, is mirrored", async (t) => {
  const { plan, subscribe, call, doAtStripe, subscription, subscriptionIs, sql } = await start(t);
  await plan("seats", { grants: { asset: "CREDIT", amount: 10 } });
  const { id, providerReference } = await subscribe("ada", "seats");
  const { rows } = await sql.query("SELECT item_reference FROM subscriptions");
  const change = async (quantity: number, more: Record<string, string> = {}) =>
    doAtStripe(`subscriptions/${providerReference}`, {
      "items[0][id]": rows[0].item_reference,
      "items[0][quantity]": String(quantity),
      proration_behavior: "none",
      ...more,
    });
  // More than 32 bits hold, too.
  for (const quantity of [1_000_001, 5_000_000_000]) {
    await change(quantity);
    await subscriptionIs(id, { quantity });
  }
  const summary = await call("GET", "/v1/customers/ada/subscriptions/summary");
  t.match(summary, { status: 200, body: { cycles: [{ amount: 50_000_000_000 }] } });
  const refused = await call("PATCH", `/v1/subscriptions/${id}`, { body: { quantity: 1_000_001 }, key: key() });
  t.equal(refused.status, 400, "our own API keeps its limit");
  await doAtStripe(`subscriptions/${providerReference}`, {}, "DELETE");
  await subscriptionIs(id, { status: "canceled" });
  t.match(await subscription(id), { quantity: 5_000_000_000 });
});
