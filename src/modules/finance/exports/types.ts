import type { Id, WalletId } from "../../../core/ids.js";

export type ExportId = Id<"exp">;

/** What an export is of. */
export const EXPORT_KINDS = [
  /** Every transfer of the ledger. */
  "transfers",
  /** Every transfer's two sides, signed, with the balance after. */
  "entries",
  /** Payments, as they stand. */
  "payments",
  /** Payouts, as they stand. */
  "payouts",
  /** One wallet's balance of one asset: opening, lines, closing. */
  "customer_statement",
  /** Who did what. */
  "audit",
  /** The ledger for an accounting program. */
  "journal",
] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

export const EXPORT_FORMATS = [
  "csv",
  "ndjson",
  "parquet",
  "hledger",
  "beancount",
  "quickbooks",
  "xero",
  "ofx",
  "camt053",
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Only rows with these values. Which of them a kind has is in `rules/kinds.ts`. */
export interface ExportFilters {
  readonly asset?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly provider?: string | undefined;
  readonly customerId?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
}

/** What an accounting program calls things. */
export interface ExportMapping {
  /** Its code of each account of ours. */
  readonly accounts?: Readonly<Record<string, string>> | undefined;
  /** Its name of the tax rate of lines without tax. */
  readonly taxRate?: string | undefined;
}

export interface ExportOptions {
  readonly filters?: ExportFilters | undefined;
  readonly walletId?: WalletId | undefined;
  readonly asset?: string | undefined;
  readonly mapping?: ExportMapping | undefined;
}

/** Why a file could not be made. */
export const EXPORT_FAILURES = [
  /** More rows, or more bytes, than the format or the store takes. */
  "too_large",
  /** The books contradict themselves: opening and lines do not make the closing. */
  "books_differ",
  /** It was tried as often as it is, e.g. while the store was away. */
  "gave_up",
] as const;

export interface ExportFailure {
  readonly code: (typeof EXPORT_FAILURES)[number];
  readonly message: string;
}

/** What the file is to show: everything that decides about its bytes. */
export interface ExportSpec extends ExportOptions {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  /** From this moment on, up to but not including `to`. */
  readonly from: Date;
  readonly to: Date;
}
