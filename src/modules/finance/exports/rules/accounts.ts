/**
 * The two closed halves of the ledger: `money` is what we have and owe in the world's terms, with a positive balance for what we have;
 * `wallets` is what customers hold, with a positive balance for what they have and we owe. No transfer of ours crosses between them.
 */
type Half = "money" | "wallets";

export interface AccountPlace {
  /** Segments of its name in a plain-text journal. The first is one of beancount's five roots. */
  readonly path: readonly [root: "Assets" | "Liabilities" | "Equity" | "Income" | "Expenses", ...rest: string[]];
  readonly half: Half;
  /** Its code in an accounting program, unless the request names another. */
  readonly code: string;
}

const money = (path: AccountPlace["path"], code: string): AccountPlace => ({ path, half: "money", code });
const wallets = (path: AccountPlace["path"], code: string): AccountPlace => ({ path, half: "wallets", code });

/** Where each account of the ledger stands in accounting. docs/exports.md shows this table. */
const PLACES: Readonly<Record<string, AccountPlace>> = {
  bank: money(["Assets", "Bank"], "1000"),
  custody: money(["Assets", "Custody"], "1200"),
  disputed_funds: money(["Assets", "Disputed"], "1300"),
  stripe_reserve: money(["Assets", "Reserves", "Stripe"], "1310"),
  exchange: money(["Equity", "Exchange"], "3200"),
  deferred_revenue: money(["Liabilities", "Deferred-Revenue"], "2100"),
  customer_funds: money(["Liabilities", "Customer-Funds"], "2200"),
  unexplained: money(["Liabilities", "Unexplained"], "2900"),
  treasury_capital: money(["Equity", "Treasury-Capital"], "3100"),
  rounding: money(["Income", "Rounding"], "4900"),
  revenue: money(["Income", "Revenue"], "4000"),
  breakage_revenue: money(["Income", "Breakage"], "4100"),
  fx_difference: money(["Expenses", "FX-Difference"], "6200"),
  provider_fees: money(["Expenses", "Provider-Fees"], "6000"),
  network_fees: money(["Expenses", "Network-Fees"], "6100"),
  wallet: wallets(["Liabilities", "Customers"], "2000"),
  payouts_in_flight: wallets(["Liabilities", "Payouts-In-Flight"], "2010"),
  customer_debt: wallets(["Assets", "Customer-Debt"], "1400"),
  credits_issued: wallets(["Equity", "Credits", "Issued"], "3300"),
  credits_used: wallets(["Equity", "Credits", "Used"], "3310"),
  credits_expired: wallets(["Equity", "Credits", "Expired"], "3320"),
  platform_fees: wallets(["Income", "Platform-Fees"], "4200"),
  written_off: wallets(["Expenses", "Written-Off"], "6300"),
};

/** What balances a transfer that crosses between the halves. None of ours does; a journal must balance all the same. */
export const BETWEEN_HALVES: AccountPlace["path"] = ["Equity", "Between-Halves"];
/** Where balances of before the window come from. */
export const OPENING: AccountPlace["path"] = ["Equity", "Opening-Balances"];

const CLEARING = /^(.+)_clearing$/;

/** `bank_transfer` -> `Bank-Transfer`: a segment of an account's name, of letters, digits and hyphens. */
const segment = (code: string): string =>
  code
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("-");

/** The provider whose money an account holds; undefined for every other account. */
export const providerOf = (code: string): string | undefined => CLEARING.exec(code)?.[1];

/** Where an account stands. One that the table does not have is told by its code, as equity. */
export function placeOf(code: string): AccountPlace {
  const known = PLACES[code];
  if (known) return known;
  const provider = providerOf(code);
  if (provider !== undefined) return money(["Assets", "Providers", segment(provider)], `1100-${provider}`);
  return money(["Equity", "Other", segment(code)], `3900-${code}`);
}

/** Whether the table has a place for an account, or its name says where it stands. */
export const isPlaced = (code: string): boolean => code in PLACES || providerOf(code) !== undefined;

/** An amount of the ledger as accounting writes it: debits are positive. What customers have, we owe. */
export const signed = (code: string, amount: bigint): bigint => (placeOf(code).half === "wallets" ? -amount : amount);
