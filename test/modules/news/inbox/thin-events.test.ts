import Stripe from "stripe";
import t, { type Test } from "tap";
import { startBilling } from "../../../helpers/billing.js";
import { callJson, press } from "../../../helpers/sandbox-client.js";
import {
  eventually,
  STRIPE_THIN_WEBHOOK_SECRET,
  STRIPE_WEBHOOK_SECRET,
  startTestService,
  type TestService,
} from "../../../helpers/service.js";
import { drain } from "../../../orders/replay.js";

// Thin events say what happened to which object; the object is fetched. They end as snapshots do.

type Thin = "off" | "both" | "only";

/** What is known of everything that was told in one way, without ids and times. */
async function story(t: Test, thin: Thin) {
  const acts = await startBilling(t);
  const { must, control, atStripe, plan, subscribe, balanceIs, advance, subscriptionIs, invoices, sql, wallet } = acts;
  await control("webhooks/mode", { thin });
  const buy = async (customerId: string) => {
    const body = { customerId, package: "starter", provider: "stripe", flow: "checkout" };
    const made = await must("POST", "/v1/payments", body);
    await press(made.checkoutUrl as string, "pay");
    await balanceIs(customerId, 10);
    const session = await atStripe(`checkout/sessions/${made.providerReference}`);
    return { id: made.id as string, intent: session.payment_intent as string };
  };
  const paymentIs = (id: string, status: string) =>
    eventually(async () => (await must("GET", `/v1/payments/${id}`)).status === status, 15_000);

  const [refunded, disputed] = [await buy("refunded"), await buy("disputed")];
  await control("refunds", { payment_intent: refunded.intent, amount: 333 });
  await paymentIs(refunded.id, "partially_refunded");
  const dispute = await control("disputes", { payment_intent: disputed.intent });
  await paymentIs(disputed.id, "disputed");
  await balanceIs("disputed", 0);
  await control(`disputes/${dispute.id}/win`);
  await balanceIs("disputed", 10);
  await plan("basic");
  const subscription = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  await advance({ days: 32 });
  await balanceIs("ada", 200);
  await control("webhooks/flush");
  await eventually(async () => {
    const { rows } = await sql.query("SELECT count(*)::int AS n FROM webhook_events WHERE status = 'pending'");
    return rows[0].n === 0;
  }, 15_000);
  const transfers = await sql.query(
    "SELECT type, amount::int, count(*)::int AS n FROM ledger_transfers GROUP BY 1, 2 ORDER BY 1, 2",
  );
  const events = await sql.query("SELECT type, status FROM webhook_events");
  return {
    events: events.rows as { type: string; status: string }[],
    ends: {
      transfers: transfers.rows,
      payments: [
        await must("GET", `/v1/payments/${refunded.id}`),
        await must("GET", `/v1/payments/${disputed.id}`),
      ].map(({ status, amountRefunded }) => ({ status, amountRefunded })),
      balances: [await wallet("refunded"), await wallet("disputed"), await wallet("ada")].map(({ balance }) => balance),
      subscription: (await subscriptionIs(subscription.id, { status: "active" })).status,
      invoices: (await invoices("ada")).map(({ status, amountPaid, grants }) => ({ status, amountPaid, grants })),
    },
  };
}

t.test("payments, refunds, disputes and renewals end alike, however they are told", async (t) => {
  const snapshots = await story(t, "off");
  const isThin = ({ type }: { type: string }) => type.startsWith("v1.");
  t.notOk(snapshots.events.some(isThin));
  t.match(snapshots.ends.payments, [{ status: "partially_refunded" }, { status: "succeeded" }]);
  const thin = await story(t, "only");
  t.ok(thin.events.length > 0 && thin.events.every(isThin), "nothing else was sent");
  t.strictSame(thin.ends, snapshots.ends);
  const both = await story(t, "both");
  t.ok(both.events.some(isThin) && !both.events.every(isThin));
  t.strictSame(both.ends, snapshots.ends, "heard twice, counted once");
  const odd = ({ status }: { status: string }) => status !== "processed" && status !== "ignored";
  t.strictSame([...thin.events, ...both.events].filter(odd), [], "all are done with");
});

let sent = 0;
/** A thin event about an object, as Stripe would send it. */
function thinEvent(type: string, id: string, url: string): string {
  sent += 1;
  return JSON.stringify({
    id: `evt_test_thin_${sent}`,
    object: "v2.core.event",
    context: null,
    created: new Date().toISOString(),
    livemode: false,
    related_object: { id, type: "an object", url },
    type: `v1.${type}`,
  });
}

async function deliver(service: TestService, payload: string, secret = STRIPE_THIN_WEBHOOK_SECRET) {
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const reply = await fetch(`${service.url}/webhooks/stripe`, {
    method: "POST",
    headers: { "content-type": "application/json", "stripe-signature": header },
    body: payload,
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const eventsOf = async ({ sql }: TestService, type: string) =>
  (await sql.query("SELECT status, note, attempts FROM webhook_events WHERE type = $1 ORDER BY id", [type])).rows;

t.test("each secret is good for its own kind of event only", async (t) => {
  const service = await startTestService(t);
  const thin = thinEvent("payment_intent.succeeded", "pi_1", "/v1/payment_intents/pi_1");
  t.match(await deliver(service, thin, STRIPE_WEBHOOK_SECRET), { status: 400 });
  t.match(await deliver(service, thin, "whsec_other"), { status: 401 });
  const object = { id: "pi_1", object: "payment_intent", metadata: {} };
  const snapshot = { id: "evt_1", object: "event", type: "payment_intent.succeeded", data: { object } };
  t.match(await deliver(service, JSON.stringify(snapshot)), { status: 400 });
  t.strictSame(await eventsOf(service, "v1.payment_intent.succeeded"), []);
  t.strictSame(await eventsOf(service, "payment_intent.succeeded"), []);
  t.match(await eventsOf(service, "unreadable"), [{ status: "dead" }, { status: "dead" }]);
});

t.test("an object that is gone is nothing to act on", async (t) => {
  const service = await startTestService(t);
  const gone = [
    ["payment_intent.succeeded", "pi_gone", "/v1/payment_intents/pi_gone"],
    ["checkout.session.completed", "cs_gone", "/v1/checkout/sessions/cs_gone"],
    ["customer.subscription.updated", "sub_gone", "/v1/subscriptions/sub_gone"],
    ["invoice.paid", "in_gone", "/v1/invoices/in_gone"],
    ["charge.dispute.created", "dp_gone", "/v1/disputes/dp_gone"],
    ["refund.created", "re_gone", "/v1/refunds/re_gone"],
    ["charge.refunded", "ch_gone", "/v1/charges/ch_gone"],
    ["payment_method.detached", "pm_gone", "/v1/payment_methods/pm_gone"],
    ["customer.updated", "cus_gone", "/v1/customers/cus_gone"],
  ] as const;
  for (const [type, id, url] of gone) t.match(await deliver(service, thinEvent(type, id, url)), { status: 200 }, type);
  await drain(service);
  for (const [type] of gone) {
    t.match(await eventsOf(service, `v1.${type}`), [{ status: "ignored", note: "the object is gone" }], type);
  }
});

t.test("a fetch that fails is tried again", async (t) => {
  const service = await startTestService(t);
  const { call, stripe } = service;
  const control = (route: string, body: object) => callJson("POST", `${stripe.url}/sandbox/${route}`, body);
  await control("webhooks/mode", { thin: "only" });
  await control("faults", {
    match: { method: "GET", path: "/v1/payment_intents" },
    kind: "status",
    status: 500,
    times: 2,
  });
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const made = (await call("POST", "/v1/payments", { body })).body;
  await control(`payment_intents/${made.providerReference}/succeed`, {});
  await control("webhooks/flush", {});
  const told = "v1.payment_intent.succeeded";
  t.match(await eventsOf(service, told), [{ status: "pending", attempts: 0 }], "no provider is asked while one waits");
  const credits = async () => {
    const wallet = (await call("GET", "/v1/customers/ada/wallet")).body;
    return (wallet.balances as { balance: number }[])[0]?.balance;
  };
  // Both lookups that the fault hits: of the intent that was made, and of the one that is paid.
  await drain(service);
  t.match(await eventsOf(service, told), [{ status: "pending", attempts: 1, note: /answered unknown/ }]);
  t.equal(await credits(), 0);
  await drain(service);
  t.match(await eventsOf(service, told), [{ status: "processed" }]);
  t.equal(await credits(), 10);
  t.match((await call("GET", `/v1/payments/${made.id}`)).body, { status: "succeeded" });
});
