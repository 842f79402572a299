import { encodeId } from "../../../../core/ids.js";
import type { Snapshot } from "../../../../db/own-session.js";
import { ExportFailed } from "../errors.js";
import * as queries from "../queries/index.js";
import { placeOf, signed } from "../rules/accounts.js";
import {
  type Dialect,
  type JournalPosting,
  type JournalTransfer,
  journalClosing,
  journalHead,
  journalOpening,
  journalTransaction,
} from "../rules/journal.js";
import type { ExportSpec } from "../types.js";
import type { RowCount } from "./count.js";
import type { Spool } from "./spool.js";

const walletOrNull = (uuid: string | null): string | null => (uuid === null ? null : encodeId("wal", uuid));

const transferOf = (row: queries.TransferRow): JournalTransfer => ({
  id: encodeId("trf", row.id),
  transactionId: encodeId("txn", row.transaction_id),
  type: row.type,
  from: row.from_account,
  to: row.to_account,
  fromWallet: walletOrNull(row.from_wallet_id),
  toWallet: walletOrNull(row.to_wallet_id),
  amount: row.amount,
  asset: { code: row.asset, scale: row.scale },
  reference: row.reference,
  description: row.description,
  createdAt: row.created_at,
});

/** What each account holds, by its name and asset, as accounting signs it. */
const balancesOf = (books: readonly queries.BookBalance[], which: "opening" | "closing"): JournalPosting[] =>
  books.map((book) => ({
    path: placeOf(book.account).path,
    amount: signed(book.account, book[which]),
    asset: { code: book.asset, scale: book.scale },
  }));

/**
 * Writes the ledger as a plain-text journal: what the accounts held before, every transfer, and what the ledger says that they held
 * in the end, as assertions. Throws an ExportFailed when opening and transfers do not make the closing.
 */
export async function writeJournal(
  snapshot: Snapshot,
  spec: ExportSpec,
  dialect: Dialect,
  spool: Spool,
  count: RowCount,
): Promise<void> {
  const { from, to, filters = {} } = spec;
  const books = await queries.readBalances(snapshot, spec, filters.asset);
  const assets = [...new Map(books.map(({ asset, scale }) => [asset, { code: asset, scale }])).values()];
  const paths = books.map(({ account }) => placeOf(account).path);
  await spool.write(journalHead(dialect, { from, to, paths, assets }));
  await spool.write(journalOpening(dialect, from, balancesOf(books, "opening")));
  const running = new Map(books.map((book) => [keyOf(book.account, book.asset), book.opening]));
  for await (const rows of queries.readTable<queries.TransferRow>(snapshot, "transfers", spec, filters)) {
    const transfers = rows.map(transferOf);
    for (const transfer of transfers) move(running, transfer);
    count.add(transfers.length);
    await spool.write(transfers.map((transfer) => journalTransaction(dialect, transfer)).join(""));
  }
  for (const { account, asset, closing } of books)
    if (running.get(keyOf(account, asset)) !== closing)
      throw new ExportFailed(
        "books_differ",
        `Opening and transfers of ${account} in ${asset} do not make its closing.`,
      );
  await spool.write(journalClosing(dialect, to, balancesOf(books, "closing")));
}

const keyOf = (account: string, asset: string): string => `${account} ${asset}`;

function move(running: Map<string, bigint>, { from, to, amount, asset }: JournalTransfer): void {
  const add = (account: string, change: bigint) => {
    const key = keyOf(account, asset.code);
    running.set(key, (running.get(key) ?? 0n) + change);
  };
  add(from, -amount);
  add(to, amount);
}
