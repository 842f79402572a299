import Stripe from "stripe";
import t from "tap";
import { callJson } from "../helpers/sandbox-client.js";
import { STRIPE_WEBHOOK_SECRET, type TestService } from "../helpers/service.js";
import { askStripe, type Flow, openPayment, replayEveryOrder, type SentEvent, startQuietService } from "./replay.js";

type Step = (service: TestService, intent: string) => Promise<unknown>;

const control = async ({ stripe }: TestService, path: string, body: object = {}) => {
  const reply = await callJson("POST", `${stripe.url}/sandbox/${path}`, body);
  if (reply.status !== 200) throw new Error(`${path} answered ${JSON.stringify(reply.body)}`);
  return reply.body.id as string;
};

const refund =
  (amount?: number): Step =>
  (service, intent) =>
    control(service, "refunds", { payment_intent: intent, ...(amount === undefined ? {} : { amount }) });
const failedRefund: Step = async (service, intent) =>
  control(service, `refunds/${await refund()(service, intent)}/fail`);
const dispute =
  (...verdicts: ("win" | "lose")[]): Step =>
  async (service, intent) => {
    const id = await control(service, "disputes", { payment_intent: intent });
    for (const verdict of verdicts) await control(service, `disputes/${id}/${verdict}`);
  };
const inquiry: Step = (service, intent) => control(service, "disputes", { payment_intent: intent, inquiry: true });

const signer = new Stripe("sk_test_0").webhooks;

/** What Stripe has recorded about an intent, its charge, its refunds and its disputes, signed anew. */
async function eventsOf({ stripe }: TestService, intent: string): Promise<SentEvent[]> {
  const { body } = await callJson("GET", `${stripe.url}/v1/events?limit=100`, undefined, {
    authorization: "Bearer sk_test_0123456789",
  });
  const events = body.data as { type: string; data: { object: { id: string; payment_intent?: string } } }[];
  return events
    .filter(({ data: { object } }) => object.id === intent || object.payment_intent === intent)
    .map((event) => {
      const payload = JSON.stringify(event);
      const signature = signer.generateTestHeaderString({ payload, secret: STRIPE_WEBHOOK_SECRET });
      const headers = { "content-type": "application/json", "stripe-signature": signature };
      return { type: event.type, path: "/webhooks/stripe", headers, body: payload };
    });
}

const PAID = "payment_intent.succeeded";

const flow = (
  name: string,
  types: readonly string[],
  steps: readonly Step[],
  status: string,
  balance: number,
): Flow => ({
  name,
  types: [PAID, ...types],
  ends: { status, balance },
  drive: async (service, customerId) => {
    const { paymentId, reference } = await openPayment(service, customerId, "payment_intent");
    await askStripe(service, `payment_intents/${reference}/confirm`, {
      payment_method: "pm_card_visa",
      return_url: "https://shop.example/back",
    });
    for (const step of steps) await step(service, reference);
    return { paymentId, events: await eventsOf(service, reference) };
  },
});

const REFUND = ["refund.created", "charge.refunded"];
const WITHDRAWN = ["charge.dispute.created", "charge.dispute.funds_withdrawn"];

const FLOWS: readonly Flow[] = [
  flow("a refund", REFUND, [refund()], "refunded", 0),
  flow("a third refunded", REFUND, [refund(333)], "partially_refunded", 7),
  flow("a refund that fails", ["refund.created", "refund.updated", "refund.failed"], [failedRefund], "succeeded", 10),
  flow("an inquiry", ["charge.dispute.created"], [inquiry], "succeeded", 10),
  flow("a dispute", WITHDRAWN, [dispute()], "disputed", 0),
  flow("a dispute won", [...WITHDRAWN, "charge.dispute.funds_reinstated"], [dispute("win")], "succeeded", 10),
  flow("a dispute lost", [...WITHDRAWN, "charge.dispute.closed"], [dispute("lose")], "disputed", 0),
  flow(
    "a dispute lost, then won",
    ["charge.dispute.funds_withdrawn", "charge.dispute.closed", "charge.dispute.funds_reinstated"],
    [dispute("lose", "win")],
    "succeeded",
    10,
  ),
  flow(
    "half refunded, then all of it disputed",
    ["refund.created", "charge.dispute.funds_withdrawn"],
    [refund(500), dispute()],
    "disputed",
    0,
  ),
];

t.setTimeout(200_000);
t.test("events of refunds and disputes lead to the same end in every order", async (t) => {
  t.setTimeout(200_000);
  const service = await startQuietService(t);
  for (const each of FLOWS) await replayEveryOrder(t, service, each);
});
