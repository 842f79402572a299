import { controlRefusal, Refusal } from "../refusal.js";
import type { Call } from "../server.js";
import { answerChallenge } from "./challenges.js";
import type { Checkout } from "./checkout.js";
import { declineIntent, failIntent, processIntent, setMethod, succeedIntent } from "./intents.js";
import type { PaymentIntent } from "./objects.js";
import { installOddities } from "./oddities.js";
import { answerSetupChallenge } from "./setups.js";
import { GENERIC_DECLINE } from "./test-cards.js";
import type { StripeWorld } from "./world.js";

const BANK_FAILURE = {
  type: "card_error",
  code: "payment_intent_payment_attempt_failed",
  decline_code: "insufficient_funds",
  message: "The bank returned the payment: insufficient funds.",
} as const;

/** What really arrived, where it should differ from the price. */
function readOverride(body: Record<string, unknown>): { amount?: number; currency?: string } {
  const { amount_received: amount, currency } = body;
  if (amount !== undefined && (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 0)) {
    throw controlRefusal(400, "amount_received must be a non-negative integer");
  }
  if (currency !== undefined && typeof currency !== "string") throw controlRefusal(400, "currency must be a string");
  return {
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency: currency.toLowerCase() }),
  };
}

/** Runs what may end in a decline; its 402 is the caller's news, not the control client's. */
export function withoutDecline(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 402) throw error;
  }
}

function unfinished(world: StripeWorld, id: string): PaymentIntent {
  const { wire } = world.intent(id);
  if (wire.status !== "succeeded" && wire.status !== "canceled") return wire;
  throw controlRefusal(409, `the payment intent is ${wire.status}`);
}

/** Ends an intent without money: a late return for a bank, a failed challenge, or a plain decline. */
function failAnyhow(world: StripeWorld, id: string): void {
  const { status } = unfinished(world, id);
  if (status === "processing") failIntent(world, id, BANK_FAILURE);
  else if (status === "requires_action") answerChallenge(world, id, false);
  else withoutDecline(() => declineIntent(world, id, GENERIC_DECLINE));
}

function installIntentControl(world: StripeWorld): void {
  const base = "/sandbox/payment_intents/:id";
  const route = (verb: string, handle: (id: string, call: Call) => void) =>
    world.server.control("POST", `${base}/${verb}`, (call) => {
      const { id = "" } = call.params;
      handle(id, call);
      return world.intent(id).wire;
    });
  route("succeed", (id, { body }) => {
    unfinished(world, id);
    succeedIntent(world, id, readOverride(body));
  });
  route("fail", (id) => failAnyhow(world, id));
  route("process", (id) => {
    if (unfinished(world, id).payment_method === null) setMethod(world, id, "pm_usBankAccount_processing");
    processIntent(world, id);
  });
}

/** `/sandbox/payment_intents` and `/sandbox/checkout/sessions`: the customer's and the bank's part, without a browser. */
export function installStripeControl(world: StripeWorld, checkout: Checkout): void {
  installIntentControl(world);
  installOddities(world);
  const intentOf = (id: string) => {
    const attempt = checkout.attemptOf(id);
    return attempt?.object === "payment_intent" ? attempt : undefined;
  };
  const route = (verb: string, handle: (id: string, call: Call) => void) =>
    world.server.control("POST", `/sandbox/checkout/sessions/:id/${verb}`, (call) => {
      const { id = "" } = call.params;
      handle(id, call);
      const { wire } = world.session(id);
      return { session: wire, payment_intent: intentOf(id) ?? null };
    });
  route("pay", (id, { body }) => {
    const override = readOverride(body);
    const { wire } = world.session(id);
    if (wire.status === "open" && Object.keys(override).length === 0) {
      checkout.tryPay(id, typeof body.payment_method === "string" ? body.payment_method : "pm_card_visa");
      return;
    }
    if (wire.mode !== "payment") throw controlRefusal(400, "a subscription's page takes what it asks for");
    const intentId = (wire.status === "open" && checkout.openAttempt(id)) || intentOf(id)?.id || "";
    unfinished(world, intentId);
    succeedIntent(world, intentId, override);
  });
  route("decline", (id) => {
    const attempt = checkout.attemptOf(id);
    if (attempt?.object !== "payment_intent") checkout.tryPay(id, "pm_card_chargeDeclined");
    else failAnyhow(world, attempt.id);
  });
  route("async", (id) => checkout.tryPay(id, "pm_usBankAccount_processing"));
  route("expire", (id) => checkout.expire(id));
  route("complete_3ds", (id) => {
    const before = checkout.attemptOf(id);
    const waiting = before?.status === "requires_action" ? before : checkout.pay(id, "pm_card_authenticationRequired");
    if (waiting.object === "setup_intent") answerSetupChallenge(world, waiting.id, true);
    else withoutDecline(() => answerChallenge(world, waiting.id, true));
  });
}
