import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  pgTable,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { bytea, isNoneOf, isOneOf, ofProvider, typeId } from "../../../db/columns.js";
import type { CustodyProviderName } from "../../../providers/ports/index.js";
import type { Party } from "../../trust/access/index.js";
import {
  type AttemptStatus,
  attemptChart,
  type PayoutStatus,
  payoutChart,
  type SettingChangeStatus,
  settingChangeChart,
} from "./rules/chart.js";

/** One intended payout of stablecoins. Written, with its money set aside, before the provider is asked. */
export const payouts = pgTable(
  "payouts",
  {
    id: typeId("po")("id").primaryKey(),
    customerId: text("customer_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    /** The payment whose proceeds are paid out, when it is one's. */
    paymentId: typeId("pay")("payment_id"),
    status: text("status").$type<PayoutStatus>().notNull(),
    /** What leaves the wallet, in its asset. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    asset: text("asset").notNull(),
    /** What we keep of it, in the same asset. */
    platformFee: bigint("platform_fee", { mode: "bigint" }).notNull(),
    /** What arrives, in the stablecoin. */
    payoutAmount: bigint("payout_amount", { mode: "bigint" }).notNull(),
    payoutAsset: text("payout_asset").notNull(),
    /** The same as the chain writes it, in major units. */
    chainAmount: text("chain_amount").notNull(),
    /** Price of one unit of the payout asset in the wallet's asset; null when both are the same. */
    rate: text("rate"),
    /** Gas as estimated when it was asked for; in the chain's own token, paid by us. */
    networkFee: json("network_fee").$type<{ amount: string; asset: string; usd?: string }>(),
    network: text("network").notNull(),
    address: text("address").notNull(),
    walletReference: text("wallet_reference").notNull(),
    assetReference: text("asset_reference").notNull(),
    /** Digest of amount, asset, network and address: an approval is for exactly these. */
    termsHash: bytea("terms_hash").notNull(),
    needsApproval: boolean("needs_approval").notNull(),
    requestedBy: text("requested_by").notNull(),
    /** Everybody who asked for it or edited it, with the key that was used; null where only `requestedBy` is known. */
    askedBy: json("asked_by").$type<readonly Party[]>(),
    approvedBy: text("approved_by"),
    approvedAt: timestamp("approved_at", { withTimezone: true }),
    /** Its money is set aside at the moment. */
    reserved: boolean("reserved").notNull(),
    /** When it was set aside last, or sent since: what the limits of 24 hours count. */
    reservedAt: timestamp("reserved_at", { withTimezone: true }).notNull(),
    failure: json("failure").$type<{ code: string; message: string }>(),
    /** Why it was rejected or canceled. */
    reason: text("reason"),
    /** Set when the provider's news contradicts what was asked for: a person must look. */
    reviewReason: text("review_reason"),
    /** Number of the latest attempt; 0 before the first. */
    attempts: integer("attempts").notNull().default(0),
    providerReference: text("provider_reference"),
    transactionHash: text("transaction_hash"),
    reference: text("reference"),
    description: text("description"),
    metadata: json("metadata").$type<Record<string, string>>().notNull(),
    transferIds: json("transfer_ids").$type<string[]>().notNull(),
    nextCheckAt: timestamp("next_check_at", { withTimezone: true }),
    checks: integer("checks").notNull().default(0),
    version: integer("version").notNull().default(0),
    submittedAt: timestamp("submitted_at", { withTimezone: true }),
    confirmedAt: timestamp("confirmed_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    index("payouts_wallet").on(t.walletId, t.id),
    index("payouts_customer").on(t.customerId, t.id),
    index("payouts_status").on(t.status, t.id),
    index("payouts_limits").on(t.payoutAsset, t.reservedAt),
    // One at a time. Not of the confirmed: one that we held to have failed, and that arrived after all, must be booked.
    uniqueIndex("payouts_payment").on(t.paymentId).where(sql`status not in ('failed', 'canceled', 'confirmed')`),
    index("payouts_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check(
      "payouts_amounts",
      sql`${t.amount} between 1 and 9007199254740991 and ${t.payoutAmount} between 1 and 9007199254740991 and ${t.platformFee} >= 0 and ${t.platformFee} < ${t.amount}`,
    ),
    check("payouts_status", isOneOf(t.status, payoutChart.statuses)),
    check("payouts_reserved", sql`${t.reserved} = (${isNoneOf(t.status, payoutChart.final)})`),
    check(
      "payouts_four_eyes",
      sql`${t.approvedBy} is null or not ${t.needsApproval} or ${t.approvedBy} <> ${t.requestedBy}`,
    ),
  ],
);

/** One time that the provider was asked, or may have been: written before the call. Never deleted. */
export const payoutAttempts = pgTable(
  "payout_attempts",
  {
    /** Also the reference that the provider is given. */
    id: typeId("poa")("id").primaryKey(),
    payoutId: typeId("po")("payout_id").notNull(),
    number: integer("number").notNull(),
    status: text("status").$type<AttemptStatus>().notNull(),
    providerReference: text("provider_reference"),
    transactionHash: text("transaction_hash"),
    failure: json("failure").$type<{ code: string; message: string }>(),
    networkFee: json("network_fee").$type<{ amount: string; asset: string }>(),
    /** Who decided that it be made although the one before it is unknown, and why. */
    decidedBy: text("decided_by"),
    decision: text("decision"),
    /** Until when it may be sent. Null on attempts from before this was written down. */
    askBy: timestamp("ask_by", { withTimezone: true }),
    /** From when on it may have been sent; null as long as nothing can have left. */
    askedAt: timestamp("asked_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    unique("payout_attempts_number").on(t.payoutId, t.number),
    uniqueIndex("payout_attempts_provider_reference").on(t.provider, t.providerReference),
    check("payout_attempts_status", isOneOf(t.status, attemptChart.statuses)),
  ],
);

/** Where a customer may be paid out to. Money goes nowhere else, and nowhere new at once. */
export const payoutAddresses = pgTable(
  "payout_addresses",
  {
    id: typeId("adr")("id").primaryKey(),
    customerId: text("customer_id").notNull(),
    network: text("network").notNull(),
    address: text("address").notNull(),
    label: text("label"),
    status: text("status").$type<"active" | "removed">().notNull(),
    /** From when on it may be used. */
    usableAt: timestamp("usable_at", { withTimezone: true }).notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    removedAt: timestamp("removed_at", { withTimezone: true }),
  },
  (t) => [
    uniqueIndex("payout_addresses_active").on(t.customerId, t.network, t.address).where(sql`status = 'active'`),
    index("payout_addresses_customer").on(t.customerId, t.id),
    check("payout_addresses_status", sql`${t.status} in ('active', 'removed')`),
  ],
);

/** What payouts of one stablecoin are held to. Null is no limit. Amounts in minor units of the stablecoin. */
export const payoutPolicies = pgTable(
  "payout_policies",
  {
    asset: text("asset").primaryKey(),
    minimum: bigint("minimum", { mode: "bigint" }).notNull(),
    perPayoutMax: bigint("per_payout_max", { mode: "bigint" }),
    customerDayMax: bigint("customer_day_max", { mode: "bigint" }),
    globalDayMax: bigint("global_day_max", { mode: "bigint" }),
    /** Above this a second person must approve. */
    approvalAbove: bigint("approval_above", { mode: "bigint" }),
    /** Hundredths of a per cent of the amount. */
    feeBasisPoints: integer("fee_basis_points").notNull(),
    feeMinimum: bigint("fee_minimum", { mode: "bigint" }).notNull(),
    updatedBy: text("updated_by").notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [check("payout_policies_fee", sql`${t.feeBasisPoints} between 0 and 5000 and ${t.feeMinimum} >= 0`)],
);

/** One row: the kill switch, and how long a new address must wait. */
export const payoutControls = pgTable(
  "payout_controls",
  {
    singleton: boolean("singleton").primaryKey().default(true),
    halted: boolean("halted").notNull(),
    reason: text("reason"),
    coolingOffSeconds: integer("cooling_off_seconds").notNull(),
    updatedBy: text("updated_by").notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    check("payout_controls_singleton", sql`${t.singleton}`),
    check("payout_controls_cooling_off", sql`${t.coolingOffSeconds} between 0 and 2592000`),
  ],
);

/** What a change of settings loosens, as JSON keeps it: amounts are decimal strings, null is no limit. */
export interface LimitValues {
  readonly coolingOffSeconds?: number;
  readonly perPayoutMax?: string | null;
  readonly customerDayMax?: string | null;
  readonly globalDayMax?: string | null;
  readonly approvalAbove?: string | null;
}

/** A change that loosens what payouts are held to. It waits for a second person, or for a time in which somebody can object. */
export const payoutSettingChanges = pgTable(
  "payout_setting_changes",
  {
    id: typeId("psc")("id").primaryKey(),
    /** `cooling_off`, or `policy:` and the stablecoin. */
    subject: text("subject").notNull(),
    before: json("before").$type<LimitValues>().notNull(),
    after: json("after").$type<LimitValues>().notNull(),
    status: text("status").$type<SettingChangeStatus>().notNull(),
    askedBy: json("asked_by").$type<Party>().notNull(),
    /** Who approved or canceled it; null when it took effect by itself. */
    decidedBy: text("decided_by"),
    effectiveAt: timestamp("effective_at", { withTimezone: true }).notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("payout_setting_changes_pending").on(t.subject).where(sql`status = 'pending'`),
    index("payout_setting_changes_subject").on(t.subject, t.updatedAt),
    check("payout_setting_changes_status", isOneOf(t.status, settingChangeChart.statuses)),
  ],
);
