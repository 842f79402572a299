import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";
import { inBucketOf } from "./buckets.js";
import { LruMap } from "./lru.js";
import { decodeBase32, encodeBase32 } from "./typeid.js";

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
function draw(): Uint8Array {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  used += RANDOM_BYTES;
  return randomness.subarray(used - RANDOM_BYTES, used);
}

const SEQUENCE_MAX = 0xffff_ffff;
let lastMs = 0;
let sequence = 0;

// Given randomness alone, v7 keeps no counter, and half of the ids of a millisecond would be out of order; so it is kept here. It
// begins below the middle, which leaves room for two thousand million ids of one millisecond.
function nextUuid(): string {
  const random = draw();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    sequence =
      ((random[6] ?? 0) & 0x7f) * 2 ** 24 + (((random[7] ?? 0) << 16) | ((random[8] ?? 0) << 8) | (random[9] ?? 0));
  } else if (sequence < SEQUENCE_MAX) sequence += 1;
  else {
    // The clock stands still, or was set back for long: time goes on in the ids all the same.
    lastMs += 1;
    sequence = 0;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}

export const systemIds: IdSource = { uuid: nextUuid };

// A busy wallet's ids come with every request.
const uuids = new LruMap<string, string>(20_000);
// A new id is read back soon after, for the database, and then hardly ever. It is forgotten while it is young garbage:
// kept for longer, all of them would have to be collected from the old space, in pauses that every request feels.
const newUuids = new LruMap<string, string>(512);

/** The public form of a stored uuid. Throws on anything that is none. */
export function encodeId<P extends string>(prefix: P, uuid: string): Id<P> {
  return `${prefix}_${encodeBase32(uuid)}`;
}

/** The stored uuid of a public id, or undefined when the text is not an id of this kind. */
export function decodeId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const known = uuids.get(text) ?? newUuids.get(text);
  if (known !== undefined) return known;
  const uuid = decodeBase32(text.slice(prefix.length + 1));
  if (uuid !== undefined) uuids.set(text, uuid);
  return uuid;
}

/** The stored uuid of one of our own ids. Throws a RangeError when it is not of this kind. */
export function uuidOf(prefix: string, id: string): string {
  const uuid = decodeId(prefix, id);
  if (uuid === undefined) throw new RangeError(`not a ${prefix}_ id: ${id}`);
  return uuid;
}

/** A new public id of one kind. */
export const newId = <P extends string>(ids: IdSource, prefix: P): Id<P> => idOf(prefix, ids.uuid());

/** The same, in the bucket of what has this uuid. */
export const newIdIn = <P extends string>(ids: IdSource, prefix: P, home: string): Id<P> =>
  idOf(prefix, inBucketOf(ids.uuid(), home));

function idOf<P extends string>(prefix: P, uuid: string): Id<P> {
  const id = encodeId(prefix, uuid);
  newUuids.set(id, uuid);
  return id;
}
