import { and, eq, lt, sql } from "drizzle-orm";
import type { Database, Tx } from "../../../db/client.js";
import { LEASE_LOCK_CLASS } from "../../../db/lease.js";
import { idempotencyKeys } from "./tables.js";

export interface StartedRow {
  readonly mine: boolean;
  readonly fingerprint: Buffer;
  readonly resource_id: string;
  readonly response_status: number | null;
  readonly response_type: string | null;
  readonly response_body: string | null;
  readonly locked_until: Date;
  readonly holder: number | null;
}

// One statement decides who works on a key: a new key, or one whose worker died (its process is gone, or its lease ran out), is
// taken; any other comes back as it stands. A process that is gone no longer holds the lock on its number. A moment's grace is
// for one that lost only the connection that holds it.
const START = `
  INSERT INTO idempotency_keys AS k (scope, key, fingerprint, resource_id, locked_until, created_at, holder)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (scope, key) DO UPDATE SET locked_until = excluded.locked_until, holder = excluded.holder
    WHERE k.response_status IS NULL AND k.fingerprint = excluded.fingerprint
      AND (k.locked_until < $6 OR (k.locked_until < $8 AND k.holder IS NOT NULL AND NOT EXISTS (
             SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
              WHERE l.locktype = 'advisory' AND l.classid = ${LEASE_LOCK_CLASS} AND l.objid = k.holder::oid AND l.objsubid = 2
                AND l.granted AND d.datname = current_database())))
  RETURNING true AS mine, fingerprint, resource_id, response_status, response_type, response_body, locked_until, holder`;

const FIND = `
  SELECT false AS mine, fingerprint, resource_id, response_status, response_type, response_body, locked_until, holder
    FROM idempotency_keys WHERE scope = $1 AND key = $2`;

/** Takes the key, or reads who has it. */
export async function startKey(
  db: Database,
  row: {
    scope: string;
    key: string;
    fingerprint: Buffer;
    resourceId: string;
    lockedUntil: Date;
    now: Date;
    holder: number | undefined;
    /** A key of a process that is gone is taken when it was held until before this. */
    graceUntil: Date;
  },
): Promise<StartedRow | undefined> {
  const { scope, key, fingerprint, resourceId, lockedUntil, now, holder, graceUntil } = row;
  const values = [scope, key, fingerprint, resourceId, lockedUntil, now, holder ?? null, graceUntil];
  const [taken] = await db.prepared<StartedRow & Record<string, unknown>>("idempotency_start", START, values);
  if (taken) return taken;
  const [found] = await db.prepared<StartedRow & Record<string, unknown>>("idempotency_find", FIND, [
    row.scope,
    row.key,
  ]);
  return found;
}

const FINISH = `
  UPDATE idempotency_keys SET response_status = $3, response_type = $4, response_body = $5
   WHERE scope = $1 AND key = $2 AND response_status IS NULL`;

export async function finishKey(
  db: Database,
  scope: string,
  key: string,
  reply: { status: number; contentType: string; body: string },
): Promise<void> {
  await db.prepared("idempotency_finish", FINISH, [scope, key, reply.status, reply.contentType, reply.body]);
}

export const releaseKey = (tx: Tx, scope: string, key: string) =>
  tx
    .update(idempotencyKeys)
    .set({ lockedUntil: sql`to_timestamp(0)` })
    .where(and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key)));

export const deleteKeysBefore = (tx: Tx, before: Date) =>
  tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
