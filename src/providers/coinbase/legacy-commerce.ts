/**
 * Coinbase Commerce, closed on 2026-03-31: only its webhooks are read, so that charges made before still settle.
 * `X-CC-Webhook-Signature` is the hex HMAC-SHA256 of the raw body under the shared secret. No timestamp is signed, so an old
 * delivery can be replayed: the inbox's record of `event.id` and the settlement by charge id make that harmless.
 * Source: docs.cdp.coinbase.com/commerce webhooks-security, webhooks-fields; coinbase-commerce-node lib/Webhook.js.
 */
import { z } from "zod";
import { formatDecimal, parseDecimal } from "../../core/money.js";
import type { DecimalAmount } from "../ports/common.js";
import type { PaymentNews, PaymentNewsStatus } from "../ports/payments.js";
import {
  type VerifiedWebhook,
  type WebhookDelivery,
  type WebhookMeaning,
  WebhookRejectedError,
} from "../ports/webhooks.js";
import { decimalString, metadataSchema, PAYMENT_ID_KEY, paymentIdOf } from "../shared.js";
import { badSignature, matchesHmac, parseObject, signatureHeader } from "../signature.js";

export const COMMERCE_SIGNATURE_HEADER = "x-cc-webhook-signature";

const amountSchema = z.looseObject({ amount: decimalString, currency: z.string().regex(/^[A-Za-z]{3,10}$/) });

const chargeSchema = z.looseObject({
  id: z.string().min(1),
  metadata: metadataSchema,
  hosted_url: z.string().nullish(),
  pricing: z.looseObject({ local: amountSchema }).nullish(),
  timeline: z.array(z.looseObject({ status: z.string() })).nullish(),
  payments: z.array(z.looseObject({ value: z.looseObject({ local: amountSchema.nullish() }).nullish() })).nullish(),
});
type Charge = z.infer<typeof chargeSchema>;

const envelopeSchema = z.looseObject({ event: z.looseObject({ data: z.looseObject({ metadata: z.unknown() }) }) });

/** Checks a legacy delivery. The outer `id` is the delivery's, so `event.id` identifies it. Throws WebhookRejectedError. */
export function verifyCommerceWebhook(delivery: WebhookDelivery, secret: string | undefined): VerifiedWebhook {
  const signature = signatureHeader(delivery.headers, COMMERCE_SIGNATURE_HEADER);
  if (!matchesHmac("sha256", secret === undefined ? [] : [secret], [delivery.rawBody], [signature])) {
    throw badSignature("the Commerce signature does not match");
  }
  const payload = parseObject(delivery.rawBody);
  const event = z
    .looseObject({ id: z.string().min(1), type: z.string().min(1), created_at: z.string().nullish() })
    .safeParse(payload.event);
  if (!event.success) throw new WebhookRejectedError("unreadable", "the event has no id or no type");
  const occurredAt = new Date(event.data.created_at ?? Number.NaN);
  return {
    eventId: event.data.id,
    type: event.data.type,
    ...(Number.isNaN(occurredAt.getTime()) ? {} : { occurredAt }),
    payload,
  };
}

/** `delayed` is money that came too late or in the wrong amount: a person resolves it, so it is not an end. */
const STATUS_BY_TYPE: Readonly<Record<string, PaymentNewsStatus>> = {
  "charge:created": "pending",
  "charge:pending": "processing",
  "charge:delayed": "processing",
  "charge:confirmed": "succeeded",
  "charge:resolved": "succeeded",
  "charge:failed": "failed",
};

/** What a verified `charge:*` event means. Throws a ZodError or RangeError when a charge of ours breaks its schema. */
export function interpretCommerceEvent(event: { readonly type: string; readonly payload: unknown }): WebhookMeaning {
  const status = STATUS_BY_TYPE[event.type];
  if (status === undefined) return { kind: "ignored", reason: `type ${event.type}` };
  const { data } = envelopeSchema.parse(event.payload).event;
  const ours = typeof data.metadata === "object" && data.metadata !== null && PAYMENT_ID_KEY in data.metadata;
  if (!ours) return { kind: "ignored", reason: `foreign: no ${PAYMENT_ID_KEY}` };
  const charge = chargeSchema.parse(data);
  // Resolving is a click in a dashboard that may accept a wrong amount: without the payments' word nothing is credited.
  const received = receivedOf(charge) ?? (event.type === "charge:resolved" ? undefined : charge.pricing?.local);
  if (status === "succeeded" && received === undefined) {
    return { kind: "ignored", reason: "needs review: the charge does not say what arrived" };
  }
  return { kind: "payment", news: chargeNews(charge, status, received) };
}

function chargeNews(charge: Charge, status: PaymentNewsStatus, received: Amount | undefined): PaymentNews {
  const paymentId = paymentIdOf(charge.metadata);
  const ended = status === "failed" ? endOf(charge) : status;
  return {
    ...(paymentId === undefined ? {} : { paymentId }),
    providerReference: charge.id,
    moneyReference: charge.id,
    status: ended,
    ...(ended === "succeeded" && received
      ? { received: { amount: received.amount, asset: received.currency.toUpperCase() } satisfies DecimalAmount }
      : {}),
    ...(ended === "failed" ? { failure: { code: "charge_failed", message: "Coinbase reports a failed charge." } } : {}),
    ...(charge.hosted_url ? { checkoutUrl: charge.hosted_url } : {}),
  };
}

/** `charge:failed` covers expiry and cancellation; the last entry of the timeline is the charge's status. */
function endOf(charge: Charge): PaymentNewsStatus {
  const last = charge.timeline?.at(-1)?.status;
  if (last === "EXPIRED") return "expired";
  return last === "CANCELED" ? "canceled" : "failed";
}

type Amount = { readonly amount: string; readonly currency: string };

/** The sum of the charge's payments in its local currency; undefined when they do not all say it in one currency. */
function receivedOf(charge: Charge): Amount | undefined {
  const amounts = (charge.payments ?? []).map((payment) => payment.value?.local ?? undefined);
  const currency = amounts[0]?.currency;
  if (currency === undefined) return undefined;
  let scale = 0;
  for (const amount of amounts) {
    if (amount?.currency !== currency) return undefined;
    scale = Math.max(scale, amount.amount.split(".")[1]?.length ?? 0);
  }
  const sum = amounts.reduce((total, amount) => total + parseDecimal(amount?.amount ?? "0", scale).amount, 0n);
  return { amount: formatDecimal(sum, scale), currency };
}
