import { sql } from "drizzle-orm";
import { boolean, check, pgTable, timestamp } from "drizzle-orm/pg-core";
import { typeId } from "../../../db/columns.js";

/** Which installation this is. One row, written once. */
export const installation = pgTable(
  "installation",
  {
    singleton: boolean("singleton").primaryKey().default(true),
    id: typeId("ins")("id").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [check("installation_singleton", sql`${t.singleton}`)],
);
