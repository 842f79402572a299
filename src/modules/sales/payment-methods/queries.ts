import { and, asc, desc, eq, inArray, lte, ne, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import { paymentMethodLists, paymentMethods } from "./tables.js";
import type { PaymentMethod, PaymentMethodList } from "./types.js";

type Provider = PaymentMethodList["provider"];

/** A customer's list at one provider. */
export type ListKey = Pick<PaymentMethodList, "customerId" | "provider">;

const isList = ({ customerId, provider }: ListKey) =>
  and(eq(paymentMethodLists.customerId, customerId), eq(paymentMethodLists.provider, provider));

export async function findList(db: Db, list: ListKey): Promise<PaymentMethodList | undefined> {
  const [row] = await db.select().from(paymentMethodLists).where(isList(list));
  return row;
}

/** The list, made when missing and held until the transaction ends. */
export async function lockList(tx: Tx, { customerId, provider }: ListKey): Promise<PaymentMethodList> {
  await tx.insert(paymentMethodLists).values({ customerId, provider }).onConflictDoNothing();
  const [row] = await tx.select().from(paymentMethodLists).where(isList({ customerId, provider })).for("update");
  if (!row) throw new Error(`the payment methods of ${customerId} at ${provider} disappeared`);
  return row;
}

type ListFacts = Partial<Omit<typeof paymentMethodLists.$inferInsert, keyof ListKey | "version">>;

/** Writes a change and counts it. */
export const updateList = (tx: Tx, list: ListKey, change: ListFacts) =>
  tx
    .update(paymentMethodLists)
    .set({ ...change, version: sql`${paymentMethodLists.version} + 1` })
    .where(isList(list));

/** Writes that it was looked at, which is no change of it. */
export const touchList = (tx: Tx, list: ListKey, change: ListFacts) =>
  tx.update(paymentMethodLists).set(change).where(isList(list));

/** Customers whose lists at a provider are to be looked up again. */
export const listDue = (db: Db, provider: Provider, now: Date, limit: number): Promise<{ customerId: string }[]> =>
  db
    .select({ customerId: paymentMethodLists.customerId })
    .from(paymentMethodLists)
    .where(and(eq(paymentMethodLists.provider, provider), lte(paymentMethodLists.refreshAt, now)))
    .orderBy(asc(paymentMethodLists.refreshAt))
    .limit(limit);

export async function findMethod(db: Db, id: string): Promise<PaymentMethod | undefined> {
  const [row] = await db.select().from(paymentMethods).where(eq(paymentMethods.id, id));
  return row;
}

/** Newest first, detached ones too. */
export const listMethods = (db: Db, { customerId, provider }: ListKey): Promise<PaymentMethod[]> =>
  db
    .select()
    .from(paymentMethods)
    .where(and(eq(paymentMethods.customerId, customerId), eq(paymentMethods.provider, provider)))
    .orderBy(desc(paymentMethods.createdAt), desc(paymentMethods.id));

/** Those at some providers that were not detached, newest first. */
export const listAttached = (db: Db, customerId: string, providers: readonly Provider[]): Promise<PaymentMethod[]> =>
  db
    .select()
    .from(paymentMethods)
    .where(
      and(
        eq(paymentMethods.customerId, customerId),
        inArray(paymentMethods.provider, [...providers]),
        ne(paymentMethods.status, "detached"),
      ),
    )
    .orderBy(desc(paymentMethods.createdAt), desc(paymentMethods.id));

/** For `service/move.ts` only. Fails when another provider has a method of this id: requests could not tell the two apart. */
export async function putMethod(
  tx: Tx,
  row: typeof paymentMethods.$inferInsert & Pick<PaymentMethod, "provider">,
): Promise<void> {
  const { rowCount } = await tx
    .insert(paymentMethods)
    .values(row)
    .onConflictDoUpdate({
      target: paymentMethods.id,
      set: row,
      setWhere: eq(paymentMethods.provider, row.provider),
    });
  if (rowCount !== 1) throw new Error(`the payment method ${row.id} is another provider's`);
}

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
