import { Refusal } from "../../refusal.js";
import { stripeError } from "../errors.js";
import { confirmIntent, setMethod } from "../intents.js";
import type { PaymentIntent } from "../objects.js";
import type { DunningSettings, StoredInvoice, StripeWorld } from "../world.js";
import { DAY_SECONDS } from "./calendar.js";
import { markPaid, putInvoice } from "./invoices.js";

const DEFAULT_DUNNING: DunningSettings = { retryDays: [3, 5, 7], finalAction: "cancel" };
const SETTINGS = "settings";

export function dunningOf(world: StripeWorld): DunningSettings {
  return world.dunning.get(SETTINGS) ?? DEFAULT_DUNNING;
}

export function setDunning(world: StripeWorld, settings: DunningSettings): void {
  world.dunning.put(SETTINGS, settings);
}

/** The method that pays a subscription's invoices by itself, in Stripe's order of precedence. */
export function payingMethod(world: StripeWorld, subscriptionId: string): string | null {
  const subscription = world.subscriptions.get(subscriptionId)?.wire;
  const customer = world.customers.get(subscription?.customer ?? "");
  return subscription?.default_payment_method ?? customer?.invoice_settings.default_payment_method ?? null;
}

/** First invoices and those of an update that waits are not tried again by themselves. */
function isRetried(world: StripeWorld, { wire, subscriptionId }: StoredInvoice): boolean {
  const waiting = world.subscriptions.get(subscriptionId)?.waiting;
  return wire.billing_reason !== "subscription_create" && waiting?.invoiceId !== wire.id;
}

function nextAttempt(world: StripeWorld, invoice: StoredInvoice, attempts: number): number | null {
  const days = isRetried(world, invoice) ? dunningOf(world).retryDays[attempts - 1] : undefined;
  return days === undefined ? null : world.now() + days * DAY_SECONDS;
}

/** Records a failed attempt. */
function noteFailure(world: StripeWorld, id: string): void {
  const { wire } = world.invoice(id);
  putInvoice(world, id, { attempted: true, attempt_count: Math.max(1, wire.attempt_count) }, "invoice.payment_failed");
  world.onInvoice("failed", id);
}

/** What the state of an intent means for the invoice that it pays, whoever used the intent. */
export function followIntent(world: StripeWorld, id: string, intent: PaymentIntent): void {
  const { status } = world.invoice(id).wire;
  if (status !== "open" && status !== "uncollectible") return;
  if (intent.status === "succeeded") markPaid(world, id);
  else if (intent.status === "requires_action") {
    putInvoice(world, id, { attempted: true }, "invoice.payment_action_required");
  } else if (intent.status === "requires_payment_method" && intent.last_payment_error) noteFailure(world, id);
}

export interface Attempt {
  /** The schedule's attempt, after which there may be another; otherwise somebody asked for it. */
  automatic: boolean;
  offSession: boolean;
  methodId?: string | undefined;
  /** Where the browser goes after 3-D Secure. */
  returnUrl?: string;
}

const NO_METHOD = stripeError(
  400,
  {
    type: "invalid_request_error",
    code: "resource_missing",
    message:
      "This customer has no attached payment source or default payment method. Please consider adding a default payment method.",
  },
  true,
);

function tryIntent(world: StripeWorld, stored: StoredInvoice, attempt: Attempt): Refusal | undefined {
  const methodId = attempt.methodId ?? payingMethod(world, stored.subscriptionId);
  if (methodId === null || stored.intentId === undefined) {
    if (attempt.automatic) noteFailure(world, stored.wire.id);
    return NO_METHOD;
  }
  try {
    setMethod(world, stored.intentId, methodId);
    const { offSession, returnUrl } = attempt;
    const { status } = confirmIntent(world, stored.intentId, { offSession, collected: true, returnUrl });
    if (status !== "requires_action") return undefined;
  } catch (error) {
    if (error instanceof Refusal && error.status === 402) return error;
    throw error;
  }
  if (attempt.automatic && attempt.offSession) noteFailure(world, stored.wire.id);
  return stripeError(
    402,
    {
      type: "card_error",
      code: "invoice_payment_intent_requires_action",
      message:
        "This payment requires additional user action before it can be completed successfully. Payment can be completed using the PaymentIntent associated with the invoice.",
      payment_intent: world.intent(stored.intentId).wire,
    },
    true,
  );
}

/** Tries to collect an open invoice. A refusal is recorded and announced, and returned to callers that must answer it. */
export function collectInvoice(world: StripeWorld, id: string, attempt: Attempt): Refusal | undefined {
  const stored = world.invoice(id);
  const { wire, intentId } = stored;
  if (intentId !== undefined && world.intent(intentId).wire.status === "processing") {
    putInvoice(world, id, { next_payment_attempt: null });
    return undefined;
  }
  if (attempt.automatic) {
    const attempt_count = wire.attempt_count + 1;
    putInvoice(world, id, { attempt_count, next_payment_attempt: nextAttempt(world, stored, attempt_count) });
  }
  const refusal = tryIntent(world, stored, attempt);
  const after = world.invoice(id);
  if (refusal && attempt.automatic && after.wire.next_payment_attempt === null && isRetried(world, after)) {
    world.onInvoice("given_up", id);
  }
  return refusal;
}
