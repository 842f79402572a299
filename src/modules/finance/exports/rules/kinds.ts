import { DAY_MS } from "../../../../core/clock.js";
import type { ExportFilters, ExportFormat, ExportKind } from "../types.js";

const TABLES = ["csv", "ndjson", "parquet"] as const;

/** Which formats each kind comes in. Any other pair is refused. */
export const FORMATS_OF: Readonly<Record<ExportKind, readonly ExportFormat[]>> = {
  transfers: TABLES,
  entries: TABLES,
  payments: TABLES,
  payouts: TABLES,
  customer_statement: [...TABLES, "ofx", "camt053"],
  audit: TABLES,
  journal: ["hledger", "beancount", "quickbooks", "xero"],
};

/** By which values the rows of each kind can be chosen. */
export const FILTERS_OF: Readonly<Record<ExportKind, readonly (keyof ExportFilters)[]>> = {
  transfers: ["asset", "type"],
  entries: ["asset", "type"],
  payments: ["asset", "status", "provider", "customerId"],
  payouts: ["asset", "status", "provider", "customerId"],
  customer_statement: [],
  audit: ["actor", "action"],
  // A balance assertion is about everything of an asset.
  journal: ["asset"],
};

interface FormatFacts {
  readonly extension: string;
  readonly mediaType: string;
  /** The widest window, in days. */
  readonly maxDays: number;
  /** The most rows that programs read of such a file. */
  readonly maxRows: number;
}

const DECADE = 3_660;
const YEAR = 366;
const NO_END = Number.MAX_SAFE_INTEGER;

export const FORMATS: Readonly<Record<ExportFormat, FormatFacts>> = {
  csv: { extension: "csv", mediaType: "text/csv; charset=utf-8; header=present", maxDays: DECADE, maxRows: NO_END },
  ndjson: { extension: "ndjson", mediaType: "application/x-ndjson", maxDays: DECADE, maxRows: NO_END },
  // Its footer describes every group of rows, and is put together in memory.
  parquet: {
    extension: "parquet",
    mediaType: "application/vnd.apache.parquet",
    maxDays: DECADE,
    maxRows: 10_000_000,
  },
  hledger: { extension: "journal", mediaType: "text/plain; charset=utf-8", maxDays: DECADE, maxRows: NO_END },
  beancount: { extension: "beancount", mediaType: "text/plain; charset=utf-8", maxDays: DECADE, maxRows: NO_END },
  // QuickBooks Online imports about a thousand lines at a time.
  quickbooks: { extension: "csv", mediaType: "text/csv; charset=utf-8; header=present", maxDays: 92, maxRows: 1_000 },
  xero: { extension: "csv", mediaType: "text/csv; charset=utf-8; header=present", maxDays: 92, maxRows: 1_000 },
  ofx: { extension: "ofx", mediaType: "application/x-ofx", maxDays: YEAR, maxRows: 10_000 },
  camt053: { extension: "xml", mediaType: "application/xml", maxDays: YEAR, maxRows: 100_000 },
};

/**
 * How long after a window's end it is exported. A row is written with a time of the moment before: within one statement of the
 * database for a transfer, within one request for anything else, and no statement of ours may take as long as this.
 */
export const SETTLE_MS = 60_000;

/** What is wrong with a window, at a moment. */
export function windowProblem(
  format: ExportFormat,
  { from, to }: { readonly from: Date; readonly to: Date },
  now: Date,
): "reversed" | "open" | "too_wide" | undefined {
  if (from.getTime() >= to.getTime()) return "reversed";
  if (to.getTime() > now.getTime() - SETTLE_MS) return "open";
  return to.getTime() - from.getTime() > FORMATS[format].maxDays * DAY_MS ? "too_wide" : undefined;
}

/** Statements for banking programs are of currencies that those know. */
export const isIsoCurrency = (asset: string, kind: string): boolean => kind === "fiat" && /^[A-Z]{3}$/.test(asset);

/** Whether a file of this kind shows the same whenever it is made. Payments and payouts are shown as they stand. */
export const isForGood = (kind: ExportKind): boolean => kind !== "payments" && kind !== "payouts";
