import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { bucketOf, inBucketOf } from "../../../../core/buckets.js";
import { type AccountId, encodeId, uuidOf, type WalletId } from "../../../../core/ids.js";
import type { Database, Db, Tx } from "../../../../db/client.js";
import { ledgerAccounts, ledgerChart, ledgerSystemAccounts } from "../tables.js";

export type AccountRow = typeof ledgerChart.$inferSelect;
type WalletAccountRow = typeof ledgerAccounts.$inferSelect;

export const bucketOfWallet = (walletId: WalletId): number => bucketOf(uuidOf("wal", walletId));

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

/** Customers' accounts and how many transfers each has had, by id, after one of them. */
export const listVersions = (db: Db, after: AccountId | undefined, limit: number) =>
  db
    .select({ id: ledgerAccounts.id, version: ledgerAccounts.version })
    .from(ledgerAccounts)
    .where(after === undefined ? undefined : sql`${ledgerAccounts.id} > ${uuidOf("acc", after)}`)
    .orderBy(asc(ledgerAccounts.id))
    .limit(limit);

/** A customer's account by its id. */
export async function findCustomerAccount(
  db: Db,
  id: AccountId,
): Promise<Pick<WalletAccountRow, "id" | "walletId" | "asset"> | undefined> {
  const [row] = await db
    .select({ id: ledgerAccounts.id, walletId: ledgerAccounts.walletId, asset: ledgerAccounts.asset })
    .from(ledgerAccounts)
    .where(and(eq(ledgerAccounts.id, id), eq(ledgerAccounts.bucket, bucketOf(uuidOf("acc", id)))));
  return row;
}
