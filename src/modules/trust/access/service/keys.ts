import { createHash, randomBytes } from "node:crypto";
import type { Caller, KeyRole } from "../../../../core/access.js";
import { encodeId, newId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { recordAudit } from "../../audit/index.js";
import { expiryInPast, keyEnded, keyNotFound, othersKey, principalNotFound } from "../errors.js";
import type { ApiKeyRow, PrincipalRow } from "../queries.js";
import * as queries from "../queries.js";
import type { PrincipalKind } from "../types.js";
import { type AccessDeps, hashSecret, KEY_PREFIX } from "./deps.js";
import { ensurePrincipal } from "./principals.js";

/** A key, and whose it is: the principal of `principalId`, else the one of this name, which is made when there is none. */
export interface NewApiKey {
  readonly name: string;
  readonly role: KeyRole;
  readonly principalId?: PrincipalRow["id"] | undefined;
  /** Of a principal that is made; by default a service for the role `service`, else a person. */
  readonly kind?: PrincipalKind | undefined;
  readonly expiresAt?: Date | undefined;
}

export interface KeyWithSecret {
  readonly key: ApiKeyRow;
  readonly secret: string;
}

const newSecret = () => `${KEY_PREFIX}${randomBytes(32).toString("base64url")}`;

/** Who makes a key, and the secret with which: the database takes a key from nobody who cannot say one that may make it. */
export interface Maker {
  readonly caller: Caller;
  readonly secret: string;
}

/**
 * Creates a key. The secret is returned here and never again. Throws `access.expiry_in_past` (422),
 * `access.principal_not_found` (404), `access.principal_kind_differs` (409).
 */
export async function createApiKey(deps: AccessDeps, maker: Maker, input: NewApiKey): Promise<KeyWithSecret> {
  if (input.expiresAt && input.expiresAt <= deps.clock.now()) throw expiryInPast();
  const secret = newSecret();
  const key = await deps.db.transaction(async (tx) => {
    await queries.sayMakerSecret(tx, maker.secret);
    const { caller } = maker;
    const principal = await principalFor(deps, tx, caller.id, input);
    return storeKey(deps, tx, { actor: caller.id, keyId: caller.keyId }, principal.id, input, secret);
  });
  if (!key) throw new Error("a new random key already exists");
  return { key, secret };
}

async function principalFor(deps: AccessDeps, tx: Tx, actor: string, input: NewApiKey): Promise<PrincipalRow> {
  if (input.principalId !== undefined) {
    const known = await queries.findPrincipal(tx, input.principalId);
    if (!known) throw principalNotFound(input.principalId);
    return known;
  }
  const kind = input.kind ?? (input.role === "service" ? "service" : "person");
  return ensurePrincipal(deps, tx, actor, { name: input.name, kind, isKindGiven: input.kind !== undefined });
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
  await deps.db.transaction(async (tx) => {
    const input = { name: "bootstrap", role: "admin" } as const;
    const principal = await principalFor(deps, tx, "system", input);
    await storeKey(deps, tx, { actor: "system" }, principal.id, input, secret, id);
  });
}

async function storeKey(
  deps: AccessDeps,
  tx: Tx,
  by: { readonly actor: string; readonly keyId?: string | undefined },
  principalId: PrincipalRow["id"],
  input: Pick<NewApiKey, "name" | "role" | "expiresAt">,
  secret: string,
  id: ApiKeyRow["id"] = newId(deps.ids, "key"),
): Promise<ApiKeyRow | undefined> {
  const row = await queries.insertKey(tx, {
    id,
    principalId,
    name: input.name,
    role: input.role,
    hint: secret.slice(0, KEY_PREFIX.length + 4),
    secretHash: hashSecret(secret),
    createdBy: by.actor,
    createdWith: (by.keyId as ApiKeyRow["id"] | undefined) ?? null,
    expiresAt: input.expiresAt ?? null,
    createdAt: deps.clock.now(),
  });
  const details = { role: input.role, principalId };
  if (row) await recordAudit(deps, tx, [{ actor: by.actor, action: "createApiKey", resource: id, details }]);
  return row;
}

/** Keys, newest first; never their secrets. */
export function listApiKeys(deps: AccessDeps, page: PageQuery): Promise<Page<ApiKeyRow>> {
  return pageById("key", page, (before, limit) => queries.listKeys(deps.db.read, before, limit));
}

/**
 * Gives the key's principal another key of the same role, name and end; the old one works for `overlapSeconds` more. A
 * principal rotates its own keys, an admin everybody's. Throws `access.key_not_found` (404), `access.key_ended` (409) and
 * `access.forbidden` (403).
 */
export async function rotateApiKey(
  deps: AccessDeps,
  { caller, secret: makerSecret }: Maker,
  id: ApiKeyRow["id"],
  overlapSeconds: number,
): Promise<KeyWithSecret> {
  const secret = newSecret();
  const key = await deps.db.transaction(async (tx) => {
    await queries.sayMakerSecret(tx, makerSecret);
    const old = await queries.lockKey(tx, id);
    // Whoever may not see others' keys is not told which exist.
    if (!old || (caller.role !== "admin" && old.principalId !== caller.id)) {
      throw old || caller.role !== "admin" ? othersKey() : keyNotFound(id);
    }
    const now = deps.clock.now();
    if (old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now)) throw keyEnded(id);
    await queries.endKeyBy(tx, id, new Date(now.getTime() + overlapSeconds * 1_000));
    const details = { overlapSeconds };
    await recordAudit(deps, tx, [{ actor: caller.id, action: "rotateApiKey", resource: id, details }]);
    const input = { name: old.name, role: old.role as KeyRole, expiresAt: old.expiresAt ?? undefined };
    return storeKey(deps, tx, { actor: caller.id, keyId: caller.keyId }, old.principalId, input, secret);
  });
  if (!key) throw new Error("a new random key already exists");
  return { key, secret };
}

/** Revokes a key; every process refuses it within a second. Revoking twice is the same as once. */
export async function revokeApiKey(deps: AccessDeps, actor: string, id: ApiKeyRow["id"]): Promise<ApiKeyRow> {
  const revoked = await deps.db.transaction(async (tx) => {
    const row = await queries.revokeKey(tx, id, deps.clock.now());
    if (row) await recordAudit(deps, tx, [{ actor, action: "revokeApiKey", resource: id }]);
    return row;
  });
  const row = revoked ?? (await queries.findKey(deps.db.read, id));
  if (!row) throw keyNotFound(id);
  return row;
}
