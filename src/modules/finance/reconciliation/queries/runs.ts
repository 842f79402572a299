import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../../db/client.js";
import { listNewest } from "../../../../db/lists.js";
import type { BalanceProviderName } from "../../../../providers/ports/index.js";
import { accountingPeriods, providerTransactions, reconciliations } from "../tables.js";
import type { PeriodRow, ProviderTransactionRow, ReconciliationRow } from "../types.js";

/** For `service/move.ts` only. Undefined when another run of the provider is under way. */
export async function insertRun(
  tx: Tx,
  row: typeof reconciliations.$inferInsert,
): Promise<ReconciliationRow | undefined> {
  const [inserted] = await tx.insert(reconciliations).values(row).onConflictDoNothing().returning();
  return inserted;
}

export type RunFacts = Partial<
  Pick<ReconciliationRow, "counts" | "statements" | "failure" | "startedAt" | "finishedAt">
>;

/** For `service/move.ts` only. */
export async function writeRunStatus(
  tx: Tx,
  { id }: Pick<ReconciliationRow, "id">,
  change: RunFacts & Pick<ReconciliationRow, "status" | "updatedAt">,
): Promise<ReconciliationRow> {
  const [updated] = await tx.update(reconciliations).set(change).where(eq(reconciliations.id, id)).returning();
  if (!updated) throw new Error(`reconciliation ${id} disappeared`);
  return updated;
}

export async function findRun(db: Db, id: ReconciliationRow["id"]): Promise<ReconciliationRow | undefined> {
  const [row] = await db.select().from(reconciliations).where(eq(reconciliations.id, id));
  return row;
}

/** Holds a run until the transaction ends. */
export async function lockRun(tx: Tx, id: ReconciliationRow["id"]): Promise<ReconciliationRow | undefined> {
  const [row] = await tx.select().from(reconciliations).where(eq(reconciliations.id, id)).for("update");
  return row;
}

export async function findActiveRun(
  db: Db,
  provider: BalanceProviderName,
): Promise<ReconciliationRow["id"] | undefined> {
  const [row] = await db
    .select({ id: reconciliations.id })
    .from(reconciliations)
    .where(and(eq(reconciliations.provider, provider), inArray(reconciliations.status, ["queued", "running"])));
  return row?.id;
}

export const listRuns = (
  db: Db,
  filter: {
    readonly provider?: BalanceProviderName | undefined;
    readonly status?: ReconciliationRow["status"] | undefined;
  },
  before: ReconciliationRow["id"] | undefined,
  limit: number,
): Promise<ReconciliationRow[]> => listNewest(db, reconciliations, filter, before, limit);

export interface TransactionFilter {
  readonly provider?: BalanceProviderName | undefined;
  readonly asset?: string | undefined;
  readonly category?: ProviderTransactionRow["category"] | undefined;
  readonly bankPayout?: string | undefined;
}

export const listTransactions = (
  db: Db,
  filter: TransactionFilter,
  before: ProviderTransactionRow["id"] | undefined,
  limit: number,
): Promise<ProviderTransactionRow[]> => listNewest(db, providerTransactions, filter, before, limit);

/** Undefined when the month is closed. */
export async function insertPeriod(tx: Tx, row: PeriodRow): Promise<PeriodRow | undefined> {
  const [inserted] = await tx.insert(accountingPeriods).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findPeriod(db: Db, month: string): Promise<PeriodRow | undefined> {
  const [row] = await db.select().from(accountingPeriods).where(eq(accountingPeriods.month, month));
  return row;
}

export const listPeriods = (db: Db, before: string | undefined, limit: number): Promise<PeriodRow[]> =>
  db
    .select()
    .from(accountingPeriods)
    .where(before === undefined ? undefined : lt(accountingPeriods.month, before))
    .orderBy(desc(accountingPeriods.month))
    .limit(limit);

/** Every account of the chart as it stood before a moment; the customers' by asset, as `wallets`. */
export async function trialBalance(db: Db, before: Date): Promise<PeriodRow["balances"]> {
  const { rows } = await db.execute<{ account: string; asset: string; balance: string }>(sql`
    SELECT CASE WHEN c.kind = 'customer' THEN 'wallets' ELSE c.code END AS account, c.asset, sum(e.amount)::text AS balance
      FROM ledger_entries e JOIN ledger_chart c ON c.id = e.account_id
     WHERE e.created_at < ${before.toISOString()}::timestamptz
     GROUP BY 1, 2 ORDER BY 1, 2`);
  return rows.map(({ account, asset, balance }) => ({ account, asset, balance }));
}
