import t from "tap";
import { encodeId } from "../../../../src/core/ids.js";
import { key, startBilling } from "../../../helpers/billing.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { eventually, type TestService } from "../../../helpers/service.js";

const DAY_MS = 86_400_000;

/** A clock that a test moves. */
function movable() {
  let ahead = 0;
  return {
    clock: { now: () => new Date(Date.now() + ahead) },
    pass: (days: number) => {
      ahead += days * DAY_MS;
    },
  };
}

const eventsOf = async ({ call }: Pick<TestService, "call">, resource: string) =>
  ((await call("GET", `/v1/events?resource=${resource}&limit=100`)).body.data as { type: string; data: object }[]).map(
    ({ type, data }) => ({ type, ...data }),
  );

t.test("an unpaid renewal freezes spending after its grace, and paying it recovers all", async (t) => {
  const { clock, pass } = movable();
  const service = await startBilling(t, { overrides: { clock } });
  const { plan, subscribe, balanceIs, bankSays, advance, subscriptionIs, spend, wallet, must, saveCard, call } =
    service;
  await plan("strict", { dunning: { graceDays: 3, consequence: "freeze" } });
  const { id } = await subscribe("ada", "strict");
  await balanceIs("ada", 100);
  await bankSays("ada", { outcome: "decline", decline_code: "insufficient_funds" });
  await advance({ days: 32 });
  const late = await subscriptionIs(id, { status: "past_due" });
  const dunned = await eventually(async () => (await service.subscription(id)).dunning ?? false);
  t.match(dunned, { consequence: "freeze", consequenceAt: null, failure: { declineCode: "insufficient_funds" } });
  t.match(late, { status: "past_due" });
  t.match(await spend("ada", 1), { status: 201 }, "there is a grace");

  pass(4);
  await jobsOf(service.deps)["subscriptions:sweep"]?.({});
  t.match(await wallet("ada"), { balance: 99, frozen: true });
  t.match(await spend("ada", 1), { status: 409, body: { code: "wallets.frozen", asset: "CREDIT" } });
  t.match(await must("GET", "/v1/customers/ada/subscriptions/summary"), {
    pastDue: true,
    frozenAssets: ["CREDIT"],
    openInvoices: [{ currency: "USD", amount: 2000, count: 1 }],
  });
  // What is given still comes.
  await must("POST", `/v1/wallets/${(await wallet("ada")).id}/credits`, { asset: "CREDIT", amount: 1, reason: "test" });

  const { invoiceId } = dunned;
  const declined = await must("POST", `/v1/invoices/${invoiceId}/pay`, {});
  t.match(declined, { status: "open", failure: { declineCode: "insufficient_funds" } }, "a decline is no error");
  await service.control(`customers/${await service.customerAt("ada")}/charges`, {}, "DELETE");
  const other = await saveCard("ada", "pm_card_mastercard");
  const dry = await call("POST", `/v1/invoices/${invoiceId}/pay?dryRun=true`, { body: {}, key: null });
  t.match(dry, { status: 200, body: { status: "open", dryRun: true } });
  const paid = await must("POST", `/v1/invoices/${invoiceId}/pay`, { paymentMethodId: other });
  t.match(paid, { status: "paid", paymentId: /^pay_/, grants: [{ amount: 100 }] });
  t.match(await service.subscription(id), { status: "active", dunning: null });
  t.match(await wallet("ada"), { balance: 200, frozen: false });
  t.match(await spend("ada", 1), { status: 201 });
  const again = await call("POST", `/v1/invoices/${invoiceId}/pay`, { body: {} });
  t.match(again, { status: 409, body: { code: "invoices.wrong_state" } });
  const told = await eventsOf(service, id);
  t.match(
    told.filter(({ type }) => /overdue|consequence|recovered/.test(type)).map(({ type }) => type),
    ["subscription.recovered", "subscription.consequence_applied", "subscription.payment_overdue"],
  );
  t.match(
    told.find(({ type }) => type === "subscription.recovered"),
    { afterSeconds: Number },
  );
  const text = await service.deps.metrics.registry.metrics();
  t.match(text, /coffer_dunning_cases_total\{outcome="recovered"\} 1/);
});

t.test("an unpaid renewal ends the subscription after its grace, when the plan says so", async (t) => {
  const { clock, pass } = movable();
  const service = await startBilling(t, { overrides: { clock } });
  const { plan, subscribe, balanceIs, bankSays, advance, subscriptionIs, subscription, sql } = service;
  await plan("ending", { dunning: { graceDays: 1, consequence: "cancel" } });
  const { id } = await subscribe("ada", "ending");
  await balanceIs("ada", 100);
  await bankSays("ada", { outcome: "decline" });
  await advance({ days: 32 });
  await subscriptionIs(id, { status: "past_due" });
  await eventually(async () => (await subscription(id)).dunning !== null);
  // The answer is lost: it is asked again, and found canceled.
  await service.control("faults", { match: { method: "DELETE" }, kind: "cut_after", times: 1 });
  pass(2);
  await jobsOf(service.deps)["subscriptions:sweep"]?.({});
  pass(1);
  await jobsOf(service.deps)["subscriptions:sweep"]?.({});
  await subscriptionIs(id, { status: "canceled", dunning: null });
  const { rows } = await sql.query("SELECT status, consequence_at FROM dunning_cases");
  t.match(rows, [{ status: "ended", consequence_at: Date }]);
  await balanceIs("ada", 100);
});

t.test("a bank that wants the customer is told as such", async (t) => {
  const service = await startBilling(t);
  const { plan, subscribe, balanceIs, bankSays, advance, subscriptionIs, invoices } = service;
  await plan("basic");
  const { id } = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  await bankSays("ada", { outcome: "require_action" });
  await advance({ days: 32 });
  await subscriptionIs(id, { status: "past_due" });
  const [open] = await eventually(async () => {
    const all = await invoices("ada");
    return all[0]?.requiresAction && all;
  }, 15_000);
  t.match(open, { status: "open", requiresAction: true });
  const told = await eventually(async () => {
    const types = (await eventsOf(service, open?.id ?? "")).map(({ type }) => type);
    return types.includes("invoice.payment_action_required") && types;
  });
  t.ok(told.includes("invoice.payment_failed"));
  t.match((await service.subscription(id)).dunning, { consequence: "keep", requiresAction: true });
});

t.test("an upgrade that cannot be paid leaves the plan as it is, and is nothing to dun for", async (t) => {
  const { plan, subscribe, balanceIs, bankSays, call, subscriptionIs, invoices, subscription, wallet } =
    await startBilling(t);
  await plan("small");
  await plan("large", { grants: { asset: "CREDIT", amount: 500 }, prices: [{ amount: 9000, currency: "USD" }] });
  const made = await subscribe("ada", "small");
  await balanceIs("ada", 100);
  await bankSays("ada", { outcome: "decline" });
  const tried = await call("PATCH", `/v1/subscriptions/${made.id}`, {
    body: { plan: "large", proration: "invoice_now" },
    key: key(),
  });
  t.match(tried, { status: 200, body: { planId: made.planId, changePending: true } });
  await eventually(async () => (await invoices("ada")).length === 2, 15_000);
  t.match((await invoices("ada"))[0], { status: "open", billingReason: "subscription_update", grants: [] });
  await subscriptionIs(made.id, { status: "active", dunning: null });
  const again = await call("PATCH", `/v1/subscriptions/${made.id}`, { body: { quantity: 2 }, key: key() });
  t.match(again, { status: 409, body: { code: "subscriptions.change_pending" } });
  t.match(await wallet("ada"), { balance: 100 });
  t.match(await subscription(made.id), { planId: made.planId, quantity: 1 });
});

/** All webhook events that are kept and not settled, each worked on at once. */
const processAll = async ({ sql, deps }: TestService) => {
  const { rows } = await sql.query<{ id: string }>("SELECT id FROM webhook_events WHERE status = 'pending'");
  const work = jobsOf(deps)["webhooks:process"];
  await Promise.all(rows.map(({ id }) => work?.({ eventId: encodeId("whe", id) })));
};

t.test("vm0#10668: an invoice that is told by many events at once is booked once", async (t) => {
  const service = await startBilling(t, { quiet: true });
  const { plan, subscribe, invoices, wallet, sql } = service;
  await plan("basic");
  await subscribe("ada", "basic");
  await eventually(async () => {
    const { rows } = await sql.query("SELECT count(*)::int AS n FROM webhook_events WHERE type LIKE 'invoice%'");
    return rows[0].n >= 4;
  });
  await processAll(service);
  await sql.query("UPDATE webhook_events SET status = 'pending'");
  await processAll(service);
  await processAll(service);
  t.match(await wallet("ada"), { balance: 100 });
  t.match(await invoices("ada"), [{ status: "paid", grants: [{ amount: 100 }] }]);
  const { rows } = await sql.query("SELECT count(*)::int AS n FROM payments WHERE flow = 'invoice'");
  t.equal(rows[0].n, 1);
});

t.test("cycles that no webhook told of are found in the provider's list", async (t) => {
  const service = await startBilling(t, { quiet: true });
  const { plan, subscribe, invoices, wallet, advance, control, deps } = service;
  await control("webhooks/mode", { drop: true });
  await plan("basic");
  await subscribe("ada", "basic");
  await advance({ days: 32 });
  await jobsOf(deps)["invoices:catch-up"]?.({});
  t.match(await wallet("ada"), { balance: 200 });
  await jobsOf(deps)["invoices:catch-up"]?.({});
  t.equal((await invoices("ada")).length, 2);
  t.match(await wallet("ada"), { balance: 200 });
});

t.test("a subscription that is not spoken of is looked at when something should have happened", async (t) => {
  const { clock, pass } = movable();
  const service = await startBilling(t, { quiet: true, overrides: { clock } });
  const { plan, subscribe, control, deps, doAtStripe, subscription } = service;
  await control("webhooks/mode", { drop: true });
  await plan("basic");
  const { id, providerReference } = await subscribe("ada", "basic");
  await doAtStripe(`subscriptions/${providerReference}`, {}, "DELETE");
  t.match(await subscription(id), { status: "active" });
  pass(32);
  await jobsOf(deps)["subscriptions:sweep"]?.({});
  t.match(await subscription(id), { status: "canceled" });
});

for (const [order, late] of [
  ["before", true],
  ["after", false],
] as const) {
  t.test(`a refund and a dispute that come ${order} the news of the invoice take back what it gave`, async (t) => {
    const service = await startBilling(t);
    const { plan, subscribe, atStripe, control, balanceIs, invoices, must, wallet } = service;
    await plan("basic");
    if (late) await control("webhooks/mode", { reorder: true, delayMs: 600_000 });
    const refunded = await subscribe("ada", "basic");
    const disputed = await subscribe("bob", "basic");
    if (!late) {
      await balanceIs("ada", 100);
      await balanceIs("bob", 100);
    }
    const intentOf = async (reference: string) => {
      const { data } = await atStripe(`invoices?subscription=${reference}&expand[0]=data.payments`);
      const [invoice] = data as { payments: { data: { payment: { payment_intent: string } }[] } }[];
      return invoice?.payments.data[0]?.payment.payment_intent;
    };
    await control("refunds", { payment_intent: await intentOf(refunded.providerReference), amount: 500 });
    await control("disputes", { payment_intent: await intentOf(disputed.providerReference) });
    if (late) {
      await control("webhooks/flush");
      await eventually(async () => (await invoices("bob")).length > 0, 15_000);
    }
    const paymentIs = (customerId: string, status: string) =>
      eventually(async () => {
        const { data } = await must("GET", `/v1/payments?customerId=${customerId}`);
        return (data as { status: string }[])[0]?.status === status;
      }, 15_000);
    await paymentIs("ada", "partially_refunded");
    await paymentIs("bob", "disputed");
    t.match(await wallet("ada"), { balance: 75, owed: 0 });
    t.match(await wallet("bob"), { balance: 0, owed: 0 });
  });
}

t.test("an invoice can be refunded like any payment, by money or by credits", async (t) => {
  const { plan, subscribe, balanceIs, invoices, call, wallet, spend } = await startBilling(t);
  await plan("basic");
  await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  await spend("ada", 90);
  const [invoice] = await invoices("ada");
  const half = await call("POST", `/v1/payments/${invoice?.paymentId}/refunds`, { body: { grants: 50 } });
  t.match(half, { status: 201, body: { amount: 1000 } });
  t.match(await wallet("ada"), { balance: 0, owed: 40 });
});

t.test("asking is safe: a subscription whose making was not acknowledged is found, and made once", async (t) => {
  const { clock, pass } = movable();
  const service = await startBilling(t, { overrides: { clock } });
  const { plan, saveCard, call, control, must, sql, balanceIs } = service;
  await plan("basic");
  const paymentMethodId = await saveCard("ada");
  const body = { customerId: "ada", plan: "basic", flow: "payment_intent", paymentMethodId };
  /** The effect happens, the answer is lost, and nothing can be looked up either. */
  const loseAnswer = async () => {
    const path = "^/v1/subscriptions$";
    await control("faults", { match: { method: "POST", path }, kind: "status_after", status: 500, times: 1 });
    await control("faults", { match: { method: "GET", path }, kind: "status", status: 500, times: 1 });
  };
  await loseAnswer();
  const first = await call("POST", "/v1/subscriptions", { body, key: "once" });
  t.match(first, { status: 503, body: { code: "provider.unavailable" } });
  const again = await call("POST", "/v1/subscriptions", { body, key: "once" });
  t.match(again, { status: 201, body: { status: "active" } });
  await balanceIs("ada", 100);

  await control("webhooks/mode", { drop: true });
  await loseAnswer();
  t.match(await call("POST", "/v1/subscriptions", { body, key: "twice" }), { status: 503 });
  // Nobody asks again. A day and a half later the key is forgotten, and the list says that it exists.
  pass(1.5);
  await jobsOf(service.deps)["subscriptions:sweep"]?.({});
  const { data } = await must("GET", "/v1/subscriptions?customerId=ada");
  t.match(data, [{ status: "active" }, { status: "active" }]);
  await jobsOf(service.deps)["invoices:catch-up"]?.({});
  await balanceIs("ada", 200);
  const { rows } = await sql.query("SELECT count(DISTINCT provider_reference)::int AS n FROM subscriptions");
  t.equal(rows[0].n, 2);
  // One that never arrived is over by then.
  await control("faults", { match: { method: "POST", path: "/v1/subscriptions" }, kind: "cut_before", times: 1 });
  t.match(await call("POST", "/v1/subscriptions", { body, key: "never" }), { status: 503 });
  pass(1.5);
  await jobsOf(service.deps)["subscriptions:sweep"]?.({});
  const ended = await must("GET", "/v1/subscriptions?customerId=ada&status=failed");
  t.match(ended, { data: [{ failure: { code: "never_reached_provider" } }] });
});

t.test("invoices are the customer's own, and their links are had anew", async (t) => {
  const { clock, pass } = movable();
  const { plan, subscribe, balanceIs, invoices, call, sql, must, stripe } = await startBilling(t, {
    overrides: { clock },
  });
  await plan("basic");
  const { id } = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  // News of the invoice that comes late would bring its links with it.
  await eventually(async () => {
    await callJson("POST", `${stripe.url}/sandbox/webhooks/flush`);
    return (await sql.query("SELECT FROM webhook_events WHERE status = 'pending'")).rowCount === 0;
  }, 15_000);
  const [invoice] = await invoices("ada");
  const read = (token?: string) => call("GET", `/v1/invoices/${invoice?.id}`, token ? { token } : {});
  t.match(await read(await customerToken("ada")), { status: 200, body: { hostedUrl: /^http/, pdfUrl: /^http/ } });
  t.match(await read(await customerToken("bob")), { status: 404, body: { code: "invoices.not_found" } });
  await sql.query("UPDATE invoices SET hosted_url = 'https://gone.example'");
  t.match(await read(), { body: { hostedUrl: "https://gone.example" } });
  pass(2);
  t.notMatch(await read(), { body: { hostedUrl: "https://gone.example" } });
  t.match(await must("GET", `/v1/customers/ada/invoices?subscriptionId=${id}&status=paid`), {
    data: [{ id: invoice?.id }],
  });
  t.match(await must("GET", "/v1/customers/ada/invoices?status=open"), { data: [] });
});
