import { type Clock, DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../core/clock.js";
import type { Invoice } from "../types.js";

/** What is copied of the provider's invoice, in minor units. */
export type InvoiceFacts = Pick<
  Invoice,
  | "number"
  | "status"
  | "billingReason"
  | "currency"
  | "total"
  | "amountDue"
  | "amountPaid"
  | "amountRemaining"
  | "credited"
  | "lines"
  | "hostedUrl"
  | "pdfUrl"
  | "clientSecret"
  | "attempts"
  | "nextAttemptAt"
  | "failure"
  | "requiresAction"
  | "finalizedAt"
  | "paidAt"
  | "issuedAt"
>;

export type InvoiceDecision =
  | { readonly kind: "nothing" }
  /** Something was settled while the provider was asked: its answer may be the older of the two. */
  | { readonly kind: "refetch" }
  | { readonly kind: "update"; readonly change: Partial<InvoiceFacts> }
  /** It is paid, and what it is for was not granted yet. */
  | { readonly kind: "book"; readonly change: Partial<InvoiceFacts> };

/** Links, names and what was given back later; the rest of an invoice that is over never changes. */
const REFRESHED = ["number", "hostedUrl", "pdfUrl", "credited"] as const;

/**
 * The one decision about an invoice, whoever brings the news. Paid and void are ends. What a paid one is for is granted once:
 * that it was booked stands in the row, which the caller holds. Undefined rows are new.
 */
export function settleInvoice(
  row: Invoice | undefined,
  facts: InvoiceFacts,
  observedVersion: number | null,
): InvoiceDecision {
  if ((row?.version ?? null) !== observedVersion) return { kind: "refetch" };
  if (row?.bookedAt || row?.status === "void") {
    const refreshed = differences(row, facts, REFRESHED);
    return Object.keys(refreshed).length === 0 ? { kind: "nothing" } : { kind: "update", change: refreshed };
  }
  const change = row ? differences(row, facts, Object.keys(facts) as (keyof InvoiceFacts)[]) : facts;
  if (facts.status === "paid") return { kind: "book", change };
  return Object.keys(change).length === 0 ? { kind: "nothing" } : { kind: "update", change };
}

function differences(row: Invoice, facts: InvoiceFacts, names: readonly (keyof InvoiceFacts)[]): Partial<InvoiceFacts> {
  return Object.fromEntries(names.filter((name) => !same(row[name], facts[name])).map((name) => [name, facts[name]]));
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  return JSON.stringify(a) === JSON.stringify(b);
}

const LATE_MS = HOUR_MS;
const DAILY_CHECKS = 60;
const WEEK_MS = 7 * DAY_MS;
const LOOKS_MS = [5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS] as const;

/**
 * When to look at an invoice again that nobody speaks of: an hour after the provider's next attempt, else daily for two months and
 * weekly then, since it can be paid for as long as it is open, and what is frozen for it stays frozen.
 */
export function nextInvoiceLook(
  clock: Clock,
  { status, nextAttemptAt }: Pick<Invoice, "status" | "nextAttemptAt">,
  checks: number,
): Date | null {
  if (status === "paid" || status === "void") return null;
  const now = clock.now().getTime();
  if (checks >= DAILY_CHECKS) return new Date(now + WEEK_MS);
  const late = nextAttemptAt ? nextAttemptAt.getTime() + LATE_MS : now + (LOOKS_MS[checks] ?? DAY_MS);
  return new Date(Math.max(now + MINUTE_MS, Math.min(late, now + DAY_MS)));
}

/** Whether a try to collect it makes sense. */
export const canPay = ({ status, amountRemaining }: Invoice): boolean =>
  (status === "open" || status === "uncollectible") && amountRemaining > 0n;

/**
 * What of an invoice's grants is given: notes that credited it before it was paid took the rest off, since nobody owes it any
 * more. Rounded down.
 */
export const keptOf = (total: bigint, creditedBefore: bigint, granted: bigint): bigint =>
  creditedBefore <= 0n || total <= 0n ? granted : (granted * larger(total - creditedBefore, 0n)) / total;

/** `whole` in parts as large as the shares are of their sum: rounded so that they add up to it. */
export function divide(whole: bigint, shares: readonly bigint[]): bigint[] {
  const sum = shares.reduce((total, share) => total + share, 0n);
  let seen = 0n;
  let given = 0n;
  return shares.map((share) => {
    seen += share;
    const part = (sum === 0n ? 0n : (whole * seen) / sum) - given;
    given += part;
    return part;
  });
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
