import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import { catalogPrices, catalogProducts, packages, plans } from "./tables.js";

export type PackageRow = typeof packages.$inferSelect;
export type PlanRow = typeof plans.$inferSelect;
export type ProductRow = typeof catalogProducts.$inferSelect;
export type PriceRow = typeof catalogPrices.$inferSelect;

export const listPackages = (db: Db, status: "active" | "retired" | undefined): Promise<PackageRow[]> =>
  db
    .select()
    .from(packages)
    .where(status ? eq(packages.status, status) : undefined)
    .orderBy(asc(packages.id));

export const listPlans = (db: Db, status: "active" | "retired" | undefined): Promise<PlanRow[]> =>
  db
    .select()
    .from(plans)
    .where(status ? eq(plans.status, status) : undefined)
    .orderBy(asc(plans.id));

export async function findPackageByCode(db: Db, code: string): Promise<PackageRow | undefined> {
  const [row] = await db.select().from(packages).where(eq(packages.code, code));
  return row;
}

export async function findPackage(db: Db, id: PackageRow["id"]): Promise<PackageRow | undefined> {
  const [row] = await db.select().from(packages).where(eq(packages.id, id));
  return row;
}

export async function findPlan(db: Db, id: PlanRow["id"]): Promise<PlanRow | undefined> {
  const [row] = await db.select().from(plans).where(eq(plans.id, id));
  return row;
}

export async function findPlanByCode(db: Db, code: string): Promise<PlanRow | undefined> {
  const [row] = await db.select().from(plans).where(eq(plans.code, code));
  return row;
}

export async function insertPackage(tx: Tx, row: typeof packages.$inferInsert): Promise<PackageRow | undefined> {
  const [inserted] = await tx.insert(packages).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function insertPlan(tx: Tx, row: typeof plans.$inferInsert): Promise<PlanRow | undefined> {
  const [inserted] = await tx.insert(plans).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function updatePackage(
  tx: Tx,
  id: PackageRow["id"],
  change: Partial<typeof packages.$inferInsert>,
): Promise<PackageRow | undefined> {
  const [row] = await tx.update(packages).set(change).where(eq(packages.id, id)).returning();
  return row;
}

export async function updatePlan(
  tx: Tx,
  id: PlanRow["id"],
  change: Partial<typeof plans.$inferInsert>,
): Promise<PlanRow | undefined> {
  const [row] = await tx.update(plans).set(change).where(eq(plans.id, id)).returning();
  return row;
}

/** What a provider has, as far as we know. */
export const listProductRows = (db: Db, provider: ProductRow["provider"]): Promise<ProductRow[]> =>
  db.select().from(catalogProducts).where(eq(catalogProducts.provider, provider));

export const listPriceRows = (db: Db, provider: PriceRow["provider"]): Promise<PriceRow[]> =>
  listPrices(db, eq(catalogPrices.provider, provider));

/** Those of one product, oldest first. */
export const listPricesOf = (db: Db, productKey: ProductRow["key"]): Promise<PriceRow[]> =>
  listPrices(db, eq(catalogPrices.productKey, productKey));

const listPrices = (db: Db, which: SQL): Promise<PriceRow[]> =>
  db.select().from(catalogPrices).where(which).orderBy(asc(catalogPrices.createdAt), asc(catalogPrices.lookupKey));

export async function findPriceByKey(db: Db, lookupKey: string): Promise<PriceRow | undefined> {
  const [row] = await db.select().from(catalogPrices).where(eq(catalogPrices.lookupKey, lookupKey));
  return row;
}

export async function findPriceByReference(
  db: Db,
  provider: PriceRow["provider"],
  reference: string,
): Promise<PriceRow | undefined> {
  const [row] = await db
    .select()
    .from(catalogPrices)
    .where(and(eq(catalogPrices.provider, provider), eq(catalogPrices.priceReference, reference)));
  return row;
}

/** Counts an asking of the provider about an item, and holds its row until the transaction ends. */
export async function beginSync(
  tx: Tx,
  { key, provider }: Pick<ProductRow, "key" | "provider">,
  now: Date,
): Promise<ProductRow> {
  const [row] = await tx
    .insert(catalogProducts)
    .values({ key, provider, synced: false, version: 1, updatedAt: now })
    .onConflictDoUpdate({
      target: catalogProducts.key,
      set: { synced: false, version: sql`${catalogProducts.version} + 1`, updatedAt: now },
    })
    .returning();
  if (!row) throw new Error(`product ${key} disappeared`);
  return row;
}

export async function lockProduct(tx: Tx, key: ProductRow["key"]): Promise<ProductRow> {
  const [row] = await tx.select().from(catalogProducts).where(eq(catalogProducts.key, key)).for("update");
  if (!row) throw new Error(`product ${key} disappeared`);
  return row;
}

export const updateProduct = (tx: Tx, key: ProductRow["key"], change: Partial<typeof catalogProducts.$inferInsert>) =>
  tx.update(catalogProducts).set(change).where(eq(catalogProducts.key, key));

export const insertPrice = (tx: Tx, row: typeof catalogPrices.$inferInsert) =>
  tx.insert(catalogPrices).values(row).onConflictDoNothing({ target: catalogPrices.lookupKey });

export const updatePrice = (tx: Tx, lookupKey: string, change: Partial<typeof catalogPrices.$inferInsert>) =>
  tx.update(catalogPrices).set(change).where(eq(catalogPrices.lookupKey, lookupKey));
