import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { isOneOf } from "../../../db/columns.js";
import type { BillingProviderName } from "../../../providers/ports/index.js";
import { type MethodStatus, methodChart } from "./rules/chart.js";

/** What was last heard about the saved methods of one customer at one provider, and whether that has to be asked again. */
export const paymentMethodLists = pgTable(
  "payment_method_lists",
  {
    customerId: text("customer_id").notNull(),
    provider: text("provider").$type<BillingProviderName>().notNull().default("stripe"),
    /** What pays when nothing else is said. */
    defaultMethodId: text("default_method_id"),
    /** Counts changes, so that an answer from before one of them is not written after it. */
    version: integer("version").notNull().default(0),
    checkedAt: timestamp("checked_at", { withTimezone: true }),
    /** Set while the provider is asked for a change: then it is looked up again, should nobody come back with the answer. */
    refreshAt: timestamp("refresh_at", { withTimezone: true }),
  },
  (t) => [
    primaryKey({ name: "payment_method_lists_pkey", columns: [t.customerId, t.provider] }),
    index("payment_method_lists_refresh").on(t.refreshAt).where(sql`refresh_at is not null`),
  ],
);

/** A saved way to pay, as the provider had it when it was last asked. The provider's word decides; this survives its absence. */
export const paymentMethods = pgTable(
  "payment_methods",
  {
    /** The provider's own id (`pm_...`), by which payments and requests name it too; so it is one method's of all providers. */
    id: text("id").primaryKey(),
    provider: text("provider").$type<BillingProviderName>().notNull().default("stripe"),
    customerId: text("customer_id").notNull(),
    /** `detaching`: the provider is asked to forget it. Nothing may count on it any more. */
    status: text("status").$type<MethodStatus>().notNull(),
    type: text("type").notNull(),
    brand: text("brand"),
    last4: text("last4"),
    expMonth: integer("exp_month"),
    expYear: integer("exp_year"),
    /** Tells the same card saved twice, by whomever. Not for customers' eyes. */
    fingerprint: text("fingerprint"),
    funding: text("funding"),
    country: text("country"),
    /** The first moment at which the card is no longer good. */
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    /** The `expires_at` that was announced: each is announced once. */
    expiryNoticed: timestamp("expiry_noticed", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    detachedAt: timestamp("detached_at", { withTimezone: true }),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    index("payment_methods_customer").on(t.customerId, t.status),
    index("payment_methods_expiry").on(t.expiresAt).where(sql`status = 'attached'`),
    index("payment_methods_fingerprint").on(t.fingerprint).where(sql`fingerprint is not null`),
    check("payment_methods_status", isOneOf(t.status, methodChart.statuses)),
    check("payment_methods_detached", sql`(${t.status} = 'detached') = (${t.detachedAt} is not null)`),
  ],
);
