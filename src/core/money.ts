/** An amount in minor units of `asset`. Bigint inside, a safe JSON integer on the wire. */
export interface Money {
  readonly amount: bigint;
  readonly asset: string;
}

/** The largest amount the wire can carry exactly: 2^53 - 1. */
export const MAX_AMOUNT = 9_007_199_254_740_991n;

const DECIMAL = /^(\d{1,60})(?:\.(\d{1,60}))?$/;

/**
 * Converts a provider's decimal string to minor units, exactly and without floating point.
 * Digits finer than `scale` are returned as `remainder`, in units of 10^-(number of digits given), so the caller can book
 * what the customer is not credited. Throws a RangeError on anything that is not a plain non-negative decimal.
 */
export function parseDecimal(text: string, scale: number): { amount: bigint; remainder: string | null } {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a decimal amount: ${text.slice(0, 80)}`);
  const [, whole = "0", fraction = ""] = match;
  const kept = fraction.slice(0, scale).padEnd(scale, "0");
  const finer = fraction.slice(scale).replace(/0+$/, "");
  return {
    amount: BigInt(whole + kept),
    remainder: finer === "" ? null : `0.${"0".repeat(scale)}${finer}`,
  };
}

/** The same for an amount that may be negative. */
export function parseSignedDecimal(text: string, scale: number): bigint {
  const { amount } = parseDecimal(text.replace(/^-/, ""), scale);
  return text.startsWith("-") ? -amount : amount;
}

/** Writes minor units as a decimal string with exactly `scale` fraction digits, e.g. (999n, 2) -> "9.99". */
export function formatDecimal(amount: bigint, scale: number): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(scale + 1, "0");
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** An amount as people read it, in units of its asset: `947.01 USDC`, and not 947010000. */
export const inWords = ({ amount, asset }: Money, scale: number): string => `${inUnits(amount, scale)} ${asset}`;

/** The same without the asset's name, where that was said already. */
function inUnits(amount: bigint, scale: number): string {
  const digits = formatDecimal(amount, scale);
  const kept = Math.min(scale, 2);
  const [whole = "0", fraction = ""] = digits.split(".");
  const shown = fraction.replace(/0+$/, "").padEnd(kept, "0");
  return shown === "" ? whole : `${whole}.${shown}`;
}

/** Whether a JSON integer holds this amount exactly. */
export const fitsWire = (amount: bigint): boolean => amount <= MAX_AMOUNT && amount >= -MAX_AMOUNT;

/** A minor-unit amount as a JSON integer. Throws a RangeError rather than lose a unit. */
export function toWire(amount: bigint): number {
  if (!fitsWire(amount)) throw new RangeError("amount exceeds 2^53 - 1");
  return Number(amount);
}
