import type { DecimalAmount, Failure, ProviderResult, UnreadableEntry } from "./common.js";
import type { CustomerPort } from "./customers.js";
import type { DisputePort } from "./disputes.js";
import type { RefundPort } from "./refunds.js";
import type { StatementPort } from "./statements.js";

/**
 * How a payer pays: in the front end with the provider's library, on a page of the provider, or by sending the money to the
 * account that the payment's instructions name.
 */
export const PAYMENT_FLOWS = ["payment_intent", "checkout", "transfer"] as const;
export type PaymentFlow = (typeof PAYMENT_FLOWS)[number];

/** What a payer writes on a transfer, and where it goes. */
export interface TransferInstructions {
  /** Exactly this tells whose money it is. */
  readonly reference: string;
  readonly accountHolder: string;
  readonly iban: string;
  readonly bic?: string | undefined;
  readonly bankName?: string | undefined;
}

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
  /** What it was paid with, once it was. */
  readonly methodReference?: string;
  /** The provider's fee, when the provider says it with the payment (Coinbase does, Stripe does not). */
  readonly fee?: DecimalAmount;
  /** Some of what came went back already: its refunds must be looked up as soon as it is credited. */
  readonly hasRefunds?: boolean;
  readonly failure?: Failure;
  readonly nextAction?: NextAction;
  readonly clientSecret?: string;
  readonly checkoutUrl?: string;
  /** Of a payment by transfer. */
  readonly instructions?: TransferInstructions;
  readonly expiresAt?: Date;
}

export interface CreatePaymentRequest {
  /** Our payment id; echoed by the provider in its metadata. */
  readonly paymentId: string;
  /** Sent as the provider's idempotency key; asking again with it is the same request. */
  readonly idempotencyKey: string;
  readonly flow: PaymentFlow;
  readonly price: DecimalAmount;
  readonly description: string;
  /** The provider's own customer id, when linked. */
  readonly customerReference?: string;
  readonly paymentMethodId?: string;
  /**
   * The customer is not there: `paymentMethodId` is charged at once. When the bank wants them after all, the news has status
   * `requires_action` or a `failure` with code `authentication_required`.
   */
  readonly offSession?: true;
  readonly successUrl?: string;
  readonly cancelUrl?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface PaymentCapabilities {
  /** Given to front ends, when the provider's own library there asks for one. */
  readonly publishableKey?: string | undefined;
  readonly flows: readonly PaymentFlow[];
  /** For how long the provider remembers an idempotency key, in ms. */
  readonly idempotencyWindowMs: number;
  /** Why a payer cannot be sent back to this address, or undefined when it can be. Every address will do when absent. */
  refuseReturnUrl?(url: string): string | undefined;
  /** A price in this asset (ISO 4217 code, or a stablecoin) can be charged. */
  supportsAsset(asset: string): boolean;
  /** The asset that a price in `asset` is really charged in, one for one: Coinbase takes USDC for a price in USD. */
  chargedIn(asset: string): string;
  /** Why this price cannot be charged (below the minimum, digits the provider refuses), or undefined when it can. */
  refusePrice(price: DecimalAmount): string | undefined;
}

/** One provider of payments. Every call is bounded in time and never throws for a provider's answer. */
export interface PaymentPort {
  readonly capabilities: PaymentCapabilities;
  createPayment(request: CreatePaymentRequest): Promise<ProviderResult<PaymentNews>>;
  /** Confirms with a saved payment method; absent where payers confirm by themselves. A decline is `accepted` news with status `pending` or `failed` and a `failure`. */
  confirmPayment?(request: {
    paymentId: string;
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
  listPayments(query: { since: Date; cursor?: string }): Promise<
    ProviderResult<{
      data: readonly PaymentNews[];
      /** What is listed and cannot be read; one of ours among it is not to be taken for missing. */
      unreadable?: readonly UnreadableEntry[];
      nextCursor: string | null;
    }>
  >;
  /** Looks a payment method up: what paying with it, for this customer or for none, would find. Absent where there are none. */
  findMethod?(methodReference: string, customerReference: string | undefined): Promise<ProviderResult<undefined>>;
  /** Absent where money cannot be sent back by asking for it. */
  readonly refunds?: RefundPort;
  /** Present where what arrived is told by lines of an account's statement, and not by the provider. */
  readonly statements?: StatementPort;
  /** Absent where payments cannot be disputed. */
  readonly disputes?: DisputePort;
  /** Absent where the provider keeps no customers of its own that we link to ours. */
  readonly customers?: CustomerPort;
}
