import { index, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { bytea } from "../../../db/columns.js";

/**
 * One remembered POST. `resource_id` is given out with the key: when a process dies half way, whoever takes the key over
 * works on the same resource, so the provider is asked with the same key again.
 */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    scope: text("scope").notNull(),
    key: text("key").notNull(),
    fingerprint: bytea("fingerprint").notNull(),
    resourceId: uuid("resource_id").notNull(),
    lockedUntil: timestamp("locked_until", { withTimezone: true }).notNull(),
    responseStatus: integer("response_status"),
    responseType: text("response_type"),
    responseBody: text("response_body"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    /** The number of the process that works on it (db/lease.ts). */
    holder: integer("holder"),
  },
  (t) => [
    primaryKey({ name: "idempotency_keys_pkey", columns: [t.scope, t.key] }),
    index("idempotency_keys_created").on(t.createdAt),
  ],
);
