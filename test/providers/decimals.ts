import { formatDecimal, parseSignedDecimal } from "../../src/core/money.js";

/** Finer than any coin. */
const SCALE = 30;

/** The exact sum of decimals, in one spelling for each value: "0", "1.5", "-0.000001". */
export function sumDecimals(decimals: readonly string[]): string {
  const sum = decimals.reduce((total, each) => total + parseSignedDecimal(each, SCALE), 0n);
  const text = formatDecimal(sum < 0n ? -sum : sum, SCALE).replace(/\.?0+$/, "");
  return sum < 0n ? `-${text}` : text;
}
