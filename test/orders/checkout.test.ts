import t from "tap";
import { atStripe, type Flow, openPayment, replayEveryOrder, startQuietService, stripeEvents } from "./replay.js";

const flow = (name: string, acts: readonly string[], types: readonly string[], ends: Flow["ends"]): Flow => ({
  name,
  types,
  ends,
  drive: async (service, customerId) => {
    const { paymentId, reference } = await openPayment(service, customerId, "checkout");
    for (const act of acts) await atStripe(service, `checkout/sessions/${reference}/${act}`);
    return { paymentId, events: await stripeEvents(service, paymentId) };
  },
});

const PAID = { status: "succeeded", balance: 10 };

const FLOWS: readonly Flow[] = [
  flow(
    "a paid checkout",
    ["pay"],
    ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"],
    PAID,
  ),
  flow(
    "a checkout paid by bank, later",
    ["async", "pay"],
    [
      "payment_intent.processing",
      "checkout.session.completed",
      "payment_intent.succeeded",
      "checkout.session.async_payment_succeeded",
    ],
    PAID,
  ),
  flow(
    "a checkout by bank that failed later",
    ["async", "decline"],
    [
      "payment_intent.processing",
      "checkout.session.completed",
      "payment_intent.payment_failed",
      "checkout.session.async_payment_failed",
    ],
    { status: "failed", balance: 0 },
  ),
  flow("an expired checkout", ["expire"], ["checkout.session.expired"], { status: "expired", balance: 0 }),
  flow(
    "a checkout that expired after a decline",
    ["decline", "expire"],
    ["payment_intent.created", "payment_intent.payment_failed", "payment_intent.canceled", "checkout.session.expired"],
    { status: "expired", balance: 0 },
  ),
];

t.setTimeout(200_000);
t.test("events of a checkout lead to the same end in every order", async (t) => {
  t.setTimeout(200_000);
  const service = await startQuietService(t);
  for (const each of FLOWS) await replayEveryOrder(t, service, each);
});
