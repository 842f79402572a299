import { and, asc, desc, eq, gt, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { Db, Tx } from "../../../db/client.js";
import { apiKeys, principals } from "./tables.js";

export type ApiKeyRow = typeof apiKeys.$inferSelect;
export type PrincipalRow = typeof principals.$inferSelect;

// --- principals

/** Undefined when there is a principal of this name already. */
export async function insertPrincipal(tx: Tx, row: typeof principals.$inferInsert): Promise<PrincipalRow | undefined> {
  const [inserted] = await tx.insert(principals).values(row).onConflictDoNothing().returning();
  return inserted;
}

/** Names are compared without regard to case. */
export async function findPrincipalByName(db: Db, name: string): Promise<PrincipalRow | undefined> {
  const [row] = await db.select().from(principals).where(sql`lower(${principals.name}) = lower(${name})`);
  return row;
}

export async function findPrincipal(db: Db, id: PrincipalRow["id"]): Promise<PrincipalRow | undefined> {
  const [row] = await db.select().from(principals).where(eq(principals.id, id));
  return row;
}

export function listPrincipals(db: Db, before: PrincipalRow["id"] | undefined, limit: number) {
  return db
    .select()
    .from(principals)
    .where(before ? lt(principals.id, before) : undefined)
    .orderBy(desc(principals.id))
    .limit(limit);
}

export const listKeysOf = (db: Db, principalIds: readonly PrincipalRow["id"][]): Promise<ApiKeyRow[]> =>
  principalIds.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(apiKeys)
        .where(inArray(apiKeys.principalId, [...principalIds]))
        .orderBy(asc(apiKeys.id));

// A key was made with a key, which was made with a key: whoever held one of them has seen, or could have made, the last.
const lineOfKeys = (keyUuids: readonly string[]) => sql`
  WITH RECURSIVE line AS (
    SELECT id, principal_id, created_with FROM api_keys WHERE id = ANY(${sql.param(keyUuids)}::uuid[])
    UNION
    SELECT k.id, k.principal_id, k.created_with FROM api_keys k JOIN line ON k.id = line.created_with)
  SELECT DISTINCT principal_id FROM line`;

/** Uuids of the principals in whose hands keys have been: whose they are, and everybody up the lines of those who made them. */
export async function principalsBehind(db: Db, keyUuids: readonly string[]): Promise<string[]> {
  const { rows } = await db.execute<{ principal_id: string }>(lineOfKeys(keyUuids));
  return rows.map((row) => row.principal_id);
}

// --- keys

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

/** Says, until the transaction ends, with which secret a key is made; a trigger looks whether it may be. */
export const sayMakerSecret = (tx: Tx, secret: string) =>
  tx.execute(sql`SELECT set_config('coffer.admin_secret', ${secret}, true)`);

export async function insertKey(tx: Tx, row: typeof apiKeys.$inferInsert): Promise<ApiKeyRow | undefined> {
  const [inserted] = await tx.insert(apiKeys).values(row).onConflictDoNothing().returning();
  return inserted;
}

export const noteKeyUse = (tx: Tx, id: ApiKeyRow["id"], at: Date) =>
  tx.update(apiKeys).set({ lastUsedAt: at }).where(eq(apiKeys.id, id));

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

/** Has the key end at `at`, unless it ends sooner. */
export const endKeyBy = (tx: Tx, id: ApiKeyRow["id"], at: Date) =>
  tx
    .update(apiKeys)
    .set({ expiresAt: at })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, at))));

export async function lockKey(tx: Tx, id: ApiKeyRow["id"]): Promise<ApiKeyRow | undefined> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for("update");
  return row;
}

export async function findKey(db: Db, id: ApiKeyRow["id"]): Promise<ApiKeyRow | undefined> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  return row;
}
