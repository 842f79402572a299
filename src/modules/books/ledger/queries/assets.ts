import { asc, eq } from "drizzle-orm";
import type { Db, Tx } from "../../../../db/client.js";
import { assets } from "../tables.js";

export type AssetRow = typeof assets.$inferSelect;

export const listAssets = (db: Db): Promise<AssetRow[]> => db.select().from(assets).orderBy(asc(assets.code));

export async function findAsset(db: Db, code: string): Promise<AssetRow | undefined> {
  const [row] = await db.select().from(assets).where(eq(assets.code, code));
  return row;
}

export async function insertAsset(tx: Tx, row: typeof assets.$inferInsert): Promise<AssetRow | undefined> {
  const [inserted] = await tx.insert(assets).values(row).onConflictDoNothing().returning();
  return inserted;
}
