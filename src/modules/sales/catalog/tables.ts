import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  pgTable,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { typeId } from "../../../db/columns.js";
import type { BillingProviderName } from "../../../providers/ports/index.js";

/** A price in one currency, in its minor units. Stored as a JSON integer: at most 2^53 - 1. */
export interface StoredPrice {
  readonly currency: string;
  readonly amount: number;
}

/** How much an amount of the buyer's own choosing gives, in one currency. Amounts are minor units of the currency. */
export interface FlexiblePrice {
  readonly currency: string;
  /** Whole credits for one whole unit of the currency: a decimal with at most 9 digits after the point. */
  readonly creditsPerUnit: string;
  readonly minimum: number;
  readonly maximum: number;
  /** By rising amounts. From each on, the whole amount gives so many percent more. */
  readonly tiers?: readonly { readonly from: number; readonly bonusPercent: number }[] | undefined;
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
  /** How long what it gives may be spent, as ISO 8601 writes it; null: for ever. */
  creditsExpireAfter: text("credits_expire_after"),
  /** Which credits are spent first: the lower. Null is the middle. */
  creditsPriority: smallint("credits_priority"),
  status: text("status").$type<"active" | "retired">().notNull(),
  createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
};

/** A one-off bundle for sale. Retired rather than deleted, since payments point at it. */
export const packages = pgTable(
  "packages",
  {
    id: typeId("pkg")("id").primaryKey(),
    ...common,
    /** Set when the buyer says what to pay. Prices and grants are then those of the least amount. */
    flexible: json("flexible").$type<FlexiblePrice[]>(),
  },
  (t) => [
    unique("packages_code").on(t.code),
    check("packages_status", sql`${t.status} in ('active', 'retired')`),
    check("packages_grants", sql`${t.grantsAmount} > 0`),
    check("packages_credits", sql`${t.creditsPriority} between 0 and 100`),
  ],
);

/** What a cycle's credits do to what is left of the one before. */
export type RenewalMode = "add" | "set" | "top_up_to";
/** What happens to a customer whose invoice stays unpaid. */
export type DunningConsequence = "keep" | "freeze" | "cancel";

const cycle = {
  renewalMode: text("renewal_mode").$type<RenewalMode>().notNull().default("add"),
  /** At most so much of what is left stays when a cycle begins; with `add`. Null keeps all of it. */
  rolloverCap: bigint("rollover_cap", { mode: "bigint" }),
  trialDays: integer("trial_days").notNull().default(0),
  /** What a trial gives, of the plan's asset, for each of the quantity. */
  trialGrants: bigint("trial_grants", { mode: "bigint" }).notNull().default(sql`0`),
  /** Whether a cycle that a discount made free gives its credits. */
  freeInvoices: text("free_invoices").$type<"grant" | "skip">().notNull().default("grant"),
  graceDays: integer("grace_days").notNull().default(7),
  dunningConsequence: text("dunning_consequence").$type<DunningConsequence>().notNull().default("keep"),
};

/** A recurring bundle. */
export const plans = pgTable(
  "plans",
  {
    id: typeId("pln")("id").primaryKey(),
    ...common,
    interval: text("interval").$type<"day" | "week" | "month" | "year">().notNull(),
    intervalCount: integer("interval_count").notNull(),
    ...cycle,
    /** When the price of an invoice is earned: as its credits are used, or day by day over its period. */
    recognition: text("recognition").$type<"use" | "straight_line">().notNull().default("use"),
  },
  (t) => [
    unique("plans_code").on(t.code),
    check("plans_status", sql`${t.status} in ('active', 'retired')`),
    check("plans_grants", sql`${t.grantsAmount} > 0`),
    check(
      "plans_credits",
      sql`${t.creditsPriority} between 0 and 100 and ${t.recognition} in ('use', 'straight_line')`,
    ),
    check("plans_interval", sql`${t.interval} in ('day', 'week', 'month', 'year') and ${t.intervalCount} > 0`),
    check(
      "plans_renewal",
      sql`${t.renewalMode} in ('add', 'set', 'top_up_to') and (${t.rolloverCap} is null or (${t.rolloverCap} >= 0 and ${t.renewalMode} = 'add'))`,
    ),
    check("plans_trial", sql`${t.trialDays} between 0 and 730 and ${t.trialGrants} >= 0`),
    check(
      "plans_dunning",
      sql`${t.freeInvoices} in ('grant', 'skip') and ${t.graceDays} between 0 and 90 and ${t.dunningConsequence} in ('keep', 'freeze', 'cancel')`,
    ),
  ],
);

interface SyncFailure {
  readonly code: string;
  readonly message: string;
}

/** What a package or plan is at a provider that bills for it. Written before that is asked. */
export const catalogProducts = pgTable("catalog_products", {
  /** The item's id (`pkg_...` or `pln_...`) with the provider in front of it, but for the original one: see `keyAt`. */
  key: text("item_id").primaryKey(),
  provider: text("provider").$type<BillingProviderName>().notNull().default("stripe"),
  productReference: text("product_reference"),
  /** As the provider was last told; null until it was. */
  name: text("name"),
  description: text("description"),
  active: boolean("active"),
  /** The product and all its prices are there as wanted, as far as we have been told. */
  synced: boolean("synced").notNull(),
  failure: json("failure").$type<SyncFailure>(),
  /** Counts how often the provider was asked: who finds it changed after asking was overtaken. */
  version: integer("version").notNull().default(0),
  updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
});

/**
 * A price at the provider. Prices never change there: another amount is another row. A row stays when its price is no longer
 * sold, since subscriptions that have it keep it.
 */
export const catalogPrices = pgTable(
  "catalog_prices",
  {
    /** Follows from the provider, the item's code, the amount and the recurrence; the provider finds the price by it. */
    lookupKey: text("lookup_key").primaryKey(),
    productKey: text("item_id")
      .notNull()
      .references(() => catalogProducts.key),
    provider: text("provider").$type<BillingProviderName>().notNull().default("stripe"),
    currency: text("currency").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    /** Null for one-off prices. */
    interval: text("interval").$type<"day" | "week" | "month" | "year">(),
    intervalCount: integer("interval_count"),
    priceReference: text("price_reference"),
    status: text("status").$type<"wanted" | "active" | "retiring" | "archived">().notNull(),
    failure: json("failure").$type<SyncFailure>(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("catalog_prices_provider_reference").on(t.provider, t.priceReference),
    index("catalog_prices_item").on(t.productKey),
    check("catalog_prices_status", sql`${t.status} in ('wanted', 'active', 'retiring', 'archived')`),
    check("catalog_prices_amount", sql`${t.amount} between 1 and 9007199254740991`),
    check("catalog_prices_recurrence", sql`(${t.interval} is null) = (${t.intervalCount} is null)`),
  ],
);
