import type Stripe from "stripe";
import t from "tap";
import { failure, payingCustomer, planPrice, world } from "./helpers/stripe-sandbox.js";

const OLD = { apiVersion: "2024-06-20" } as unknown as { apiVersion: string };

type Loose = Record<string, unknown>;

t.test("a client of an older version is shown objects as they were", async (t) => {
  const { stripe, control, flush, receiver } = await world(t);
  const price = await planPrice(stripe);
  const { customer } = await payingCustomer(stripe);
  await control("endpoint", { api_version: "2024-06-20" });
  const subscription = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
  const old = (await stripe.subscriptions.retrieve(
    subscription.id,
    {},
    OLD as Stripe.RequestOptions,
  )) as unknown as Loose;
  const [item] = subscription.items.data;
  t.match(old, { current_period_end: item?.current_period_end, current_period_start: item?.current_period_start });
  const id = String(subscription.latest_invoice);
  const now = await stripe.invoices.retrieve(id, { expand: ["payments"] });
  const invoice = (await stripe.invoices.retrieve(id, {}, OLD as Stripe.RequestOptions)) as unknown as Loose;
  const intent = now.payments?.data[0]?.payment.payment_intent;
  t.match(invoice, { paid: true, subscription: subscription.id, payment_intent: intent });
  t.notOk("parent" in invoice);
  const lines = invoice.lines as { data: { price: { id: string }; proration: boolean }[] };
  t.match(lines.data, [{ price: { id: price.id }, proration: false }]);
  await flush();
  const told = receiver.received.map(({ body }) => JSON.parse(String(body)) as Stripe.Event);
  const paid = told.find(({ type }) => type === "invoice.paid");
  t.match(paid, { api_version: "2024-06-20", data: { object: { paid: true, subscription: subscription.id } } });
});

t.test("a version that there is not is refused", async (t) => {
  const { stripe } = await world(t);
  const strange = { apiVersion: "2023-10-16" } as unknown as Stripe.RequestOptions;
  t.equal((await failure(stripe.customers.list({}, strange))).statusCode, 400);
});
