import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type pg from "pg";
import { bucketOf } from "../../../../core/buckets.js";
import { type AccountId, encodeId, type TransactionId, type TransferId, uuidOf } from "../../../../core/ids.js";
import type { Database, Db, Tx } from "../../../../db/client.js";
import { ledgerSystemAccounts, ledgerTransfers, OTHER_SIDE } from "../tables.js";
import type { TransferType } from "../types.js";

type StoredTransfer = typeof ledgerTransfers.$inferSelect;

/** A transfer as it is read: what its row leaves out because it follows from the rest is filled in. */
export interface TransferRow extends StoredTransfer {
  readonly transactionId: TransactionId;
  readonly effectiveAt: Date;
}

const toTransfer = (row: StoredTransfer): TransferRow => ({
  ...row,
  transactionId: row.transactionId ?? encodeId("txn", uuidOf("trf", row.id)),
  effectiveAt: row.effectiveAt ?? row.createdAt,
});

export async function findTransfer(db: Db, id: TransferId): Promise<TransferRow | undefined> {
  const [row] = await db
    .select()
    .from(ledgerTransfers)
    .where(and(eq(ledgerTransfers.id, id), eq(ledgerTransfers.bucket, bucketOf(uuidOf("trf", id)))));
  return row && toTransfer(row);
}

export interface TransferFilter {
  readonly accountId?: AccountId | undefined;
  readonly asset?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Transfers, newest first. */
export async function listTransfers(
  db: Db,
  filter: TransferFilter,
  before: TransferId | undefined,
  limit: number,
): Promise<TransferRow[]> {
  const { accountId } = filter;
  const conditions = transferConditions(filter);
  const rows =
    accountId === undefined || (await isSpendingAccount(db, accountId))
      ? await newestById(db, [...conditions, ...(accountId ? [eitherSide(accountId)] : [])], before, limit)
      : await newestOfAccount(db, accountId, conditions, before, limit);
  return rows.map(toTransfer);
}

function transferConditions({ asset, type, from, to }: TransferFilter): SQL[] {
  const conditions: SQL[] = [];
  if (asset) conditions.push(eq(ledgerTransfers.asset, asset));
  if (type) conditions.push(eq(ledgerTransfers.type, type));
  if (from) conditions.push(sql`${ledgerTransfers.createdAt} >= ${from.toISOString()}`);
  if (to) conditions.push(sql`${ledgerTransfers.createdAt} < ${to.toISOString()}`);
  return conditions;
}

const eitherSide = (id: AccountId): SQL =>
  sql`${uuidOf("acc", id)} in (${ledgerTransfers.fromAccountId}, ${ledgerTransfers.toAccountId})`;

// What customers spend has no index of its other side: it would be the largest of all, for one account of each asset. Read from
// the newest, that account's page is soon full.
async function isSpendingAccount(db: Db, id: AccountId): Promise<boolean> {
  const [row] = await db
    .select({ code: ledgerSystemAccounts.code })
    .from(ledgerSystemAccounts)
    .where(eq(ledgerSystemAccounts.id, id));
  return row?.code === "credits_used";
}

function newestById(db: Db, conditions: readonly SQL[], before: TransferId | undefined, limit: number) {
  return db
    .select()
    .from(ledgerTransfers)
    .where(and(...conditions, ...(before ? [lt(ledgerTransfers.id, before)] : [])))
    .orderBy(desc(ledgerTransfers.id))
    .limit(limit);
}

// Each side has an index that gives its newest first. Asked for either at once, the database reads all transfers from the
// newest until it has found enough, which for an account that is seldom used is all of them.
function newestOfAccount(
  db: Db,
  accountId: AccountId,
  conditions: readonly SQL[],
  before: TransferId | undefined,
  limit: number,
) {
  const position = before
    ? [
        sql`(created_at, id) < (SELECT b.created_at, b.id FROM ledger_transfers b WHERE b.id = ${uuidOf("trf", before)})`,
      ]
    : [];
  const newest = (...side: SQL[]) =>
    db
      .select()
      .from(ledgerTransfers)
      .where(and(...side, ...conditions, ...position))
      .orderBy(desc(ledgerTransfers.createdAt), desc(ledgerTransfers.id))
      .limit(limit);
  const home = newest(eq(ledgerTransfers.accountId, accountId));
  const other = newest(sql`${OTHER_SIDE} = ${uuidOf("acc", accountId)}`, sql`(${ledgerTransfers.type} <> 'debit')`);
  return unionAll(home, other).orderBy(sql`created_at DESC, id DESC`).limit(limit);
}

export interface EntryRow {
  account_id: string;
  transfer_id: string;
  transaction_id: string;
  asset: string;
  type: string;
  amount: bigint;
  balance_after: bigint;
  account_version: bigint;
  source: string | null;
  reference: string | null;
  description: string | null;
  metadata: Record<string, string> | null;
  effective_at: Date;
  created_at: Date;
  /** created_at with microseconds, for the cursor: a Date would round it and skip or repeat rows. */
  position: string;
}

const ENTRIES = `
  SELECT e.*, to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position
    FROM ledger_entries e
   WHERE e.account_id = ANY ($1::uuid[])
     AND e.account_version IS NOT NULL
     AND ($2::text[] IS NULL OR e.type = ANY ($2))
     AND ($3::timestamptz IS NULL OR e.created_at >= $3)
     AND ($4::timestamptz IS NULL OR e.created_at < $4)
     AND ($5::timestamptz IS NULL OR (e.created_at, e.account_version, e.account_id) < ($5, $6::bigint, $7::uuid))
   ORDER BY e.created_at DESC, e.account_version DESC, e.account_id DESC
   LIMIT $8`;

export interface EntryFilter {
  readonly types?: readonly string[] | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Entries of some customer accounts, newest first, after a position of the page before. */
export function listEntries(
  db: Database,
  accountIds: readonly AccountId[],
  filter: EntryFilter,
  after: readonly string[] | undefined,
  limit: number,
): Promise<EntryRow[]> {
  return db.prepared<EntryRow & pg.QueryResultRow>("ledger_entries", ENTRIES, [
    accountIds.map((id) => uuidOf("acc", id)),
    filter.types ?? null,
    filter.from ?? null,
    filter.to ?? null,
    after?.[0] ?? null,
    after?.[1] ?? null,
    after?.[2] ?? null,
    limit,
  ]);
}

/** One side of a transfer as it changed a customer's account, in the order of the account's versions. */
export interface Movement {
  readonly transferId: TransferId;
  readonly version: bigint;
  readonly type: TransferType;
  /** Signed, minor units. */
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly source: string | null;
  readonly at: Date;
}

// By time first, which is what the indexes have; times of one account never go back.
const MOVEMENTS_AFTER = `
  SELECT e.transfer_id, e.account_version, e.type, e.amount, e.balance_after, e.source, e.created_at
    FROM ledger_entries e
   WHERE e.account_id = $1 AND e.bucket = $2 AND e.account_version > $3 AND e.created_at >= $4
   ORDER BY e.created_at, e.account_version
   LIMIT $5`;

interface MovementRow {
  transfer_id: string;
  account_version: bigint;
  type: TransferType;
  amount: bigint;
  balance_after: bigint;
  source: string | null;
  created_at: Date;
}

/** What happened to a customer's account after one of its versions, which was made at `at`; the oldest first. */
export async function movementsAfter(
  tx: Tx,
  accountId: AccountId,
  after: { readonly version: bigint; readonly at: Date },
  limit: number,
): Promise<Movement[]> {
  const uuid = uuidOf("acc", accountId);
  const { rows } = await tx.$client.query<MovementRow>({
    name: "ledger_movements_after",
    text: MOVEMENTS_AFTER,
    values: [uuid, bucketOf(uuid), after.version, after.at, limit],
  });
  return rows.map((row) => ({
    transferId: encodeId("trf", row.transfer_id),
    version: row.account_version,
    type: row.type,
    amount: row.amount,
    balanceAfter: row.balance_after,
    source: row.source,
    at: row.created_at,
  }));
}
