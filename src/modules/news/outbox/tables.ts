import { sql } from "drizzle-orm";
import { customType, index, integer, json, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { typeId } from "../../../db/columns.js";

/** PostgreSQL's 64-bit transaction number, as decimal text. */
const xid8 = customType<{ data: string; driverData: string }>({ dataType: () => "xid8" });

/**
 * News for others, written in the transaction that makes it true. It looks like the audit trail and is another thing: that one
 * says who did what and is kept unchanged for years, this one is a queue's worth of facts for whoever listens. Neither may
 * know the other, and either may grow without it; what they do alike is in db/lists.ts.
 */
export const outboxEvents = pgTable(
  "outbox_events",
  {
    id: typeId("evt")("id").primaryKey(),
    type: text("type").notNull(),
    resource: text("resource").notNull(),
    customerId: text("customer_id"),
    data: json("data").$type<Record<string, unknown>>().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    /** The transaction that wrote it, which gives the order in which events become visible; null for events of before. */
    xid: xid8("xid").default(sql`pg_current_xact_id()`),
    /** Which cluster counted that transaction: a restored dump begins to count anew. */
    epoch: integer("epoch").default(sql`current_event_epoch()`),
  },
  (t) => [
    index("outbox_events_resource").on(t.resource, t.id),
    index("outbox_events_order").on(t.epoch, t.xid, t.id).where(sql`xid is not null`),
  ],
);

/** The clusters that the events have lived in, oldest first. */
export const eventEpochs = pgTable("event_epochs", {
  epoch: integer("epoch").primaryKey().generatedAlwaysAsIdentity(),
  cluster: text("cluster").notNull(),
});
