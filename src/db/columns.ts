import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, customType, text } from "drizzle-orm/pg-core";
import { encodeId, type Id, uuidOf } from "../core/ids.js";

/** A `uuid` column that the code sees as a TypeID with this prefix. */
export function typeId<P extends string>(prefix: P) {
  return customType<{ data: Id<P>; driverData: string }>({
    dataType: () => "uuid",
    fromDriver: (uuid) => encodeId(prefix, uuid),
    toDriver: (id) => uuidOf(prefix, id),
  });
}

/**
 * Whose object a row is, by the provider's name. Rows that were written without it, some by a process of the version before, are
 * of the provider that was the only one `formerly`. The type knows nothing of that default: whoever inserts says whose it is.
 */
export function ofProvider<Name extends string>(formerly: NoInfer<Name>) {
  const column = text("provider").notNull();
  column.default(formerly);
  return column.$type<Name>();
}

/** Bytes, e.g. a digest. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** The text of a check that a column is one of these words, or none of them. They are of our own code, never of a request. */
export const isOneOf = (column: AnyPgColumn, words: readonly string[]): SQL => sql`${column} in (${quoted(words)})`;
export const isNoneOf = (column: AnyPgColumn, words: readonly string[]): SQL =>
  sql`${column} not in (${quoted(words)})`;

const quoted = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(", "));
