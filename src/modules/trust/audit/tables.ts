import { index, json, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { typeId } from "../../../db/columns.js";

/** Who did what to what, and when. Append-only. A spend is not repeated here: its transfer carries the actor itself. */
export const auditEvents = pgTable(
  "audit_events",
  {
    id: typeId("aud")("id").primaryKey(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    resource: text("resource").notNull(),
    requestId: text("request_id"),
    details: json("details").$type<Record<string, unknown>>().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [index("audit_events_resource").on(t.resource, t.id), index("audit_events_actor").on(t.actor, t.id)],
);
