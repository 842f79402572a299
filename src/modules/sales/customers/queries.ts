import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import { customerLinks, customers } from "./tables.js";

export type CustomerRow = typeof customers.$inferSelect;

export async function findCustomer(db: Db, id: string): Promise<CustomerRow | undefined> {
  const [row] = await db.select().from(customers).where(eq(customers.id, id));
  return row;
}

/** Customers with one of these addresses, whatever their case. An address may belong to several customers. */
export const listCustomersByEmail = (db: Db, emails: readonly string[]): Promise<CustomerRow[]> =>
  db
    .select()
    .from(customers)
    .where(inArray(sql`lower(${customers.email})`, [...emails]));

export async function insertCustomer(tx: Tx, row: typeof customers.$inferInsert): Promise<CustomerRow | undefined> {
  const [inserted] = await tx.insert(customers).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function updateCustomer(
  tx: Tx,
  id: string,
  change: Partial<typeof customers.$inferInsert>,
): Promise<CustomerRow | undefined> {
  const [row] = await tx.update(customers).set(change).where(eq(customers.id, id)).returning();
  return row;
}

export function listCustomers(
  db: Db,
  filter: { email?: string | undefined },
  after: { createdAt: string; id: string } | undefined,
  limit: number,
) {
  const conditions: SQL[] = [];
  if (filter.email) conditions.push(eq(sql`lower(${customers.email})`, filter.email.toLowerCase()));
  if (after)
    conditions.push(sql`(${customers.createdAt}, ${customers.id}) < (${after.createdAt}::timestamptz, ${after.id})`);
  return db
    .select()
    .from(customers)
    .where(and(...conditions))
    .orderBy(desc(customers.createdAt), desc(customers.id))
    .limit(limit);
}

export async function findLink(db: Db, customerId: string, provider: string): Promise<string | undefined> {
  const [row] = await db
    .select({ reference: customerLinks.reference })
    .from(customerLinks)
    .where(and(eq(customerLinks.customerId, customerId), eq(customerLinks.provider, provider)));
  return row?.reference;
}

/** Whose link this is. */
export async function findLinked(db: Db, provider: string, reference: string): Promise<string | undefined> {
  const [row] = await db
    .select({ customerId: customerLinks.customerId })
    .from(customerLinks)
    .where(and(eq(customerLinks.provider, provider), eq(customerLinks.reference, reference)));
  return row?.customerId;
}

export const insertLink = (tx: Tx, row: typeof customerLinks.$inferInsert) =>
  tx.insert(customerLinks).values(row).onConflictDoNothing();

/** Forgets a link if it still is this one. Returns whether it was. */
export async function deleteLink(tx: Tx, link: Omit<typeof customerLinks.$inferSelect, "createdAt">): Promise<boolean> {
  const { customerId, provider, reference } = link;
  const deleted = await tx
    .delete(customerLinks)
    .where(
      and(
        eq(customerLinks.customerId, customerId),
        eq(customerLinks.provider, provider),
        eq(customerLinks.reference, reference),
      ),
    )
    .returning({ reference: customerLinks.reference });
  return deleted.length > 0;
}
