import { randomFillSync } from "node:crypto";
import { fromString, fromUUID, toUUID } from "typeid-js";
import { v7 } from "uuid";
import { LruMap } from "./lru.js";

/**
 * Public ids are TypeIDs: a prefix that names the kind and a UUIDv7, so they sort by creation and cannot be mixed up.
 * In the database they are plain `uuid` columns (`db/columns.ts` maps them).
 */
export type Id<Prefix extends string> = `${Prefix}_${string}`;

export type PaymentId = Id<"pay">;
export type WalletId = Id<"wal">;
export type AccountId = Id<"acc">;
export type TransferId = Id<"trf">;
export type TransactionId = Id<"txn">;

/** Where new ids come from; injected so that a test can make them predictable. */
export interface IdSource {
  /** A new UUIDv7 in its 36-character form. */
  uuid(): string;
}

const RANDOM_BYTES = 16;
const randomness = new Uint8Array(256 * RANDOM_BYTES);
let used = randomness.length;

// Drawn for many ids at once: a call costs more than making an id from what it gives.
function rng(): Uint8Array {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  used += RANDOM_BYTES;
  return randomness.subarray(used - RANDOM_BYTES, used);
}

export const systemIds: IdSource = { uuid: () => v7({ rng }) };

// A busy wallet's ids come with every request.
const uuids = new LruMap<string, string>(20_000);
// A new id is read back soon after, for the database, and then hardly ever. It is forgotten while it is young garbage:
// kept for longer, all of them would have to be collected from the old space, in pauses that every request feels.
const newUuids = new LruMap<string, string>(512);

/** The public form of a stored uuid. Throws on anything that is none. */
export function encodeId<P extends string>(prefix: P, uuid: string): Id<P> {
  return fromUUID(uuid, prefix) as unknown as Id<P>;
}

/** The stored uuid of a public id, or undefined when the text is not an id of this kind. */
export function decodeId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const known = uuids.get(text) ?? newUuids.get(text);
  if (known !== undefined) return known;
  try {
    const uuid = toUUID(fromString(text, prefix));
    uuids.set(text, uuid);
    return uuid;
  } catch {
    return undefined;
  }
}

/** The stored uuid of one of our own ids. Throws a RangeError when it is not of this kind. */
export function uuidOf(prefix: string, id: string): string {
  const uuid = decodeId(prefix, id);
  if (uuid === undefined) throw new RangeError(`not a ${prefix}_ id: ${id}`);
  return uuid;
}

/** A new public id of one kind. */
export function newId<P extends string>(ids: IdSource, prefix: P): Id<P> {
  const uuid = ids.uuid();
  const id = encodeId(prefix, uuid);
  newUuids.set(id, uuid);
  return id;
}
