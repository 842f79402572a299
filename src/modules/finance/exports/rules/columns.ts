import { encodeId } from "../../../../core/ids.js";
import { formatDecimal } from "../../../../core/money.js";
import type { ExportKind } from "../types.js";

/**
 * What a column holds. `text` came from outside, at least in part; `word` is of our own code; `id` is stored as a uuid and shown with
 * its prefix; `amount` is in minor units of the asset whose scale is in another column.
 */
type ColumnKind =
  | { readonly is: "text" | "word" | "time" | "integer" }
  | { readonly is: "id"; readonly prefix: string }
  | { readonly is: "amount"; readonly scale: string };

export type Column = { readonly name: string } & ColumnKind;

/** A row of the database, by the names of its columns. */
export type SourceRow = Readonly<Record<string, unknown>>;

const of =
  (is: "text" | "word" | "time" | "integer") =>
  (...names: readonly string[]): Column[] =>
    names.map((name) => ({ name, is }));
const text = of("text");
const word = of("word");
const time = of("time");
const integer = of("integer");
const id = (name: string, prefix: string): Column => ({ name, is: "id", prefix });
const amounts = (scale: string, ...names: readonly string[]): Column[] =>
  names.map((name) => ({ name, is: "amount", scale }));

/** The columns of each kind's table, in order. Names are public: one may be added at the end, and none goes. */
export const COLUMNS_OF: Readonly<Record<Exclude<ExportKind, "journal">, readonly Column[]>> = {
  transfers: [
    id("id", "trf"),
    id("transaction_id", "txn"),
    ...word("type", "asset"),
    ...integer("scale"),
    ...amounts("scale", "amount"),
    id("from_account_id", "acc"),
    ...word("from_account"),
    id("from_wallet_id", "wal"),
    id("to_account_id", "acc"),
    ...word("to_account"),
    id("to_wallet_id", "wal"),
    ...text("source", "reference", "description", "metadata", "created_by"),
    id("reverses", "trf"),
    ...time("effective_at", "created_at"),
  ],
  entries: [
    id("transfer_id", "trf"),
    id("transaction_id", "txn"),
    id("account_id", "acc"),
    ...word("account"),
    id("wallet_id", "wal"),
    ...word("type", "asset"),
    ...integer("scale"),
    ...amounts("scale", "amount", "balance_after"),
    id("other_account_id", "acc"),
    ...word("other_account"),
    ...text("source", "reference", "description", "metadata", "created_by"),
    ...time("effective_at", "created_at"),
  ],
  payments: [
    id("id", "pay"),
    ...text("customer_id"),
    id("wallet_id", "wal"),
    ...word("provider", "flow", "status", "currency"),
    ...integer("scale"),
    ...amounts("scale", "amount", "amount_refunded", "amount_disputed"),
    ...word("grants_asset"),
    ...integer("grants_scale"),
    ...amounts("grants_scale", "grants_amount"),
    id("package_id", "pkg"),
    ...text("provider_reference", "money_reference", "description", "metadata", "failure_code", "created_by"),
    ...time("succeeded_at", "created_at", "updated_at"),
  ],
  payouts: [
    id("id", "po"),
    ...text("customer_id"),
    id("wallet_id", "wal"),
    id("payment_id", "pay"),
    ...word("status", "asset"),
    ...integer("scale"),
    ...amounts("scale", "amount", "platform_fee"),
    ...word("payout_asset"),
    ...integer("payout_scale"),
    ...amounts("payout_scale", "payout_amount"),
    ...text("rate", "network", "address", "provider", "provider_reference", "transaction_hash"),
    ...text("reference", "description", "metadata", "failure_code", "requested_by", "approved_by"),
    ...time("submitted_at", "confirmed_at", "created_at", "updated_at"),
  ],
  audit: [id("id", "aud"), ...text("actor", "action", "resource", "request_id", "details"), ...time("created_at")],
  customer_statement: [
    // opening, entry or closing
    ...word("line"),
    ...time("created_at", "effective_at"),
    ...word("type"),
    ...text("description", "reference"),
    id("transfer_id", "trf"),
    ...word("asset"),
    ...integer("scale"),
    ...amounts("scale", "amount", "balance"),
  ],
};

/** The names of the cells of a text format: an amount has two, the decimal and its minor units. */
export const cellNames = (columns: readonly Column[]): string[] =>
  columns.flatMap(({ name, is }) => (is === "amount" ? [name, `${name}_minor`] : [name]));

/** A cell as a text format shows it; null where there is nothing. */
export type Cell = string | number | bigint | null;

/** The cells of a row, in the order of `cellNames`. Amounts are exact: a decimal at the asset's scale, and minor units. */
export const cellsOf = (columns: readonly Column[], row: SourceRow): Cell[] =>
  columns.flatMap((column): Cell[] => {
    const value = row[column.name];
    if (value === null || value === undefined) return column.is === "amount" ? [null, null] : [null];
    if (column.is === "id") return [encodeId(column.prefix, String(value))];
    if (column.is === "time") return [(value as Date).toISOString()];
    if (column.is === "integer") return [Number(value)];
    if (column.is !== "amount") return [String(value)];
    return [formatDecimal(value as bigint, Number(row[column.scale] ?? 0)), value as bigint];
  });

/**
 * Text that a spreadsheet would take for a formula, made harmless by an apostrophe before it (OWASP, "CSV injection"). For text that
 * came from outside; a number stays a number, negative ones too.
 */
export const formulaSafe = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

/** The cells of a line of CSV. */
export function csvCells(columns: readonly Column[], row: SourceRow): string[] {
  const cells = cellsOf(columns, row);
  const safe = columns.flatMap(({ is }) => (is === "amount" ? [false, false] : [is === "text"]));
  return cells.map((cell, index) => (cell === null ? "" : safe[index] ? formulaSafe(String(cell)) : String(cell)));
}

/** A line of NDJSON, without its end. Minor units are a JSON number, exact within 2^53. */
export function jsonLine(names: readonly string[], cells: readonly Cell[]): string {
  const members = cells.map((cell, index) => {
    const value = typeof cell === "bigint" ? cell.toString() : JSON.stringify(cell);
    return `${JSON.stringify(names[index])}:${value}`;
  });
  return `{${members.join(",")}}`;
}
