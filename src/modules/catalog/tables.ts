import { sql } from "drizzle-orm";
import { bigint, check, integer, json, pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";
import { typeId } from "../../db/columns.js";

/** A price in one currency, in its minor units. Stored as a JSON integer: at most 2^53 - 1. */
export interface StoredPrice {
  readonly currency: string;
  readonly amount: number;
}

const common = {
  code: text("code").notNull(),
  name: text("name").notNull(),
  description: text("description"),
  grantsAsset: text("grants_asset").notNull(),
  grantsAmount: bigint("grants_amount", { mode: "bigint" }).notNull(),
  /** The first price is the default one. */
  prices: json("prices").$type<StoredPrice[]>().notNull(),
  metadata: json("metadata").$type<Record<string, string>>().notNull(),
  status: text("status").$type<"active" | "retired">().notNull(),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
};

/** A one-off bundle for sale. Retired rather than deleted, since payments point at it. */
export const packages = pgTable("packages", { id: typeId("pkg")("id").primaryKey(), ...common }, (t) => [
  unique("packages_code").on(t.code),
  check("packages_status", sql`${t.status} in ('active', 'retired')`),
  check("packages_grants", sql`${t.grantsAmount} > 0`),
]);

/** A recurring bundle. */
export const plans = pgTable(
  "plans",
  {
    id: typeId("pln")("id").primaryKey(),
    ...common,
    interval: text("interval").$type<"day" | "week" | "month" | "year">().notNull(),
    intervalCount: integer("interval_count").notNull(),
  },
  (t) => [
    unique("plans_code").on(t.code),
    check("plans_status", sql`${t.status} in ('active', 'retired')`),
    check("plans_grants", sql`${t.grantsAmount} > 0`),
    check("plans_interval", sql`${t.interval} in ('day', 'week', 'month', 'year') and ${t.intervalCount} > 0`),
  ],
);
