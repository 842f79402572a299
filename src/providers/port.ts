/**
 * What Coffer needs of a payment provider, in Coffer's words. Adapters translate; modules see only this file.
 * Amounts cross this border as decimal strings in major units beside their asset ("9.99", "USD"): the adapter knows the
 * provider's exponents, the module knows the asset's scale, and neither does arithmetic on floats.
 */

export type ProviderName = "stripe" | "coinbase" | "blockradar";
export type PaymentProviderName = "stripe" | "coinbase";

/** A decimal amount in major units as a string, e.g. `{ amount: "9.99", asset: "USD" }`. */
export interface DecimalAmount {
  readonly amount: string;
  readonly asset: string;
}

export interface Failure {
  /** The provider's own code, e.g. `card_declined`; kept as given. */
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

/**
 * The outcome of asking a provider for something.
 * `unknown` means that the effect may or may not have happened (timeout, cut connection, 5xx): only the provider's word
 * ends it. `notFound` is kept apart from `rejected`, since right after a timeout it proves nothing.
 */
export type ProviderResult<T> =
  | { readonly outcome: "accepted"; readonly value: T }
  | {
      readonly outcome: "rejected";
      readonly failure: Failure;
      /** Refused because the provider does not have its own customer that we named: it was deleted there. */
      readonly customerMissing?: true;
    }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "unknown"; readonly reason: string };

/** Where the provider says a payment stands. `refunded` states arrive with refunds and are not part of this news. */
export type PaymentNewsStatus =
  | "pending"
  | "requires_action"
  | "processing"
  | "succeeded"
  | "failed"
  | "canceled"
  | "expired";

/** What the customer must do next, e.g. follow a 3-D Secure redirect. */
export interface NextAction {
  readonly type: "redirect" | "use_provider_sdk";
  readonly url?: string;
}

/**
 * One piece of news about one payment, from a reply, a webhook, a listing or a look-up: all four are settled alike.
 */
export interface PaymentNews {
  /** Our payment id (`pay_...`) as the provider echoes it from the metadata we gave it; absent when it carries none. */
  readonly paymentId?: string;
  /**
   * What the provider calls the object that this news is about: PaymentIntent id, Checkout Session id, Coinbase checkout id.
   * A payment by Checkout Session also has news of its PaymentIntent, so match on `paymentId` first.
   */
  readonly providerReference: string;
  /** What identifies the money itself, and keys the credit: PaymentIntent id, Coinbase checkout id. */
  readonly moneyReference?: string;
  readonly status: PaymentNewsStatus;
  /** What really arrived; present when `status` is `succeeded`. */
  readonly received?: DecimalAmount;
  /** The provider's fee, when the provider says it with the payment (Coinbase does, Stripe does not). */
  readonly fee?: DecimalAmount;
  /** The money came and went back, all of it or some. Such news is never `succeeded`: nothing may be credited for it. */
  readonly refund?: "full" | "partial";
  readonly failure?: Failure;
  readonly nextAction?: NextAction;
  readonly clientSecret?: string;
  readonly checkoutUrl?: string;
  readonly expiresAt?: Date;
}

export interface CreatePaymentRequest {
  /** Our payment id; echoed by the provider in its metadata. */
  readonly paymentId: string;
  /** Sent as the provider's idempotency key; asking again with it is the same request. */
  readonly idempotencyKey: string;
  readonly flow: "payment_intent" | "checkout";
  readonly price: DecimalAmount;
  readonly description: string;
  /** The provider's own customer id, when linked. */
  readonly customerReference?: string;
  readonly paymentMethodId?: string;
  readonly successUrl?: string;
  readonly cancelUrl?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface CreateCustomerRequest {
  readonly customerId: string;
  readonly idempotencyKey: string;
  readonly email?: string;
  readonly name?: string;
}

/** Raw request facts of one webhook delivery. Header names are lower case, as Node gives them. */
export interface WebhookDelivery {
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly now: Date;
}

/** A delivery whose signature held. `eventId` only stops repeated work; effects are keyed by business references. */
export interface VerifiedWebhook {
  readonly eventId: string;
  readonly type: string;
  /** When the provider says it happened, if it says so. */
  readonly occurredAt?: Date;
  /** The parsed body: the one parse that every effect uses. */
  readonly payload: unknown;
}

/** What to do about a verified event. Pure translation; `refetch` asks the worker to look the object up first. */
export type WebhookMeaning =
  | { readonly kind: "payment"; readonly news: PaymentNews }
  | { readonly kind: "refetch"; readonly providerReference: string; readonly paymentId?: string }
  | { readonly kind: "ignored"; readonly reason: string };

/** Thrown by `verifyWebhook`: the delivery is not authentic, too old, or not readable. The route answers 401 or 400. */
export class WebhookRejectedError extends Error {
  readonly reason: "missing_signature" | "bad_signature" | "outside_tolerance" | "unreadable";

  constructor(reason: WebhookRejectedError["reason"], message: string) {
    super(message);
    this.name = "WebhookRejectedError";
    this.reason = reason;
  }
}

/** Verifies and translates one provider's webhooks. */
export interface WebhookPort {
  readonly name: ProviderName;
  /** Checks the signature over the raw bytes before parsing. Throws WebhookRejectedError. */
  verifyWebhook(delivery: WebhookDelivery): Promise<VerifiedWebhook>;
  /** Total and pure: unknown types and versions are `ignored`, never an error. Throws only on a schema violation. */
  interpretWebhook(event: { type: string; payload: unknown }): WebhookMeaning;
}

export interface PaymentCapabilities {
  readonly flows: readonly ("payment_intent" | "checkout")[];
  /** The customer can be confirmed from the server with a saved method. */
  readonly confirm: boolean;
  /** The provider keeps customers of its own that we link to ours. */
  readonly customers: boolean;
  /** For how long the provider remembers an idempotency key, in ms. */
  readonly idempotencyWindowMs: number;
  /** A price in this asset (ISO 4217 code, or a stablecoin) can be charged. */
  supportsAsset(asset: string): boolean;
  /** The asset that a price in `asset` is really charged in, one for one: Coinbase takes USDC for a price in USD. */
  chargedIn(asset: string): string;
  /** Why this price cannot be charged (below the minimum, digits the provider refuses), or undefined when it can. */
  refusePrice(price: DecimalAmount): string | undefined;
}

/** One provider of payments. Every call is bounded in time and never throws for a provider's answer. */
export interface PaymentProvider extends WebhookPort {
  readonly name: PaymentProviderName;
  readonly capabilities: PaymentCapabilities;
  createPayment(request: CreatePaymentRequest): Promise<ProviderResult<PaymentNews>>;
  /** Confirms with a payment method. A decline is `accepted` news with status `pending` or `failed` and a `failure`. */
  confirmPayment(request: {
    providerReference: string;
    paymentMethodId: string;
    idempotencyKey: string;
    returnUrl?: string;
  }): Promise<ProviderResult<PaymentNews>>;
  cancelPayment(request: { providerReference: string; idempotencyKey: string }): Promise<ProviderResult<PaymentNews>>;
  getPayment(providerReference: string): Promise<ProviderResult<PaymentNews>>;
  /**
   * Payments created at or after `since`, a page at a time; `cursor` is opaque. Oldest first within a page only: providers
   * page from the newest. Payments that we did not make are listed too, without a `paymentId`.
   */
  listPayments(query: {
    since: Date;
    cursor?: string;
  }): Promise<ProviderResult<{ data: readonly PaymentNews[]; nextCursor: string | null }>>;
  /** Creates the provider's customer for ours. Rejected when `capabilities.customers` is false. */
  createCustomer(request: CreateCustomerRequest): Promise<ProviderResult<{ customerReference: string }>>;
}
