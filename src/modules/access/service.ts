import { createHash, hash, randomBytes } from "node:crypto";
import type { Caller, KeyRole } from "../../core/access.js";
import type { Clock } from "../../core/clock.js";
import { AppError } from "../../core/errors.js";
import { encodeId, type IdSource, newId } from "../../core/ids.js";
import { LruMap } from "../../core/lru.js";
import { type Page, type PageQuery, pageById } from "../../core/pagination.js";
import type { Database } from "../../db/client.js";
import type { Authenticate } from "../../http/auth.js";
import { type AuditDeps, recordAudit } from "../audit/index.js";
import type { JwtVerifier } from "./jwt.js";
import type { ApiKeyRow } from "./queries.js";
import * as queries from "./queries.js";

/**
 * API keys that were good when somebody last asked, by the hash of their secret: whoever sends one is not guessing. One per
 * process.
 */
export class FamiliarKeys {
  readonly #keys = new LruMap<string, boolean>(10_000);

  has(secret: string): boolean {
    return this.#keys.get(hashSecret(secret).toString("base64")) === true;
  }

  note(secretHash: Buffer, isGood: boolean): void {
    const name = secretHash.toString("base64");
    if (isGood || this.#keys.get(name)) this.#keys.set(name, isGood);
  }
}

export interface AccessDeps extends AuditDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly jwt: JwtVerifier | undefined;
  readonly familiarKeys: FamiliarKeys;
}

/** Marks a secret as ours, so that leak scanners can find one in the wild. */
export const KEY_PREFIX = "cfk_";
/** A revoked key works for at most this long. */
const REMEMBER_MS = 1_000;

/** Creates the function that tells callers apart. Remembers keys for one second, since every request asks. */
export function createAuthenticator(deps: AccessDeps): Authenticate {
  const remembered = new LruMap<string, { caller: Caller | undefined | Promise<Caller | undefined>; until: number }>(
    10_000,
  );
  const look = async (secretHash: Buffer, now: Date): Promise<Caller | undefined> => {
    const row = await queries.findLiveKey(deps.db.read, secretHash, now);
    deps.familiarKeys.note(secretHash, row !== undefined);
    return row && { id: row.id, role: row.role as KeyRole };
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

/** Whether telling whose credential this is costs a look-up that a guesser could cause at will. */
export const mayBeGuess = (deps: Pick<AccessDeps, "familiarKeys">, token: string): boolean =>
  !isJwt(token) && !deps.familiarKeys.has(token);

const isJwt = (token: string) => !token.startsWith(KEY_PREFIX) && token.split(".").length === 3;

/** SHA-256 is enough for a secret of 32 random bytes: there is nothing to guess, so nothing to slow down. */
const hashSecret = (secret: string): Buffer => hash("sha256", secret, "buffer");

export interface NewApiKey {
  readonly name: string;
  readonly role: KeyRole;
  readonly expiresAt?: Date | undefined;
}

/**
 * Creates a key. The secret is returned here and never again. `adminSecret` is that of the administrator who asks: the database
 * takes a key from nobody who cannot say one.
 */
export async function createApiKey(
  deps: AccessDeps,
  actor: string,
  input: NewApiKey,
  adminSecret: string,
): Promise<{ key: ApiKeyRow; secret: string }> {
  if (input.expiresAt && input.expiresAt <= deps.clock.now()) {
    throw new AppError("access.expiry_in_past", 422, "`expiresAt` is in the past.");
  }
  const secret = `${KEY_PREFIX}${randomBytes(32).toString("base64url")}`;
  const key = await storeKey(deps, actor, newId(deps.ids, "key"), input, secret, adminSecret);
  if (!key) throw new Error("a new random key already exists");
  return { key, secret };
}

/**
 * Makes sure that an admin key with this secret exists. Used at start with BOOTSTRAP_API_KEY; safe to repeat. Where there is
 * none yet, `deps.db` must be the schema owner's: nobody else makes a key without an administrator.
 */
export async function ensureBootstrapKey(deps: AccessDeps, secret: string): Promise<void> {
  // The id follows from the secret, so that processes that start at once agree on it.
  const digest = createHash("sha256").update(`coffer bootstrap ${secret}`).digest("hex");
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const id = encodeId("key", uuid);
  if (await queries.findKey(deps.db.read, id)) return;
  await storeKey(deps, "system", id, { name: "bootstrap", role: "admin" }, secret);
}

async function storeKey(
  deps: AccessDeps,
  actor: string,
  id: ApiKeyRow["id"],
  input: NewApiKey,
  secret: string,
  adminSecret?: string,
) {
  return deps.db.transaction(async (tx) => {
    if (adminSecret !== undefined) await queries.sayAdminSecret(tx, adminSecret);
    const row = await queries.insertKey(tx, {
      id,
      name: input.name,
      role: input.role,
      hint: secret.slice(0, KEY_PREFIX.length + 4),
      secretHash: hashSecret(secret),
      createdBy: actor,
      expiresAt: input.expiresAt ?? null,
      createdAt: deps.clock.now(),
    });
    if (row)
      await recordAudit(deps, tx, [{ actor, action: "createApiKey", resource: id, details: { role: input.role } }]);
    return row;
  });
}

/** Keys, newest first; never their secrets. */
export function listApiKeys(deps: AccessDeps, page: PageQuery): Promise<Page<ApiKeyRow>> {
  return pageById("key", page, (before, limit) => queries.listKeys(deps.db.read, before, limit));
}

/** Revokes a key; every process refuses it within a second. Revoking twice is the same as once. */
export async function revokeApiKey(deps: AccessDeps, actor: string, id: ApiKeyRow["id"]): Promise<ApiKeyRow> {
  const revoked = await deps.db.transaction(async (tx) => {
    const row = await queries.revokeKey(tx, id, deps.clock.now());
    if (row) await recordAudit(deps, tx, [{ actor, action: "revokeApiKey", resource: id }]);
    return row;
  });
  const row = revoked ?? (await queries.findKey(deps.db.read, id));
  if (!row) throw new AppError("access.key_not_found", 404, `No API key ${id}.`);
  return row;
}
