import { and, asc, desc, eq, inArray, isNull, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Whose } from "../../../core/access.js";
import type { PaymentId } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { ofCustomer } from "../../../db/lists.js";
import { disputes, disputeTransactions, refunds, reversalCursors } from "./tables.js";
import type { Dispute, DisputeId, Refund, RefundId } from "./types.js";

export type NewRefund = typeof refunds.$inferInsert;
export type NewDispute = typeof disputes.$inferInsert;

/** For `service/move.ts` only. */
export async function insertRefund(tx: Tx, row: NewRefund): Promise<Refund | undefined> {
  const [inserted] = await tx.insert(refunds).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function findRefund(db: Db, id: RefundId): Promise<Refund | undefined> {
  const [row] = await db.select().from(refunds).where(eq(refunds.id, id));
  return row;
}

export async function lockRefund(tx: Tx, id: RefundId): Promise<Refund | undefined> {
  const [row] = await tx.select().from(refunds).where(eq(refunds.id, id)).for("update");
  return row;
}

export async function lockByReference(
  tx: Tx,
  provider: Refund["provider"],
  providerReference: string,
): Promise<Refund | undefined> {
  const [row] = await tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.provider, provider), eq(refunds.providerReference, providerReference)))
    .for("update");
  return row;
}

/** A refund of ours that the provider does not name yet and that this may be: the oldest of its amount. */
export async function lockNameless(tx: Tx, paymentId: PaymentId, amount: bigint): Promise<Refund | undefined> {
  const [row] = await tx
    .select()
    .from(refunds)
    .where(
      and(
        eq(refunds.paymentId, paymentId),
        eq(refunds.amount, amount),
        eq(refunds.status, "requested"),
        isNull(refunds.providerReference),
      ),
    )
    .orderBy(asc(refunds.id))
    .limit(1)
    .for("update");
  return row;
}

/** What may change of a refund beside its status. */
export type RefundFacts = Partial<Omit<Refund, "id" | "status" | "booked" | "version">> & {
  readonly status?: never;
  readonly booked?: never;
};

/** Writes facts; where it stands does not change. */
export async function updateRefund(tx: Tx, id: RefundId, change: RefundFacts): Promise<void> {
  const { rowCount } = await tx
    .update(refunds)
    .set({ ...change, version: sql`${refunds.version} + 1` })
    .where(eq(refunds.id, id));
  if (rowCount !== 1) throw new Error(`refund ${id} disappeared`);
}

/** For `service/move.ts` only, which knows what may follow what. The caller holds the row. */
export async function writeRefundStatus(
  tx: Tx,
  { id, status }: Pick<Refund, "id" | "status">,
  change: Partial<Refund> & Pick<Refund, "status" | "booked">,
): Promise<Refund> {
  const [row] = await tx
    .update(refunds)
    .set({ ...change, version: sql`${refunds.version} + 1` })
    .where(and(eq(refunds.id, id), eq(refunds.status, status)))
    .returning();
  if (!row) throw new Error(`refund ${id} is not ${status} any more`);
  return row;
}

export const postponeCheck = (tx: Tx, id: RefundId, nextCheckAt: Date | null, checks: number) =>
  tx.update(refunds).set({ nextCheckAt, checks }).where(eq(refunds.id, id));

export const listDueRefunds = (db: Db, now: Date, limit: number): Promise<Refund[]> =>
  db.select().from(refunds).where(lte(refunds.nextCheckAt, now)).orderBy(asc(refunds.nextCheckAt)).limit(limit);

export interface ReversalFilter {
  readonly paymentId?: PaymentId | undefined;
  readonly customerId?: string | undefined;
}

export function listRefunds(db: Db, whose: Whose, filter: ReversalFilter, before: RefundId | undefined, limit: number) {
  const conditions = ofCustomer(refunds.customerId, whose);
  if (filter.paymentId) conditions.push(eq(refunds.paymentId, filter.paymentId));
  if (before) conditions.push(lt(refunds.id, before));
  return db
    .select()
    .from(refunds)
    .where(and(...conditions))
    .orderBy(desc(refunds.id))
    .limit(limit);
}

/** For `service/move.ts` only. */
export async function insertDispute(tx: Tx, row: NewDispute): Promise<void> {
  await tx.insert(disputes).values(row).onConflictDoNothing();
}

export async function findDispute(db: Db, id: DisputeId): Promise<Dispute | undefined> {
  const [row] = await db.select().from(disputes).where(eq(disputes.id, id));
  return row;
}

export async function lockDispute(
  tx: Tx,
  provider: Dispute["provider"],
  providerReference: string,
): Promise<Dispute | undefined> {
  const [row] = await tx
    .select()
    .from(disputes)
    .where(and(eq(disputes.provider, provider), eq(disputes.providerReference, providerReference)))
    .for("update");
  return row;
}

/** For `service/move.ts` only, likewise. */
export async function writeDispute(
  tx: Tx,
  { id, funds }: Pick<Dispute, "id" | "funds">,
  change: Partial<Dispute> & Pick<Dispute, "funds">,
): Promise<Dispute> {
  const [row] = await tx
    .update(disputes)
    .set({ ...change, version: sql`${disputes.version} + 1` })
    .where(and(eq(disputes.id, id), eq(disputes.funds, funds)))
    .returning();
  if (!row) throw new Error(`the money of dispute ${id} is not ${funds} any more`);
  return row;
}

/** What moved for a dispute so far. */
export const listMoves = (db: Db, disputeId: DisputeId) =>
  db.select().from(disputeTransactions).where(eq(disputeTransactions.disputeId, disputeId));

export async function insertMoves(tx: Tx, rows: (typeof disputeTransactions.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(disputeTransactions).values(rows);
}

export const listDueDisputes = (db: Db, now: Date, limit: number): Promise<Dispute[]> =>
  db.select().from(disputes).where(lte(disputes.nextCheckAt, now)).orderBy(asc(disputes.nextCheckAt)).limit(limit);

export const postponeDispute = (tx: Tx, id: DisputeId, nextCheckAt: Date | null) =>
  tx.update(disputes).set({ nextCheckAt }).where(eq(disputes.id, id));

/** Where refunds, or disputes, stand by what the provider calls them. */
export async function statusesOf(
  db: Db,
  kind: "refunds" | "disputes",
  provider: Refund["provider"],
  references: readonly string[],
): Promise<Map<string, string>> {
  const table = kind === "refunds" ? refunds : disputes;
  const rows = await db
    .select({ reference: table.providerReference, status: table.status })
    .from(table)
    .where(and(eq(table.provider, provider), inArray(table.providerReference, [...references])));
  return new Map(rows.flatMap(({ reference, status }) => (reference === null ? [] : [[reference, status]])));
}

export async function readCursor(db: Db, name: string): Promise<Date | undefined> {
  const [row] = await db.select().from(reversalCursors).where(eq(reversalCursors.name, name));
  return row?.readUpTo;
}

export const writeCursor = (tx: Tx, name: string, readUpTo: Date) =>
  tx
    .insert(reversalCursors)
    .values({ name, readUpTo })
    .onConflictDoUpdate({ target: reversalCursors.name, set: { readUpTo } });

export function listDisputes(db: Db, filter: ReversalFilter, before: DisputeId | undefined, limit: number) {
  const conditions: SQL[] = [];
  if (filter.paymentId) conditions.push(eq(disputes.paymentId, filter.paymentId));
  if (filter.customerId) conditions.push(eq(disputes.customerId, filter.customerId));
  if (before) conditions.push(lt(disputes.id, before));
  return db
    .select()
    .from(disputes)
    .where(and(...conditions))
    .orderBy(desc(disputes.id))
    .limit(limit);
}
