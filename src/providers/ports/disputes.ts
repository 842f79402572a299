import type { DecimalAmount, Listing, ListingQuery, ProviderResult } from "./common.js";

/** Money that moved on our balance at the provider for a dispute. Any number of them, in any order; none is ever changed. */
export interface DisputeMove {
  readonly reference: string;
  /** Signed: negative when it was taken. In the currency that the provider settles in. */
  readonly amount: DecimalAmount;
  /** Signed: positive when it was charged, negative when it is given back. In the same currency. */
  readonly fee: DecimalAmount;
  /** How much of the settlement currency one of the dispute's currency was, when they are two; a plain decimal. */
  readonly exchangeRate?: string;
}

/** One dispute of one payment as the provider has it. */
export interface DisputeNews {
  readonly providerReference: string;
  /** Absent on a dispute of a charge that no payment of ours can have. */
  readonly paymentReference?: string;
  /** The provider's own word, e.g. `needs_response`; kept as given. */
  readonly status: string;
  /** An inquiry asks and takes nothing. */
  readonly isInquiry: boolean;
  /** What the bank speaks of; what it took is the sum of `moves`. */
  readonly amount: DecimalAmount;
  readonly reason: string;
  readonly moves: readonly DisputeMove[];
  /** Until when evidence is taken. */
  readonly evidenceDueBy?: Date;
  readonly evidenceSubmitted: boolean;
}

/** Evidence in the provider's own field names, e.g. `product_description`. */
export type DisputeEvidence = Readonly<Record<string, string>>;

/** What a provider of payments with disputes offers about them. */
export interface DisputePort {
  getDispute(providerReference: string): Promise<ProviderResult<DisputeNews>>;
  /** Every dispute of a payment. */
  listDisputes(paymentReference: string): Promise<ProviderResult<readonly DisputeNews[]>>;
  /** Disputes of any payment opened at or after `since`, a page at a time, newest first. */
  listDisputesSince(query: ListingQuery): Promise<ProviderResult<Listing<DisputeNews>>>;
  /** Stages evidence, and sends it to the bank when `submit` is true, which can be done once. */
  submitEvidence(request: {
    providerReference: string;
    evidence: DisputeEvidence;
    submit: boolean;
    idempotencyKey: string;
  }): Promise<ProviderResult<DisputeNews>>;
}
