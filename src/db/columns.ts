import { customType } from "drizzle-orm/pg-core";
import { encodeId, type Id, uuidOf } from "../core/ids.js";

/** A `uuid` column that the code sees as a TypeID with this prefix. */
export function typeId<P extends string>(prefix: P) {
  return customType<{ data: Id<P>; driverData: string }>({
    dataType: () => "uuid",
    fromDriver: (uuid) => encodeId(prefix, uuid),
    toDriver: (id) => uuidOf(prefix, id),
  });
}

/** Bytes, e.g. a digest. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
