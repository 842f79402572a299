import { and, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import type { Db, Tx } from "../../db/client.js";
import { apiKeys } from "./tables.js";

export type ApiKeyRow = typeof apiKeys.$inferSelect;

/** The key with this secret, if it is neither revoked nor expired. */
export async function findLiveKey(db: Db, secretHash: Buffer, now: Date): Promise<ApiKeyRow | undefined> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.secretHash, secretHash),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
      ),
    );
  return row;
}

/** Says, until the transaction ends, who stands for the key that is about to be made; a trigger compares. */
export const sayAdminSecret = (tx: Tx, secret: string) =>
  tx.execute(sql`SELECT set_config('coffer.admin_secret', ${secret}, true)`);

export async function insertKey(tx: Tx, row: typeof apiKeys.$inferInsert): Promise<ApiKeyRow | undefined> {
  const [inserted] = await tx.insert(apiKeys).values(row).onConflictDoNothing().returning();
  return inserted;
}

export function listKeys(db: Db, before: ApiKeyRow["id"] | undefined, limit: number) {
  return db
    .select()
    .from(apiKeys)
    .where(before ? lt(apiKeys.id, before) : undefined)
    .orderBy(desc(apiKeys.id))
    .limit(limit);
}

/** Revokes the key and returns it; undefined when there is none, or it was revoked before. */
export async function revokeKey(tx: Tx, id: ApiKeyRow["id"], now: Date): Promise<ApiKeyRow | undefined> {
  const [row] = await tx
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
    .returning();
  return row;
}

export async function findKey(db: Db, id: ApiKeyRow["id"]): Promise<ApiKeyRow | undefined> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  return row;
}
