import type { AccountId, TransactionId, TransferId } from "../../../core/ids.js";
import type { ClearingAccount } from "../../../providers/ports/index.js";

/** What a transfer was for. One sentence each: this is the glossary of statements. */
export const TRANSFER_TYPES = [
  /** Money arrived at a provider for a payment of ours. */
  "payment_received",
  /** The provider kept its fee of it. */
  "provider_fee",
  /** What the customer bought was put into the wallet. */
  "purchase",
  /** An administrator gave something. */
  "grant",
  /** The customer spent something. */
  "debit",
  /** Money arrived that no payment explains. */
  "unexplained_receipt",
  /** What was left of an earlier cycle of a subscription, or of a lot whose time was over, was let go. */
  "expired",
  /** Coins came to one of our addresses. */
  "deposit_received",
  /** What came was put into the customer's wallet. */
  "deposit",
  /** What came below the smallest unit of the wallet's asset. */
  "deposit_dust",
  /** Coins that had been booked turned out not to be there. */
  "deposit_undone",
  /** Money went back to who had paid it. */
  "refund",
  /** A refund failed, and its money came back to us. */
  "refund_returned",
  /** A bank took disputed money from us. */
  "dispute_withdrawn",
  /** The bank gave it back. */
  "dispute_reinstated",
  /** The bank keeps it. */
  "dispute_lost",
  /** What a refund or a dispute had taken from a wallet is given again. */
  "restored",
  /** What a customer got is taken back, as far as it is still there. */
  "take_back",
  /** The part of it that was spent already: the customer owes it. */
  "debt_incurred",
  /** A top-up repaid a debt first. */
  "debt_repaid",
  /** We gave a debt up. */
  "debt_written_off",
  /** One asset of a wallet was turned into another: what went, and what came. */
  "conversion",
  /** What was owed in coins is now paid for and owed in credits. */
  "conversion_received",
  /** A payout was asked for: its amount leaves the wallet. */
  "payout_reserved",
  /** The payout will not happen: its amount comes back. */
  "payout_released",
  /** The payout arrived: what was set aside is used up. */
  "payout",
  /** What we keep of a payout. */
  "payout_fee",
  /** Coins left for a payout. */
  "payout_sent",
  /** The currency that a payout in coins was paid with. */
  "payout_exchange",
  /** Coins left that no payout explains. */
  "unexplained_withdrawal",
  /** Gas that a chain took. */
  "network_fee",
  /** We put coins of our own into a master wallet. */
  "treasury_funding",
  /** A provider sent money that it held for us to our bank. */
  "bank_payout",
  /** The bank sent it back. */
  "bank_payout_returned",
  /** Our bank sent money to a provider. */
  "bank_top_up",
  /** A provider set money of ours aside. */
  "reserve_held",
  /** The provider released it. */
  "reserve_released",
  /** A provider exchanged what a customer paid into the currency that it keeps for us: what went, and what came. */
  "currency_exchange",
  /** A difference between a provider's statement and the books, put where a person said. */
  "difference_booked",
  /** Such a difference that we gave up. */
  "difference_written_off",
  /** What was paid for credits that were spent is earned. */
  "revenue_recognized",
  /** What had been earned so is not: the money went back. */
  "revenue_reversed",
  /** What was paid for credits that expired is earned. */
  "breakage_recognized",
  /** And that is not. */
  "breakage_reversed",
] as const;
export type TransferType = (typeof TRANSFER_TYPES)[number];

/**
 * The named system accounts. A positive balance is what we have or gave up, a negative one what we owe or issued; over all
 * accounts of one asset the balances sum to zero. `docs/ledger.md` shows the transfers of each flow.
 */
export const SYSTEM_ACCOUNTS = [
  /** Paid for but not yet used by customers. */
  "deferred_revenue",
  /** Paid for and used: earned. */
  "revenue",
  /** Paid for and expired before it was used: earned without being delivered. */
  "breakage_revenue",
  /** What providers kept. */
  "provider_fees",
  /** Credits brought into being, by sale or grant. */
  "credits_issued",
  /** Credits that customers spent. */
  "credits_used",
  /** Credits that were let go: their cycle was over before they were spent. */
  "credits_expired",
  /** Money that arrived and that nothing explains yet. */
  "unexplained",
  /** Money that banks have taken until a dispute is decided. */
  "disputed_funds",
  /** Coins on our master wallets and deposit addresses. */
  "custody",
  /** Where the coins in custody came from, as far as they are customers': the other side of `custody`. */
  "customer_funds",
  /** Where the coins in custody came from, as far as they are our own. */
  "treasury_capital",
  /** Set aside for payouts that are under way. */
  "payouts_in_flight",
  /** What we earned by payouts. */
  "platform_fees",
  /** Gas that chains took. */
  "network_fees",
  /** Coins given for money of another kind, and that money. */
  "exchange",
  /** What came below the smallest unit that a wallet can hold. */
  "rounding",
  /** What customers owe us, e.g. for spent credits of a refunded payment. */
  "customer_debt",
  /** Debts and differences that we gave up. */
  "written_off",
  /** Money that providers have sent to our bank. */
  "bank",
  /** Money that Stripe has set aside, and still owes us. */
  "stripe_reserve",
  /** What exchanges and fees came to beyond what was booked of them. */
  "fx_difference",
] as const;
/** With them, for each provider of payments, the account of the money that it holds for us until it pays out. */
export type SystemAccountCode = (typeof SYSTEM_ACCOUNTS)[number] | ClearingAccount;

/** One transfer to be posted. Both accounts must count the same asset. */
export interface Posting {
  /** Its last byte is replaced by that of its bucket; the result says the id that it got. */
  readonly id: TransferId;
  /** What happened together has one id; absent for a transfer on its own, whose transaction then has the transfer's uuid. */
  readonly transactionId?: TransactionId | undefined;
  readonly from: AccountId;
  readonly to: AccountId;
  /** Minor units, positive. */
  readonly amount: bigint;
  readonly asset: string;
  readonly type: TransferType;
  /** Posted at most once per (home account, key); a later posting with the same fingerprint answers with the first. */
  readonly key?: string | undefined;
  readonly fingerprint?: Buffer | undefined;
  /** The object that caused it, e.g. a payment id. */
  readonly source?: string | undefined;
  /** The caller's own reference. */
  readonly reference?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Who asked for it. */
  readonly actor: string;
  /** When it happened in the world; now, when absent. */
  readonly effectiveAt?: Date | undefined;
  readonly reverses?: TransferId | undefined;
}

export type PostingRefusal =
  | "key_reused"
  | "insufficient_balance"
  | "frozen"
  | "balance_limit"
  | "unknown_account"
  | "unknown_type"
  | "asset_mismatch"
  | "invalid_amount";

/** The facts of a transfer that is in the books. `replayed`: it was posted before, under the same key. */
export interface PostedTransfer {
  readonly outcome: "posted" | "replayed";
  readonly transferId: TransferId;
  /** Balance after of the customer's account (of the paying one between two customers); null between system accounts. */
  readonly balanceAfter: bigint | null;
  readonly postedAt: Date;
}

export interface RefusedPosting {
  readonly outcome: PostingRefusal;
  /** What the paying customer could have spent; only with `insufficient_balance`. */
  readonly available: bigint | null;
}

/** What became of one posting. */
export type PostingResult = PostedTransfer | RefusedPosting;

export const isPosted = (result: PostingResult): result is PostedTransfer => "transferId" in result;
