import { minimumCharge } from "../amounts.js";
import type { StripeWorld } from "../world.js";
import { applyDiscounts } from "./discounts.js";
import type { Invoice, InvoiceLine, List, Subscription } from "./objects.js";

export type BillingReason = "subscription_create" | "subscription_cycle" | "subscription_update";

export interface NewInvoice {
  subscription: Subscription;
  lines: InvoiceLine[];
  reason: BillingReason;
  /** What the period of an invoice is at Stripe: not that of the service, which the lines say. */
  period: { start: number; end: number };
  prorationDate?: number | undefined;
}

/** An invoice shows this many of its lines; the rest are listed. */
const SHOWN_LINES = 10;

function shownLines(invoiceId: string, lines: InvoiceLine[]): List<InvoiceLine> {
  const url = `/v1/invoices/${invoiceId}/lines`;
  return { object: "list", url, has_more: lines.length > SHOWN_LINES, data: lines.slice(0, SHOWN_LINES) };
}

/** What is to be paid of a total, and what goes to or comes from the customer's balance (negative: we owe them). */
export function settleBalance(total: number, balance: number, currency: string): { due: number; balance: number } {
  const owed = total + balance;
  // A sum that is too small to be charged is carried on as a debt.
  if (owed < minimumCharge(currency)) return { due: 0, balance: owed };
  return { due: owed, balance: 0 };
}

/** What every draft has alike. */
const PLAIN = {
  account_country: "US",
  account_name: "Sandbox",
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_paid: 0,
  amount_shipping: 0,
  application: null,
  attempt_count: 0,
  attempted: false,
  auto_advance: true,
  automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
  automatically_finalizes_at: null,
  collection_method: "charge_automatically",
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_shipping: null,
  customer_tax_exempt: "none",
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  due_date: null,
  effective_at: null,
  footer: null,
  from_invoice: null,
  hosted_invoice_url: null,
  invoice_pdf: null,
  issuer: { type: "self" },
  last_finalization_error: null,
  latest_revision: null,
  livemode: false,
  metadata: {},
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  statement_descriptor: null,
  status: "draft",
  status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
  test_clock: null,
  total_taxes: [],
  webhooks_delivered_at: null,
} satisfies Partial<Invoice>;

/** An invoice as a draft, without keeping it: the preview of it, too. */
export function composeInvoice(
  world: StripeWorld,
  id: string,
  input: NewInvoice,
): { wire: Invoice; lines: InvoiceLine[] } {
  const { subscription } = input;
  const customer = world.customer(subscription.customer);
  const { lines: discounted, totals } = applyDiscounts(world, input.lines, subscription.discounts);
  const lines = discounted.map((line) => ({ ...line, invoice: id }));
  const subtotal = lines.reduce((sum, line) => sum + line.amount, 0);
  const total = subtotal - totals.reduce((sum, { amount }) => sum + amount, 0);
  const { due, balance } = settleBalance(total, customer.balance, subscription.currency);
  const wire: Invoice = {
    ...PLAIN,
    id,
    object: "invoice",
    amount_due: due,
    amount_remaining: due,
    billing_reason: input.reason,
    created: world.now(),
    currency: subscription.currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name,
    customer_phone: customer.phone,
    discounts: totals.map(({ discount }) => discount),
    ending_balance: balance,
    lines: shownLines(id, lines),
    parent: {
      quote_details: null,
      subscription_details: {
        metadata: subscription.metadata,
        subscription: subscription.id,
        ...(input.prorationDate === undefined ? {} : { subscription_proration_date: input.prorationDate }),
      },
      type: "subscription_details",
    },
    period_end: input.period.end,
    period_start: input.period.start,
    starting_balance: customer.balance,
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_discount_amounts: totals,
    total_excluding_tax: total,
    total_pretax_credit_amounts: totals.map((each) => ({ ...each, type: "discount" })),
  };
  return { wire, lines };
}
