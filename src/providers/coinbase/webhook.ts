/**
 * Coinbase webhooks. `X-Hook0-Signature: t=<s>,v0=<hex>,h=<header names>,v1=<hex>` in any order, HMAC-SHA256:
 * v0 over `t.body`, v1 over `t.h.<values of those headers joined by .>.body` (docs.cdp.coinbase.com/webhooks/verify-signatures;
 * vectors in hook0/hook0 clients/conformance). Legacy Commerce deliveries are told apart by their own header.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type VerifiedWebhook,
  type WebhookDelivery,
  type WebhookMeaning,
  WebhookRejectedError,
} from "../ports/webhooks.js";
import { isOfAnother, PAYMENT_ID_KEY } from "../shared.js";
import {
  badSignature,
  checkTolerance,
  matchesHmac,
  parseObject,
  parseSignatureFields,
  signatureHeader,
  singleHeader,
  timestampField,
} from "../signature.js";
import { COMMERCE_SIGNATURE_HEADER, interpretCommerceEvent, verifyCommerceWebhook } from "./legacy-commerce.js";
import { checkoutNews, parseCheckout } from "./news.js";

const SIGNATURE_HEADER = "x-hook0-signature";
/** Coinbase covers a handful of headers. */
const COVERED_MAX = 32;
const EVENT_ID_HEADER = "x-event-id";

export interface CoinbaseWebhookSecrets {
  readonly webhookSecrets: readonly string[];
  /** Shared secret of the closed Commerce product, to read what it still sends. */
  readonly commerceWebhookSecret?: string | undefined;
}

/**
 * Checks a delivery under any of the secrets. Throws WebhookRejectedError; also `missing_signature` for the unsigned empty
 * body with which Coinbase probes an endpoint, which the route may answer as it likes.
 */
export function verifyCoinbaseWebhook(delivery: WebhookDelivery, secrets: CoinbaseWebhookSecrets): VerifiedWebhook {
  const isCommerce =
    singleHeader(delivery.headers, SIGNATURE_HEADER) === undefined &&
    singleHeader(delivery.headers, COMMERCE_SIGNATURE_HEADER) !== undefined;
  if (isCommerce) return verifyCommerceWebhook(delivery, secrets.commerceWebhookSecret);

  const fields = parseSignatureFields(signatureHeader(delivery.headers, SIGNATURE_HEADER));
  const timestamp = timestampField(fields);
  const covered = checkSignature(delivery, fields, timestamp, secrets.webhookSecrets);
  checkTolerance(timestamp, delivery.now);

  const payload = parseObject(delivery.rawBody);
  const { eventType, updatedAt } = payload;
  if (typeof eventType !== "string" || eventType === "") {
    throw new WebhookRejectedError("unreadable", "the event has no eventType");
  }
  const occurredAt = typeof updatedAt === "string" ? new Date(updatedAt) : undefined;
  const hasTime = occurredAt !== undefined && !Number.isNaN(occurredAt.getTime());
  return {
    eventId: covered.get(EVENT_ID_HEADER) || businessKey(payload),
    type: eventType,
    ...(hasTime ? { occurredAt } : {}),
    payload,
  };
}

/** Returns the headers that the signature covers, by lower-case name: only these may be believed. */
function checkSignature(
  delivery: WebhookDelivery,
  fields: readonly (readonly [string, string])[],
  timestamp: string,
  secrets: readonly string[],
): ReadonlyMap<string, string> {
  const values = new Map(fields);
  if (values.size !== fields.length) throw badSignature("a field is repeated in the signature header");
  const { rawBody, headers } = delivery;
  const v1 = values.get("v1");
  if (v1 === undefined) {
    const v0 = values.get("v0") ?? "";
    if (!matchesHmac("sha256", secrets, [`${timestamp}.`, rawBody], [v0])) throw badSignature("v0 does not match");
    return new Map();
  }
  // Falling back to v0 here would let an attacker break v1 in order to forge the headers that only v1 covers.
  const names = values.get("h") ?? "";
  const listed = names.split(" ", COVERED_MAX + 1).filter((name) => name !== "");
  if (listed.length > COVERED_MAX) throw badSignature("the signature covers too many headers");
  const covered = listed.map((name) => {
    const value = singleHeader(headers, name);
    if (value === undefined) throw badSignature(`the signature covers ${name.slice(0, 80)}, which is missing`);
    return [name.toLowerCase(), value] as const;
  });
  const signed = [`${timestamp}.${names}.${covered.map(([, value]) => value).join(".")}.`, rawBody];
  if (!matchesHmac("sha256", secrets, signed, [v1])) throw badSignature("v1 does not match");
  return new Map(covered);
}

/** Checkout bodies carry no event id: what happened to what stands in for it when no signed header does. */
function businessKey(payload: Readonly<Record<string, unknown>>): string {
  const parts = ["id", "eventType", "status", "refundId", "refundedAmount"].map((key) => payload[key] ?? null);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The status that an event's body must show for its type to be taken at its word. */
const EXPECTED_STATUS: Readonly<Record<string, readonly string[]>> = {
  "checkout.payment.success": ["succeeded"],
  "checkout.payment.failed": ["failed"],
  "checkout.payment.expired": ["expired"],
};

/**
 * What a verified event means. A body whose status contradicts its type is looked up. Types that move no payment, and
 * checkouts that we did not make, are ignored. Throws a ZodError when a checkout of ours breaks its schema.
 */
export function interpretCoinbaseEvent(
  event: { readonly type: string; readonly payload: unknown },
  installation?: string,
): WebhookMeaning {
  if (event.type.startsWith("charge:")) return interpretCommerceEvent(event);
  if (event.type.startsWith("checkout.refund.")) {
    return { kind: "refunds", paymentReference: z.looseObject({ id: z.string().min(1) }).parse(event.payload).id };
  }
  const expected = EXPECTED_STATUS[event.type];
  if (expected === undefined) return { kind: "ignored", reason: `type ${event.type}` };
  const { metadata } = z.looseObject({ metadata: z.unknown() }).parse(event.payload);
  const ours = typeof metadata === "object" && metadata !== null && PAYMENT_ID_KEY in metadata;
  if (!ours) return { kind: "ignored", reason: `foreign: no ${PAYMENT_ID_KEY}` };
  if (isOfAnother(metadata, installation)) return { kind: "ignored", reason: "foreign: another installation" };
  const news = checkoutNews(parseCheckout(event.payload));
  if (expected.includes(news.status)) return { kind: "payment", news };
  return {
    kind: "refetch",
    providerReference: news.providerReference,
    ...(news.paymentId === undefined ? {} : { paymentId: news.paymentId }),
  };
}
