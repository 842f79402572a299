import type { BalanceCategory } from "../../../../providers/ports/index.js";

/** What a movement of a provider's balance is compared by with the books. */
export const MATCH_KINDS = ["payment", "refund", "dispute", "deposit", "withdrawal", "other"] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];

/**
 * How the two sides found each other. `booked`: the statement alone knew of it, and the import booked it. `reference`: the same object
 * of the provider, and the same sum. `offset`: one side's movements come to nothing by themselves. `composite`: nothing but amount and day,
 * which only one of each side has. `resolved`: a person said what becomes of it.
 */
export const MATCH_RULES = ["booked", "reference", "offset", "composite", "resolved"] as const;
export type MatchRule = (typeof MATCH_RULES)[number];

/**
 * What a break is. `missing_here`: the statement has it and the books do not. `missing_there`: the other way round. `amount`: both have it
 * and differ. `currency`: both have it, in different ones. `duplicate`: the statement has it several times. `fee_variance`: they differ by no more
 * than a fee. `unknown`: the provider calls it by a name that we do not know; it is booked on `unexplained`. `changed`: an entry says
 * something else than it did. `payout_sum`: a payout to the bank is not what its transactions come to. `balance`: the provider's balance is
 * not what its transactions come to. `unexplained_withdrawal`: coins left that nobody here sent.
 */
export const BREAK_KINDS = [
  "missing_here",
  "missing_there",
  "amount",
  "currency",
  "duplicate",
  "fee_variance",
  "unknown",
  "changed",
  "payout_sum",
  "balance",
  "unexplained_withdrawal",
] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Where a person may put a difference. */
export const RESOLUTION_ACCOUNTS = ["unexplained", "provider_fees", "fx_difference", "bank", "written_off"] as const;
export type ResolutionAccount = (typeof RESOLUTION_ACCOUNTS)[number];

/** A line of a statement: one category of movements, as the provider has it and as the books do. Minor units. */
export interface StatementLine {
  readonly category: BalanceCategory | "fees" | "not_listed";
  readonly count: number;
  readonly provider: string;
  readonly ledger: string;
}

/** Something that only one side has, or that both have otherwise. Minor units. */
export interface OpenItem {
  readonly kind: MatchKind;
  readonly reference: string;
  readonly ledger: string;
  readonly provider: string;
  readonly since: string;
}

/**
 * One provider's balance of one asset over a window: what it was, what moved it and what it is, on both sides. `provider` and `ledger` of
 * the lines add up from opening to closing, and the difference of the closings is what the open items come to.
 */
export interface Statement {
  readonly asset: string;
  readonly opening: { readonly provider: string; readonly ledger: string };
  readonly lines: readonly StatementLine[];
  readonly closing: { readonly provider: string; readonly ledger: string };
  /** Of the items that are open at the end of the window, those that a partner may still come for. */
  readonly inTransit: string;
  /** The rest: each of them is a break. */
  readonly remainder: string;
  readonly openItems: readonly OpenItem[];
  /** How many there are; `openItems` shows the first hundred. */
  readonly openCount: number;
}

/** What one run did. */
export interface RunCounts {
  readonly imported: number;
  readonly booked: number;
  readonly matched: number;
  readonly opened: number;
  readonly closed: number;
  readonly unreadable: number;
}
