import type { InvoiceCredit, Line, LineTerms, Renewal } from "../types.js";

/** What one line is for in credits. */
export interface LineCredits {
  readonly lineReference: string;
  readonly planId: LineTerms["planId"];
  readonly kind: InvoiceCredit["kind"];
  readonly asset: string;
  /** Its share; the shares of an invoice's lines add up to what the invoice is for. */
  readonly credits: bigint;
}

/** What an invoice is for in one asset: whole cycles that begin with it, and changes in the middle of one. */
export interface AssetCredits {
  readonly asset: string;
  readonly cycle: bigint;
  /** Negative after a downgrade. */
  readonly proration: bigint;
  /** How a cycle begins; null when none does. */
  readonly renewal: Renewal | null;
}

/**
 * What an invoice's lines are for in credits. A whole line of a plan's price is for the plan's grants; a proration is for the
 * part of them that its amount is of the price, in exact fractions and rounded down once over the invoice. What was paid
 * does not matter: discounts and balances are the seller's affair. Lines of other prices are for nothing.
 */
export function creditsOf(lines: readonly Line[]): { lines: LineCredits[]; assets: AssetCredits[] } {
  const shares: LineCredits[] = [];
  const assets = new Map<string, AssetCredits>();
  const fractions = new Map<string, Fraction>();
  for (const line of lines) {
    const { terms } = line;
    if (!terms) continue;
    const before = assets.get(terms.asset) ?? { asset: terms.asset, cycle: 0n, proration: 0n, renewal: null };
    const share = { lineReference: line.lineReference, planId: terms.planId, asset: terms.asset };
    if (line.proration) {
      const sum = add(fractions.get(terms.asset) ?? ZERO, shareOf(line, terms));
      fractions.set(terms.asset, sum);
      const proration = floor(sum);
      shares.push({ ...share, kind: "proration", credits: proration - before.proration });
      assets.set(terms.asset, { ...before, proration });
      continue;
    }
    const { kind, credits } = wholeLine(line, terms);
    shares.push({ ...share, kind, credits });
    const renewal = credits > 0n ? terms.renewal : before.renewal;
    assets.set(terms.asset, { ...before, cycle: before.cycle + credits, renewal });
  }
  return { lines: shares, assets: [...assets.values()] };
}

/**
 * A proration's part of the grants: what its amount is of the price. Unused time that was paid for at a discount comes back at the
 * discounted amount, though its cycle granted everything: then the time itself tells how much of the cycle was not used.
 */
function shareOf(line: Line, terms: LineTerms): Fraction {
  const byAmount = { numerator: terms.grants * line.amount, denominator: terms.unitAmount };
  if (line.amount >= 0n) return byAmount;
  const unused = BigInt(line.periodEnd.getTime() - line.periodStart.getTime());
  const cycle = BigInt(line.periodEnd.getTime() - cycleStart(line.periodEnd, terms).getTime());
  const full = terms.unitAmount * BigInt(line.quantity) * unused;
  // A minor unit of difference is the provider's rounding.
  if (full <= (1n - line.amount) * cycle) return byAmount;
  return { numerator: -terms.grants * BigInt(line.quantity) * unused, denominator: cycle };
}

/** When a cycle began that ends then; where months differ in length it may be earlier, and takes less. */
function cycleStart(end: Date, { interval, intervalCount }: LineTerms): Date {
  const date = new Date(end);
  if (interval === "day" || interval === "week") {
    date.setUTCDate(date.getUTCDate() - intervalCount * (interval === "week" ? 7 : 1));
    return date;
  }
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - intervalCount * (interval === "year" ? 12 : 1));
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, daysInMonth));
  return date;
}

/** A whole line without a price is a trial, since no plan costs nothing; one that is all discount is free. */
function wholeLine(line: Line, terms: LineTerms): Pick<LineCredits, "kind" | "credits"> {
  const quantity = BigInt(line.quantity);
  if (line.amount === 0n) return { kind: "trial", credits: terms.trialGrants * quantity };
  const isFree = line.discount >= line.amount;
  if (isFree) return { kind: "free", credits: terms.freeInvoices === "grant" ? terms.grants * quantity : 0n };
  return { kind: "cycle", credits: terms.grants * quantity };
}

/** What booking does to a balance: let go first, then given or taken. Of the last two at most one is above zero. */
export interface Renewed {
  readonly expired: bigint;
  readonly granted: bigint;
  readonly takenBack: bigint;
}

/**
 * What an invoice's credits do to what the wallet has available. What a downgrade takes is of the cycle before, so it comes
 * off first; what an upgrade gives is usable in the new one, so it goes on last.
 */
export function renew({ cycle, proration, renewal }: Omit<AssetCredits, "asset">, available: bigint): Renewed {
  const left = larger(0n, available + smaller(proration, 0n));
  const { expired, given } = renewal ? begin(renewal, cycle, left) : { expired: 0n, given: cycle };
  const net = given + proration;
  return { expired, granted: larger(net, 0n), takenBack: larger(-net, 0n) };
}

function begin(renewal: Renewal, cycle: bigint, left: bigint): { expired: bigint; given: bigint } {
  switch (renewal.mode) {
    case "add":
      return { expired: renewal.rolloverCap === null ? 0n : larger(0n, left - renewal.rolloverCap), given: cycle };
    case "set":
      return { expired: larger(0n, left - cycle), given: larger(0n, cycle - left) };
    case "top_up_to":
      return { expired: 0n, given: larger(0n, cycle - left) };
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);

interface Fraction {
  readonly numerator: bigint;
  /** Above zero. */
  readonly denominator: bigint;
}
const ZERO: Fraction = { numerator: 0n, denominator: 1n };

const add = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});

/** Rounded down, below zero too: what is taken is then at least what is given back in money. */
function floor({ numerator, denominator }: Fraction): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}
