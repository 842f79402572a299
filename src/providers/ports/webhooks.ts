import type { Listing, ListingQuery, ProviderResult } from "./common.js";
import type { DepositNews, WithdrawalNews } from "./custody.js";
import type { PaymentNews } from "./payments.js";

/** Raw request facts of one webhook delivery. Header names are lower case, as Node gives them. */
export interface WebhookDelivery {
  readonly rawBody: Buffer;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly now: Date;
}

/** Which events are asked for: those from `since` to `until`. */
export interface EventQuery extends ListingQuery {
  readonly until: Date;
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

interface MayBeForeign {
  /**
   * The object names a payment and not whose it is: when we have no such payment, it is somebody else's. One that carries this
   * installation's name is ours, whatever we have of it.
   */
  readonly mayBeForeign?: true;
}

/** What to do about a verified event. Pure translation; `refetch` asks the worker to look the object up first. */
export type WebhookMeaning =
  | ({ readonly kind: "payment"; readonly news: PaymentNews } & MayBeForeign)
  | ({ readonly kind: "refetch"; readonly providerReference: string; readonly paymentId?: string } & MayBeForeign)
  /** Something about the refunds of a payment: they are looked up. */
  | { readonly kind: "refunds"; readonly paymentReference: string }
  /** Something about a dispute: it is looked up. */
  | { readonly kind: "dispute"; readonly providerReference: string }
  /** Something about a subscription: it is looked up. `subscriptionId` is ours when the event carries it. */
  | { readonly kind: "subscription"; readonly providerReference: string; readonly subscriptionId?: string }
  /** Something about an invoice: it is looked up. */
  | { readonly kind: "invoice"; readonly providerReference: string }
  /** A hosted page on which a customer subscribes was completed, or ran out. */
  | { readonly kind: "subscription_checkout"; readonly sessionReference: string; readonly subscriptionId: string }
  /** A saved payment method came, went or changed, or another one became the default: the customer's are looked up. */
  | {
      readonly kind: "payment_method";
      /** Absent when it is the default that changed. */
      readonly methodReference?: string;
      /** Absent on a method that was detached, when the event does not say whose it was. */
      readonly customerReference?: string;
    }
  /** The event says what it is about and nothing more: the worker has it completed by `fetchEvent` first. */
  | { readonly kind: "fetch" }
  | { readonly kind: "deposit"; readonly news: DepositNews }
  | { readonly kind: "withdrawal"; readonly news: WithdrawalNews }
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
  /** Checks the signature over the raw bytes before parsing. Throws WebhookRejectedError. */
  verifyWebhook(delivery: WebhookDelivery): Promise<VerifiedWebhook>;
  /** Total and pure: unknown types and versions are `ignored`, never an error. Throws only on a schema violation. */
  interpretWebhook(event: { type: string; payload: unknown }): WebhookMeaning;
  /** Makes an event whose meaning is `fetch` into one that carries its object, as it is now. */
  fetchEvent?(event: { type: string; payload: unknown }): Promise<ProviderResult<{ type: string; payload: unknown }>>;
  /**
   * The provider's own list of what it told, or should have told, as it would have told it; only types that mean something to us.
   * Absent where there is none.
   */
  listEvents?(query: EventQuery): Promise<ProviderResult<Listing<VerifiedWebhook>>>;
  /** Whether events that are delivered with this type are of the kind that `listEvents` lists; all are when absent. */
  isListed?(type: string): boolean;
}
