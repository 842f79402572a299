import type { Listing, ListingQuery, ProviderResult } from "./common.js";

/**
 * What moved the balance that a provider keeps for us, in one word for all providers. `other` is whatever the provider calls
 * by a name that we do not know: it is shown by that name and never guessed at.
 *
 * - `payment`: a customer paid. `payment_returned`: it was taken back without a refund of ours (a bank debit that failed late).
 * - `refund`, `refund_returned`: we gave money back; it did not arrive.
 * - `dispute`, `dispute_reversal`: a bank took money; it gave it back. A correction of either is the one or the other by its sign.
 * - `fee`: the provider's own, of no object or of several. `tax`: on its fees.
 * - `bank_payout`, `bank_payout_returned`: to our bank, and back. `bank_top_up`: from our bank.
 * - `reserve`: set aside by the provider (negative), or released (positive); it stays ours.
 * - `deposit`, `withdrawal`: coins that came or were sent. `internal`: between addresses and wallets of ours.
 * - `conversion`: one leg of an exchange at the provider. `network_fee`: gas.
 */
export const BALANCE_CATEGORIES = [
  "payment",
  "payment_returned",
  "refund",
  "refund_returned",
  "dispute",
  "dispute_reversal",
  "fee",
  "tax",
  "bank_payout",
  "bank_payout_returned",
  "bank_top_up",
  "reserve",
  "deposit",
  "withdrawal",
  "internal",
  "conversion",
  "network_fee",
  "other",
] as const;
export type BalanceCategory = (typeof BALANCE_CATEGORIES)[number];

/** What a movement is about, by the name under which we know it: the provider's reference of the object. */
export interface BalanceSubject {
  readonly kind: "payment" | "refund" | "dispute" | "bank_payout" | "deposit" | "withdrawal";
  readonly reference: string;
}

/** A part of a fee, with the provider's own words. */
export interface BalanceFee {
  /** E.g. `stripe_fee`, `tax`, `application_fee`. */
  readonly kind: string;
  /** In the asset of the movement, in major units; negative where it is given back. */
  readonly amount: string;
  readonly description?: string;
}

/** One movement of the balance that a provider keeps for us, as the provider's own statement tells it. Amounts are in major units. */
export interface BalanceTransaction {
  /** The provider's id of the movement, which stays the same: `txn_...`. */
  readonly reference: string;
  /** Which of our accounts at the provider it is of, where there are several: the id of a master wallet. Absent: the one that payments use. */
  readonly account?: string;
  readonly category: BalanceCategory;
  /** As the provider calls it: Stripe's `reporting_category`. */
  readonly providerCategory: string;
  /** What the balance is kept in: at Stripe the currency of settlement, which need not be the customer's. */
  readonly asset: string;
  /** Signed, before fees: what came (+) or went (-). */
  readonly amount: string;
  /** What the provider kept of it; negative when it gave a fee back. */
  readonly fee: string;
  /** `amount` - `fee`, as the provider prints it. */
  readonly net: string;
  readonly fees: readonly BalanceFee[];
  readonly subject?: BalanceSubject;
  /** What the customer paid or got back, with the sign of `amount`, when the balance is kept in another currency. Never computed by a rate. */
  readonly presented?: { readonly amount: string; readonly asset: string };
  /** As printed, for people: nothing is computed with it. */
  readonly exchangeRate?: string;
  /** What the chain took, in its own token, when it was not taken from the asset that moved. */
  readonly networkFee?: { readonly amount: string; readonly asset: string };
  readonly transactionHash?: string;
  /** Our reference, as the provider echoes it. */
  readonly ourReference?: string;
  readonly description?: string;
  /** `pending` counts to the balance and cannot be paid out yet. What may still come to nothing is not listed at all. */
  readonly status: "pending" | "available";
  readonly occurredAt: Date;
  readonly availableAt?: Date;
  /** The provider's object, whole; what it is about by its id. */
  readonly raw: unknown;
}

/**
 * What a provider keeps for us of one asset, at one instant. Major units; each part may be negative. All movements of the account
 * together, those of `reserve` among them, come to `available` + `pending`: what is set aside is no longer in either.
 */
export interface ProviderBalance {
  readonly account?: string;
  readonly asset: string;
  /** All of it, pending and reserved money included. */
  readonly total: string;
  readonly available: string;
  readonly pending: string;
  /** What is set aside, as far as the provider says it with the balance: Stripe does not of what it reserves for risk. */
  readonly reserved: string;
}

/** Money sent from the provider's balance to our bank. */
export interface BankPayout {
  readonly reference: string;
  readonly status: "pending" | "in_transit" | "paid" | "failed" | "canceled";
  readonly amount: string;
  readonly asset: string;
  /** Sent by the provider's own schedule: only then it knows which movements it carries. */
  readonly isAutomatic: boolean;
  /** The provider says which movements it carries, and will not change its mind. */
  readonly isItemized: boolean;
  readonly createdAt: Date;
  readonly arrivesAt?: Date;
  /** What our bank's statement shows of it. */
  readonly traceId?: string;
}

/**
 * The statement of a provider's balance. Reads only. Lists are newest first or in any other order, may repeat what they said on an
 * earlier page, and say late what happened early: a caller reads with an overlap and keeps each movement by its reference.
 */
export interface BalancePort {
  /** The fee of a payment is told with the payment itself, and booked with it; the statement repeats it. */
  readonly feesComeWithPayments?: true;
  /** Movements since; an entry that cannot be read hides none of its neighbours. */
  listBalanceTransactions(query: ListingQuery): Promise<ProviderResult<Listing<BalanceTransaction>>>;
  /** What it keeps for us now, for each account and asset. `rejected` with `not_supported` where it does not say. */
  getProviderBalances(): Promise<ProviderResult<readonly ProviderBalance[]>>;
  /** Absent where a provider pays nothing out to a bank. */
  listBankPayouts?(query: ListingQuery): Promise<ProviderResult<Listing<BankPayout>>>;
  /** The movements that an itemized payout carries, its own included. */
  listPayoutTransactions?(query: {
    readonly payoutReference: string;
    readonly cursor?: string;
  }): Promise<ProviderResult<Listing<BalanceTransaction>>>;
}
