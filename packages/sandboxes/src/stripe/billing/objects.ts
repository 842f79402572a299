import type Stripe from "stripe";

/** Stripe's objects of billing as they are on the wire: ids where the SDK's types allow objects, decimals as text. */
type Wire<T, Own> = Omit<T, keyof Own | "deleted"> & Own;

export interface List<T> {
  object: "list";
  url: string;
  has_more: boolean;
  data: T[];
}

type Metadata = Record<string, string>;

export type Product = Wire<
  Stripe.Product,
  { default_price: string | null; tax_code: string | null; metadata: Metadata }
>;

export type Price = Wire<
  Stripe.Price,
  { product: string; metadata: Metadata; unit_amount: number; unit_amount_decimal: string }
>;

/** A price that renews. */
export type RecurringPrice = Price & { recurring: NonNullable<Price["recurring"]> };

export type Coupon = Wire<Stripe.Coupon, { metadata: Metadata }>;

export type Discount = Wire<
  Stripe.Discount,
  { customer: string; promotion_code: null; source: { coupon: string; type: "coupon" } }
>;

export type SetupIntent = Wire<
  Stripe.SetupIntent,
  {
    application: null;
    client_secret: string;
    customer: string | null;
    last_setup_error: Record<string, unknown> | null;
    latest_attempt: null;
    mandate: null;
    metadata: Metadata;
    next_action: Record<string, unknown> | null;
    on_behalf_of: null;
    payment_method: string | null;
    payment_method_options: null;
    single_use_mandate: null;
    status: "requires_payment_method" | "requires_confirmation" | "requires_action" | "succeeded" | "canceled";
  }
>;

export type SubscriptionItem = Wire<
  Stripe.SubscriptionItem,
  {
    discounts: never[];
    metadata: Metadata;
    // The older twin of `price`, which nobody should read any more.
    plan: Record<string, unknown>;
    price: RecurringPrice;
    quantity: number;
  }
>;

export type SubscriptionStatus =
  | "incomplete"
  | "incomplete_expired"
  | "trialing"
  | "active"
  | "past_due"
  | "unpaid"
  | "paused"
  | "canceled";

export type Subscription = Wire<
  Stripe.Subscription,
  {
    application: null;
    customer: string;
    default_payment_method: string | null;
    default_source: null;
    discounts: string[];
    items: List<SubscriptionItem>;
    latest_invoice: string | null;
    metadata: Metadata;
    on_behalf_of: null;
    pending_setup_intent: string | null;
    pending_update: PendingUpdate | null;
    schedule: null;
    status: SubscriptionStatus;
    test_clock: null;
    transfer_data: null;
  }
>;

export type PendingUpdate = Wire<
  Stripe.Subscription.PendingUpdate,
  { discount: null; discounts: null; metadata: Metadata | null; subscription_items: SubscriptionItem[] }
>;

export type InvoiceLine = Wire<
  Stripe.InvoiceLineItem,
  {
    discount_amounts: { amount: number; discount: string }[];
    discounts: string[];
    pricing: { price_details: { price: string; product: string }; type: "price_details"; unit_amount_decimal: string };
    quantity: number;
    quantity_decimal: string;
    subscription: string;
  }
>;

export type InvoiceStatus = "draft" | "open" | "paid" | "uncollectible" | "void";

export type Invoice = Wire<
  Stripe.Invoice,
  {
    application: null;
    confirmation_secret?: { client_secret: string; type: "payment_intent" } | null;
    customer: string;
    default_payment_method: string | null;
    default_source: null;
    discounts: string[];
    from_invoice: null;
    last_finalization_error: null;
    latest_revision: null;
    lines: List<InvoiceLine>;
    metadata: Metadata;
    on_behalf_of: null;
    parent: {
      quote_details: null;
      subscription_details: { metadata: Metadata; subscription: string; subscription_proration_date?: number };
      type: "subscription_details";
    };
    payments?: List<InvoicePayment>;
    status: InvoiceStatus;
    test_clock: null;
    total_discount_amounts: { amount: number; discount: string }[];
  }
>;

export type InvoicePayment = Wire<
  Stripe.InvoicePayment,
  {
    invoice: string;
    payment: { payment_intent: string; type: "payment_intent" };
    status: "open" | "paid" | "canceled";
  }
>;

export type CreditNote = Wire<
  Stripe.CreditNote,
  {
    customer: string;
    customer_balance_transaction: string | null;
    discount_amounts: never[];
    invoice: string;
    lines: List<never>;
    metadata: Metadata;
    refunds: { amount_refunded: number; payment_record_refund: null; refund: string; type: "refund" }[];
  }
>;
