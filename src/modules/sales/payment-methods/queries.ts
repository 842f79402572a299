import { and, asc, desc, eq, inArray, lte, ne, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import { paymentMethodLists, paymentMethods } from "./tables.js";
import type { PaymentMethod, PaymentMethodList } from "./types.js";

export async function findList(db: Db, customerId: string): Promise<PaymentMethodList | undefined> {
  const [row] = await db.select().from(paymentMethodLists).where(eq(paymentMethodLists.customerId, customerId));
  return row;
}

/** The customer's list, made when missing and held until the transaction ends. */
export async function lockList(tx: Tx, customerId: string): Promise<PaymentMethodList> {
  await tx.insert(paymentMethodLists).values({ customerId }).onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(paymentMethodLists)
    .where(eq(paymentMethodLists.customerId, customerId))
    .for("update");
  if (!row) throw new Error(`the payment methods of ${customerId} disappeared`);
  return row;
}

/** Writes a change and counts it. */
export const updateList = (
  tx: Tx,
  customerId: string,
  change: Partial<Omit<typeof paymentMethodLists.$inferInsert, "customerId" | "version">>,
) =>
  tx
    .update(paymentMethodLists)
    .set({ ...change, version: sql`${paymentMethodLists.version} + 1` })
    .where(eq(paymentMethodLists.customerId, customerId));

/** Writes that it was looked at, which is no change of it. */
export const touchList = (
  tx: Tx,
  customerId: string,
  change: Partial<Omit<typeof paymentMethodLists.$inferInsert, "customerId" | "version">>,
) => tx.update(paymentMethodLists).set(change).where(eq(paymentMethodLists.customerId, customerId));

/** Customers whose lists are to be looked up again. */
export const listDue = (db: Db, now: Date, limit: number): Promise<{ customerId: string }[]> =>
  db
    .select({ customerId: paymentMethodLists.customerId })
    .from(paymentMethodLists)
    .where(lte(paymentMethodLists.refreshAt, now))
    .orderBy(asc(paymentMethodLists.refreshAt))
    .limit(limit);

export async function findMethod(db: Db, id: string): Promise<PaymentMethod | undefined> {
  const [row] = await db.select().from(paymentMethods).where(eq(paymentMethods.id, id));
  return row;
}

/** Newest first, detached ones too. */
export const listMethods = (db: Db, customerId: string): Promise<PaymentMethod[]> =>
  db
    .select()
    .from(paymentMethods)
    .where(eq(paymentMethods.customerId, customerId))
    .orderBy(desc(paymentMethods.createdAt), desc(paymentMethods.id));

/** Those that were not detached, newest first. */
export const listAttached = (db: Db, customerId: string): Promise<PaymentMethod[]> =>
  db
    .select()
    .from(paymentMethods)
    .where(and(eq(paymentMethods.customerId, customerId), ne(paymentMethods.status, "detached")))
    .orderBy(desc(paymentMethods.createdAt), desc(paymentMethods.id));

/** For `service/move.ts` only. */
export const putMethod = (tx: Tx, row: typeof paymentMethods.$inferInsert) =>
  tx.insert(paymentMethods).values(row).onConflictDoUpdate({ target: paymentMethods.id, set: row });

/** What may change of a method beside its status. */
export type MethodChange = Partial<Omit<PaymentMethod, "id" | "status">> & { readonly status?: never };

/** For `service/move.ts` only, which knows what may follow what. The caller holds the customer's list. */
export async function writeMethodStatus(
  tx: Tx,
  { id, status }: Pick<PaymentMethod, "id" | "status">,
  change: Partial<PaymentMethod> & Pick<PaymentMethod, "status">,
): Promise<void> {
  const written = await tx
    .update(paymentMethods)
    .set(change)
    .where(and(eq(paymentMethods.id, id), eq(paymentMethods.status, status)))
    .returning({ id: paymentMethods.id });
  if (written.length === 0) throw new Error(`payment method ${id} is not ${status} any more`);
}

/** Writes facts; where it stands does not change. */
export const updateMethod = (tx: Tx, id: string, change: MethodChange) =>
  tx.update(paymentMethods).set(change).where(eq(paymentMethods.id, id));

/** Marks cards whose end comes in the span as announced. Returns those that were not yet. */
export async function noticeExpiring(tx: Tx, from: Date, to: Date, limit: number): Promise<PaymentMethod[]> {
  const due = tx
    .select({ id: paymentMethods.id })
    .from(paymentMethods)
    .where(
      sql`${paymentMethods.status} = 'attached' AND ${paymentMethods.expiresAt} > ${from.toISOString()}::timestamptz
          AND ${paymentMethods.expiresAt} <= ${to.toISOString()}::timestamptz
          AND ${paymentMethods.expiryNoticed} IS DISTINCT FROM ${paymentMethods.expiresAt}`,
    )
    .limit(limit)
    .for("update", { skipLocked: true });
  return tx
    .update(paymentMethods)
    .set({ expiryNoticed: sql`${paymentMethods.expiresAt}` })
    .where(inArray(paymentMethods.id, due))
    .returning();
}
