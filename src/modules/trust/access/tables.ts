import { sql } from "drizzle-orm";
import { check, index, pgTable, text, timestamp, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { bytea, typeId } from "../../../db/columns.js";
import type { PrincipalKind } from "./types.js";

/** Who acts, whatever key it uses: a person, or a back end. */
export const principals = pgTable(
  "principals",
  {
    id: typeId("prn")("id").primaryKey(),
    name: text("name").notNull(),
    kind: text("kind").$type<PrincipalKind>().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("principals_name").on(sql`lower(${t.name})`),
    check("principals_kind", sql`${t.kind} in ('person', 'service')`),
  ],
);

/** API keys. The secret itself is shown once and never stored: only its SHA-256 is. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: typeId("key")("id").primaryKey(),
    /** Whose it is. A process of a version without principals leaves it to a trigger. */
    principalId: typeId("prn")("principal_id")
      .notNull()
      .references(() => principals.id),
    name: text("name").notNull(),
    role: text("role").notNull(),
    /** The first characters of the secret, so that a person can tell keys apart. */
    hint: text("hint").notNull(),
    secretHash: bytea("secret_hash").notNull(),
    createdBy: text("created_by").notNull(),
    /** The key with which it was made: whoever held that one has seen this one's secret. */
    createdWith: typeId("key")("created_with"),
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    revokedAt: timestamp("revoked_at", { withTimezone: true }),
    /** To the minute. */
    lastUsedAt: timestamp("last_used_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    unique("api_keys_secret_hash").on(t.secretHash),
    index("api_keys_principal").on(t.principalId),
    check("api_keys_role", sql`${t.role} in ('admin', 'service', 'finance', 'approver', 'support')`),
  ],
);
