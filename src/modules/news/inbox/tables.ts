import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";
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
  },
  (t) => [
    unique("webhook_events_event").on(t.provider, t.eventId),
    index("webhook_events_due").on(t.nextAttemptAt).where(sql`status = 'pending'`),
    index("webhook_events_status").on(t.status, t.id),
    index("webhook_events_resource").on(t.resource).where(sql`resource is not null`),
    check("webhook_events_status", sql`${t.status} in ('pending', 'processed', 'ignored', 'dead')`),
  ],
);
