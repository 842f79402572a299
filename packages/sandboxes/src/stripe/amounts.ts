import { formatDecimal } from "../decimals.js";
import { invalidParameter } from "./errors.js";

/** Minimum charges in minor units; the keys are the currencies that the sandbox accepts. */
const MINIMUM: Readonly<Record<string, number>> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  aed: 200,
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  krw: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
  zar: 50,
  bhd: 1,
  jod: 1,
  kwd: 1,
  omr: 1,
  tnd: 1,
  isk: 1,
  ugx: 1,
  clp: 1,
  vnd: 1,
  xaf: 1,
  xof: 1,
  ngn: 1,
  twd: 1,
  ils: 50,
  php: 50,
  idr: 50,
  try: 1,
  bif: 1,
  djf: 1,
  gnf: 1,
  kmf: 1,
  mga: 1,
  pyg: 1,
  rwf: 1,
  vuv: 1,
  xpf: 1,
};
/** Twelve digits, as cards take them. */
const MAXIMUM = 999_999_999_999;
const THREE_DECIMAL = new Set(["bhd", "jod", "kwd", "omr", "tnd"]);
/** Written with two decimals although they have none. */
const HUNDREDS = new Set(["isk", "ugx"]);
const ZERO_DECIMAL = new Set([
  "bif",
  "clp",
  "djf",
  "gnf",
  "jpy",
  "kmf",
  "krw",
  "mga",
  "pyg",
  "rwf",
  "vnd",
  "vuv",
  "xaf",
  "xof",
  "xpf",
]);

export function isCurrency(currency: string): boolean {
  return MINIMUM[currency] !== undefined;
}

/** Less than this cannot be charged, in minor units. */
export function minimumCharge(currency: string): number {
  return MINIMUM[currency] ?? 1;
}

/** Checks a price as Stripe does; one that is only part of a total may be below the minimum. Throws its 400. */
export function checkAmount(
  amount: number,
  currency: string,
  param = "amount",
  options: { minimum?: boolean } = {},
): void {
  const lowest = MINIMUM[currency];
  const minimum = options.minimum === false ? 1 : (lowest ?? 1);
  if (lowest === undefined) {
    throw invalidParameter(
      "currency",
      `Invalid currency: ${currency}. Stripe currently supports these currencies: ...`,
    );
  }
  if (amount < 1) {
    throw invalidParameter(param, "This value must be greater than or equal to 1.", "parameter_invalid_integer");
  }
  if (amount < minimum) {
    throw invalidParameter(param, `Amount must be at least ${formatAmount(minimum, currency)}`, "amount_too_small");
  }
  if (amount > MAXIMUM) {
    throw invalidParameter(param, `Amount must be no more than ${formatAmount(MAXIMUM, currency)}`, "amount_too_large");
  }
  checkStep(amount, currency, param);
}

/** Refuses digits that Stripe does not move in a currency. Throws its 400. */
export function checkStep(amount: number, currency: string, param = "amount"): void {
  const step = THREE_DECIMAL.has(currency) ? 10 : HUNDREDS.has(currency) ? 100 : 1;
  if (amount % step !== 0) throw invalidParameter(param, `Amounts in ${currency} must be multiples of ${step}`);
}

/** An amount for people, e.g. `9.99 USD`. */
export function formatAmount(amount: number, currency: string): string {
  const digits = ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2;
  return `${formatDecimal(BigInt(amount), digits)} ${currency.toUpperCase()}`;
}
