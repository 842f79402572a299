import { customType } from "drizzle-orm/pg-core";
import { decodeId, encodeId, type Id } from "../core/ids.js";

/** A `uuid` column that the code sees as a TypeID with this prefix. */
export function typeId<P extends string>(prefix: P) {
  return customType<{ data: Id<P>; driverData: string }>({
    dataType: () => "uuid",
    fromDriver: (uuid) => encodeId(prefix, uuid),
    toDriver: (id) => {
      const uuid = decodeId(prefix, id);
      if (uuid === undefined) throw new RangeError(`not a ${prefix}_ id: ${id}`);
      return uuid;
    },
  });
}

/** Bytes, e.g. a digest. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
