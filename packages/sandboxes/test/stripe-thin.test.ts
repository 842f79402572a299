import t from "tap";
import { callJson } from "../src/testing/client.js";
import { client, failure, payingCustomer, planPrice, SECRET, world } from "./helpers/stripe-sandbox.js";

const THIN = "whsec_thin";

t.test("thin events are signed with their own secret, and lead to their objects", async (t) => {
  const there = await world(t, { thinWebhookSecret: THIN });
  const { stripe, control, receiver, flush } = there;
  await stripe.customers.create({ email: "a@b.test" });
  await flush();
  t.same(there.types(), ["customer.created"], "there are none until they are asked for");
  receiver.received.length = 0;
  await control("webhooks/mode", { thin: "only" });
  const customer = await stripe.customers.create({ email: "b@b.test" }, { idempotencyKey: "k1" });
  await flush();
  const [first, ...more] = receiver.received;
  t.same(more, []);
  const header = String(first?.headers["stripe-signature"]);
  t.throws(() => stripe.parseEventNotification(first?.body ?? "", header, SECRET));
  const told = stripe.parseEventNotification(first?.body ?? "", header, THIN);
  t.match(told, {
    object: "v2.core.event",
    type: "v1.customer.created",
    livemode: false,
    related_object: { id: customer.id, type: "customer", url: `/v1/customers/${customer.id}` },
  });
  t.notOk(first?.body.includes("b@b.test"), "nothing of the object is told");
  if (told.type !== "v1.customer.created") throw new Error(told.type);
  t.match(await told.fetchRelatedObject(), { id: customer.id, email: "b@b.test" });
  const full = await stripe.v2.core.events.retrieve(told.id);
  t.match(full, { id: told.id, type: told.type, reason: { type: "request", request: { idempotency_key: "k1" } } });
  t.match(await stripe.events.retrieve(full.snapshot_event ?? ""), { type: "customer.created" });
  t.match(await failure(stripe.v2.core.events.retrieve("evt_none")), { statusCode: 404 });

  await control("webhooks/mode", { thin: "both" });
  receiver.received.length = 0;
  await stripe.customers.update(customer.id, { name: "B" });
  await flush();
  const kinds = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type).sort();
  t.same(kinds, ["customer.updated", "v1.customer.updated"]);
});

interface Told {
  readonly type: string;
  readonly related_object?: { readonly id?: string; readonly type: string; readonly url: string } | null;
}

t.test("every object that an event names can be read where the event says", async (t) => {
  const there = await world(t, { thinWebhookSecret: THIN });
  const { stripe, control, receiver, flush } = there;
  await control("webhooks/mode", { thin: "only" });
  const { customer } = await payingCustomer(stripe);
  const { id: price } = await planPrice(stripe);
  const subscription = await stripe.subscriptions.create({ customer, items: [{ price }] });
  await stripe.billingPortal.sessions.create({ customer });
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    customer,
    line_items: [{ price, quantity: 1 }],
  });
  await control(`checkout/sessions/${session.id}/pay`);
  const payments = await stripe.invoicePayments.list();
  const intent = String(payments.data[0]?.payment.payment_intent);
  await control("refunds", { payment_intent: intent, amount: 100 });
  await control("disputes", { payment_intent: String(payments.data[1]?.payment.payment_intent) });
  const setup = await stripe.setupIntents.create({ customer });
  await stripe.setupIntents.cancel(setup.id);
  await control("clock/advance", { by: { days: 28 } });
  await stripe.subscriptions.cancel(subscription.id);
  await flush();
  const reader = client(there.sandbox);
  const types = new Set<string>();
  for (const { body, headers } of receiver.received) {
    const told: Told = stripe.parseEventNotification(body, String(headers["stripe-signature"]), THIN);
    if (!told.related_object) {
      t.equal(told.type, "v1.invoice.upcoming", "only a preview cannot be read");
      continue;
    }
    const { id, type, url } = told.related_object;
    // A portal's session can only be made.
    if (type !== "billing_portal.session") t.match(await reader.rawRequest("GET", url), { id, object: type });
    types.add(type);
  }
  const expected = [
    "charge",
    "checkout.session",
    "customer",
    "dispute",
    "invoice",
    "invoice_payment",
    "payment_intent",
  ];
  for (const type of [...expected, "payment_method", "price", "product", "refund", "setup_intent", "subscription"]) {
    t.ok(types.has(type), type);
  }
});

t.test("a sandbox without a secret for them sends none", async (t) => {
  const { sandbox } = await world(t);
  const set = (body: object) => callJson("POST", `${sandbox.url}/sandbox/webhooks/mode`, body);
  t.match(await set({ thin: "only" }), { status: 400 });
  t.match(await set({ thin: "some" }), { status: 400 });
  t.match(await set({ thin: "off" }), { status: 200, body: { thin: "off" } });
});
