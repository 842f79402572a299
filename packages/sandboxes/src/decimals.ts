// A sandbox counts by itself: with the service's arithmetic it would repeat the service's mistakes.

const DECIMAL = /^(\d{1,60})(?:\.(\d{1,60}))?$/;

/**
 * A decimal string in units of 10^-`scale`, exactly. What is finer is the `remainder`. Throws a RangeError on anything that is
 * not a plain decimal of zero or more.
 */
export function parseDecimal(text: string, scale: number): { amount: bigint; remainder: string | null } {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a decimal amount: ${text.slice(0, 80)}`);
  const [, whole = "0", fraction = ""] = match;
  const kept = fraction.slice(0, scale).padEnd(scale, "0");
  const finer = fraction.slice(scale).replace(/0+$/, "");
  return { amount: BigInt(whole + kept), remainder: finer === "" ? null : `0.${"0".repeat(scale)}${finer}` };
}

/** Units as a decimal string with exactly `scale` fraction digits: (999n, 2) is "9.99". */
export function formatDecimal(amount: bigint, scale: number): string {
  const sign = amount < 0n ? "-" : "";
  const digits = (amount < 0n ? -amount : amount).toString().padStart(scale + 1, "0");
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
