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
import type { PaymentId } from "../../../core/ids.js";
import { isOneOf, typeId } from "../../../db/columns.js";
import type { BillingProviderName, InvoiceStatus } from "../../../providers/ports/index.js";
import { type CaseStatus, caseChart, invoiceChart, type Standing, subscriptionChart } from "./rules/chart.js";

const time = (name: string) => timestamp(name, { withTimezone: true });
const amount = (name: string) => bigint(name, { mode: "bigint" });

interface Failure {
  readonly code: string;
  readonly declineCode?: string;
  readonly message: string;
}

/** An item of a subscription that is of no price of ours, e.g. an add-on that was sold at the provider. */
export interface OtherItem {
  readonly itemReference: string;
  readonly priceReference: string;
  readonly quantity: number;
}

/** One subscription of one customer. Written before the provider is asked; what it is comes from looking it up there. */
export const subscriptions = pgTable(
  "subscriptions",
  {
    id: typeId("sub")("id").primaryKey(),
    customerId: text("customer_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    provider: text("provider").$type<BillingProviderName>().notNull(),
    flow: text("flow").$type<"payment_intent" | "checkout">().notNull(),
    status: text("status").$type<Standing>().notNull(),
    /** The plan of its price now; null when it was given a price at the provider that is none of ours. */
    planId: typeId("pln")("plan_id"),
    currency: text("currency").notNull(),
    /** As the provider has it: its dashboard knows no limit of ours. */
    quantity: bigint("quantity", { mode: "number" }).notNull(),
    /** What it was asked for with. Written down first, so that asking again is the same request. */
    providerCustomer: text("provider_customer").notNull(),
    priceReference: text("price_reference").notNull(),
    trialDays: integer("trial_days").notNull(),
    paymentMethodId: text("payment_method_id"),
    successUrl: text("success_url"),
    cancelUrl: text("cancel_url"),
    metadata: json("metadata").$type<Record<string, string>>().notNull(),
    /** The provider's own name of it; null until it exists there. */
    providerReference: text("provider_reference"),
    itemReference: text("item_reference"),
    /** Items at the provider that are of no price of ours. */
    otherItems: json("other_items").$type<OtherItem[]>(),
    /** The hosted page on which the customer subscribes. */
    sessionReference: text("session_reference"),
    checkoutUrl: text("checkout_url"),
    expiresAt: time("expires_at"),
    clientSecret: text("client_secret"),
    currentPeriodStart: time("current_period_start"),
    currentPeriodEnd: time("current_period_end"),
    trialEnd: time("trial_end"),
    /** It ends then. */
    cancelAt: time("cancel_at"),
    canceledAt: time("canceled_at"),
    endedAt: time("ended_at"),
    collectionPaused: boolean("collection_paused").notNull().default(false),
    /** An upgrade waits for its payment. */
    hasPendingUpdate: boolean("has_pending_update").notNull().default(false),
    defaultMethodReference: text("default_method_reference"),
    latestInvoiceReference: text("latest_invoice_reference"),
    failure: json("failure").$type<Failure>(),
    /** When the sweeper looks again; null once it is final. */
    nextCheckAt: time("next_check_at"),
    checks: integer("checks").notNull().default(0),
    /** Counts changes, so that what was fetched before one of them is not settled after it. */
    version: integer("version").notNull().default(0),
    createdBy: text("created_by").notNull(),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("subscriptions_provider_reference").on(t.provider, t.providerReference),
    uniqueIndex("subscriptions_session_reference").on(t.provider, t.sessionReference),
    index("subscriptions_customer").on(t.customerId, t.id),
    index("subscriptions_status").on(t.status, t.id),
    index("subscriptions_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check("subscriptions_quantity", sql`${t.quantity} >= 0`),
    check("subscriptions_status", isOneOf(t.status, subscriptionChart.statuses)),
  ],
);

/** A line as the invoice shows it. Amounts are minor units of the invoice's currency, written as digits. */
export interface StoredLine {
  readonly lineReference: string;
  readonly description: string;
  readonly amount: string;
  readonly discount: string;
  readonly quantity: number;
  readonly priceReference: string | null;
  readonly planId: string | null;
  readonly proration: boolean;
  readonly periodStart: string;
  readonly periodEnd: string;
}

/** What an invoice did to a wallet's balance of one asset: given (or taken, negative), and let go before that. */
export interface StoredGrant {
  readonly asset: string;
  readonly amount: string;
  readonly expired: string;
}

/** The provider's invoices of our subscriptions, as last looked up. */
export const invoices = pgTable(
  "invoices",
  {
    id: typeId("inv")("id").primaryKey(),
    subscriptionId: typeId("sub")("subscription_id")
      .notNull()
      .references(() => subscriptions.id),
    customerId: text("customer_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    provider: text("provider").$type<BillingProviderName>().notNull(),
    providerReference: text("provider_reference").notNull(),
    number: text("number"),
    status: text("status").$type<InvoiceStatus>().notNull(),
    billingReason: text("billing_reason").notNull(),
    currency: text("currency").notNull(),
    /** Negative when it gives money back. */
    total: amount("total").notNull(),
    amountDue: amount("amount_due").notNull(),
    amountPaid: amount("amount_paid").notNull(),
    amountRemaining: amount("amount_remaining").notNull(),
    lines: json("lines").$type<StoredLine[]>().notNull(),
    hostedUrl: text("hosted_url"),
    pdfUrl: text("pdf_url"),
    clientSecret: text("client_secret"),
    attempts: integer("attempts").notNull(),
    nextAttemptAt: time("next_attempt_at"),
    failure: json("failure").$type<Failure>(),
    requiresAction: boolean("requires_action").notNull(),
    finalizedAt: time("finalized_at"),
    paidAt: time("paid_at"),
    /** Its payment, once it is paid with money. */
    paymentId: typeId("pay")("payment_id"),
    /** All of its payments: an invoice can be paid in parts. Null on those that were booked before it was kept. */
    paymentIds: json("payment_ids").$type<PaymentId[]>(),
    /** Given back after it was paid and not by a refund, e.g. to the customer's balance at the provider. */
    credited: amount("credited").notNull().default(sql`0`),
    /** When what it grants was booked: once, when it was paid. */
    bookedAt: time("booked_at"),
    grants: json("grants").$type<StoredGrant[]>().notNull(),
    nextCheckAt: time("next_check_at"),
    checks: integer("checks").notNull().default(0),
    version: integer("version").notNull().default(0),
    /** When the provider was last asked, so that links that run out can be had anew. */
    lookedUpAt: time("looked_up_at").notNull(),
    /** When the provider made it. */
    issuedAt: time("issued_at").notNull(),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("invoices_provider_reference").on(t.provider, t.providerReference),
    uniqueIndex("invoices_payment").on(t.paymentId),
    index("invoices_customer").on(t.customerId, t.id),
    index("invoices_subscription").on(t.subscriptionId, t.id),
    index("invoices_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check("invoices_status", isOneOf(t.status, invoiceChart.statuses)),
    check("invoices_booked", sql`(${t.status} = 'paid') = (${t.bookedAt} is not null)`),
  ],
);

/** What each line of a paid invoice is for in credits. One row per line, ever: this is what makes a cycle granted once. */
export const invoiceCredits = pgTable(
  "invoice_credits",
  {
    provider: text("provider").$type<BillingProviderName>().notNull(),
    lineReference: text("line_reference").notNull(),
    invoiceId: typeId("inv")("invoice_id")
      .notNull()
      .references(() => invoices.id),
    planId: typeId("pln")("plan_id").notNull(),
    kind: text("kind").$type<"cycle" | "trial" | "free" | "proration">().notNull(),
    asset: text("asset").notNull(),
    /** Its share of the invoice's credits; the shares add up to them. */
    credits: amount("credits").notNull(),
    createdAt: time("created_at").notNull(),
  },
  (t) => [
    primaryKey({ name: "invoice_credits_pkey", columns: [t.provider, t.lineReference] }),
    index("invoice_credits_invoice").on(t.invoiceId),
    check("invoice_credits_kind", sql`${t.kind} in ('cycle', 'trial', 'free', 'proration')`),
  ],
);

/** An invoice that could not be collected, and what is done about it. */
export const dunningCases = pgTable(
  "dunning_cases",
  {
    id: typeId("dun")("id").primaryKey(),
    invoiceId: typeId("inv")("invoice_id")
      .notNull()
      .references(() => invoices.id),
    subscriptionId: typeId("sub")("subscription_id")
      .notNull()
      .references(() => subscriptions.id),
    customerId: text("customer_id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    /** The asset whose spending is frozen. */
    asset: text("asset").notNull(),
    status: text("status").$type<CaseStatus>().notNull(),
    consequence: text("consequence").$type<"keep" | "freeze" | "cancel">().notNull(),
    graceEndsAt: time("grace_ends_at").notNull(),
    /** When the consequence is due, or tried again; null when there is nothing (more) to do. */
    actAt: time("act_at"),
    consequenceAt: time("consequence_at"),
    failure: json("failure").$type<Failure>(),
    requiresAction: boolean("requires_action").notNull(),
    attempts: integer("attempts").notNull(),
    nextAttemptAt: time("next_attempt_at"),
    openedAt: time("opened_at").notNull(),
    closedAt: time("closed_at"),
  },
  (t) => [
    uniqueIndex("dunning_cases_invoice").on(t.invoiceId),
    index("dunning_cases_subscription").on(t.subscriptionId, t.id),
    index("dunning_cases_act_at").on(t.actAt).where(sql`act_at is not null`),
    index("dunning_cases_frozen").on(t.walletId, t.asset).where(sql`status = 'open'`),
    check("dunning_cases_status", isOneOf(t.status, caseChart.statuses)),
    check("dunning_cases_consequence", sql`${t.consequence} in ('keep', 'freeze', 'cancel')`),
    check("dunning_cases_closed", sql`(${t.status} = 'open') = (${t.closedAt} is null)`),
  ],
);

/** Up to which moment the provider's list of invoices has been read. One row per list. */
export const billingCursors = pgTable("billing_cursors", {
  name: text("name").primaryKey(),
  readUpTo: time("read_up_to").notNull(),
});
