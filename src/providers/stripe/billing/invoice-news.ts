/**
 * Stripe's invoices as news (docs.stripe.com/api/invoices, API 2026-10-28.endive: no `paid`, `subscription` or
 * `payment_intent` on the invoice; they are `status`, `parent.subscription_details` and `payments`).
 */
import { z } from "zod";
import type { InvoiceLine, InvoiceNews, InvoicePreview, InvoiceStatus } from "../../ports/billing.js";
import type { Failure } from "../../ports/common.js";
import { metadataSchema, SUBSCRIPTION_ID_KEY } from "../../shared.js";
import { fromSignedStripeAmount, fromStripeAmount } from "../amounts.js";
import { lastErrorSchema, stripeFailure } from "../news.js";
import { currency, idOf, optional, toDate, unixTime } from "./read.js";

/** What a fetched invoice carries beyond its plain fields: who paid it, and with what it can be paid. */
export const INVOICE_EXPAND = ["payments.data.payment.payment_intent", "confirmation_secret"];

const itemDetails = z.looseObject({ proration: z.boolean().nullish() }).nullish();

const lineSchema = z.looseObject({
  id: z.string().min(1),
  amount: z.int(),
  currency,
  description: z.string().nullish(),
  discount_amounts: z.array(z.looseObject({ amount: z.int() })).nullish(),
  quantity: z.number().nullish(),
  period: z.looseObject({ start: unixTime, end: unixTime }),
  pricing: z.looseObject({ price_details: z.looseObject({ price: idOf.nullish() }).nullish() }).nullish(),
  parent: z.looseObject({ subscription_item_details: itemDetails, invoice_item_details: itemDetails }).nullish(),
});

const intentSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string().optional(),
  last_payment_error: lastErrorSchema.nullish(),
});

const paymentSchema = z.looseObject({
  status: z.string(),
  is_default: z.boolean().nullish(),
  amount_paid: z.int().nullish(),
  payment: z.looseObject({ payment_intent: z.union([z.string(), intentSchema]).nullish() }).nullish(),
});

const previewSchema = z.looseObject({
  currency,
  total: z.int(),
  amount_due: z.int().nonnegative(),
  lines: z.looseObject({ data: z.array(lineSchema), has_more: z.boolean().optional() }),
  parent: z
    .looseObject({
      subscription_details: z
        .looseObject({
          subscription: idOf.nullish(),
          metadata: metadataSchema,
          subscription_proration_date: unixTime.nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

const invoiceSchema = z.looseObject({
  ...previewSchema.shape,
  id: z.string().min(1),
  number: z.string().nullish(),
  customer: idOf,
  status: z.string().nullish(),
  billing_reason: z.string().nullish(),
  amount_paid: z.int().nonnegative(),
  amount_remaining: z.int().nonnegative(),
  pre_payment_credit_notes_amount: z.int().nonnegative().nullish(),
  post_payment_credit_notes_amount: z.int().nonnegative().nullish(),
  payments: z.looseObject({ data: z.array(paymentSchema), has_more: z.boolean().nullish() }).nullish(),
  confirmation_secret: z.looseObject({ client_secret: z.string() }).nullish(),
  hosted_invoice_url: z.string().nullish(),
  invoice_pdf: z.string().nullish(),
  attempt_count: z.int().nonnegative().nullish(),
  next_payment_attempt: unixTime.nullish(),
  created: unixTime,
  status_transitions: z.looseObject({ finalized_at: unixTime.nullish(), paid_at: unixTime.nullish() }).nullish(),
});
type StripeInvoice = z.infer<typeof invoiceSchema>;
type StripePayment = z.infer<typeof paymentSchema>;

/** What the reply does not hold of the invoice: lines and payments beyond the first page, and what was credited after it was paid. */
export function lackOf(value: unknown): { lines: boolean; payments: boolean; notes: boolean } {
  const { lines, payments, post_payment_credit_notes_amount: notes } = invoiceSchema.parse(value);
  return { lines: lines.has_more === true, payments: payments?.has_more === true, notes: (notes ?? 0) > 0 };
}

const noteSchema = z.looseObject({
  status: z.string(),
  post_payment_amount: z.int().nonnegative().nullish(),
  refunds: z.array(z.looseObject({ amount_refunded: z.int().nonnegative() })).nullish(),
});

/** What credit notes gave back otherwise than by refunds, which are news of their own. */
export function givenBack(notes: readonly unknown[]): number {
  return notes.reduce<number>((sum, value) => {
    const { status, post_payment_amount: amount, refunds } = noteSchema.parse(value);
    if (status === "void") return sum;
    const refunded = (refunds ?? []).reduce((total, each) => total + each.amount_refunded, 0);
    return sum + Math.max(0, (amount ?? 0) - refunded);
  }, 0);
}

/** An open enum: a status that we do not know is neither paid nor over. */
const STATUS: Readonly<Record<string, InvoiceStatus>> = {
  draft: "draft",
  open: "open",
  paid: "paid",
  uncollectible: "uncollectible",
  void: "void",
};

export function invoiceLine(value: unknown): InvoiceLine {
  const line = lineSchema.parse(value);
  const discount = (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
  const price = line.pricing?.price_details?.price;
  const { subscription_item_details: item, invoice_item_details: addition } = line.parent ?? {};
  return {
    lineReference: line.id,
    amount: fromSignedStripeAmount(line.amount, line.currency),
    discount: fromStripeAmount(Math.max(0, discount), line.currency),
    quantity: Math.max(0, Math.trunc(line.quantity ?? 1)),
    ...optional("priceReference", price),
    description: line.description ?? "",
    periodStart: toDate(line.period.start),
    periodEnd: toDate(line.period.end),
    proration: item?.proration === true || addition?.proration === true,
  };
}

/** What is looked up beside an invoice, in the place of its own. */
export interface InvoiceMore {
  readonly lines?: readonly InvoiceLine[] | undefined;
  readonly payments?: readonly unknown[] | undefined;
  /** See `givenBack`. */
  readonly creditedAfter?: number | undefined;
}

/** An invoice as fetched with INVOICE_EXPAND. */
export function invoiceNews(value: unknown, more: InvoiceMore = {}): InvoiceNews {
  const invoice = invoiceSchema.parse(value);
  const payments = more.payments ? z.array(paymentSchema).parse(more.payments) : (invoice.payments?.data ?? []);
  const amount = (units: number) => fromStripeAmount(units, invoice.currency);
  const details = invoice.parent?.subscription_details;
  const ours = details?.metadata[SUBSCRIPTION_ID_KEY];
  const { finalized_at: finalizedAt, paid_at: paidAt } = invoice.status_transitions ?? {};
  return {
    providerReference: invoice.id,
    ...optional("number", invoice.number),
    customerReference: invoice.customer,
    ...optional("subscriptionReference", details?.subscription),
    ...optional("subscriptionId", typeof ours === "string" ? ours : undefined),
    status: STATUS[invoice.status ?? "draft"] ?? "open",
    billingReason: invoice.billing_reason ?? "manual",
    currency: invoice.currency.toUpperCase(),
    total: fromSignedStripeAmount(invoice.total, invoice.currency),
    amountDue: amount(invoice.amount_due),
    amountPaid: amount(invoice.amount_paid),
    amountRemaining: amount(invoice.amount_remaining),
    lines: more.lines ?? invoice.lines.data.map(invoiceLine),
    creditedBefore: amount(invoice.pre_payment_credit_notes_amount ?? 0),
    creditedAfter: amount(more.creditedAfter ?? 0),
    ...paymentFacts(invoice, payments),
    ...optional("clientSecret", invoice.confirmation_secret?.client_secret),
    ...optional("hostedUrl", invoice.hosted_invoice_url),
    ...optional("pdfUrl", invoice.invoice_pdf),
    attempts: invoice.attempt_count ?? 0,
    ...(invoice.next_payment_attempt ? { nextAttemptAt: toDate(invoice.next_payment_attempt) } : {}),
    createdAt: toDate(invoice.created),
    ...(finalizedAt ? { finalizedAt: toDate(finalizedAt) } : {}),
    ...(paidAt ? { paidAt: toDate(paidAt) } : {}),
  };
}

/** Who paid, and when nobody did, why the last attempt failed. An invoice can have several payments, and each is money of its own. */
function paymentFacts(
  invoice: StripeInvoice,
  payments: readonly StripePayment[],
): Pick<InvoiceNews, "moneyReference" | "payments" | "failure" | "requiresAction"> {
  const current = payments.find((payment) => payment.is_default) ?? payments[0];
  const intent = current?.payment?.payment_intent;
  const facts = typeof intent === "object" && invoice.status !== "paid" ? (intent ?? undefined) : undefined;
  const failure: Failure | undefined = facts?.last_payment_error ? stripeFailure(facts.last_payment_error) : undefined;
  const paid = invoice.amount_paid > 0 ? paidBy(invoice, payments) : [];
  return {
    ...optional("moneyReference", paid[0]?.moneyReference),
    payments: paid,
    ...optional("failure", failure),
    requiresAction: facts?.status === "requires_action" || failure?.code === "authentication_required",
  };
}

function paidBy(invoice: StripeInvoice, payments: readonly StripePayment[]): InvoiceNews["payments"] {
  const paid = payments.filter(({ status }) => status === "paid");
  return paid
    .map((each) => ({
      moneyReference: intentId(each.payment?.payment_intent),
      units: each.amount_paid ?? (paid.length === 1 ? invoice.amount_paid : 0),
    }))
    .flatMap(({ moneyReference, units }) => (moneyReference && units > 0 ? [{ moneyReference, units }] : []))
    .sort((a, b) => b.units - a.units || (a.moneyReference < b.moneyReference ? -1 : 1))
    .map(({ moneyReference, units }) => ({ moneyReference, amount: fromStripeAmount(units, invoice.currency) }));
}

const intentId = (intent: string | { id: string } | null | undefined): string | undefined =>
  typeof intent === "object" ? intent?.id : intent;

/** POST /v1/invoices/create_preview. By whose clock proration was reckoned is Stripe's to say. */
export function invoicePreview(value: unknown): InvoicePreview {
  const preview = previewSchema.parse(value);
  const lines = preview.lines.data.map(invoiceLine);
  const said = preview.parent?.subscription_details?.subscription_proration_date;
  const [first] = lines
    .filter(({ proration }) => proration)
    .sort((a, b) => Number(a.periodStart) - Number(b.periodStart));
  return {
    currency: preview.currency.toUpperCase(),
    total: fromSignedStripeAmount(preview.total, preview.currency),
    amountDue: fromStripeAmount(preview.amount_due, preview.currency),
    lines,
    ...optional("prorationDate", said == null ? first?.periodStart : toDate(said)),
  };
}
