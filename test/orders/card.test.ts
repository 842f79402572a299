import t from "tap";
import {
  askStripe,
  atStripe,
  type Flow,
  openPayment,
  replayEveryOrder,
  startQuietService,
  stripeEvents,
} from "./replay.js";

type Step = (service: Parameters<Flow["drive"]>[0], intent: string) => Promise<void>;

const confirm =
  (paymentMethod: string): Step =>
  (service, intent) =>
    askStripe(service, `payment_intents/${intent}/confirm`, {
      payment_method: paymentMethod,
      return_url: "https://shop.example/back",
    });
const succeed: Step = (service, intent) => atStripe(service, `payment_intents/${intent}/succeed`);
const cancel: Step = (service, intent) => askStripe(service, `payment_intents/${intent}/cancel`);

const flow = (name: string, types: readonly string[], steps: readonly Step[], ends: Flow["ends"]): Flow => ({
  name,
  types: types.map((type) => `payment_intent.${type}`),
  ends,
  drive: async (service, customerId) => {
    const { paymentId, reference } = await openPayment(service, customerId, "payment_intent");
    for (const step of steps) await step(service, reference);
    return { paymentId, events: await stripeEvents(service, paymentId) };
  },
});

const PAID = { status: "succeeded", balance: 10 };
const UNPAID = { status: "canceled", balance: 0 };
const BANK = "pm_usBankAccount_processing";
const THREE_D_SECURE = "pm_card_authenticationRequired";
const DECLINED = "pm_card_chargeDeclined";

const FLOWS: readonly Flow[] = [
  flow("a bank payment", ["created", "processing", "succeeded"], [confirm(BANK), succeed], PAID),
  flow("a card with 3-D Secure", ["created", "requires_action", "succeeded"], [confirm(THREE_D_SECURE), succeed], PAID),
  flow(
    "a card declined, then paid by bank",
    ["created", "payment_failed", "processing", "succeeded"],
    [confirm(DECLINED), confirm(BANK), succeed],
    PAID,
  ),
  flow("a canceled payment", ["created", "canceled"], [cancel], UNPAID),
  flow(
    "a payment canceled after a decline and a challenge",
    ["created", "payment_failed", "requires_action", "canceled"],
    [confirm(DECLINED), confirm(THREE_D_SECURE), cancel],
    UNPAID,
  ),
];

t.setTimeout(200_000);
t.test("events of a card payment lead to the same end in every order", async (t) => {
  t.setTimeout(200_000);
  const service = await startQuietService(t);
  for (const each of FLOWS) await replayEveryOrder(t, service, each);
});
