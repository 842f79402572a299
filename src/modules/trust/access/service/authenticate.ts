import { hash } from "node:crypto";
import type { Caller, KeyRole } from "../../../../core/access.js";
import { MINUTE_MS } from "../../../../core/clock.js";
import { encodeId, uuidOf } from "../../../../core/ids.js";
import { LruMap } from "../../../../core/lru.js";
import type { Authenticate } from "../../../../http/auth.js";
import type { ApiKeyRow } from "../queries.js";
import * as queries from "../queries.js";
import { type AccessDeps, KEY_PREFIX } from "./deps.js";

/** A revoked key works for at most this long. */
const REMEMBER_MS = 1_000;
const NOTE_USE_EVERY_MS = MINUTE_MS;

/** Creates the function that tells callers apart. Remembers keys for one second, since every request asks. */
export function createAuthenticator(deps: AccessDeps): Authenticate {
  const remembered = new LruMap<string, { caller: Caller | undefined | Promise<Caller | undefined>; until: number }>(
    10_000,
  );
  const look = async (secretHash: Buffer, now: Date): Promise<Caller | undefined> => {
    const row = await queries.findLiveKey(deps.db.read, secretHash, now);
    deps.familiarKeys.note(secretHash, row !== undefined);
    if (row) noteUse(deps, row, now);
    return row && callerOf(row);
  };
  return (token) => {
    if (isJwt(token)) return deps.jwt?.(token);
    const name = hash("sha256", token, "base64");
    const now = deps.clock.now();
    const known = remembered.get(name);
    if (known && known.until > now.getTime()) return known.caller;
    // The look-up itself is remembered, so that requests that come meanwhile share it; a failed one is forgotten.
    const caller = look(Buffer.from(name, "base64"), now);
    const until = now.getTime() + REMEMBER_MS;
    remembered.set(name, { caller, until });
    caller.then(
      (found) => remembered.set(name, { caller: found, until }),
      () => remembered.set(name, { caller, until: 0 }),
    );
    return caller;
  };
}

const callerOf = (row: ApiKeyRow): Caller => ({
  id: row.principalId,
  role: row.role as KeyRole,
  keyId: row.id,
  idempotencyScope: scopeOf(row.principalId),
});

/**
 * Under which name a principal's idempotency keys are kept. It looks like a key's id because the first version kept them by
 * key: a principal that was made of such a key has the key's uuid, so what was answered then is replayed now.
 */
const scopeOf = (principalId: ApiKeyRow["principalId"]): string => encodeId("key", uuidOf("prn", principalId));

// Nobody waits for it, and nothing depends on it: a use that could not be noted is noted with the next look.
function noteUse(deps: AccessDeps, row: ApiKeyRow, now: Date): void {
  if (row.lastUsedAt !== null && now.getTime() - row.lastUsedAt.getTime() < NOTE_USE_EVERY_MS) return;
  deps.db.transaction((tx) => queries.noteKeyUse(tx, row.id, now)).catch(() => undefined);
}

/** Whether telling whose credential this is costs a look-up that a guesser could cause at will. */
export const mayBeGuess = (deps: Pick<AccessDeps, "familiarKeys">, token: string): boolean =>
  !isJwt(token) && !deps.familiarKeys.has(token);

const isJwt = (token: string) => !token.startsWith(KEY_PREFIX) && token.split(".").length === 3;
