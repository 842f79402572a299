/**
 * Stripe's objects as news. Replies, listings and webhook snapshots pass the same validation: loose about fields we do not
 * read, exact about money. Shapes: API 2026-10-28.endive, PaymentIntent and Checkout Session.
 */
import { z } from "zod";
import type { Failure } from "../ports/common.js";
import type { NextAction, PaymentNews, PaymentNewsStatus } from "../ports/payments.js";
import { metadataSchema, paymentIdOf } from "../shared.js";
import { fromStripeAmount } from "./amounts.js";

/** An integer in Stripe's units. Floats, negatives, strings and 1e400 (which parses to Infinity) are refused. */
const stripeInteger = z.int().nonnegative();
const currency = z.string().regex(/^[A-Za-z]{3}$/);

/** An error as Stripe keeps it on an object: of the last attempt to pay, or to save a method. */
export const lastErrorSchema = z.looseObject({
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  message: z.string().nullish(),
  type: z.string().nullish(),
});

const intentSchema = z.looseObject({
  id: z.string().regex(/^pi_\w+$/),
  status: z.string(),
  amount: stripeInteger,
  amount_received: stripeInteger,
  currency,
  metadata: metadataSchema,
  client_secret: z.string().nullish(),
  payment_method: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  last_payment_error: lastErrorSchema.nullish(),
  next_action: z
    .looseObject({ type: z.string(), redirect_to_url: z.looseObject({ url: z.string().nullish() }).nullish() })
    .nullish(),
});
type StripeIntent = z.infer<typeof intentSchema>;

const sessionSchema = z.looseObject({
  id: z.string().regex(/^cs_\w+$/),
  mode: z.string(),
  status: z.string().nullish(),
  payment_status: z.string(),
  amount_total: stripeInteger.nullish(),
  currency: currency.nullish(),
  metadata: metadataSchema,
  url: z.string().nullish(),
  expires_at: z.int().positive().nullish(),
  payment_intent: z.union([z.string(), intentSchema]).nullish(),
});
type StripeSession = z.infer<typeof sessionSchema>;

/** A PaymentIntent as received. Throws a ZodError when a field that we act on is not what Stripe documents. */
export const parseIntent = (value: unknown): StripeIntent => intentSchema.parse(value);
/** A Checkout Session as received, its `payment_intent` expanded or not. Throws a ZodError likewise. */
export const parseSession = (value: unknown): StripeSession => sessionSchema.parse(value);

/** Stripe's error on an object or in a reply as a failure; codes are kept as given. */
export function stripeFailure(error: z.infer<typeof lastErrorSchema>): Failure {
  return {
    code: error.code ?? error.type ?? "unknown",
    ...(error.decline_code ? { declineCode: error.decline_code } : {}),
    message: error.message ?? "The payment was declined.",
  };
}

/** Open enums: a status that we do not know is never an end, so it counts as money that may be in motion. */
const INTENT_STATUS: Readonly<Record<string, PaymentNewsStatus>> = {
  // A declined intent falls back to requires_payment_method and can be confirmed again with another method.
  requires_payment_method: "pending",
  requires_confirmation: "pending",
  requires_action: "requires_action",
  processing: "processing",
  succeeded: "succeeded",
  canceled: "canceled",
};

/** Where a PaymentIntent stands. What arrived is `amount_received`, not what we asked for. */
export function intentNews(intent: StripeIntent): PaymentNews {
  const status = INTENT_STATUS[intent.status] ?? "processing";
  const paymentId = paymentIdOf(intent.metadata);
  const nextAction = status === "requires_action" ? intentNextAction(intent) : undefined;
  return {
    ...(paymentId === undefined ? {} : { paymentId }),
    providerReference: intent.id,
    moneyReference: intent.id,
    status,
    ...(status === "succeeded" ? { received: fromStripeAmount(intent.amount_received, intent.currency) } : {}),
    ...(status === "succeeded" ? paidWith(intent) : {}),
    ...(status !== "succeeded" && intent.last_payment_error
      ? { failure: stripeFailure(intent.last_payment_error) }
      : {}),
    ...(nextAction === undefined ? {} : { nextAction }),
    ...(intent.client_secret ? { clientSecret: intent.client_secret } : {}),
  };
}

function paidWith({ payment_method: method }: StripeIntent): Pick<PaymentNews, "methodReference"> {
  if (!method) return {};
  return { methodReference: typeof method === "string" ? method : method.id };
}

function intentNextAction(intent: StripeIntent): NextAction {
  const url = intent.next_action?.redirect_to_url?.url;
  return intent.next_action?.type === "redirect_to_url" && url
    ? { type: "redirect", url }
    : { type: "use_provider_sdk" };
}

/**
 * Where a Checkout Session stands. `complete` says only that the customer is done: a delayed method may still be unpaid.
 * With the intent expanded, what arrived and whether a delayed payment failed are the intent's word.
 */
export function sessionNews(session: StripeSession): PaymentNews {
  const intent = typeof session.payment_intent === "object" ? (session.payment_intent ?? undefined) : undefined;
  const intentId = typeof session.payment_intent === "string" ? session.payment_intent : intent?.id;
  const status = sessionStatus(session, intent);
  const paymentId = paymentIdOf(session.metadata);
  const lastError = intent?.last_payment_error;
  return {
    ...(paymentId === undefined ? {} : { paymentId }),
    providerReference: session.id,
    ...(intentId === undefined ? {} : { moneyReference: intentId }),
    status,
    ...(status === "succeeded" ? sessionMoney(session, intent) : {}),
    ...(status !== "succeeded" && lastError ? { failure: stripeFailure(lastError) } : {}),
    ...(session.url ? { checkoutUrl: session.url } : {}),
    ...(session.expires_at ? { expiresAt: new Date(session.expires_at * 1_000) } : {}),
  };
}

function sessionStatus(session: StripeSession, intent: StripeIntent | undefined): PaymentNewsStatus {
  if (session.status === "expired") return "expired";
  if (session.status !== "complete") return "pending";
  if (session.payment_status === "paid" || session.payment_status === "no_payment_required") return "succeeded";
  // Complete, unpaid, and the intent waits for a method again: the delayed payment failed, and a session is used once.
  const failed = intent?.status === "requires_payment_method" || intent?.status === "canceled";
  return failed ? "failed" : "processing";
}

function sessionMoney(
  session: StripeSession,
  intent: StripeIntent | undefined,
): Pick<PaymentNews, "received" | "methodReference"> {
  if (intent?.status === "succeeded") {
    return { received: fromStripeAmount(intent.amount_received, intent.currency), ...paidWith(intent) };
  }
  if (session.amount_total == null || session.currency == null) {
    throw new RangeError(`paid session ${session.id} does not say its amount`);
  }
  return { received: fromStripeAmount(session.amount_total, session.currency) };
}
