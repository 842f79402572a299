import { type AccountId, encodeId, type TransferId, type WalletId } from "../../../../core/ids.js";
import { decodeCursor, type Page, type PageQuery, pageById, toPage } from "../../../../core/pagination.js";
import { accountNotFound, transferNotFound } from "../errors.js";
import type { AccountFilter, EntryFilter, EntryRow, TransferFilter, TransferRow } from "../queries/index.js";
import * as queries from "../queries/index.js";
import { type AccountView, withBalances } from "./accounts.js";
import type { LedgerDeps } from "./deps.js";

/** One side of a transfer, as a statement lists it. */
export interface Entry {
  readonly id: string;
  readonly transferId: TransferId;
  readonly transactionId: string;
  readonly asset: string;
  readonly type: string;
  /** Signed, minor units. */
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly source: string | null;
  readonly reference: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string> | null;
  readonly effectiveAt: Date;
  readonly createdAt: Date;
}

function toEntry(row: EntryRow): Entry {
  return {
    // An entry has no row of its own: the account and its version name it.
    id: `${encodeId("ent", row.account_id)}_${row.account_version}`,
    transferId: encodeId("trf", row.transfer_id),
    transactionId: encodeId("txn", row.transaction_id),
    asset: row.asset,
    type: row.type,
    amount: row.amount,
    balanceAfter: row.balance_after,
    source: row.source,
    reference: row.reference,
    description: row.description,
    metadata: row.metadata,
    effectiveAt: row.effective_at,
    createdAt: row.created_at,
  };
}

/** A wallet's statement, newest first; all assets together unless one is named. */
export async function listWalletEntries(
  deps: LedgerDeps,
  walletId: WalletId,
  filter: EntryFilter & { readonly asset?: string | undefined },
  page: PageQuery,
): Promise<Page<Entry>> {
  const accounts = (await queries.listWalletAccounts(deps.db.read, walletId)).filter(
    (account) => filter.asset === undefined || account.asset === filter.asset,
  );
  if (accounts.length === 0) return { data: [], nextCursor: null };
  const after = page.cursor === undefined ? undefined : decodeEntryCursor(page.cursor);
  const ids = accounts.map((account) => account.id);
  const rows = await queries.listEntries(deps.db, ids, filter, after, page.limit + 1);
  return toPage(rows, page.limit, (row) => [row.position, row.account_version.toString(), row.account_id], toEntry);
}

const CURSOR_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const CURSOR_UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// A cursor is opaque but not secret: a made-up one must not reach the database as a wrong type.
function decodeEntryCursor(cursor: string): string[] | undefined {
  const parts = decodeCursor(cursor, 3);
  const [time = "", version = "", account = ""] = parts;
  const isTime = CURSOR_TIME.test(time) && !Number.isNaN(Date.parse(time));
  const valid = isTime && /^\d{1,18}$/.test(version) && CURSOR_UUID.test(account);
  return valid ? parts : decodeCursor("", 3);
}

/** Transfers, newest first. */
export function listTransfers(deps: LedgerDeps, filter: TransferFilter, page: PageQuery): Promise<Page<TransferRow>> {
  return pageById("trf", page, (before, limit) => queries.listTransfers(deps.db.read, filter, before, limit));
}

/** A transfer. Throws `ledger.transfer_not_found` (404). */
export async function getTransfer(deps: LedgerDeps, id: TransferId): Promise<TransferRow> {
  const row = await queries.findTransfer(deps.db.read, id);
  if (!row) throw transferNotFound(id);
  return row;
}

/** Accounts with balances, system accounts included, now or as of a moment. */
export async function listAccounts(
  deps: LedgerDeps,
  filter: AccountFilter,
  page: PageQuery,
  asOf: Date | null,
): Promise<Page<AccountView>> {
  const { data, nextCursor } = await pageById("acc", page, (after, limit) =>
    queries.listAccounts(deps.db.read, filter, after, limit),
  );
  return { data: await withBalances(deps, data, asOf), nextCursor };
}

/** An account with its balance. Throws `ledger.account_not_found` (404). */
export async function getAccount(deps: LedgerDeps, id: AccountId, asOf: Date | null): Promise<AccountView> {
  const row = await queries.findAccount(deps.db.read, id);
  const [account] = row ? await withBalances(deps, [row], asOf) : [];
  if (!account) throw accountNotFound(id);
  return account;
}
