import type { Snapshot } from "../../../../db/own-session.js";
import { ExportFailed } from "../errors.js";
import * as queries from "../queries/index.js";
import {
  type DayFlow,
  LINES_A_DAY,
  QUICKBOOKS_HEADER,
  quickbooksCells,
  summaryOf,
  XERO_HEADER,
  xeroCells,
} from "../rules/summary.js";
import type { ExportSpec } from "../types.js";
import type { RowCount } from "./count.js";
import type { Spool } from "./spool.js";
import { csvLines } from "./write-table.js";

/** Writes each day's net movements of money as a journal for an accounting program. Throws an ExportFailed. */
export async function writeSummary(snapshot: Snapshot, spec: ExportSpec, spool: Spool, count: RowCount): Promise<void> {
  const { format, mapping = {} } = spec;
  const cellsOf = format === "xero" ? xeroCells : quickbooksCells;
  await spool.write(csvLines([format === "xero" ? XERO_HEADER : QUICKBOOKS_HEADER]));
  const pass = async (flows: readonly DayFlow[]) => {
    const lines = summaryOf(flows, mapping);
    if (lines.length > LINES_A_DAY)
      throw new ExportFailed("too_large", `${lines[0]?.day} has more than ${LINES_A_DAY} lines in ${lines[0]?.asset}.`);
    if (lines.reduce((sum, line) => sum + line.amount, 0n) !== 0n)
      throw new ExportFailed("books_differ", `Debits and credits of ${lines[0]?.day} in ${lines[0]?.asset} differ.`);
    count.add(lines.length);
    if (lines.length > 0) await spool.write(csvLines(lines.map((line) => cellsOf(line, mapping))));
  };
  let together: DayFlow[] = [];
  for await (const rows of queries.readDayFlows(snapshot, spec, spec.filters?.asset)) {
    for (const row of rows) {
      const [first] = together;
      if (first && (first.day !== row.day || first.asset !== row.asset)) {
        await pass(together);
        together = [];
      }
      together.push(row);
    }
  }
  await pass(together);
}
