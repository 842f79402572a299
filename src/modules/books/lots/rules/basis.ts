import type { Lot } from "../types.js";

/** What of a lot its units and its price say. */
export type Basis = Pick<
  Lot,
  | "granted"
  | "remaining"
  | "expired"
  | "priceAmount"
  | "spentBasis"
  | "expiredBasis"
  | "paidOutBasis"
  | "revenue"
  | "breakage"
  | "refunded"
>;

/** What units leave a lot for. `taken_back`: they should not have come, and their cost waits for the money to go back. */
export type Purpose = "spent" | "expired" | "paid_out" | "taken_back";

/**
 * What the first `units` of a lot cost. A share is the difference of two of these, so any series of shares adds up to the price
 * exactly, and what is left costs what was not counted yet, in whatever order units go and come back.
 */
const costOf = ({ priceAmount, granted }: Basis, units: bigint): bigint => (priceAmount * units) / granted;
const takenOf = ({ granted, remaining }: Basis): bigint => granted - remaining;

/** A lot without so many of its units. There must be as many. */
export function takeUnits<L extends Basis>(lot: L, units: bigint, purpose: Purpose): L {
  const taken = takenOf(lot);
  const share = costOf(lot, taken + units) - costOf(lot, taken);
  const left = { ...lot, remaining: lot.remaining - units };
  switch (purpose) {
    case "spent":
      return { ...left, spentBasis: lot.spentBasis + share };
    case "expired":
      return { ...left, expired: lot.expired + units, expiredBasis: lot.expiredBasis + share };
    case "paid_out":
      return { ...left, paidOutBasis: lot.paidOutBasis + share };
    case "taken_back":
      return left;
  }
}

/**
 * A lot with so many units more, that had left it. `undone`: they had been paid out. Their cost is what the lot's last units cost:
 * it comes off what nobody was charged for first, and then off what was spent of units that were repaid otherwise.
 */
export function giveBackUnits<L extends Basis>(lot: L, units: bigint, undone: boolean): L {
  const before = costOf(lot, takenOf(lot));
  const remaining = lot.remaining + units;
  const after = costOf(lot, takenOf({ ...lot, remaining }));
  const paidBack = undone ? smaller(before - after, lot.paidOutBasis) : 0n;
  const paidOutBasis = lot.paidOutBasis - paidBack;
  let excess = larger(0n, lot.spentBasis + lot.expiredBasis + paidOutBasis - after);
  const less = (part: bigint): bigint => {
    const off = smaller(part, excess);
    excess -= off;
    return part - off;
  };
  const spentBasis = less(lot.spentBasis);
  const expiredBasis = less(lot.expiredBasis);
  return { ...lot, remaining, spentBasis, expiredBasis, paidOutBasis: less(paidOutBasis) };
}

/**
 * What of a lot's price is earned, once everything is booked: the cost of what was spent, and of what expired, as far as the money
 * did not go back. It follows from the sums alone, so the order in which a refund and a spend become known changes nothing.
 */
export function earnedOf(lot: Basis): { readonly revenue: bigint; readonly breakage: bigint } {
  const kept = larger(0n, lot.priceAmount - lot.refunded);
  const paidOut = smaller(lot.paidOutBasis, kept);
  const breakage = smaller(lot.expiredBasis, kept - paidOut);
  return { breakage, revenue: smaller(lot.spentBasis, kept - paidOut - breakage) };
}

/** What of a lot's price is still owed in credits, or in money that is about to go back. */
export function deferredOf(lot: Basis): bigint {
  const kept = larger(0n, lot.priceAmount - lot.refunded);
  return kept - smaller(lot.paidOutBasis, kept) - lot.revenue - lot.breakage;
}

const BOOKING_TYPES = {
  revenue: { more: "revenue_recognized", less: "revenue_reversed" },
  breakage: { more: "breakage_recognized", less: "breakage_reversed" },
} as const;

/** One thing to be booked of a lot. */
export interface EarningBooking {
  readonly account: "revenue" | "breakage";
  readonly type: (typeof BOOKING_TYPES)["revenue" | "breakage"]["more" | "less"];
  /** Above zero. `more` of it is earned, or less. */
  readonly amount: bigint;
  readonly more: boolean;
}

/** What has to be booked so that what is booked as earned is what is earned. */
export function bookingsOf(lot: Basis): EarningBooking[] {
  const earned = earnedOf(lot);
  return (["revenue", "breakage"] as const).flatMap((account) => {
    const change = earned[account] - lot[account];
    if (change === 0n) return [];
    const more = change > 0n;
    const type = BOOKING_TYPES[account][more ? "more" : "less"];
    return [{ account, type, more, amount: more ? change : -change }];
  });
}

export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
