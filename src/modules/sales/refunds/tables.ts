import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { isOneOf, typeId } from "../../../db/columns.js";
import type { PaymentProviderName } from "../../../providers/ports/index.js";
import { BOOKED, type DisputeFunds, disputeChart, type RefundStatus, refundChart } from "./rules/chart.js";

/** Money of one payment on its way back to who paid it. Written, and the grants taken back, before the provider is asked. */
export const refunds = pgTable(
  "refunds",
  {
    id: typeId("ref")("id").primaryKey(),
    paymentId: typeId("pay")("payment_id").notNull(),
    customerId: text("customer_id").notNull(),
    provider: text("provider").$type<PaymentProviderName>().notNull(),
    providerReference: text("provider_reference"),
    /** Another refund at the provider that carries our id: set aside for a person, and never booked. */
    secondReference: text("second_reference"),
    status: text("status").$type<RefundStatus>().notNull(),
    /** What goes back, in minor units of the payment's currency. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    /** The part of it that is more than the payment had left; booked on `unexplained`. */
    excess: bigint("excess", { mode: "bigint" }).notNull(),
    /** Made by us, or in the provider's dashboard. */
    origin: text("origin").$type<"api" | "provider">().notNull(),
    reason: text("reason"),
    note: text("note"),
    failure: json("failure").$type<{ code: string; message: string }>(),
    /** Its money has left the provider's clearing account in our books. */
    booked: boolean("booked").notNull(),
    requestedBy: text("requested_by").notNull(),
    nextCheckAt: timestamp("next_check_at", { withTimezone: true }),
    checks: integer("checks").notNull().default(0),
    version: integer("version").notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("refunds_provider_reference").on(t.provider, t.providerReference),
    index("refunds_payment").on(t.paymentId, t.id),
    index("refunds_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check("refunds_amount", sql`${t.amount} between 1 and 9007199254740991 and ${t.excess} between 0 and ${t.amount}`),
    check("refunds_status", isOneOf(t.status, refundChart.statuses)),
    check("refunds_booked", sql`${t.booked} = (${isOneOf(t.status, BOOKED)})`),
  ],
);

/** A payment that its payer's bank has taken back, or asks about. */
export const disputes = pgTable(
  "disputes",
  {
    id: typeId("dsp")("id").primaryKey(),
    paymentId: typeId("pay")("payment_id").notNull(),
    customerId: text("customer_id").notNull(),
    provider: text("provider").$type<PaymentProviderName>().notNull(),
    providerReference: text("provider_reference").notNull(),
    /** The provider's own word. */
    status: text("status").notNull(),
    /** What became of the money, told by what moved. */
    funds: text("funds").$type<DisputeFunds>().notNull(),
    isInquiry: boolean("is_inquiry").notNull(),
    /** What the bank speaks of, in the currency that it speaks of. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    /** How much of the payment is with the bank, in minor units of the payment's currency; below zero when more came back. */
    taken: bigint("taken", { mode: "bigint" }).notNull().default(sql`0`),
    /** What was taken in currencies that neither the payment nor the dispute is in; booked on `unexplained`. */
    foreignTaken: json("foreign_taken").$type<{ amount: string; asset: string }[]>(),
    /** Why a person should look at it. */
    reviewReason: text("review_reason"),
    reason: text("reason").notNull(),
    /** The sum of its fees, those that were given back taken off. */
    feeAmount: bigint("fee_amount", { mode: "bigint" }),
    feeAsset: text("fee_asset"),
    evidenceDueBy: timestamp("evidence_due_by", { withTimezone: true }),
    evidenceSubmittedAt: timestamp("evidence_submitted_at", { withTimezone: true }),
    /** When it is looked up without having been spoken of. */
    nextCheckAt: timestamp("next_check_at", { withTimezone: true }).defaultNow(),
    version: integer("version").notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("disputes_provider_reference").on(t.provider, t.providerReference),
    index("disputes_payment").on(t.paymentId, t.id),
    index("disputes_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check("disputes_funds", isOneOf(t.funds, disputeChart.statuses)),
    check("disputes_amount", sql`${t.amount} between 0 and 9007199254740991`),
  ],
);

/** Each movement of money for a dispute, as the provider lists it. Never changed: the books equal the sum. */
export const disputeTransactions = pgTable(
  "dispute_transactions",
  {
    disputeId: typeId("dsp")("dispute_id").notNull(),
    providerReference: text("provider_reference").notNull(),
    /** Signed: negative when it was taken. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    asset: text("asset").notNull(),
    /** Signed: negative when it was given back. */
    fee: bigint("fee", { mode: "bigint" }).notNull(),
    /** How much of the payment was taken with it. */
    worth: bigint("worth", { mode: "bigint" }).notNull(),
    isForeign: boolean("is_foreign").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [primaryKey({ name: "dispute_transactions_pkey", columns: [t.disputeId, t.providerReference] })],
);

/** Up to which moment the provider's lists of refunds and of disputes have been read. One row per list. */
export const reversalCursors = pgTable("reversal_cursors", {
  name: text("name").primaryKey(),
  readUpTo: timestamp("read_up_to", { withTimezone: true }).notNull(),
});
