import { hash } from "node:crypto";
import { and, asc, desc, eq, inArray, lt, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type pg from "pg";
import { bucketOf, inBucketOf } from "../../../core/buckets.js";
import {
  type AccountId,
  encodeId,
  type TransactionId,
  type TransferId,
  uuidOf,
  type WalletId,
} from "../../../core/ids.js";
import { arrayOfPlain, arrayOfTexts } from "../../../db/arrays.js";
import type { Database, Db, Tx } from "../../../db/client.js";
import {
  assets,
  ledgerAccounts,
  ledgerChart,
  ledgerSystemAccounts,
  ledgerTransfers,
  OTHER_SIDE,
  walletDebts,
} from "./tables.js";
import type { Posting, PostingRefusal, PostingResult } from "./types.js";

export type AssetRow = typeof assets.$inferSelect;
export type AccountRow = typeof ledgerChart.$inferSelect;
type WalletAccountRow = typeof ledgerAccounts.$inferSelect;
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

const POST = {
  name: "ledger_post",
  // Nothing but the function: so a distributed database can hand the call to the machine that has the bucket.
  text: "SELECT * FROM ledger_post($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19)",
};

interface PostRow {
  outcome: "posted" | "replayed" | PostingRefusal;
  transfer_id: string;
  balance_after: bigint | null;
  available: bigint | null;
  posted_at: Date | null;
}

const UUID_VERSION_AT = 14;
const isSystem = (uuid: string): boolean => uuid[UUID_VERSION_AT] === "8";

/** The account that a transfer's row lives with: the customer's when one side is a customer, else the paying side. */
const homeOf = (from: string, to: string): string => (isSystem(from) && !isSystem(to) ? to : from);

const HASH_DIGITS = 32;

/** What a key is kept as: a transfer is posted once for each (home account, key). */
const keyHashOf = (home: string, key: string): string => hash("sha256", `${home} ${key}`).slice(0, HASH_DIGITS);

/**
 * Whose last byte tells the bucket: that of the customer's account; between system accounts that of the key, which is the same
 * however often the transfer is asked for.
 */
const bucketHomeOf = (home: string, keyHash: string | null, id: string): string =>
  isSystem(home) ? (keyHash ?? id) : home;

/** A posting with everything that follows from it. All uuids. */
interface PlacedPosting {
  readonly posting: Posting;
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly keyHash: string | null;
  /** Whether it was made in its bucket. */
  readonly keepsId: boolean;
  readonly bucket: number;
}

function place(posting: Posting): PlacedPosting {
  const from = uuidOf("acc", posting.from);
  const to = uuidOf("acc", posting.to);
  const home = homeOf(from, to);
  const keyHash = posting.key === undefined ? null : keyHashOf(home, posting.key);
  const made = uuidOf("trf", posting.id);
  const bucketHome = bucketHomeOf(home, keyHash, made);
  const id = inBucketOf(made, bucketHome);
  return { posting, from, to, keyHash, id, keepsId: id === made, bucket: bucketOf(bucketHome) };
}

/** Posts in order; one result per posting. A refused one changes nothing and does not stop the others. */
export async function postTransfers(
  executor: Pick<pg.Pool, "query"> | Pick<pg.PoolClient, "query">,
  postings: readonly Posting[],
  options: { readonly dryRun?: boolean; readonly lockTimeoutMs?: number } = {},
): Promise<PostingResult[]> {
  const placed = postings.map(place);
  const plain = (pick: (placed: PlacedPosting) => string | bigint | null | undefined) =>
    arrayOfPlain(placed.map((each) => pick(each) ?? null));
  const texts = (pick: (posting: Posting) => string | undefined) =>
    arrayOfTexts(postings.map((posting) => pick(posting) ?? null));
  const { rows } = await (executor as pg.Pool).query<PostRow>({
    ...POST,
    values: [
      plain((p) => String(p.bucket)),
      options.lockTimeoutMs ?? null,
      plain((p) => p.id),
      // A transfer on its own is its own transaction.
      plain((p) => (p.posting.transactionId ? uuidOf("txn", p.posting.transactionId) : p.id)),
      plain((p) => p.from),
      plain((p) => p.to),
      plain((p) => p.posting.amount),
      plain((p) => p.posting.asset),
      plain((p) => p.posting.type),
      plain((p) => p.keyHash),
      texts((p) => p.fingerprint && `\\x${p.fingerprint.toString("hex")}`),
      texts((p) => p.source),
      texts((p) => p.reference),
      texts((p) => p.description),
      texts((p) => p.metadata && JSON.stringify(p.metadata)),
      texts((p) => p.actor),
      plain((p) => p.posting.effectiveAt?.toISOString()),
      plain((p) => p.posting.reverses && uuidOf("trf", p.posting.reverses)),
      options.dryRun ?? false,
    ],
  });
  return rows.map((row, index) => toResult(row, placed[index]));
}

function toResult(row: PostRow, placed: PlacedPosting | undefined): PostingResult {
  if ((row.outcome === "posted" || row.outcome === "replayed") && row.posted_at) {
    return {
      outcome: row.outcome,
      // Made in its bucket it kept the id that it was given, and need not be written out anew.
      transferId: placed?.keepsId && row.outcome === "posted" ? placed.posting.id : encodeId("trf", row.transfer_id),
      balanceAfter: row.balance_after,
      postedAt: row.posted_at,
    };
  }
  return { outcome: row.outcome as PostingRefusal, available: row.available };
}

// --- assets

export const listAssets = (db: Db): Promise<AssetRow[]> => db.select().from(assets).orderBy(asc(assets.code));

export async function findAsset(db: Db, code: string): Promise<AssetRow | undefined> {
  const [row] = await db.select().from(assets).where(eq(assets.code, code));
  return row;
}

export async function insertAsset(tx: Tx, row: typeof assets.$inferInsert): Promise<AssetRow | undefined> {
  const [inserted] = await tx.insert(assets).values(row).onConflictDoNothing().returning();
  return inserted;
}

// --- accounts

const bucketOfWallet = (walletId: WalletId): number => bucketOf(uuidOf("wal", walletId));

/** Opens a wallet's account unless there is one for the asset. It ends with the wallet's last byte. */
export const insertWalletAccount = (tx: Tx, made: AccountId, walletId: WalletId, asset: string) =>
  tx
    .insert(ledgerAccounts)
    .values({
      id: encodeId("acc", inBucketOf(uuidOf("acc", made), uuidOf("wal", walletId))),
      bucket: bucketOfWallet(walletId),
      walletId,
      asset,
    })
    .onConflictDoNothing();

/** Opens a system account unless it is. */
export const insertSystemAccount = (tx: Tx, row: typeof ledgerSystemAccounts.$inferInsert) =>
  tx.insert(ledgerSystemAccounts).values(row).onConflictDoNothing();

const FIND_WALLET_ACCOUNT = "SELECT id FROM ledger_accounts WHERE wallet_id = $1 AND asset = $2 AND bucket = $3";

export async function findWalletAccount(
  db: Database,
  walletId: WalletId,
  asset: string,
): Promise<AccountId | undefined> {
  const [row] = await db.prepared<{ id: string }>("ledger_account_of", FIND_WALLET_ACCOUNT, [
    uuidOf("wal", walletId),
    asset,
    bucketOfWallet(walletId),
  ]);
  return row && encodeId("acc", row.id);
}

/** The accounts of several wallets in several assets, those that exist, in no order. */
export const findWalletAccounts = (db: Db, walletIds: readonly WalletId[], codes: readonly string[]) =>
  db
    .select({ id: ledgerAccounts.id, walletId: ledgerAccounts.walletId, asset: ledgerAccounts.asset })
    .from(ledgerAccounts)
    .where(and(inArray(ledgerAccounts.walletId, [...walletIds]), inArray(ledgerAccounts.asset, [...codes])));

export const listWalletAccounts = (db: Db, walletId: WalletId): Promise<WalletAccountRow[]> =>
  db
    .select()
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.walletId, walletId), eq(ledgerAccounts.bucket, bucketOfWallet(walletId))))
    .orderBy(asc(ledgerAccounts.asset));

export async function findAccount(db: Db, id: AccountId): Promise<AccountRow | undefined> {
  const [row] = await db.select().from(ledgerChart).where(eq(ledgerChart.id, id));
  return row;
}

export interface AccountFilter {
  readonly kind?: "customer" | "system" | undefined;
  readonly asset?: string | undefined;
  readonly walletId?: WalletId | undefined;
}

export function listAccounts(
  db: Db,
  filter: AccountFilter,
  after: AccountId | undefined,
  limit: number,
): Promise<AccountRow[]> {
  const conditions: SQL[] = [];
  if (filter.kind) conditions.push(eq(ledgerChart.kind, filter.kind));
  if (filter.asset) conditions.push(eq(ledgerChart.asset, filter.asset));
  if (filter.walletId) conditions.push(eq(ledgerChart.walletId, filter.walletId));
  if (after) conditions.push(sql`${ledgerChart.id} > ${uuidOf("acc", after)}`);
  return db
    .select()
    .from(ledgerChart)
    .where(and(...conditions))
    .orderBy(asc(ledgerChart.id))
    .limit(limit);
}

// The newest snapshot not after the moment, bucket by bucket, plus the transfers since. `$2` is null for "now".
const SYSTEM_BALANCES = `
  WITH s AS (
    SELECT coalesce((SELECT max(as_of) FROM ledger_snapshots WHERE $2::timestamptz IS NOT NULL AND as_of <= $2),
                    CASE WHEN $2::timestamptz IS NULL THEN (SELECT min(as_of) FROM ledger_buckets) ELSE '-infinity' END) AS as_of
  )
  SELECT a.id,
         coalesce((SELECT sum(p.balance) FROM ledger_buckets b CROSS JOIN LATERAL (
                     SELECT n.balance FROM ledger_snapshots n WHERE n.account_id = a.id AND n.bucket = b.bucket AND n.as_of <= s.as_of
                      ORDER BY n.as_of DESC LIMIT 1) p), 0)
         + coalesce((SELECT sum(CASE WHEN t.to_account_id = a.id THEN t.amount ELSE -t.amount END)
                      FROM ledger_transfers t
                     WHERE t.created_at >= s.as_of AND ($2::timestamptz IS NULL OR t.created_at <= $2)
                       AND (t.from_account_id = a.id OR t.to_account_id = a.id)), 0) AS balance
    FROM s, ledger_system_accounts a WHERE a.id = ANY ($1::uuid[])`;

/** What can be spent from each of these customers' accounts; those that are frozen are left out. */
export async function readAvailable(db: Db, ids: readonly AccountId[]): Promise<Map<AccountId, bigint>> {
  const rows = await db
    .select({ id: ledgerAccounts.id, balance: ledgerAccounts.balance, held: ledgerAccounts.held })
    .from(ledgerAccounts)
    .where(and(inArray(ledgerAccounts.id, [...ids]), eq(ledgerAccounts.frozen, false)));
  return new Map(rows.map(({ id, balance, held }) => [id, balance - held]));
}

/** Balances of system accounts, now or as of a moment. */
export async function systemBalances(
  db: Database,
  ids: readonly AccountId[],
  asOf: Date | null,
): Promise<Map<AccountId, bigint>> {
  const rows = await db.prepared<{ id: string; balance: string | bigint }>("ledger_system_balances", SYSTEM_BALANCES, [
    ids.map((id) => uuidOf("acc", id)),
    asOf,
  ]);
  return new Map(rows.map((row) => [encodeId("acc", row.id), BigInt(row.balance)]));
}

// The index has the moments of an account; the few transfers of one moment are put in order by their version.
const BALANCE_AS_OF = `
  SELECT balance_after FROM (
    (SELECT balance_after, account_version FROM ledger_transfers
      WHERE account_id = $1 AND created_at = (SELECT max(created_at) FROM ledger_transfers WHERE account_id = $1 AND created_at <= $2)
      ORDER BY account_version DESC LIMIT 1)
    UNION ALL
    (SELECT other_balance_after, other_account_version FROM ledger_transfers
      WHERE (CASE WHEN account_id = from_account_id THEN to_account_id ELSE from_account_id END) = $1
        AND other_account_version IS NOT NULL AND created_at <= $2
      ORDER BY created_at DESC, other_account_version DESC LIMIT 1)
  ) e ORDER BY account_version DESC LIMIT 1`;

/** A customer account's balance as of a moment: that of its last transfer not after it. */
export async function balanceAsOf(db: Database, id: AccountId, asOf: Date): Promise<bigint> {
  const [row] = await db.prepared<{ balance_after: bigint }>("ledger_balance_as_of", BALANCE_AS_OF, [
    uuidOf("acc", id),
    asOf,
  ]);
  return row?.balance_after ?? 0n;
}

const BALANCES_NOW = `
  SELECT a.asset, a.balance, a.held, a.frozen, coalesce(d.amount, 0) AS owed
    FROM ledger_accounts a LEFT JOIN wallet_debts d ON d.wallet_id = a.wallet_id AND d.asset = a.asset AND d.bucket = a.bucket
   WHERE a.wallet_id = $1 AND a.bucket = $2 ORDER BY a.asset`;

const BALANCES_AS_OF = `
  SELECT a.asset, coalesce(p.balance_after, 0) AS balance, a.held, a.frozen, coalesce(d.amount, 0) AS owed
    FROM ledger_accounts a LEFT JOIN wallet_debts d ON d.wallet_id = a.wallet_id AND d.asset = a.asset AND d.bucket = a.bucket
    LEFT JOIN LATERAL (${BALANCE_AS_OF.replaceAll("$1", "a.id").replaceAll("$2", "$3")}) p ON true
   WHERE a.wallet_id = $1 AND a.bucket = $2 ORDER BY a.asset`;

interface BalanceRow {
  asset: string;
  balance: bigint;
  held: bigint;
  frozen: boolean;
  owed: bigint;
}

/** What a wallet has and owes, by asset, now or as of a moment (debts always now): one statement, whatever it holds. */
export function readBalances(db: Database, walletId: WalletId, asOf: Date | undefined): Promise<BalanceRow[]> {
  const wallet = [uuidOf("wal", walletId), bucketOfWallet(walletId)];
  return asOf
    ? db.prepared<BalanceRow>("ledger_balances_as_of", BALANCES_AS_OF, [...wallet, asOf])
    : db.prepared<BalanceRow>("ledger_balances", BALANCES_NOW, wallet);
}

// --- transfers and entries

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

/** Sums the system accounts up to now less `lagSeconds`. Returns that moment. */
export async function takeSnapshot(db: Database, lagSeconds: number): Promise<void> {
  await db.pool.query("SELECT ledger_take_snapshot(make_interval(secs => $1))", [lagSeconds]);
}

export async function totalOfWallets(db: Db, asset: string): Promise<bigint> {
  const [row] = await db
    .select({ total: sql<string>`coalesce(sum(${ledgerAccounts.balance}), 0)` })
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.asset, asset));
  return BigInt(row?.total ?? 0);
}

/** A wallet's account for an asset, held until the transaction ends. */
export async function lockWalletAccount(
  tx: Tx,
  walletId: WalletId,
  asset: string,
): Promise<WalletAccountRow | undefined> {
  const [row] = await tx
    .select()
    .from(ledgerAccounts)
    .where(
      and(
        eq(ledgerAccounts.walletId, walletId),
        eq(ledgerAccounts.asset, asset),
        eq(ledgerAccounts.bucket, bucketOfWallet(walletId)),
      ),
    )
    .for("no key update");
  return row;
}

/** Lets an account's balance be spent, or not. */
export const setFrozen = (tx: Tx, id: AccountId, frozen: boolean) =>
  tx.update(ledgerAccounts).set({ frozen }).where(eq(ledgerAccounts.id, id));

// --- debts

/** What an account has available, held until the transaction ends. */
export async function lockAvailable(tx: Tx, id: AccountId): Promise<bigint> {
  const [row] = await tx
    .select({ balance: ledgerAccounts.balance, held: ledgerAccounts.held })
    .from(ledgerAccounts)
    .where(eq(ledgerAccounts.id, id))
    .for("no key update");
  return row ? row.balance - row.held : 0n;
}

/** Debts of these wallets in these assets, by `wallet:asset`, held until the transaction ends. */
export async function lockDebts(
  tx: Tx,
  wanted: readonly { readonly walletId: WalletId; readonly asset: string }[],
): Promise<Map<string, bigint>> {
  const { rows } = await tx.$client.query<{ wallet_id: string; asset: string; amount: bigint }>({
    name: "wallet_debts_lock",
    text: `SELECT d.wallet_id, d.asset, d.amount FROM wallet_debts d
            WHERE (d.wallet_id, d.asset) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) AND d.amount > 0
            ORDER BY d.wallet_id, d.asset FOR UPDATE`,
    values: [wanted.map(({ walletId }) => uuidOf("wal", walletId)), wanted.map(({ asset }) => asset)],
  });
  return new Map(rows.map((row) => [`${encodeId("wal", row.wallet_id)}:${row.asset}`, row.amount]));
}

/** Adds to a debt; a negative amount repays. */
export async function addDebt(tx: Tx, walletId: WalletId, asset: string, amount: bigint, now: Date): Promise<void> {
  if (amount < 0n) {
    await tx
      .update(walletDebts)
      .set({ amount: sql`${walletDebts.amount} + ${amount}`, updatedAt: now })
      .where(and(eq(walletDebts.walletId, walletId), eq(walletDebts.asset, asset)));
    return;
  }
  await tx
    .insert(walletDebts)
    .values({ walletId, asset, bucket: bucketOfWallet(walletId), amount, updatedAt: now })
    .onConflictDoUpdate({
      target: [walletDebts.walletId, walletDebts.asset, walletDebts.bucket],
      set: { amount: sql`${walletDebts.amount} + ${amount}`, updatedAt: now },
    });
}

export async function readDebt(db: Db, walletId: WalletId, asset: string): Promise<bigint> {
  const [row] = await db
    .select({ amount: walletDebts.amount })
    .from(walletDebts)
    .where(and(eq(walletDebts.walletId, walletId), eq(walletDebts.asset, asset)));
  return row?.amount ?? 0n;
}

/** The amount that was posted under a key of a home account, if it was. */
export async function amountUnderKey(db: Db, accountId: AccountId, key: string): Promise<bigint | undefined> {
  const home = uuidOf("acc", accountId);
  const keyHash = keyHashOf(home, key);
  const [row] = await db
    .select({ amount: ledgerTransfers.amount })
    .from(ledgerTransfers)
    .where(
      and(
        sql`${ledgerTransfers.keyHash} = ${keyHash}::uuid`,
        eq(ledgerTransfers.bucket, bucketOf(bucketHomeOf(home, keyHash, home))),
      ),
    );
  return row?.amount;
}
