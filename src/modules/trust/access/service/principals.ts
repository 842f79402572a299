import type { Caller } from "../../../../core/access.js";
import { decodeId, encodeId, newId, uuidOf } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Db, Tx } from "../../../../db/client.js";
import { recordAudit } from "../../audit/index.js";
import { kindDiffers, principalNotFound } from "../errors.js";
import type { ApiKeyRow, PrincipalRow } from "../queries.js";
import * as queries from "../queries.js";
import type { PrincipalKind } from "../types.js";
import type { AccessDeps } from "./deps.js";

/** A principal with all keys that it ever had, oldest first. */
export interface PrincipalWithKeys {
  readonly principal: PrincipalRow;
  readonly keys: readonly ApiKeyRow[];
}

/** Principals with their keys, newest first. */
export async function listPrincipals(deps: AccessDeps, page: PageQuery): Promise<Page<PrincipalWithKeys>> {
  const found = await pageById("prn", page, (before, limit) => queries.listPrincipals(deps.db.read, before, limit));
  const keys = await queries.listKeysOf(
    deps.db.read,
    found.data.map(({ id }) => id),
  );
  return {
    ...found,
    data: found.data.map((principal) => ({
      principal,
      keys: keys.filter(({ principalId }) => principalId === principal.id),
    })),
  };
}

/** One principal with its keys. Throws `access.principal_not_found` (404). */
export async function getPrincipal(deps: AccessDeps, id: PrincipalRow["id"]): Promise<PrincipalWithKeys> {
  const principal = await queries.findPrincipal(deps.db.read, id);
  if (!principal) throw principalNotFound(id);
  return { principal, keys: await queries.listKeysOf(deps.db.read, [id]) };
}

/**
 * The principal of this name, made when there is none. Names are unique without regard to case. Throws
 * `access.principal_kind_differs` (409) when it exists as another kind than the one that is asked for.
 */
export async function ensurePrincipal(
  deps: AccessDeps,
  tx: Tx,
  actor: string,
  wanted: { readonly name: string; readonly kind: PrincipalKind; readonly isKindGiven: boolean },
): Promise<PrincipalRow> {
  const { name, kind } = wanted;
  const id = newId(deps.ids, "prn");
  const inserted = await queries.insertPrincipal(tx, { id, name, kind, createdBy: actor, createdAt: deps.clock.now() });
  if (inserted) {
    await recordAudit(deps, tx, [{ actor, action: "createPrincipal", resource: id, details: { kind } }]);
    return inserted;
  }
  const known = await queries.findPrincipalByName(tx, name);
  if (!known) throw new Error("a principal was neither inserted nor found");
  if (wanted.isKindGiven && known.kind !== kind) throw kindDiffers(known.name, known.kind);
  return known;
}

/** Who did something, and with which key; kept beside what a second person has to approve. */
export interface Party {
  /** A principal (`prn_...`), a customer (`jwt:...`), or the id of a key where the first version wrote it down. */
  readonly actor: string;
  readonly keyId?: string | undefined;
}

export const partyOf = (caller: Caller): Party => ({
  actor: caller.id,
  ...(caller.keyId === undefined ? {} : { keyId: caller.keyId }),
});

/**
 * Whether two parties are two people. They are not when they are one principal, or when either made the key of the other, or
 * made the key that made it: whoever makes a key sees its secret.
 */
export async function areIndependent(db: Db, one: Party, other: Party): Promise<boolean> {
  const [hands, otherHands] = await Promise.all([handsOf(db, one), handsOf(db, other)]);
  return !hands.behind.has(otherHands.own) && !otherHands.behind.has(hands.own);
}

async function handsOf(db: Db, { actor, keyId }: Party): Promise<{ own: string; behind: ReadonlySet<string> }> {
  const own = principalOf(actor);
  // Where the key is not known it may have been any of the principal's.
  const keys = decodeId("key", keyId ?? actor) ?? (await keysOf(db, own));
  const behind = await queries.principalsBehind(db, [keys].flat());
  return { own, behind: new Set([own, ...behind.map((uuid) => encodeId("prn", uuid))]) };
}

async function keysOf(db: Db, principal: string): Promise<string[]> {
  if (decodeId("prn", principal) === undefined) return [];
  const keys = await queries.listKeysOf(db, [principal as PrincipalRow["id"]]);
  return keys.map(({ id }) => uuidOf("key", id));
}

// The principal that was made of a key of the first version has the key's uuid.
function principalOf(actor: string): string {
  const uuid = decodeId("key", actor);
  return uuid === undefined ? actor : encodeId("prn", uuid);
}
