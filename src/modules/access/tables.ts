import { sql } from "drizzle-orm";
import { check, pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";
import { bytea, typeId } from "../../db/columns.js";

/** API keys. The secret itself is shown once and never stored: only its SHA-256 is. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: typeId("key")("id").primaryKey(),
    name: text("name").notNull(),
    role: text("role").notNull(),
    /** The first characters of the secret, so that a person can tell keys apart. */
    hint: text("hint").notNull(),
    secretHash: bytea("secret_hash").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    revokedAt: timestamp("revoked_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    unique("api_keys_secret_hash").on(t.secretHash),
    check("api_keys_role", sql`${t.role} in ('admin', 'service', 'finance', 'approver', 'support')`),
  ],
);
