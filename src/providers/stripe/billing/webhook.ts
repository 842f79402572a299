/**
 * What Stripe's events about subscriptions, invoices and saved methods mean. They come in any order and their snapshots are
 * old by then: each only says what to look up.
 */
import { z } from "zod";
import type { WebhookMeaning } from "../../ports/webhooks.js";
import { metadataSchema, SUBSCRIPTION_ID_KEY } from "../../shared.js";
import { isOfRelease } from "../release.js";
import { idOf } from "./read.js";

const METHOD_EVENTS: ReadonlySet<string> = new Set([
  "payment_method.attached",
  "payment_method.detached",
  "payment_method.updated",
  "payment_method.automatically_updated",
  "customer.updated",
]);

const SESSION_EVENTS: ReadonlySet<string> = new Set(["checkout.session.completed", "checkout.session.expired"]);

const envelopeSchema = z.looseObject({
  livemode: z.boolean().nullish(),
  api_version: z.string().nullish(),
  data: z.looseObject({
    object: z.looseObject({ id: z.string().min(1).nullish(), metadata: metadataSchema.optional() }),
    previous_attributes: z.looseObject({}).nullish(),
  }),
});
type Envelope = z.infer<typeof envelopeSchema>;

const invoiceSchema = z.looseObject({
  parent: z.looseObject({ subscription_details: z.looseObject({ metadata: metadataSchema }).nullish() }).nullish(),
});

/** Events of Stripe Billing that are read here; checkout sessions are, too, when they are of a subscription. */
export const isBillingEvent = (type: string): boolean =>
  type.startsWith("customer.subscription.") ||
  type.startsWith("invoice.") ||
  type.startsWith("credit_note.") ||
  type === "invoice_payment.paid" ||
  METHOD_EVENTS.has(type);

const foreign: WebhookMeaning = { kind: "ignored", reason: `foreign: no ${SUBSCRIPTION_ID_KEY}` };

/** The meaning of an event of Stripe Billing; undefined for other events. Throws a ZodError on a broken schema. */
export function billingMeaning(
  event: { readonly type: string; readonly payload: unknown },
  livemode: boolean | undefined,
): WebhookMeaning | undefined {
  const { type } = event;
  if (!isBillingEvent(type) && !SESSION_EVENTS.has(type)) return undefined;
  const envelope = envelopeSchema.parse(event.payload);
  if (livemode !== undefined && typeof envelope.livemode === "boolean" && envelope.livemode !== livemode) {
    return { kind: "ignored", reason: "other_mode" };
  }
  if (SESSION_EVENTS.has(type)) return sessionMeaning(envelope);
  const { object } = envelope.data;
  // An upcoming invoice is a preview and has no id.
  if (!object.id) return { kind: "ignored", reason: `${type}: no object` };
  if (METHOD_EVENTS.has(type)) return methodMeaning(type, envelope, object.id);
  if (type === "invoice_payment.paid" || type.startsWith("credit_note.")) {
    return { kind: "invoice", providerReference: z.looseObject({ invoice: idOf }).parse(object).invoice };
  }
  if (type.startsWith("invoice.")) {
    const ours = invoiceSchema.parse(object).parent?.subscription_details?.metadata[SUBSCRIPTION_ID_KEY];
    // Before `basil` an invoice says elsewhere whose it is, and other versions may: there only a look-up tells.
    const isOurShape = object.parent !== undefined && isOfRelease(envelope.api_version);
    return typeof ours === "string" || !isOurShape ? { kind: "invoice", providerReference: object.id } : foreign;
  }
  const subscriptionId = object.metadata?.[SUBSCRIPTION_ID_KEY];
  if (typeof subscriptionId !== "string") return foreign;
  return { kind: "subscription", providerReference: object.id, subscriptionId };
}

/** Undefined for a page of a payment, which is read elsewhere. */
function sessionMeaning({ data: { object } }: Envelope): WebhookMeaning | undefined {
  const subscriptionId = object.metadata?.[SUBSCRIPTION_ID_KEY];
  if (object.mode !== "subscription" || !object.id) return undefined;
  if (typeof subscriptionId !== "string") return foreign;
  return { kind: "subscription_checkout", sessionReference: object.id, subscriptionId };
}

function methodMeaning(type: string, { data }: Envelope, id: string): WebhookMeaning {
  if (type === "customer.updated") {
    const previous = data.previous_attributes;
    // Without them (thin events) it may be the default method that changed.
    const isOther = previous != null && !("invoice_settings" in previous);
    return isOther
      ? { kind: "ignored", reason: "not about payment methods" }
      : { kind: "payment_method", customerReference: id };
  }
  const customer = idOf.nullish().parse(data.object.customer ?? data.previous_attributes?.customer);
  return { kind: "payment_method", methodReference: id, ...(customer ? { customerReference: customer } : {}) };
}
