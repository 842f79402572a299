import { index, json, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { typeId } from "../../db/columns.js";

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
  },
  (t) => [index("outbox_events_resource").on(t.resource, t.id)],
);
