import { randomFillSync } from "node:crypto";

/**
 * Public ids are TypeIDs: a prefix that names the kind and a UUIDv7, so they sort by creation and cannot be mixed up.
 * In the database they are plain `uuid` columns (`db/columns.ts` maps them).
 *
 * The codec is our own because a debit encodes and decodes a dozen ids, and the public package's took as long as all of
 * its SQL parameters. A test holds it against that package.
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

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const pool = new Uint8Array(4_096);
let taken = pool.length;
let lastMs = 0;
let counter = 0;

/** A random byte; the system is asked for many at once. */
function random(): number {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += 1;
  return pool[taken - 1] ?? 0;
}

const random31 = () => ((random() & 0x7f) * 2 ** 24 + random() * 2 ** 16 + random() * 2 ** 8 + random()) >>> 0;
const hex = (byte: number) => HEX[byte & 0xff] ?? "";

/** RFC 9562 version 7 with a 32-bit counter behind the time, so that ids of one process sort as they were made. */
function uuidV7(): string {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = random31();
  } else {
    counter += 1;
    if (counter > 0xffffffff) {
      lastMs += 1;
      counter = random31();
    }
  }
  const high = Math.floor(lastMs / 2 ** 16);
  return (
    `${hex(high >>> 24)}${hex(high >>> 16)}${hex(high >>> 8)}${hex(high)}-${hex(lastMs / 2 ** 8)}${hex(lastMs)}` +
    `-${hex(0x70 | (counter >>> 28))}${hex(counter >>> 20)}-${hex(0x80 | ((counter >>> 14) & 0x3f))}${hex(counter >>> 6)}` +
    `-${hex(((counter & 0x3f) << 2) | (random() & 3))}${hex(random())}${hex(random())}${hex(random())}${hex(random())}${hex(random())}`
  );
}

export const systemIds: IdSource = { uuid: uuidV7 };

const ALPHABET = Buffer.from("0123456789abcdefghjkmnpqrstvwxyz", "latin1");
const NOT_A_DIGIT = 0xff;
const tableOf = (digits: string) => {
  const table = new Uint8Array(256).fill(NOT_A_DIGIT);
  for (const [value, digit] of [...digits].entries()) table[digit.charCodeAt(0)] = value;
  return table;
};
const BASE32_VALUE = tableOf("0123456789abcdefghjkmnpqrstvwxyz");
const HEX_VALUE = tableOf("0123456789abcdef");
const SUFFIX_LENGTH = 26;
const UUID_LENGTH = 36;

// Scratch space: the codec never yields in between.
const bytes = new Uint8Array(16);
const suffix = Buffer.alloc(SUFFIX_LENGTH);

function readUuid(uuid: string): boolean {
  if (uuid.length !== UUID_LENGTH) return false;
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (uuid.charCodeAt(at) !== 0x2d) return false;
      at += 1;
    }
    const high = HEX_VALUE[uuid.charCodeAt(at)] ?? NOT_A_DIGIT;
    const low = HEX_VALUE[uuid.charCodeAt(at + 1)] ?? NOT_A_DIGIT;
    if (high === NOT_A_DIGIT || low === NOT_A_DIGIT) return false;
    bytes[index] = (high << 4) | low;
    at += 2;
  }
  return true;
}

/** The public form of a stored uuid. Throws a RangeError on anything that is none. */
export function encodeId<P extends string>(prefix: P, uuid: string): Id<P> {
  if (!readUuid(uuid)) throw new RangeError(`not a uuid: ${uuid}`);
  // 26 digits of 5 bits hold 130: two zero bits, then the 128 of the uuid.
  let bits = 0;
  let held = 2;
  let index = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0x1fff;
    for (held += 8; held >= 5; index += 1) {
      held -= 5;
      suffix[index] = ALPHABET[(bits >>> held) & 31] ?? 0;
    }
  }
  return `${prefix}_${suffix.toString("latin1")}`;
}

/** The stored uuid of a public id, or undefined when the text is not an id of this kind. */
export function decodeId(prefix: string, text: string): string | undefined {
  const start = prefix.length + 1;
  if (text.length !== start + SUFFIX_LENGTH || text.charCodeAt(prefix.length) !== 0x5f || !text.startsWith(prefix))
    return undefined;
  let bits = BASE32_VALUE[text.charCodeAt(start)] ?? NOT_A_DIGIT;
  // The first digit carries three bits.
  if (bits > 7) return undefined;
  let held = 3;
  let uuid = "";
  for (let index = start + 1, written = 0; index < text.length; index += 1) {
    const value = BASE32_VALUE[text.charCodeAt(index)] ?? NOT_A_DIGIT;
    if (value === NOT_A_DIGIT) return undefined;
    bits = ((bits << 5) | value) & 0x1fff;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    if (written === 4 || written === 6 || written === 8 || written === 10) uuid += "-";
    uuid += hex(bits >>> held);
    written += 1;
  }
  return uuid;
}

/** The stored uuid of one of our own ids. Throws a RangeError when it is not of this kind. */
export function uuidOf(prefix: string, id: string): string {
  const uuid = decodeId(prefix, id);
  if (uuid === undefined) throw new RangeError(`not a ${prefix}_ id: ${id}`);
  return uuid;
}

/** A new public id of one kind. */
export function newId<P extends string>(ids: IdSource, prefix: P): Id<P> {
  return encodeId(prefix, ids.uuid());
}
