/**
 * Amounts as Stripe counts them. Stripe's exponents are not ISO 4217's: ISK and UGX are sent as if they had two decimals
 * though only whole units can be charged, MGA has none, and the last digit of three-decimal currencies must be 0.
 * Source: docs.stripe.com/currencies (zero-decimal, three-decimal, special cases, minimum amounts).
 */
import { formatDecimal, MAX_AMOUNT, parseDecimal } from "../../core/money.js";
import type { DecimalAmount } from "../ports/common.js";

const set = (codes: string): ReadonlySet<string> => new Set(codes.split(/\s+/));

const ZERO_DECIMAL = set("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF");
const THREE_DECIMAL = set("BHD JOD KWD OMR TND");
/** Two decimals on the wire, whole units only: 5 ISK is 500. */
const WHOLE_UNITS_AS_HUNDREDTHS = set("ISK UGX");
const TWO_DECIMAL =
  set(`AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP
  CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT
  LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR
  RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW`);

/** In major units. Stripe compares in the settlement currency, so these catch the plain cases and Stripe the rest. */
const MINIMUMS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    "USD EUR AUD BRL CAD CHF INR NZD SGD ZAR ARS COP IDR ILS PHP RUB".split(" ").map((code) => [code, "0.50"]),
  ),
  ...{ GBP: "0.30", AED: "2.00", CZK: "15", DKK: "2.50", HKD: "4", HUF: "175", JPY: "50", KRW: "50", MXN: "10" },
  ...{ MYR: "2", NOK: "3", PLN: "2", RON: "2", SEK: "3", THB: "10" },
};

/** Stripe charges in this ISO 4217 currency. */
export function isStripeCurrency(asset: string): boolean {
  return (
    TWO_DECIMAL.has(asset) ||
    ZERO_DECIMAL.has(asset) ||
    THREE_DECIMAL.has(asset) ||
    WHOLE_UNITS_AS_HUNDREDTHS.has(asset)
  );
}

/** Digits after the point in Stripe's integers. Two for a code that is in no list, as Stripe's page says. */
function stripeExponent(asset: string): number {
  if (ZERO_DECIMAL.has(asset)) return 0;
  return THREE_DECIMAL.has(asset) ? 3 : 2;
}

/** The smallest step Stripe accepts, in its own integer units. */
function stripeStep(asset: string): bigint {
  if (WHOLE_UNITS_AS_HUNDREDTHS.has(asset)) return 100n;
  return THREE_DECIMAL.has(asset) ? 10n : 1n;
}

/**
 * A price as the integer Stripe takes, e.g. `9.99 USD` -> 999, `5 ISK` -> 500.
 * Throws a RangeError when the price has digits that Stripe cannot charge: nothing is ever rounded.
 */
export function toStripeAmount(price: DecimalAmount): number {
  const { amount, remainder } = parseDecimal(price.amount, stripeExponent(price.asset));
  if (remainder !== null || amount % stripeStep(price.asset) !== 0n) {
    throw new RangeError(`${price.amount} ${price.asset} has finer digits than Stripe can charge`);
  }
  if (amount > MAX_AMOUNT) throw new RangeError(`${price.amount} ${price.asset} is too large`);
  return Number(amount);
}

/**
 * Stripe's integer as a decimal in major units, exactly, e.g. (999, "usd") -> `9.99 USD`, (500, "isk") -> `5 ISK`.
 * Throws a RangeError on an integer that is negative or not exact in a double.
 */
export function fromStripeAmount(amount: number, currency: string): DecimalAmount {
  if (!Number.isSafeInteger(amount) || amount < 0) throw new RangeError(`not a Stripe amount: ${amount}`);
  const asset = currency.toUpperCase();
  const units = BigInt(amount);
  if (WHOLE_UNITS_AS_HUNDREDTHS.has(asset) && units % 100n === 0n) {
    return { amount: formatDecimal(units / 100n, 0), asset };
  }
  return { amount: formatDecimal(units, stripeExponent(asset)), asset };
}

/** A signed integer of Stripe's as a signed decimal: what is taken, and credits on invoices, are negative. */
export function fromSignedStripeAmount(amount: number, asset: string): DecimalAmount {
  const decimal = fromStripeAmount(Math.abs(amount), asset);
  return amount < 0 ? { ...decimal, amount: `-${decimal.amount}` } : decimal;
}

/** How many decimals an amount that Stripe pays back may have: the last digit of three-decimal currencies is 0. */
export const stripeRefundDecimals = (asset: string): number | undefined => {
  if (WHOLE_UNITS_AS_HUNDREDTHS.has(asset)) return 0;
  return THREE_DECIMAL.has(asset) ? 2 : undefined;
};

/** Twelve digits is the most that any card network takes. Where a method takes fewer, Stripe says so. */
const MAXIMUM = 999_999_999_999;

/** Why Stripe would refuse this price, in words for the caller; undefined when it can be charged. */
export function refuseStripePrice(price: DecimalAmount): string | undefined {
  if (!isStripeCurrency(price.asset)) return `Stripe does not charge in ${price.asset}`;
  let units: number;
  try {
    units = toStripeAmount(price);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  if (units === 0) return "the price must be more than zero";
  if (units > MAXIMUM) return `Stripe's maximum is ${fromStripeAmount(MAXIMUM, price.asset).amount} ${price.asset}`;
  const minimum = MINIMUMS[price.asset];
  if (minimum !== undefined && units < toStripeAmount({ amount: minimum, asset: price.asset })) {
    return `Stripe's minimum is ${minimum} ${price.asset}`;
  }
  return undefined;
}
