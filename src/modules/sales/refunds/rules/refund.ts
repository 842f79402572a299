import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../core/clock.js";
import type { RefundNewsStatus } from "../../../../providers/ports/index.js";
import type { RefundStatus } from "../types.js";

/** What news does to a refund. */
export type RefundDecision =
  | { readonly kind: "nothing" }
  /** Only its status changes. */
  | { readonly kind: "advance"; readonly status: RefundStatus }
  /** The provider has it: its money leaves our books. */
  | { readonly kind: "book"; readonly status: "pending" | "succeeded" }
  /** It will not happen: whatever was taken comes back. */
  | { readonly kind: "undo"; readonly status: "failed" | "canceled" };

const RANK: Readonly<Record<RefundStatus, number>> = { requested: 0, pending: 1, succeeded: 2, failed: 3, canceled: 3 };

/** How far along a refund is decides, never a timestamp: `succeeded` can still become `failed`, nothing else goes back. */
export function settleRefund(status: RefundStatus, news: RefundNewsStatus): RefundDecision {
  if (RANK[news] <= RANK[status]) return { kind: "nothing" };
  if (news === "failed" || news === "canceled") return { kind: "undo", status: news };
  return status === "requested" ? { kind: "book", status: news } : { kind: "advance", status: news };
}

const LOOKS_MS = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS] as const;

/** When to look at a refund again after `checks` looks; null when it is settled, since only news can change it then. */
export function nextCheck(clock: Clock, status: RefundStatus, checks: number): Date | null {
  if (status !== "requested" && status !== "pending") return null;
  const wait = LOOKS_MS[Math.min(checks, LOOKS_MS.length - 1)] ?? DAY_MS;
  return new Date(clock.now().getTime() + wait);
}

/**
 * The least money whose refund takes back so many more of the grants, rounded up to what can be sent: for a refund that is asked
 * for in credits. Where many credits cost one unit it takes back more of them than asked, and never fewer.
 */
export function moneyFor(
  payment: {
    readonly amount: bigint;
    readonly grantsAmount: bigint;
    readonly amountRefunded: bigint;
    readonly amountDisputed: bigint;
    readonly grantsTakenBack: bigint;
  },
  grants: bigint,
  unit: bigint,
): bigint {
  const taken = payment.grantsTakenBack + grants;
  const lost = roundUp(payment.amount * taken, payment.grantsAmount);
  const more = lost - payment.amountRefunded - payment.amountDisputed;
  return more <= 0n ? 0n : roundUp(more, unit) * unit;
}

const roundUp = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;
