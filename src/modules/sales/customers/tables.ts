import { sql } from "drizzle-orm";
import { check, index, json, pgTable, primaryKey, text, timestamp, unique } from "drizzle-orm/pg-core";

/** Whom a wallet belongs to, under the caller's own user id. */
export const customers = pgTable(
  "customers",
  {
    id: text("id").primaryKey(),
    email: text("email"),
    name: text("name"),
    country: text("country"),
    metadata: json("metadata").$type<Record<string, string>>().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    index("customers_email").on(sql`lower(email)`),
    index("customers_created").on(t.createdAt, t.id),
    check("customers_id", sql`${t.id} ~ '^[A-Za-z0-9_.:@|+-]{1,128}$' and ${t.id} not in ('.', '..')`),
  ],
);

/** Which customer of the provider's is ours. Written once; the key that asked for it makes a race ask for the same one. */
export const customerLinks = pgTable(
  "customer_links",
  {
    customerId: text("customer_id")
      .notNull()
      .references(() => customers.id),
    provider: text("provider").notNull(),
    reference: text("reference").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ name: "customer_links_pkey", columns: [t.customerId, t.provider] }),
    unique("customer_links_reference").on(t.provider, t.reference),
  ],
);
