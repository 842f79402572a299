import { fromString, fromUUID, toUUID, typeidUnboxed } from "typeid-js";

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

export const systemIds: IdSource = { uuid: () => toUUID(typeidUnboxed("")) };

/** The public form of a stored uuid. */
export function encodeId<P extends string>(prefix: P, uuid: string): Id<P> {
  return fromUUID(uuid, prefix) as unknown as Id<P>;
}

/** The stored uuid of a public id, or undefined when the text is not an id of this kind. */
export function decodeId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  try {
    return toUUID(fromString(text, prefix));
  } catch {
    return undefined;
  }
}

/** A new public id of one kind. */
export function newId<P extends string>(ids: IdSource, prefix: P): Id<P> {
  return encodeId(prefix, ids.uuid());
}
