import { stringify } from "csv-stringify/sync";
import { COLUMNS_OF, type Column, cellNames, cellsOf, csvCells, jsonLine } from "../rules/columns.js";
import type { ExportSpec } from "../types.js";
import type { Spool } from "./spool.js";
import type { TableWriter } from "./table-writer.js";
import { parquetTable } from "./write-parquet.js";

/** Lines of CSV after RFC 4180. */
export const csvLines = (lines: readonly (readonly string[])[]): string =>
  stringify(lines as string[][], { record_delimiter: "\r\n", quoted_match: /^'|[\r\n]/ });

/** Begins a table of a kind in the format that is asked for. */
export async function beginTable(spec: ExportSpec, spool: Spool): Promise<TableWriter> {
  if (spec.kind === "journal") throw new Error("a journal is no table");
  const columns = COLUMNS_OF[spec.kind];
  if (spec.format === "parquet") return parquetTable(columns, spool);
  return spec.format === "csv" ? csvTable(columns, spool) : ndjsonTable(spec, columns, spool);
}

async function csvTable(columns: readonly Column[], spool: Spool): Promise<TableWriter> {
  await spool.write(csvLines([cellNames(columns)]));
  return {
    write: (rows) => spool.write(csvLines(rows.map((row) => csvCells(columns, row)))),
    end: async () => undefined,
  };
}

async function ndjsonTable(spec: ExportSpec, columns: readonly Column[], spool: Spool): Promise<TableWriter> {
  const names = cellNames(columns);
  const { kind, from, to, filters = {}, walletId, asset } = spec;
  const manifest = { schema: "coffer.export/1", kind, from, to, filters, walletId, asset, columns: names };
  await spool.write(`${JSON.stringify(manifest)}\n`);
  return {
    write: (rows) => spool.write(rows.map((row) => `${jsonLine(names, cellsOf(columns, row))}\n`).join("")),
    // A file that was cut off has no trailer; the digest is of everything before it.
    end: (rows) => spool.write(`${JSON.stringify({ rows, sha256: spool.digest() })}\n`),
  };
}
