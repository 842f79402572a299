import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { isOneOf, typeId } from "../../../db/columns.js";
import { LOT_KINDS, LOT_ORIGINS, type LotKind, type LotOrigin } from "./rules/kinds.js";

const units = (name: string) => bigint(name, { mode: "bigint" }).notNull();
const money = (name: string) => units(name).default(sql`0`);

/**
 * Credits that came together. What is written when they come is what was agreed about them; the rest is as of the last
 * settlement, which the account's row of `lot_cursors` names. A lot has the uuid of the transfer that it came with, so a transfer makes
 * one lot, and ids tell the bucket and the order of coming.
 */
export const lots = pgTable(
  "lots",
  {
    granted: units("granted"),
    remaining: units("remaining"),
    /** How many of them expired, in all. */
    expired: money("expired"),
    /** What was paid for all of them, in minor units of `price_currency`. */
    priceAmount: money("price_amount"),
    /** What of the price is the cost of what was spent, expired, and paid out again as money. */
    spentBasis: money("spent_basis"),
    expiredBasis: money("expired_basis"),
    paidOutBasis: money("paid_out_basis"),
    /** What of the price is booked as earned. */
    revenue: money("revenue"),
    breakage: money("breakage"),
    /** What of the price went back to who had paid it. */
    refunded: money("refunded"),
    /** The account's version that it came with; null until that is settled. */
    cameVersion: bigint("came_version", { mode: "bigint" }),
    effectiveAt: timestamp("effective_at", { withTimezone: true }).notNull(),
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    /** When its owner is told next that it expires. */
    nextNoticeAt: timestamp("next_notice_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    bucket: integer("bucket").notNull(),
    /** How often something was booked for it: each time has a key of its own. */
    bookings: integer("bookings").notNull().default(0),
    priority: smallint("priority").notNull(),
    /** Money went back, and the next settlement books what follows from that. */
    unbooked: boolean("unbooked").notNull().default(false),
    id: typeId("lot")("id").notNull(),
    accountId: typeId("acc")("account_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    asset: text("asset").notNull(),
    kind: text("kind").$type<LotKind>().notNull(),
    origin: text("origin").$type<LotOrigin>().notNull(),
    /** What it came from: a payment, a deposit, a conversion. What is taken back of that is taken from here first. */
    source: text("source"),
    priceCurrency: text("price_currency"),
    metadata: json("metadata").$type<Record<string, string>>(),
  },
  (t) => [
    primaryKey({ name: "lots_pkey", columns: [t.id, t.bucket] }),
    index("lots_account").on(t.accountId, t.id),
    index("lots_live").on(t.accountId).where(sql`remaining > 0 or unbooked`),
    index("lots_source").on(t.accountId, t.source),
    index("lots_expires").on(t.expiresAt).where(sql`expires_at is not null and remaining > 0`),
    index("lots_notice").on(t.nextNoticeAt).where(sql`next_notice_at is not null`),
    check("lots_units", sql`${t.granted} > 0 and ${t.remaining} between 0 and ${t.granted} and ${t.expired} >= 0`),
    check("lots_priority", sql`${t.priority} between 0 and 100`),
    check("lots_kind", isOneOf(t.kind, LOT_KINDS)),
    check("lots_origin", isOneOf(t.origin, LOT_ORIGINS)),
    check(
      "lots_price",
      sql`${t.priceAmount} >= 0 and (${t.priceAmount} = 0 or ${t.priceCurrency} is not null)
        and ${t.revenue} >= 0 and ${t.breakage} >= 0 and ${t.revenue} + ${t.breakage} <= ${t.priceAmount}`,
    ),
  ],
);

/** Whose lot a transfer takes from first, or gives back to: the `source` of that lot. For transfers that name something else. */
export const lotClaims = pgTable(
  "lot_claims",
  {
    bucket: integer("bucket").notNull(),
    transferId: typeId("trf")("transfer_id").notNull(),
    source: text("source").notNull(),
  },
  (t) => [primaryKey({ name: "lot_claims_pkey", columns: [t.transferId, t.bucket] })],
);

/** What was taken from a lot for something that may not happen after all, e.g. a payout: it comes back to the same lot. */
export const lotSlices = pgTable(
  "lot_slices",
  {
    units: units("units"),
    bucket: integer("bucket").notNull(),
    lotId: typeId("lot")("lot_id").notNull(),
    source: text("source").notNull(),
  },
  (t) => [
    primaryKey({ name: "lot_slices_pkey", columns: [t.lotId, t.source, t.bucket] }),
    check("lot_slices_units", sql`${t.units} >= 0`),
  ],
);

/** Up to which of its versions an account's transfers are settled. */
export const lotCursors = pgTable(
  "lot_cursors",
  {
    version: units("version"),
    /** When that version was made. */
    versionAt: timestamp("version_at", { withTimezone: true }).notNull(),
    bucket: integer("bucket").notNull(),
    accountId: typeId("acc")("account_id").notNull(),
  },
  (t) => [primaryKey({ name: "lot_cursors_pkey", columns: [t.accountId, t.bucket] })],
);

/** A price that is earned day by day over the period that it was paid for, whatever is spent meanwhile. */
export const revenueSchedules = pgTable(
  "revenue_schedules",
  {
    /** The payment. */
    source: text("source").primaryKey(),
    currency: text("currency").notNull(),
    amount: units("amount"),
    refunded: money("refunded"),
    revenue: money("revenue"),
    bookings: integer("bookings").notNull().default(0),
    /** Whole days, UTC: the first one that is earned, and the one after the last. */
    firstDay: date("first_day", { mode: "string" }).notNull(),
    endDay: date("end_day", { mode: "string" }).notNull(),
    /** When there is more to be booked; null when there will not be. */
    dueAt: timestamp("due_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    index("revenue_schedules_due").on(t.dueAt).where(sql`due_at is not null`),
    check("revenue_schedules_days", sql`${t.firstDay} < ${t.endDay}`),
    check(
      "revenue_schedules_amounts",
      sql`${t.amount} > 0 and ${t.revenue} between 0 and ${t.amount} and ${t.refunded} >= 0`,
    ),
  ],
);
