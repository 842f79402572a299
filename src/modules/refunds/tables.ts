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
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { typeId } from "../../db/columns.js";

/** `requested`: written down, and the provider has not said that it knows of it. */
export type RefundStatus = "requested" | "pending" | "succeeded" | "failed" | "canceled";

/** Money of one payment on its way back to who paid it. Written, and the grants taken back, before the provider is asked. */
export const refunds = pgTable(
  "refunds",
  {
    id: typeId("ref")("id").primaryKey(),
    paymentId: typeId("pay")("payment_id").notNull(),
    customerId: text("customer_id").notNull(),
    provider: text("provider").$type<"stripe" | "coinbase">().notNull(),
    providerReference: text("provider_reference"),
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
    check("refunds_status", sql`${t.status} in ('requested', 'pending', 'succeeded', 'failed', 'canceled')`),
    check("refunds_booked", sql`${t.booked} = (${t.status} in ('pending', 'succeeded'))`),
  ],
);

/** A payment that its payer's bank has taken back, or asks about. */
export const disputes = pgTable(
  "disputes",
  {
    id: typeId("dsp")("id").primaryKey(),
    paymentId: typeId("pay")("payment_id").notNull(),
    customerId: text("customer_id").notNull(),
    provider: text("provider").$type<"stripe" | "coinbase">().notNull(),
    providerReference: text("provider_reference").notNull(),
    /** The provider's own word. */
    status: text("status").notNull(),
    /** What became of the money; this alone moves anything. */
    funds: text("funds").$type<"none" | "withdrawn" | "lost" | "reinstated">().notNull(),
    isInquiry: boolean("is_inquiry").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    reason: text("reason").notNull(),
    feeAmount: bigint("fee_amount", { mode: "bigint" }),
    feeAsset: text("fee_asset"),
    evidenceDueBy: timestamp("evidence_due_by", { withTimezone: true }),
    evidenceSubmittedAt: timestamp("evidence_submitted_at", { withTimezone: true }),
    version: integer("version").notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("disputes_provider_reference").on(t.provider, t.providerReference),
    index("disputes_payment").on(t.paymentId, t.id),
    check("disputes_funds", sql`${t.funds} in ('none', 'withdrawn', 'lost', 'reinstated')`),
    check("disputes_amount", sql`${t.amount} between 0 and 9007199254740991`),
  ],
);
