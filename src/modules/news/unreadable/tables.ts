import { json, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

/** What the provider lists and we cannot read: kept for a person. */
export const unreadableEntries = pgTable(
  "unreadable_entries",
  {
    provider: text("provider").notNull(),
    /** The master wallet, or the list of a provider that has none. */
    walletReference: text("wallet_reference").notNull(),
    /** The provider's id of it, or the digest of what it says. */
    entryKey: text("entry_key").notNull(),
    reason: text("reason").notNull(),
    /** What the provider says, in an object of ours: it may be null. */
    entry: json("entry").$type<{ readonly said: unknown }>().notNull(),
    firstSeenAt: timestamp("first_seen_at", { withTimezone: true }).notNull(),
    lastSeenAt: timestamp("last_seen_at", { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ name: "unreadable_entries_pkey", columns: [t.provider, t.walletReference, t.entryKey] })],
);
