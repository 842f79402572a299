import type { DecimalAmount, Failure, Listing, ListingQuery, ProviderResult, UnreadableEntry } from "./common.js";

/** Where a refund stands. `succeeded` can still become `failed`: the money then comes back to us. */
export type RefundNewsStatus = "pending" | "succeeded" | "failed" | "canceled";

/** One refund of one payment as the provider has it. */
export interface RefundNews {
  /** Our refund id (`ref_...`) as the provider echoes it; absent for refunds made in the provider's dashboard. */
  readonly refundId?: string;
  /** The provider does not echo our id: it is that of the request which this answers. */
  readonly isAssumed?: true;
  readonly providerReference: string;
  /** What identifies the money of the payment: PaymentIntent id, Coinbase checkout id. */
  readonly paymentReference: string;
  readonly status: RefundNewsStatus;
  readonly amount: DecimalAmount;
  readonly reason?: string;
  readonly failure?: Failure;
}

export interface CreateRefundRequest {
  readonly refundId: string;
  readonly idempotencyKey: string;
  readonly paymentReference: string;
  readonly amount: DecimalAmount;
  readonly reason?: "duplicate" | "fraudulent" | "requested_by_customer" | undefined;
}

export interface RefundList {
  readonly data: readonly RefundNews[];
  /** What is listed and cannot be read; one of ours among it is not to be taken for missing. */
  readonly unreadable?: readonly UnreadableEntry[];
}

/** How money of payments goes back. */
export interface RefundPort {
  /** How many decimals the amount of a refund may have; as many as the asset has when absent. */
  refundDecimals?(asset: string): number | undefined;
  /** Sends money back. Asking again with the same key is the same refund. */
  createRefund(request: CreateRefundRequest): Promise<ProviderResult<RefundNews>>;
  /** What sending so much back would be refused for, without doing it. Absent where nobody can tell. */
  checkRefund?(request: Pick<CreateRefundRequest, "paymentReference" | "amount">): Promise<ProviderResult<undefined>>;
  /** Every refund of a payment, whoever made it. */
  listRefunds(paymentReference: string): Promise<ProviderResult<RefundList>>;
  /** Refunds of any payment made at or after `since`, a page at a time, newest first. Absent where there is no such list. */
  listRefundsSince?(query: ListingQuery): Promise<ProviderResult<Listing<RefundNews>>>;
}
