/**
 * Stripe's snapshot webhooks: `Stripe-Signature: t=<s>,v1=<hex>[,v1=...]`, HMAC-SHA256 of `<t>.<raw body>` under the whole
 * `whsec_...` string. Verified here rather than by stripe-node because that accepts timestamps of the future, decodes the
 * body to text before hashing it, and takes one secret (docs.stripe.com/webhooks; stripe-node 23.1.0 Webhooks.js).
 */
import { z } from "zod";
import { type VerifiedWebhook, type WebhookDelivery, type WebhookMeaning, WebhookRejectedError } from "../port.js";
import { PAYMENT_ID_KEY, paymentIdOf } from "../shared.js";
import {
  badSignature,
  checkTolerance,
  matchesHmac,
  parseObject,
  parseSignatureFields,
  signatureHeader,
  timestampField,
} from "../signature.js";
import { intentNews, parseIntent, parseSession, sessionNews } from "./news.js";

/** Stripe sends one signature per live secret, at most a few; more is an attempt to make us hash. */
const MAX_SIGNATURES = 10;

/** The release that stripe-node 23.1.0 speaks; a test compares it with the installed package. */
export const STRIPE_RELEASE = "endive";

const SESSION_EVENTS: ReadonlySet<string> = new Set([
  "checkout.session.completed",
  "checkout.session.async_payment_succeeded",
  "checkout.session.async_payment_failed",
  "checkout.session.expired",
]);

const envelopeSchema = z.looseObject({
  livemode: z.boolean().nullish(),
  api_version: z.string().nullish(),
  data: z.looseObject({ object: z.looseObject({ id: z.string().min(1) }) }),
});

/** Checks a delivery under any of `secrets` (the signing secrets during a rotation). Throws WebhookRejectedError. */
export function verifyStripeWebhook(delivery: WebhookDelivery, secrets: readonly string[]): VerifiedWebhook {
  const fields = parseSignatureFields(signatureHeader(delivery.headers, "stripe-signature"));
  const timestamp = timestampField(fields);
  const signatures = fields.filter(([name]) => name === "v1").map(([, value]) => value);
  if (signatures.length > MAX_SIGNATURES) throw badSignature("too many signatures");
  const signed = [`${timestamp}.`, delivery.rawBody];
  if (!signatures.some((signature) => matchesHmac("sha256", secrets, signed, signature))) {
    throw badSignature("no signature matches");
  }
  checkTolerance(timestamp, delivery.now);

  const payload = parseObject(delivery.rawBody);
  const { id, type, created } = payload;
  if (payload.object === "v2.core.event") {
    throw new WebhookRejectedError("unreadable", "this is a thin event; subscribe the endpoint to snapshot events");
  }
  if (typeof id !== "string" || id === "" || typeof type !== "string") {
    throw new WebhookRejectedError("unreadable", "the event has no id or no type");
  }
  const occurredAt = typeof created === "number" ? new Date(created * 1_000) : undefined;
  const hasTime = occurredAt !== undefined && !Number.isNaN(occurredAt.getTime());
  return { eventId: id, type, ...(hasTime ? { occurredAt } : {}), payload };
}

/**
 * What a verified event means. An event of the other mode (`livemode`, when given), of an object that we did not make, or of
 * a type that moves no payment is ignored. Throws a ZodError or RangeError when an object of ours breaks its schema.
 */
export function interpretStripeEvent(
  event: { readonly type: string; readonly payload: unknown },
  livemode: boolean | undefined,
): WebhookMeaning {
  const reversal = reversalMeaning(event, livemode);
  if (reversal) return reversal;
  const isIntent = event.type.startsWith("payment_intent.");
  if (!isIntent && !SESSION_EVENTS.has(event.type)) return { kind: "ignored", reason: `type ${event.type}` };
  const envelope = envelopeSchema.parse(event.payload);
  if (livemode !== undefined && typeof envelope.livemode === "boolean" && envelope.livemode !== livemode) {
    return { kind: "ignored", reason: "other_mode" };
  }
  const { object } = envelope.data;
  const paymentId = paymentIdOf(isRecord(object.metadata) ? object.metadata : {});
  // Subscription invoices and other applications on the account have intents too; they carry no payment id of ours.
  if (paymentId === undefined) return { kind: "ignored", reason: `foreign: no ${PAYMENT_ID_KEY}` };
  // A snapshot has the shape of the endpoint's own API version. Within one major they are compatible; otherwise we look up.
  if (envelope.api_version?.split(".")[1] !== STRIPE_RELEASE) {
    return { kind: "refetch", providerReference: object.id, paymentId };
  }
  if (isIntent) return { kind: "payment", news: intentNews(parseIntent(object)) };
  const session = parseSession(object);
  if (session.mode !== "payment") return { kind: "ignored", reason: `session mode ${session.mode}` };
  const news = sessionNews(session);
  if (event.type !== "checkout.session.async_payment_failed") return { kind: "payment", news };
  // The session still reads complete + unpaid; only the type says that the delayed payment is over.
  const failure = { code: "async_payment_failed", message: "The delayed payment failed." };
  return { kind: "payment", news: { ...news, status: "failed", failure: news.failure ?? failure } };
}

const REFUND_EVENTS: ReadonlySet<string> = new Set([
  "refund.created",
  "refund.updated",
  "refund.failed",
  "charge.refunded",
  "charge.refund.updated",
]);

/** Refunds and disputes are rare and their events come in any order: what they are now is always looked up. */
function reversalMeaning(
  event: { readonly type: string; readonly payload: unknown },
  livemode: boolean | undefined,
): WebhookMeaning | undefined {
  const isDispute = event.type.startsWith("charge.dispute.");
  if (!isDispute && !REFUND_EVENTS.has(event.type)) return undefined;
  const { data, livemode: mode } = envelopeSchema.parse(event.payload);
  if (livemode !== undefined && typeof mode === "boolean" && mode !== livemode) {
    return { kind: "ignored", reason: "other_mode" };
  }
  if (isDispute) return { kind: "dispute", providerReference: data.object.id };
  const intent = data.object.payment_intent;
  const paymentReference = typeof intent === "string" ? intent : isRecord(intent) ? intent.id : undefined;
  if (typeof paymentReference !== "string") return { kind: "ignored", reason: "foreign: no payment intent" };
  return { kind: "refunds", paymentReference };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
