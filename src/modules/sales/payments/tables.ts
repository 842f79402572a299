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
import { isOneOf, typeId } from "../../../db/columns.js";
import type {
  Network,
  PaymentFlow,
  PaymentProviderName,
  TransferInstructions,
} from "../../../providers/ports/index.js";
import { PAID, type PaymentStatus, paymentChart } from "./rules/chart.js";

/** `booked`: its money is in the books, for a payment. */
export type StatementLineStatus = "booked" | "unmatched";

/** One intended payment and what became of it. Written before the provider is asked. */
export const payments = pgTable(
  "payments",
  {
    id: typeId("pay")("id").primaryKey(),
    customerId: text("customer_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    provider: text("provider").$type<PaymentProviderName>().notNull(),
    /** `invoice`: the provider collected it by itself, and it was written down when it had. */
    flow: text("flow").$type<PaymentFlow | "invoice">().notNull(),
    status: text("status").$type<PaymentStatus>().notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    grantsAsset: text("grants_asset").notNull(),
    grantsAmount: bigint("grants_amount", { mode: "bigint" }).notNull(),
    packageId: typeId("pkg")("package_id"),
    /** What its package said about the credits when it was sold. */
    creditsExpireAfter: text("credits_expire_after"),
    creditsPriority: smallint("credits_priority"),
    description: text("description").notNull(),
    successUrl: text("success_url"),
    cancelUrl: text("cancel_url"),
    /** What it is to be paid with, when that was said; what it was paid with, once that is known. */
    paymentMethodId: text("payment_method_id"),
    /** The customer is not there: the method is charged as soon as the payment is made. */
    offSession: boolean("off_session").notNull().default(false),
    metadata: json("metadata").$type<Record<string, string>>().notNull(),
    /**
     * The provider's customer that it is asked with, "" for none, null until that is settled. Written down before asking:
     * asking again must be the same request, whatever became of the customer's link meanwhile.
     */
    providerCustomer: text("provider_customer"),
    /** What we address the provider with; null until it has answered. */
    providerReference: text("provider_reference"),
    /** What identifies the money itself (for a Checkout Session: its PaymentIntent). */
    moneyReference: text("money_reference"),
    clientSecret: text("client_secret"),
    checkoutUrl: text("checkout_url"),
    /** Of a payment by transfer: what was said to the payer, whatever the settings say later. */
    instructions: json("instructions").$type<TransferInstructions>(),
    nextAction: json("next_action").$type<{ type: "redirect" | "use_provider_sdk"; url?: string }>(),
    failure: json("failure").$type<{ code: string; declineCode?: string; message: string }>(),
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    /** Set when money came that is not what was asked for; the payment stays open and the money is on `unexplained`. */
    reviewReason: text("review_reason"),
    transactionId: typeId("txn")("transaction_id"),
    transferIds: json("transfer_ids").$type<string[]>().notNull(),
    /** Pay the proceeds out to this address when the payment succeeds. */
    payout: json("payout").$type<{
      network: Network;
      asset: string;
      address: string;
      /** Why it did not start when the payment had succeeded. */
      refusal?: { code: string; detail: string };
    }>(),
    /** When a caller first asked to cancel it: however the provider calls the end that follows, it was canceled. */
    cancelRequestedAt: timestamp("cancel_requested_at", { withTimezone: true }),
    /** When the sweeper looks at this payment again; null once it is final. */
    nextCheckAt: timestamp("next_check_at", { withTimezone: true }),
    /** How often it was confirmed, each request counted once. */
    confirmations: integer("confirmations").notNull().default(0),
    checks: integer("checks").notNull().default(0),
    /** Counts changes, so that news fetched before one of them is not settled after it. */
    version: integer("version").notNull().default(0),
    createdBy: text("created_by").notNull(),
    /** The invoice that it was collected for: what is credited of that is divided among its payments. */
    invoiceId: typeId("inv")("invoice_id"),
    /** Asked to be sent back and not refused, and credited, in minor units of `currency`. What was sent back is never more than `amount`. */
    amountRefunded: bigint("amount_refunded", { mode: "bigint" }).notNull().default(sql`0`),
    /** The part of that which is its share of its invoice's credit notes: it may become another payment's. */
    amountCredited: bigint("amount_credited", { mode: "bigint" }).notNull().default(sql`0`),
    /** Taken by banks for disputes and not given back; likewise. */
    amountDisputed: bigint("amount_disputed", { mode: "bigint" }).notNull().default(sql`0`),
    /** Taken back of what the payment granted: in proportion to what it lost. */
    grantsTakenBack: bigint("grants_taken_back", { mode: "bigint" }).notNull().default(sql`0`),
    succeededAt: timestamp("succeeded_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    uniqueIndex("payments_provider_reference").on(t.provider, t.providerReference),
    uniqueIndex("payments_money_reference").on(t.provider, t.moneyReference),
    index("payments_customer").on(t.customerId, t.id),
    index("payments_status").on(t.status, t.id),
    index("payments_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    index("payments_invoice").on(t.invoiceId).where(sql`invoice_id is not null`),
    check(
      "payments_amounts",
      // An invoice may be for something that gives no credits.
      sql`${t.amount} between 1 and 9007199254740991 and ${t.grantsAmount} between 0 and 9007199254740991
        and (${t.grantsAmount} > 0 or ${t.flow} = 'invoice')`,
    ),
    check(
      "payments_losses",
      sql`${t.amountRefunded} >= 0 and ${t.amountDisputed} >= 0 and ${t.grantsTakenBack} between 0 and ${t.grantsAmount}`,
    ),
    check("payments_status", isOneOf(t.status, paymentChart.statuses)),
    check("payments_booked", sql`(${isOneOf(t.status, PAID)}) = (${t.transactionId} is not null)`),
  ],
);

/** Money that really arrived and that no payment explains. Booked on `unexplained` until somebody decides. */
export const unexplainedReceipts = pgTable(
  "unexplained_receipts",
  {
    id: typeId("rcp")("id").primaryKey(),
    provider: text("provider").$type<PaymentProviderName>().notNull(),
    moneyReference: text("money_reference").notNull(),
    paymentId: typeId("pay")("payment_id"),
    reason: text("reason").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    asset: text("asset").notNull(),
    expectedAmount: bigint("expected_amount", { mode: "bigint" }),
    expectedAsset: text("expected_asset"),
    transactionId: typeId("txn")("transaction_id").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [unique("unexplained_receipts_money").on(t.provider, t.moneyReference)],
);

/** Lines of account statements, as they were told. What no payment explains waits for a person. */
export const statementLines = pgTable(
  "statement_lines",
  {
    id: typeId("stl")("id").primaryKey(),
    provider: text("provider").$type<PaymentProviderName>().notNull(),
    /** The bank's own id of it. */
    lineId: text("line_id").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    currency: text("currency").notNull(),
    text: text("text").notNull(),
    bookedAt: timestamp("booked_at", { withTimezone: true }).notNull(),
    status: text("status").$type<StatementLineStatus>().notNull(),
    /** Why it is of no payment. */
    reason: text("reason"),
    paymentId: typeId("pay")("payment_id"),
    toldBy: text("told_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    unique("statement_lines_line").on(t.provider, t.lineId),
    index("statement_lines_status").on(t.status, t.id),
    check("statement_lines_amount", sql`${t.amount} between 1 and 9007199254740991`),
    check("statement_lines_status", sql`${t.status} in ('booked', 'unmatched')`),
    check("statement_lines_booked", sql`(${t.status} = 'booked') = (${t.paymentId} is not null)`),
  ],
);
