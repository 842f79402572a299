import { DAY_MS, HOUR_MS } from "../../../../core/clock.js";
import type { BreakKind, MatchKind, Severity } from "../types.js";

/** What of one object of a provider found no partner, on either side. Minor units. */
export interface OpenGroup {
  readonly kind: MatchKind;
  readonly reference: string;
  readonly asset: string;
  readonly account: string;
  readonly ours: bigint;
  readonly oursCount: number;
  readonly theirs: bigint;
  readonly theirsCount: number;
  /** The fees of their movements, as positive amounts. */
  readonly fees: bigint;
  /** The other side has this object in another asset. */
  readonly hasOtherAsset: boolean;
  /** The oldest of all its movements. */
  readonly since: Date;
}

// A statement tells late; and a webhook may be late, too. Coins that leave without us are not waited for.
const STATEMENT_LATE_MS = 3 * DAY_MS;
const BOOKS_LATE_MS = DAY_MS;

/** Whether the partner may still come, so that it is no break yet. */
export function isInTransit({ kind, theirs, oursCount, theirsCount, since }: OpenGroup, now: Date): boolean {
  if (kind === "withdrawal" && oursCount === 0 && theirs < 0n) return false;
  const age = now.getTime() - since.getTime();
  // Both have it: the rest of it may be on its way.
  if (oursCount > 0 && theirsCount > 0) return age < HOUR_MS;
  return age < (theirsCount === 0 ? STATEMENT_LATE_MS : BOOKS_LATE_MS);
}

/** What kind of break a group is that is no longer waited for. */
export function breakKindOf(group: OpenGroup): BreakKind {
  const { kind, ours, theirs, oursCount, theirsCount, fees, hasOtherAsset } = group;
  if (hasOtherAsset) return "currency";
  if (oursCount === 0) return kind === "withdrawal" && theirs < 0n ? "unexplained_withdrawal" : "missing_here";
  if (theirsCount === 0) return "missing_there";
  if (oursCount === 1 && theirsCount > 1 && theirs === ours * BigInt(theirsCount)) return "duplicate";
  const difference = ours > theirs ? ours - theirs : theirs - ours;
  return difference <= fees ? "fee_variance" : "amount";
}

const HOURS: readonly (readonly [Severity, bigint, number])[] = [
  ["critical", 100_000n, 120],
  ["high", 10_000n, 72],
  ["medium", 1_000n, 24],
];

/**
 * How grave a break is, by its amount (whole units of its asset) and its age. Coins that nobody sent, and a balance that is less than it
 * should be, are grave at once.
 */
export function severityOf(
  { kind, ours, theirs, firstSeenAt }: { kind: BreakKind; ours: bigint; theirs: bigint; firstSeenAt: Date },
  scale: number,
  now: Date,
): Severity {
  if (kind === "unexplained_withdrawal") return "critical";
  if (kind === "changed") return "high";
  const difference = ours > theirs ? ours - theirs : theirs - ours;
  const units = difference / 10n ** BigInt(scale);
  const hours = (now.getTime() - firstSeenAt.getTime()) / HOUR_MS;
  const found = HOURS.find(([, least, age]) => units >= least && hours >= age);
  // Much money is never a small matter, however new.
  return found?.[0] ?? (units >= 10_000n ? "medium" : "low");
}

/** By how many days breaks are old, as reports show them. */
export const AGE_BUCKETS = ["0-1", "2-5", "6-10", "11-30", "over_30"] as const;

export function ageBucketOf(firstSeenAt: Date, now: Date): (typeof AGE_BUCKETS)[number] {
  const days = (now.getTime() - firstSeenAt.getTime()) / DAY_MS;
  if (days < 2) return "0-1";
  if (days < 6) return "2-5";
  if (days < 11) return "6-10";
  return days < 31 ? "11-30" : "over_30";
}

const SUGGESTIONS: Readonly<Record<BreakKind, string>> = {
  missing_here:
    "Look the object up in the provider's dashboard. If it is yours and was not made through this service, book it on `unexplained`.",
  missing_there:
    "Ask the provider whether the money exists. If it does not, write it off; if it is late, wait: the break closes by itself.",
  amount: "Compare the object at the provider with the payment here, and book the difference where it belongs.",
  currency: "The two sides have different currencies. Book the provider's side, and write off ours.",
  duplicate:
    "The provider lists it more than once. Ask the provider; when it takes one back, the break closes by itself.",
  fee_variance: "The difference is no more than the fee. Book it on `provider_fees` or `fx_difference`.",
  unknown: "The amount is on `unexplained`. Find out what the provider means, and book it where it belongs.",
  changed: "The provider's list says something else than before. Keep both, and ask the provider.",
  payout_sum:
    "The payout is not what its transactions come to. Wait for the provider's list to be complete, or ask the provider.",
  balance:
    "The provider holds another amount than its list comes to. On the first run that is what was there before: book it as the opening.",
  unexplained_withdrawal:
    "Coins left a wallet and nothing here sent them. Halt payouts, change the provider's keys, and find out who did.",
};
/** What a person should do about a break. */
export const suggestionFor = (kind: BreakKind): string => SUGGESTIONS[kind];
