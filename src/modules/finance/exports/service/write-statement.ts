import { encodeId, type WalletId } from "../../../../core/ids.js";
import type { Snapshot } from "../../../../db/own-session.js";
import { ExportFailed } from "../errors.js";
import * as queries from "../queries/index.js";
import {
  camtEntry,
  camtHead,
  camtTail,
  ofxEntry,
  ofxHead,
  ofxTail,
  type StatementEntry,
  type StatementHead,
} from "../rules/statement.js";
import type { ExportSpec } from "../types.js";
import type { RowCount } from "./count.js";
import type { Spool } from "./spool.js";
import { beginTable } from "./write-table.js";

/** What a statement's writer is given, in turn. */
interface StatementWriter {
  begin(head: StatementHead): Promise<void>;
  lines(head: StatementHead, rows: readonly queries.StatementRow[]): Promise<void>;
  end(head: StatementHead): Promise<void>;
}

/** The asset that a statement is of, and a name that the same request has again. */
export interface StatementOf {
  readonly walletId: WalletId;
  readonly asset: string;
  readonly scale: number;
  readonly name: string;
}

/**
 * Writes one wallet's statement of one asset: what it held before, every entry with the balance after, and what it held in the end.
 * Throws an ExportFailed when opening and entries do not make the closing, or an entry's balance is not the sum so far.
 */
export async function writeStatement(
  snapshot: Snapshot,
  spec: ExportSpec,
  { walletId, asset, scale, name }: StatementOf,
  spool: Spool,
  count: RowCount,
): Promise<void> {
  const { from, to } = spec;
  const account = await queries.findStatementAccount(snapshot, walletId, asset);
  const before = (moment: Date) => (account === undefined ? 0n : queries.balanceBefore(snapshot, account, moment));
  const head = { walletId, asset, scale, name, from, to, opening: await before(from), closing: await before(to) };
  const writer =
    spec.format === "ofx" || spec.format === "camt053" ? document(spec.format, spool) : table(spec, spool, count);
  await writer.begin(head);
  let balance = head.opening;
  for await (const rows of account === undefined ? [] : queries.readStatement(snapshot, account, spec)) {
    for (const row of rows) {
      balance += row.amount;
      if (balance !== row.balance_after)
        throw new ExportFailed(
          "books_differ",
          `The balance after ${encodeId("trf", row.transfer_id)} is not the sum so far.`,
        );
    }
    count.add(rows.length);
    await writer.lines(head, rows);
  }
  if (balance !== head.closing)
    throw new ExportFailed("books_differ", `Opening and entries of ${walletId} in ${asset} do not make its closing.`);
  await writer.end(head);
}

/** As a table, whose first and last line are opening and closing. */
function table(spec: ExportSpec, spool: Spool, count: RowCount): StatementWriter {
  const opened = beginTable(spec, spool);
  const bound = (line: string, at: Date, balance: bigint, { asset, scale }: StatementHead) => ({
    line,
    created_at: at,
    asset,
    scale,
    balance,
  });
  return {
    begin: async (head) => (await opened).write([bound("opening", head.from, head.opening, head)]),
    lines: async (_head, rows) =>
      (await opened).write(rows.map((row) => ({ ...row, line: "entry", balance: row.balance_after }))),
    end: async (head) => {
      await (await opened).write([bound("closing", head.to, head.closing, head)]);
      count.add(2);
      await (await opened).end(count.rows);
    },
  };
}

/** As a document that banking programs read. */
function document(format: "ofx" | "camt053", spool: Spool): StatementWriter {
  const [begin, entry, end] = format === "ofx" ? [ofxHead, ofxEntry, ofxTail] : [camtHead, camtEntry, camtTail];
  return {
    begin: (head) => spool.write(begin(head)),
    lines: (head, rows) => spool.write(rows.map((row) => entry(head, entryOf(row))).join("")),
    end: (head) => spool.write(end(head)),
  };
}

const entryOf = (row: queries.StatementRow): StatementEntry => ({
  id: encodeId("trf", row.transfer_id),
  type: row.type,
  amount: row.amount,
  reference: row.reference,
  description: row.description,
  effectiveAt: row.effective_at,
  createdAt: row.created_at,
});
