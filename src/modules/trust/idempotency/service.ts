import { type Clock, DAY_MS } from "../../../core/clock.js";
import type { IdSource } from "../../../core/ids.js";
import type { Database } from "../../../db/client.js";
import type { IdempotencyStart, IdempotencyStore } from "../../../http/idempotency.js";
import * as queries from "./queries.js";

export interface IdempotencyDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** How long a request may work before another may take its key over; longer than any request lives. */
  readonly leaseMs?: number;
  /** This process's number, while the database knows that it lives. */
  readonly processNumber?: () => number | undefined;
}

export const KEPT_FOR_MS = 30 * DAY_MS;
const LEASE_MS = 60_000;
/** How long a process may lack the connection that says that it lives. */
const GRACE_MS = 2_000;

/** The store behind `Idempotency-Key`. */
export function createIdempotencyStore(deps: IdempotencyDeps): IdempotencyStore {
  return {
    start: (scope, key, fingerprint) => start(deps, scope, key, fingerprint),
    finish: (scope, key, reply) => queries.finishKey(deps.db, scope, key, reply),
    release: async (scope, key) => {
      await deps.db.transaction((tx) => queries.releaseKey(tx, scope, key));
    },
  };
}

async function start(
  deps: IdempotencyDeps,
  scope: string,
  key: string,
  fingerprint: Buffer,
): Promise<IdempotencyStart> {
  const now = deps.clock.now();
  const leaseMs = deps.leaseMs ?? LEASE_MS;
  const resourceId = deps.ids.uuid();
  const row = await queries.startKey(deps.db, {
    scope,
    key,
    fingerprint,
    resourceId,
    lockedUntil: new Date(now.getTime() + leaseMs),
    now,
    holder: deps.processNumber?.(),
    graceUntil: new Date(now.getTime() + leaseMs - GRACE_MS),
  });
  // Released or expired between the two statements: whoever asks again a moment later gets it.
  if (!row) return { state: "in_flight", retryAfter: 1 };
  if (row.mine) {
    // The id that came first is kept, so another one than ours was given out before.
    return { state: "started", resourceId: row.resource_id, resumed: row.resource_id !== resourceId };
  }
  if (!row.fingerprint.equals(fingerprint)) return { state: "mismatch" };
  if (row.response_status === null) {
    const leftMs = row.locked_until.getTime() - now.getTime();
    // Whoever works on it either lives and will soon be done, or is soon known to be gone.
    const worthAskingMs = row.holder === null ? leftMs : Math.min(leftMs, GRACE_MS);
    return { state: "in_flight", retryAfter: Math.min(60, Math.max(1, Math.ceil(worthAskingMs / 1_000))) };
  }
  return {
    state: "replay",
    status: row.response_status,
    contentType: row.response_type ?? "application/json; charset=utf-8",
    body: row.response_body ?? "",
  };
}

/** Forgets keys older than 30 days. Returns nothing; run daily. */
export async function purgeIdempotencyKeys(deps: IdempotencyDeps): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - KEPT_FOR_MS);
  await deps.db.transaction((tx) => queries.deleteKeysBefore(tx, before));
}
