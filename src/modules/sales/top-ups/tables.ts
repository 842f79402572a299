import { sql } from "drizzle-orm";
import { bigint, check, index, integer, json, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { isOneOf, typeId } from "../../../db/columns.js";
import type { BillingProviderName } from "../../../providers/ports/index.js";
import { type AttemptStatus, attemptChart, type TopUpStatus, topUpChart } from "./rules/chart.js";

/** What one top-up buys: a package, or an amount of the asset itself. As `POST /v1/payments` has it. */
export type StoredPurchase =
  | {
      readonly package: string;
      readonly currency?: string | undefined;
      readonly price?: { readonly amount: number; readonly currency: string } | undefined;
    }
  | {
      readonly amount: number;
      readonly currency: string;
      readonly grants?: { readonly asset: string; readonly amount: number } | undefined;
    };

/** Why nothing is charged for now. */
export type PauseReason =
  | "declined"
  | "monthly_cap"
  | "dispute"
  | "card_changed"
  | "card_detached"
  | "terms_changed"
  | "refunded"
  | "debt"
  | "refused";

/** A customer's agreement that a wallet is topped up by itself. One for each wallet; each change of it has a consent. */
export const autoTopUps = pgTable(
  "auto_top_ups",
  {
    id: typeId("atu")("id").primaryKey(),
    walletId: typeId("wal")("wallet_id").notNull(),
    customerId: text("customer_id").notNull(),
    asset: text("asset").notNull(),
    accountId: typeId("acc")("account_id").notNull(),
    status: text("status").$type<TopUpStatus>().notNull(),
    pausedReason: text("paused_reason").$type<PauseReason>(),
    /** Then it goes on by itself; null when somebody has to resume it. */
    pausedUntil: timestamp("paused_until", { withTimezone: true }),
    /** A top-up is made when less than this can be spent. */
    threshold: bigint("threshold", { mode: "bigint" }).notNull(),
    purchase: json("purchase").$type<StoredPurchase>().notNull(),
    /** What was agreed that each costs and gives. Should the package change, nothing is charged. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    grantsAmount: bigint("grants_amount", { mode: "bigint" }).notNull(),
    /** At most this is charged in a calendar month (UTC), in `currency`. */
    monthlyCap: bigint("monthly_cap", { mode: "bigint" }).notNull(),
    /** Who has the method, and charges it. */
    provider: text("provider").$type<BillingProviderName>().notNull().default("stripe"),
    paymentMethodId: text("payment_method_id").notNull(),
    /** The card that was agreed to: another number is another card. */
    cardFingerprint: text("card_fingerprint"),
    cardLast4: text("card_last4"),
    consentId: typeId("con")("consent_id").notNull(),
    /** Charges that failed since the last that did not. */
    failures: integer("failures").notNull().default(0),
    nextAttemptAt: timestamp("next_attempt_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("auto_top_ups_wallet").on(t.walletId),
    index("auto_top_ups_customer").on(t.customerId),
    index("auto_top_ups_method").on(t.paymentMethodId),
    index("auto_top_ups_fingerprint").on(t.cardFingerprint).where(sql`card_fingerprint is not null`),
    index("auto_top_ups_active").on(t.id).where(sql`status = 'active'`),
    index("auto_top_ups_paused_until").on(t.pausedUntil).where(sql`paused_until is not null`),
    index("auto_top_ups_updated").on(t.updatedAt),
    check("auto_top_ups_status", isOneOf(t.status, topUpChart.statuses)),
    check("auto_top_ups_paused", sql`(${t.status} = 'paused') = (${t.pausedReason} is not null)`),
    check(
      "auto_top_ups_amounts",
      sql`${t.threshold} > 0 and ${t.amount} > 0 and ${t.grantsAmount} >= ${t.threshold} and ${t.monthlyCap} >= ${t.amount}`,
    ),
  ],
);

/** What a customer agreed to, word for word, when and from where. Never changed and never deleted. */
export const autoTopUpConsents = pgTable(
  "auto_top_up_consents",
  {
    id: typeId("con")("id").primaryKey(),
    autoTopUpId: typeId("atu")("auto_top_up_id").notNull(),
    customerId: text("customer_id").notNull(),
    acceptedAt: timestamp("accepted_at", { withTimezone: true }).notNull(),
    /** The text that was shown, or which version of it. */
    text: text("text"),
    version: text("version"),
    ip: text("ip"),
    userAgent: text("user_agent"),
    /** The settings that it is a consent to. */
    terms: json("terms").$type<Record<string, unknown>>().notNull(),
    recordedBy: text("recorded_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    index("auto_top_up_consents_of").on(t.autoTopUpId, t.id),
    check("auto_top_up_consents_words", sql`${t.text} is not null or ${t.version} is not null`),
  ],
);

/** One charge, written before it is asked for. While it is open there is no other for its wallet. */
export const autoTopUpAttempts = pgTable(
  "auto_top_up_attempts",
  {
    id: typeId("ata")("id").primaryKey(),
    autoTopUpId: typeId("atu")("auto_top_up_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    status: text("status").$type<AttemptStatus>().notNull(),
    paymentId: typeId("pay")("payment_id").notNull(),
    purchase: json("purchase").$type<StoredPurchase>().notNull(),
    provider: text("provider").$type<BillingProviderName>().notNull().default("stripe"),
    paymentMethodId: text("payment_method_id").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    /** What could be spent when it was begun. */
    available: bigint("available", { mode: "bigint" }).notNull(),
    failureCode: text("failure_code"),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    endedAt: timestamp("ended_at", { withTimezone: true }),
  },
  (t) => [
    uniqueIndex("auto_top_up_attempts_open").on(t.walletId).where(sql`status in ('in_flight', 'action_required')`),
    uniqueIndex("auto_top_up_attempts_payment").on(t.paymentId),
    index("auto_top_up_attempts_of").on(t.autoTopUpId, t.createdAt),
    check("auto_top_up_attempts_status", isOneOf(t.status, attemptChart.statuses)),
    check("auto_top_up_attempts_ended", sql`(${isOneOf(t.status, attemptChart.final)}) = (${t.endedAt} is not null)`),
  ],
);

/** A disputed payment. Until the dispute ends well, its customer and its card are not charged by themselves. */
export const autoTopUpBlocks = pgTable(
  "auto_top_up_blocks",
  {
    disputeId: text("dispute_id").primaryKey(),
    customerId: text("customer_id").notNull(),
    fingerprint: text("fingerprint"),
    liftedAt: timestamp("lifted_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [index("auto_top_up_blocks_customer").on(t.customerId), index("auto_top_up_blocks_card").on(t.fingerprint)],
);
