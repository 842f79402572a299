import { asc, eq } from "drizzle-orm";
import type { Db, Tx } from "../../db/client.js";
import { packages, plans } from "./tables.js";

export type PackageRow = typeof packages.$inferSelect;
export type PlanRow = typeof plans.$inferSelect;

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
