/**
 * What Coffer needs of a provider that bills again and again: a catalog of prices, saved payment methods, subscriptions and
 * their invoices. Same conventions as in the other ports: amounts are decimal strings beside their asset, results are
 * `accepted | rejected | notFound | unknown`, and a call never throws for a provider's answer.
 */
import type { DecimalAmount, Failure, Listing, ListingQuery, ProviderResult } from "./common.js";

/** A signed decimal amount: lines of an invoice can be credits, e.g. `{ amount: "-12.50", asset: "USD" }`. */
export type SignedDecimalAmount = DecimalAmount;

export interface Recurrence {
  readonly interval: "day" | "week" | "month" | "year";
  readonly count: number;
}

/** A product as the provider should have it. `productId` is ours (`pkg_...`, `pln_...`). */
export interface ProductRequest {
  readonly productId: string;
  /** What the provider calls it, once it has said so. */
  readonly productReference?: string | undefined;
  readonly name: string;
  readonly description?: string | undefined;
  readonly active: boolean;
}

export interface ProductFacts {
  /** Our id as the provider has it; absent on products that we did not make. */
  readonly productId?: string;
  readonly productReference: string;
  readonly name: string;
  readonly description?: string;
  readonly active: boolean;
}

/** A price as the provider should have it. Prices never change there: another amount is another price. */
export interface PriceRequest {
  readonly productReference: string;
  /** Ours, at most 200 characters: the same price asked for again is found by it. */
  readonly lookupKey: string;
  readonly price: DecimalAmount;
  /** Absent for a one-off price. */
  readonly recurrence?: Recurrence | undefined;
}

export interface PriceFacts {
  readonly priceReference: string;
  readonly productReference: string;
  readonly lookupKey?: string;
  /** Absent for a price without a fixed amount. */
  readonly price?: DecimalAmount;
  readonly recurrence?: Recurrence;
  readonly active: boolean;
}

/** Something that was given back, or never owed, of an invoice. How much that is in all is told with the invoice. */
export interface CreditNoteFacts {
  readonly noteReference: string;
  readonly invoiceReference: string;
}

/** A saved way to pay. */
export interface MethodFacts {
  readonly methodReference: string;
  /** The provider's word: `card`, `sepa_debit`, `link`. */
  readonly type: string;
  /** The provider's customer that it belongs to; absent when detached. */
  readonly customerReference?: string;
  readonly card?: {
    readonly brand: string;
    readonly last4: string;
    readonly expMonth: number;
    readonly expYear: number;
    /** Tells the same card saved twice. */
    readonly fingerprint?: string;
    readonly funding?: string;
    readonly country?: string;
  };
  readonly createdAt: Date;
}

export type SetupStatus = "requires_payment_method" | "requires_action" | "processing" | "succeeded" | "canceled";

/** The saving of a payment method by its owner, in the front end. */
export interface SetupFacts {
  readonly setupReference: string;
  readonly customerReference?: string;
  readonly status: SetupStatus;
  readonly clientSecret?: string;
  readonly methodReference?: string;
  readonly failure?: Failure;
}

/** The provider's words for where a subscription stands. `canceled` and `incomplete_expired` are final. */
export const SUBSCRIPTION_STATUSES = [
  "incomplete",
  "incomplete_expired",
  "trialing",
  "active",
  "past_due",
  "unpaid",
  "paused",
  "canceled",
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export interface SubscriptionItem {
  readonly itemReference: string;
  readonly priceReference: string;
  readonly quantity: number;
  readonly periodStart: Date;
  readonly periodEnd: Date;
}

/** A subscription as the provider has it now. */
export interface SubscriptionNews {
  /** Our id (`sub_...`) as the provider echoes it from the metadata we gave it; absent on subscriptions that are not ours. */
  readonly subscriptionId?: string;
  readonly providerReference: string;
  readonly customerReference: string;
  /** A status that we do not know is read as `unpaid`, in which nothing is granted. */
  readonly status: SubscriptionStatus;
  readonly items: readonly SubscriptionItem[];
  readonly currency: string;
  /** It ends then: set at the period's end by `cancel_at_period_end` or by a `cancel_at`, whichever the provider says. */
  readonly cancelAt?: Date;
  readonly canceledAt?: Date;
  readonly endedAt?: Date;
  readonly trialEnd?: Date;
  /** Invoices are not collected for now (`pause_collection`). */
  readonly collectionPaused: boolean;
  readonly defaultMethodReference?: string;
  readonly latestInvoiceReference?: string;
  /** Of the first invoice, while it waits for its payment: what the front end confirms with. */
  readonly clientSecret?: string;
  /** An upgrade that waits for its payment. */
  readonly hasPendingUpdate: boolean;
  readonly createdAt: Date;
}

/** How a change of price or quantity in the middle of a period is paid for. */
export type Proration = "none" | "create" | "invoice_now";

export interface CreateSubscriptionRequest {
  /** Ours; echoed by the provider in the subscription's and its invoices' metadata. */
  readonly subscriptionId: string;
  readonly idempotencyKey: string;
  readonly customerReference: string;
  readonly priceReference: string;
  readonly quantity: number;
  readonly trialDays?: number | undefined;
  /** A saved method that pays now and at each renewal; without one the front end confirms with the `clientSecret`. */
  readonly methodReference?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A hosted page on which the customer subscribes. */
export interface SubscriptionCheckout {
  readonly sessionReference: string;
  readonly status: "open" | "complete" | "expired";
  /** Once it is complete. */
  readonly providerReference?: string;
  readonly checkoutUrl?: string;
  readonly expiresAt?: Date;
}

export interface ChangeSubscriptionRequest {
  readonly providerReference: string;
  readonly itemReference: string;
  readonly priceReference: string;
  readonly quantity: number;
  readonly proration: Proration;
  /** The moment from which on proration is reckoned: that of the preview, to charge exactly what it showed. */
  readonly prorationDate?: Date | undefined;
}

export type InvoiceStatus = "draft" | "open" | "paid" | "uncollectible" | "void";

export interface InvoiceLine {
  readonly lineReference: string;
  /** Signed. After no discount; `discount` is what is taken off. */
  readonly amount: SignedDecimalAmount;
  readonly discount: DecimalAmount;
  readonly quantity: number;
  /** Absent for lines that are not of a price, e.g. a fee added by hand. */
  readonly priceReference?: string;
  readonly description: string;
  /** The service period that this line is for. */
  readonly periodStart: Date;
  readonly periodEnd: Date;
  /** It makes up for a change in the middle of a period. */
  readonly proration: boolean;
}

/** An invoice as the provider has it now. Amounts are in `currency`. */
export interface InvoiceNews {
  readonly providerReference: string;
  readonly number?: string;
  readonly customerReference: string;
  /** The provider's subscription; absent for one-off invoices. */
  readonly subscriptionReference?: string;
  /** Our subscription's id, from the invoice's copy of its metadata. */
  readonly subscriptionId?: string;
  readonly status: InvoiceStatus;
  /** The provider's word, e.g. `subscription_cycle`. */
  readonly billingReason: string;
  readonly currency: string;
  /** May be negative: what is owed to the customer goes to the next one. */
  readonly total: SignedDecimalAmount;
  readonly amountDue: DecimalAmount;
  readonly amountPaid: DecimalAmount;
  readonly amountRemaining: DecimalAmount;
  readonly lines: readonly InvoiceLine[];
  /** The largest of `payments`. Absent when nothing was to be paid, or none of it to the provider. */
  readonly moneyReference?: string;
  /** Every payment that the provider holds the money of, largest first; an invoice can be paid in parts. */
  readonly payments: readonly { readonly moneyReference: string; readonly amount: DecimalAmount }[];
  /** What was taken off it before it was paid: it is not to be paid any more, nor is anything given for it. */
  readonly creditedBefore: DecimalAmount;
  /** What was given back after it was paid, other than by a refund: to the customer's balance, or elsewhere. */
  readonly creditedAfter: DecimalAmount;
  readonly clientSecret?: string;
  readonly hostedUrl?: string;
  readonly pdfUrl?: string;
  readonly attempts: number;
  readonly nextAttemptAt?: Date;
  /** Why the last attempt failed. */
  readonly failure?: Failure;
  /** The bank wants the customer to authenticate. */
  readonly requiresAction: boolean;
  readonly createdAt: Date;
  readonly finalizedAt?: Date;
  readonly paidAt?: Date;
}

/** What the next invoice would be if a change were made now. */
export interface InvoicePreview {
  readonly currency: string;
  readonly total: SignedDecimalAmount;
  readonly amountDue: DecimalAmount;
  readonly lines: readonly InvoiceLine[];
  readonly prorationDate?: Date;
}

/** Who bills again and again. Every call with an `idempotencyKey` may be asked again with it. */
export interface BillingPort {
  /** Makes the product, or brings it to what is asked. Naturally idempotent. */
  ensureProduct(request: ProductRequest): Promise<ProviderResult<ProductFacts>>;
  /** Finds the price by its lookup key, or makes it; makes it active again when it was archived. */
  ensurePrice(request: PriceRequest): Promise<ProviderResult<PriceFacts>>;
  /** Takes a price off sale. Subscriptions that have it keep it. */
  archivePrice(priceReference: string): Promise<ProviderResult<PriceFacts>>;
  /** Every product, and every price of every product, as they are now: for showing drift. */
  listProducts(): Promise<ProviderResult<readonly ProductFacts[]>>;
  listPrices(): Promise<ProviderResult<readonly PriceFacts[]>>;

  createSetup(request: { customerReference: string; idempotencyKey: string }): Promise<ProviderResult<SetupFacts>>;
  getSetup(setupReference: string): Promise<ProviderResult<SetupFacts>>;
  /** The customer's saved methods, newest first, and which one pays by default. */
  listMethods(
    customerReference: string,
  ): Promise<ProviderResult<{ methods: readonly MethodFacts[]; defaultReference: string | undefined }>>;
  getMethod(methodReference: string): Promise<ProviderResult<MethodFacts>>;
  /** Rejected when the bank refuses the card. */
  attachMethod(request: {
    customerReference: string;
    methodReference: string;
    idempotencyKey: string;
  }): Promise<ProviderResult<MethodFacts>>;
  detachMethod(request: { methodReference: string; idempotencyKey: string }): Promise<ProviderResult<MethodFacts>>;
  /** Null takes the default away. */
  setDefaultMethod(request: {
    customerReference: string;
    methodReference: string | null;
    idempotencyKey: string;
  }): Promise<ProviderResult<undefined>>;

  createSubscription(request: CreateSubscriptionRequest): Promise<ProviderResult<SubscriptionNews>>;
  createSubscriptionCheckout(
    request: Omit<CreateSubscriptionRequest, "methodReference"> & {
      successUrl?: string | undefined;
      cancelUrl?: string | undefined;
    },
  ): Promise<ProviderResult<SubscriptionCheckout>>;
  getSubscriptionCheckout(sessionReference: string): Promise<ProviderResult<SubscriptionCheckout>>;
  expireSubscriptionCheckout(request: {
    sessionReference: string;
    idempotencyKey: string;
  }): Promise<ProviderResult<SubscriptionCheckout>>;
  getSubscription(providerReference: string): Promise<ProviderResult<SubscriptionNews>>;
  /** Subscriptions of one customer, ended ones too, newest first: finds one whose making was never acknowledged. */
  listSubscriptions(customerReference: string): Promise<ProviderResult<readonly SubscriptionNews[]>>;
  changeSubscription(
    request: ChangeSubscriptionRequest & { idempotencyKey: string },
  ): Promise<ProviderResult<SubscriptionNews>>;
  previewChange(request: ChangeSubscriptionRequest): Promise<ProviderResult<InvoicePreview>>;
  /** The next invoice when nothing changes. `notFound` when there will be none. */
  previewNext(providerReference: string): Promise<ProviderResult<InvoicePreview>>;
  cancelSubscription(request: {
    providerReference: string;
    at: "now" | "period_end";
    idempotencyKey: string;
  }): Promise<ProviderResult<SubscriptionNews>>;
  /** Stops collecting: invoices of paused periods are voided, and nothing is granted for them. */
  pauseSubscription(request: {
    providerReference: string;
    idempotencyKey: string;
  }): Promise<ProviderResult<SubscriptionNews>>;
  /** Takes back a cancellation at the period's end, or a pause. */
  resumeSubscription(request: {
    providerReference: string;
    idempotencyKey: string;
  }): Promise<ProviderResult<SubscriptionNews>>;

  getInvoice(providerReference: string): Promise<ProviderResult<InvoiceNews>>;
  /** Invoices of a customer or of one subscription, newest first, a page at a time; `cursor` is opaque. */
  listInvoices(query: {
    customerReference?: string;
    subscriptionReference?: string;
    since?: Date;
    cursor?: string;
    limit?: number;
  }): Promise<ProviderResult<Listing<InvoiceNews>>>;
  /** Credit notes made since, those that were voided among them, a page at a time: of which invoices they are. */
  listCreditNotesSince(query: ListingQuery): Promise<ProviderResult<Listing<CreditNoteFacts>>>;
  /** Tries to collect an open invoice now. A decline is `rejected` with the bank's reason. */
  payInvoice(request: {
    providerReference: string;
    methodReference?: string | undefined;
    idempotencyKey: string;
  }): Promise<ProviderResult<InvoiceNews>>;

  /** A page at the provider where the customer manages methods, invoices and subscriptions by themselves. */
  createPortalSession(request: {
    customerReference: string;
    returnUrl?: string | undefined;
    idempotencyKey: string;
  }): Promise<ProviderResult<{ url: string }>>;
}
