/**
 * Stripe's snapshot webhooks: `Stripe-Signature: t=<s>,v1=<hex>[,v1=...]`, HMAC-SHA256 of `<t>.<raw body>` under the whole
 * `whsec_...` string. Verified here rather than by stripe-node because that accepts timestamps of the future, decodes the
 * body to text before hashing it, and takes one secret (docs.stripe.com/webhooks; stripe-node 23.1.0 Webhooks.js).
 */
import { z } from "zod";
import type { ProviderResult } from "../ports/common.js";
import {
  type VerifiedWebhook,
  type WebhookDelivery,
  type WebhookMeaning,
  WebhookRejectedError,
} from "../ports/webhooks.js";
import { INSTALLATION_KEY, isOfAnother, PAYMENT_ID_KEY, paymentIdOf, rejected } from "../shared.js";
import {
  badSignature,
  checkTolerance,
  matchesHmac,
  parseObject,
  parseSignatureFields,
  signatureHeader,
  timestampField,
} from "../signature.js";
import { billingMeaning, isBillingEvent } from "./billing/webhook.js";
import { askStripe, type StripeClient } from "./client.js";
import { intentNews, parseIntent, parseSession, sessionNews } from "./news.js";
import { isOfRelease, STRIPE_RELEASE } from "./release.js";

/** Stripe sends one signature per live secret, at most a few; more is an attempt to make us hash. */
const MAX_SIGNATURES = 10;

const SESSION_EVENTS: ReadonlySet<string> = new Set([
  "checkout.session.completed",
  "checkout.session.async_payment_succeeded",
  "checkout.session.async_payment_failed",
  "checkout.session.expired",
]);

const THIN_EVENT = "v2.core.event";

/** docs.stripe.com/event-destinations: what happened to which object, without the object. */
const thinSchema = z.looseObject({
  id: z.string().min(1),
  livemode: z.boolean().nullish(),
  related_object: z.looseObject({ id: z.string().min(1), url: z.string() }).nullish(),
});

const envelopeSchema = z.looseObject({
  livemode: z.boolean().nullish(),
  api_version: z.string().nullish(),
  data: z.looseObject({ object: z.looseObject({ id: z.string().min(1) }) }),
});

export interface StripeWebhookSecrets {
  /** The endpoint's signing secrets, several during a rotation. */
  readonly snapshot: readonly string[];
  /** Those of an endpoint that is sent thin events. */
  readonly thin: readonly string[];
}

/**
 * Checks a delivery under any of the secrets. Each kind of event is taken only from the endpoint that was made for it: who may
 * sign a thin event may not say what an object holds. Throws WebhookRejectedError.
 */
export function verifyStripeWebhook(delivery: WebhookDelivery, secrets: StripeWebhookSecrets): VerifiedWebhook {
  const fields = parseSignatureFields(signatureHeader(delivery.headers, "stripe-signature"));
  const timestamp = timestampField(fields);
  const signatures = fields.filter(([name]) => name === "v1").map(([, value]) => value);
  if (signatures.length > MAX_SIGNATURES) throw badSignature("too many signatures");
  const signed = [`${timestamp}.`, delivery.rawBody];
  const isSignedUnder = (some: readonly string[]) => matchesHmac("sha256", some, signed, signatures);
  const isSnapshot = isSignedUnder(secrets.snapshot);
  const isThin = !isSnapshot && isSignedUnder(secrets.thin);
  if (!isSnapshot && !isThin) throw badSignature("no signature matches");
  checkTolerance(timestamp, delivery.now);

  const payload = parseObject(delivery.rawBody);
  if (isThin !== (payload.object === THIN_EVENT)) {
    const kind = isThin ? "no thin event, but the secret is that of thin events" : "a thin event";
    throw new WebhookRejectedError("unreadable", `this is ${kind}; subscribe the endpoint to the other kind`);
  }
  const { id, type } = payload;
  if (typeof id !== "string" || id === "" || typeof type !== "string") {
    throw new WebhookRejectedError("unreadable", "the event has no id or no type");
  }
  const occurredAt = timeOf(payload.created);
  return { eventId: id, type, ...(occurredAt ? { occurredAt } : {}), payload };
}

/** Seconds on snapshots, ISO 8601 on thin events. */
function timeOf(created: unknown): Date | undefined {
  if (typeof created !== "number" && typeof created !== "string") return undefined;
  const time = new Date(typeof created === "number" ? created * 1_000 : created);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * What a verified event means. An event of the other mode (`livemode`, when given), of an object that we did not make, or of
 * a type that moves no payment is ignored. Throws a ZodError or RangeError when an object of ours breaks its schema.
 */
export function interpretStripeEvent(
  event: { readonly type: string; readonly payload: unknown },
  livemode: boolean | undefined,
  installation?: string,
): WebhookMeaning {
  // Of an account that is connected to ours: its objects are not seen with our key, and its money is not ours.
  if (isRecord(event.payload) && (isName(event.payload.account) || isName(event.payload.context))) {
    return { kind: "ignored", reason: "foreign: of a connected account" };
  }
  if (isRecord(event.payload) && event.payload.object === THIN_EVENT) return thinMeaning(event, livemode);
  if (namesAnother(event.payload, installation)) return { kind: "ignored", reason: "foreign: of another installation" };
  const elsewhere = reversalMeaning(event, livemode) ?? billingMeaning(event, livemode);
  if (elsewhere) return elsewhere;
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
  const isNamed = isRecord(object.metadata) && typeof object.metadata[INSTALLATION_KEY] === "string";
  const whose = isNamed ? {} : ({ mayBeForeign: true } as const);
  // A snapshot has the shape of the endpoint's own API version. Within one major they are compatible; otherwise we look up.
  if (!isOfRelease(envelope.api_version)) {
    return { kind: "refetch", providerReference: object.id, paymentId, ...whose };
  }
  if (isIntent) return { kind: "payment", news: intentNews(parseIntent(object)), ...whose };
  const session = parseSession(object);
  if (session.mode !== "payment") return { kind: "ignored", reason: `session mode ${session.mode}` };
  const news = sessionNews(session);
  if (event.type !== "checkout.session.async_payment_failed") return { kind: "payment", news, ...whose };
  // The session still reads complete + unpaid; only the type says that the delayed payment is over.
  const failure = { code: "async_payment_failed", message: "The delayed payment failed." };
  return { kind: "payment", news: { ...news, status: "failed", failure: news.failure ?? failure }, ...whose };
}

/** Whether an event is about an object of another installation, by its own metadata or its subscription's. */
function namesAnother(payload: unknown, installation: string | undefined): boolean {
  const object = isRecord(payload) && isRecord(payload.data) ? payload.data.object : undefined;
  if (!isRecord(object)) return false;
  const parent = isRecord(object.parent) ? object.parent.subscription_details : object.subscription_details;
  const owner = isRecord(parent) ? parent.metadata : undefined;
  return isOfAnother(object.metadata, installation) || isOfAnother(owner, installation);
}

const REFUND_EVENTS: ReadonlySet<string> = new Set([
  "refund.created",
  "refund.updated",
  "refund.failed",
  "charge.refunded",
  "charge.refund.updated",
]);

const isReversal = (type: string): boolean => type.startsWith("charge.dispute.") || REFUND_EVENTS.has(type);

/** Refunds and disputes are rare and their events come in any order: what they are now is always looked up. */
function reversalMeaning(
  event: { readonly type: string; readonly payload: unknown },
  livemode: boolean | undefined,
): WebhookMeaning | undefined {
  const isDispute = event.type.startsWith("charge.dispute.");
  if (!isReversal(event.type)) return undefined;
  const { data, livemode: mode } = envelopeSchema.parse(event.payload);
  if (livemode !== undefined && typeof mode === "boolean" && mode !== livemode) {
    return { kind: "ignored", reason: "other_mode" };
  }
  const intent = data.object.payment_intent;
  if (isDispute) {
    // A charge that was made without an intent is another application's.
    return intent === null
      ? { kind: "ignored", reason: "foreign: the dispute is of no payment intent" }
      : { kind: "dispute", providerReference: data.object.id };
  }
  const paymentReference = typeof intent === "string" ? intent : isRecord(intent) ? intent.id : undefined;
  if (typeof paymentReference !== "string") return { kind: "ignored", reason: "foreign: no payment intent" };
  return { kind: "refunds", paymentReference };
}

/** Worth asking about: what would be ignored with its object is ignored without it. */
function thinMeaning(
  { type, payload }: { type: string; payload: unknown },
  livemode: boolean | undefined,
): WebhookMeaning {
  const event = thinSchema.parse(payload);
  if (livemode !== undefined && typeof event.livemode === "boolean" && event.livemode !== livemode) {
    return { kind: "ignored", reason: "other_mode" };
  }
  const name = snapshotName(type);
  const isKnown =
    name.startsWith("payment_intent.") || SESSION_EVENTS.has(name) || isReversal(name) || isBillingEvent(name);
  return isKnown && event.related_object ? { kind: "fetch" } : { kind: "ignored", reason: `type ${type}` };
}

/** Thin events have the names of snapshots with their version in front. */
export const isThinType = (type: string): boolean => type.startsWith("v1.");

const snapshotName = (type: string): string => type.replace(/^v1\./, "");

/** GET of the object that a thin event is about, put into a snapshot event of the same name. */
export async function fetchStripeEvent(
  stripe: StripeClient,
  { type, payload }: { type: string; payload: unknown },
): Promise<ProviderResult<{ type: string; payload: unknown }>> {
  const event = thinSchema.parse(payload);
  const { related_object: related } = event;
  // The path is part of what was signed; still, nothing but an object of the API is asked for.
  if (!related || !/^\/v1\/[\w/]+$/.test(related.url)) return rejected("no_object", "the event names no object");
  const result = await askStripe(
    stripe,
    (client) => client.rawRequest("GET", related.url),
    (object) => {
      if (object.id !== related.id) throw new RangeError("a reply about another object");
      const snapshot = { livemode: event.livemode, api_version: `.${STRIPE_RELEASE}`, data: { object } };
      return { type: snapshotName(type), payload: { id: event.id, ...snapshot } };
    },
  );
  // Only the path names an object here, also when Stripe calls what is missing by the name of a parameter (`payment_method`).
  const isGone = result.outcome === "rejected" && result.failure.code === "resource_missing";
  return isGone ? { outcome: "notFound" } : result;
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
