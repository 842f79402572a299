import { sql } from "drizzle-orm";
import { boolean, check, index, integer, pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";
import { bytea, typeId } from "../../../db/columns.js";
import type { WebhookProviderName } from "../../../providers/ports/index.js";

/** `pending` waits for the worker; `dead` needs a person; the rest are done with. */
export type WebhookEventStatus = "pending" | "processed" | "ignored" | "dead";

/** The inbox: every authentic webhook, whole, before anything is done about it. */
export const webhookEvents = pgTable(
  "webhook_events",
  {
    id: typeId("whe")("id").primaryKey(),
    provider: text("provider").$type<WebhookProviderName>().notNull(),
    eventId: text("event_id").notNull(),
    type: text("type").notNull(),
    status: text("status").$type<WebhookEventStatus>().notNull(),
    /** The raw body as it was signed. */
    body: bytea("body").notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAttemptAt: timestamp("next_attempt_at", { withTimezone: true }),
    /** Why it was ignored, or what went wrong last. */
    note: text("note"),
    resource: text("resource"),
    occurredAt: timestamp("occurred_at", { withTimezone: true }),
    receivedAt: timestamp("received_at", { withTimezone: true }).notNull(),
    processedAt: timestamp("processed_at", { withTimezone: true }),
    /** It was not delivered: we found it in the provider's own list. */
    healed: boolean("healed").notNull().default(false),
  },
  (t) => [
    unique("webhook_events_event").on(t.provider, t.eventId),
    index("webhook_events_due").on(t.nextAttemptAt).where(sql`status = 'pending'`),
    index("webhook_events_status").on(t.status, t.id),
    index("webhook_events_resource").on(t.resource).where(sql`resource is not null`),
    check("webhook_events_status", sql`${t.status} in ('pending', 'processed', 'ignored', 'dead')`),
  ],
);

/** Up to which moment each provider's list of events has been read. */
export const webhookCursors = pgTable("webhook_cursors", {
  provider: text("provider").$type<WebhookProviderName>().primaryKey(),
  readUpTo: timestamp("read_up_to", { withTimezone: true }).notNull(),
});
