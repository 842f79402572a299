import { and, asc, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../../db/client.js";
import { listNewest } from "../../../../db/lists.js";
import type { BalanceProviderName } from "../../../../providers/ports/index.js";
import { providerBalances, providerOpenings, reconciliationBreaks, reconciliationNotes } from "../tables.js";
import type { BreakRow, NoteRow } from "../types.js";

const OPEN = ["open", "pending_approval"] as const;

export const listOpenBreaks = (db: Db, provider: BalanceProviderName): Promise<BreakRow[]> =>
  db
    .select()
    .from(reconciliationBreaks)
    .where(and(eq(reconciliationBreaks.provider, provider), inArray(reconciliationBreaks.status, [...OPEN])))
    .orderBy(asc(reconciliationBreaks.id));

/** Those that were there before a moment and still are, of all providers. */
export async function countOpenBreaks(db: Db, before: Date): Promise<number> {
  const rows = await db
    .select({ id: reconciliationBreaks.id })
    .from(reconciliationBreaks)
    .where(and(inArray(reconciliationBreaks.status, [...OPEN]), lt(reconciliationBreaks.firstSeenAt, before)))
    .limit(10_000);
  return rows.length;
}

export interface BreakFilter {
  readonly status?: BreakRow["status"] | undefined;
  readonly provider?: BalanceProviderName | undefined;
  readonly kind?: BreakRow["kind"] | undefined;
  readonly assignee?: string | undefined;
}

export const listBreaks = (
  db: Db,
  filter: BreakFilter,
  before: BreakRow["id"] | undefined,
  limit: number,
): Promise<BreakRow[]> => listNewest(db, reconciliationBreaks, filter, before, limit);

export async function findBreak(db: Db, id: BreakRow["id"]): Promise<BreakRow | undefined> {
  const [row] = await db.select().from(reconciliationBreaks).where(eq(reconciliationBreaks.id, id));
  return row;
}

/** Holds a break until the transaction ends. */
export async function lockBreak(tx: Tx, id: BreakRow["id"]): Promise<BreakRow | undefined> {
  const [row] = await tx.select().from(reconciliationBreaks).where(eq(reconciliationBreaks.id, id)).for("update");
  return row;
}

/** For `service/move.ts` only. */
export async function insertBreak(tx: Tx, row: typeof reconciliationBreaks.$inferInsert): Promise<BreakRow> {
  const [inserted] = await tx.insert(reconciliationBreaks).values(row).returning();
  if (!inserted) throw new Error(`break ${row.id} was not written`);
  return inserted;
}

export type BreakFacts = Partial<
  Pick<
    BreakRow,
    | "kind"
    | "ours"
    | "theirs"
    | "resolution"
    | "target"
    | "reason"
    | "resolvedBy"
    | "approvedBy"
    | "transactionId"
    | "lastSeenAt"
    | "endedAt"
  >
>;

/** For `service/move.ts` only. */
export async function writeBreakStatus(
  tx: Tx,
  { id }: Pick<BreakRow, "id">,
  change: BreakFacts & Pick<BreakRow, "status" | "updatedAt">,
): Promise<BreakRow> {
  const [updated] = await tx
    .update(reconciliationBreaks)
    .set({ ...change, version: sql`${reconciliationBreaks.version} + 1` })
    .where(eq(reconciliationBreaks.id, id))
    .returning();
  if (!updated) throw new Error(`break ${id} disappeared`);
  return updated;
}

export const seenAgain = (tx: Tx, ids: readonly BreakRow["id"][], lastSeenAt: Date) =>
  tx
    .update(reconciliationBreaks)
    .set({ lastSeenAt })
    .where(inArray(reconciliationBreaks.id, [...ids]));

export const assign = (tx: Tx, id: BreakRow["id"], assignee: string | null, updatedAt: Date) =>
  tx.update(reconciliationBreaks).set({ assignee, updatedAt }).where(eq(reconciliationBreaks.id, id)).returning();

export const insertNote = (tx: Tx, row: NoteRow) => tx.insert(reconciliationNotes).values(row);

export const listNotes = (db: Db, breakId: BreakRow["id"]): Promise<NoteRow[]> =>
  db
    .select()
    .from(reconciliationNotes)
    .where(eq(reconciliationNotes.breakId, breakId))
    .orderBy(asc(reconciliationNotes.id))
    .limit(200);

export const insertBalance = (tx: Tx, row: typeof providerBalances.$inferInsert) =>
  tx.insert(providerBalances).values(row);

export const insertOpening = (tx: Tx, row: typeof providerOpenings.$inferInsert) =>
  tx.insert(providerOpenings).values(row);

/** What a provider's list comes to in one account, with what a person has said was there before; and what our books have, of the asset. */
export async function listedBalance(
  db: Db,
  provider: BalanceProviderName,
  account: string,
  asset: string,
): Promise<{ listed: bigint; booked: bigint }> {
  const { rows } = await db.execute<{ listed: string; booked: string }>(sql`
    SELECT ((SELECT coalesce(sum(net), 0) FROM provider_transactions
              WHERE provider = ${provider} AND account = ${account} AND asset = ${asset})
          + (SELECT coalesce(sum(amount), 0) FROM provider_openings
              WHERE provider = ${provider} AND account = ${account} AND asset = ${asset}))::text AS listed,
           (SELECT coalesce(sum(amount), 0) FROM clearing_transfers WHERE provider = ${provider} AND asset = ${asset})::text AS booked`);
  return { listed: BigInt(rows[0]?.listed ?? 0), booked: BigInt(rows[0]?.booked ?? 0) };
}

/** The newest balance that each account was found with. */
export const newestBalances = (db: Db, provider: BalanceProviderName) =>
  db
    .selectDistinctOn([providerBalances.asset, providerBalances.account])
    .from(providerBalances)
    .where(eq(providerBalances.provider, provider))
    .orderBy(providerBalances.asset, providerBalances.account, desc(providerBalances.takenAt));
