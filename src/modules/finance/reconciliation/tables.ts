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
  uuid,
} from "drizzle-orm/pg-core";
import { isOneOf, typeId } from "../../../db/columns.js";
import type { BalanceCategory, BalanceProviderName } from "../../../providers/ports/index.js";
import { type BreakStatus, breakChart, type ReconciliationStatus, reconciliationChart } from "./rules/chart.js";
import type { BreakKind, MatchKind, MatchRule, ResolutionAccount, RunCounts, Statement } from "./rules/words.js";

const minor = (name: string) => bigint(name, { mode: "bigint" });
const moment = (name: string) => timestamp(name, { withTimezone: true });

/** A movement of our balance at a provider, as its statement tells it; kept whole. Only `status` and what follows from it change. */
export const providerTransactions = pgTable(
  "provider_transactions",
  {
    id: typeId("ptx")("id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    /** Which of our accounts there; empty where there is one. */
    account: text("account").notNull(),
    reference: text("reference").notNull(),
    category: text("category").$type<BalanceCategory>().notNull(),
    providerCategory: text("provider_category").notNull(),
    asset: text("asset").notNull(),
    amount: minor("amount").notNull(),
    fee: minor("fee").notNull(),
    net: minor("net").notNull(),
    fees: json("fees").$type<{ kind: string; amount: string; description?: string }[]>().notNull(),
    subjectKind: text("subject_kind").$type<MatchKind>(),
    subjectReference: text("subject_reference"),
    /** What the rest of the service is to book of it, and under which reference; null where the import books all of it. */
    expectedAsset: text("expected_asset"),
    expectedAmount: minor("expected_amount"),
    expectedReference: text("expected_reference"),
    exchangeRate: text("exchange_rate"),
    networkFeeAsset: text("network_fee_asset"),
    networkFeeAmount: minor("network_fee_amount"),
    transactionHash: text("transaction_hash"),
    ourReference: text("our_reference"),
    description: text("description"),
    status: text("status").$type<"pending" | "available">().notNull(),
    /** The payout to our bank that carries it. */
    bankPayout: text("bank_payout"),
    occurredAt: moment("occurred_at").notNull(),
    availableAt: moment("available_at"),
    matchedAt: moment("matched_at"),
    rule: text("rule").$type<MatchRule>(),
    matchId: uuid("match_id"),
    raw: json("raw").$type<unknown>().notNull(),
    /** What it said before, and until when. */
    history: json("history").$type<{ status: string; until: string }[]>().notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (t) => [
    unique("provider_transactions_reference").on(t.provider, t.account, t.reference),
    index("provider_transactions_day").on(t.provider, t.asset, t.occurredAt),
    index("provider_transactions_unmatched").on(t.provider, t.expectedReference).where(sql`matched_at is null`),
    index("provider_transactions_bank_payout").on(t.provider, t.bankPayout).where(sql`bank_payout is not null`),
    check("provider_transactions_net", sql`${t.net} = ${t.amount} - ${t.fee}`),
    check("provider_transactions_status", sql`${t.status} in ('pending', 'available')`),
    check("provider_transactions_expected", sql`(${t.expectedAmount} is null) = (${t.expectedAsset} is null)`),
    check("provider_transactions_matched", sql`(${t.matchedAt} is null) = (${t.rule} is null)`),
  ],
);

/** Our side: the transfers of the account that stands for a provider's balance, signed, with what has become of each. */
export const clearingTransfers = pgTable(
  "clearing_transfers",
  {
    transferId: typeId("trf")("transfer_id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    asset: text("asset").notNull(),
    amount: minor("amount").notNull(),
    kind: text("kind").$type<MatchKind>().notNull(),
    type: text("type").notNull(),
    reference: text("reference"),
    source: text("source"),
    postedAt: moment("posted_at").notNull(),
    effectiveAt: moment("effective_at").notNull(),
    matchedAt: moment("matched_at"),
    rule: text("rule").$type<MatchRule>(),
    matchId: uuid("match_id"),
  },
  (t) => [
    index("clearing_transfers_day").on(t.provider, t.asset, t.postedAt),
    index("clearing_transfers_unmatched").on(t.provider, t.reference).where(sql`matched_at is null`),
    check("clearing_transfers_matched", sql`(${t.matchedAt} is null) = (${t.rule} is null)`),
  ],
);

/** What a provider said that it keeps for us at one instant, beside what its list and the books came to at the same instant. */
export const providerBalances = pgTable(
  "provider_balances",
  {
    id: typeId("pbl")("id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    account: text("account").notNull(),
    asset: text("asset").notNull(),
    total: minor("total").notNull(),
    listed: minor("listed").notNull(),
    booked: minor("booked").notNull(),
    takenAt: moment("taken_at").notNull(),
  },
  (t) => [index("provider_balances_newest").on(t.provider, t.asset, t.account, t.takenAt)],
);

/** What a provider's balance had beyond its list, as a person has said: what was there before the list begins. */
export const providerOpenings = pgTable(
  "provider_openings",
  {
    id: typeId("pop")("id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    account: text("account").notNull(),
    asset: text("asset").notNull(),
    amount: minor("amount").notNull(),
    breakId: typeId("brk")("break_id").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [unique("provider_openings_break").on(t.breakId)],
);

/** Money on its way from a provider to our bank. Its status is the provider's own word. */
export const bankPayouts = pgTable(
  "bank_payouts",
  {
    id: typeId("bpo")("id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    reference: text("reference").notNull(),
    status: text("status").$type<"pending" | "in_transit" | "paid" | "failed" | "canceled">().notNull(),
    amount: minor("amount").notNull(),
    asset: text("asset").notNull(),
    automatic: boolean("automatic").notNull(),
    traceId: text("trace_id"),
    arrivesAt: moment("arrives_at"),
    initiatedAt: moment("initiated_at").notNull(),
    /** When the transactions that it carries were read, and what they come to: its own included, nothing. */
    itemizedAt: moment("itemized_at"),
    listedNet: minor("listed_net"),
    listedCount: integer("listed_count"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (t) => [
    unique("bank_payouts_reference").on(t.provider, t.reference),
    check("bank_payouts_status", sql`${t.status} in ('pending', 'in_transit', 'paid', 'failed', 'canceled')`),
  ],
);

/** Up to when each list was read to its end. */
export const reconciliationCursors = pgTable("reconciliation_cursors", {
  name: text("name").primaryKey(),
  readUpTo: moment("read_up_to").notNull(),
});

/** A run: what was asked for, what it did, and the statements that it came to. */
export const reconciliations = pgTable(
  "reconciliations",
  {
    id: typeId("rec")("id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    /** Only this one; null: all. */
    asset: text("asset"),
    windowFrom: moment("window_from").notNull(),
    windowTo: moment("window_to").notNull(),
    status: text("status").$type<ReconciliationStatus>().notNull(),
    counts: json("counts").$type<RunCounts>(),
    statements: json("statements").$type<readonly Statement[]>(),
    failure: text("failure"),
    createdBy: text("created_by").notNull(),
    startedAt: moment("started_at"),
    finishedAt: moment("finished_at"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("reconciliations_active").on(t.provider).where(sql`status in ('queued', 'running')`),
    check("reconciliations_status", isOneOf(t.status, reconciliationChart.statuses)),
    check("reconciliations_window", sql`${t.windowFrom} < ${t.windowTo}`),
  ],
);

/** A difference that somebody has to look at, until it goes away by itself or a person says what becomes of it. */
export const reconciliationBreaks = pgTable(
  "reconciliation_breaks",
  {
    id: typeId("brk")("id").primaryKey(),
    provider: text("provider").$type<BalanceProviderName>().notNull(),
    account: text("account").notNull(),
    asset: text("asset").notNull(),
    kind: text("kind").$type<BreakKind>().notNull(),
    status: text("status").$type<BreakStatus>().notNull(),
    /** Tells it from all others that are open: `payment:pi_...`, `balance`. */
    what: text("what").notNull(),
    reference: text("reference"),
    ours: minor("ours").notNull(),
    theirs: minor("theirs").notNull(),
    assignee: text("assignee"),
    resolution: text("resolution").$type<"booked" | "written_off" | "matched_later">(),
    target: text("target").$type<ResolutionAccount>(),
    reason: text("reason"),
    resolvedBy: text("resolved_by"),
    approvedBy: text("approved_by"),
    transactionId: typeId("txn")("transaction_id"),
    version: integer("version").notNull().default(0),
    firstSeenAt: moment("first_seen_at").notNull(),
    lastSeenAt: moment("last_seen_at").notNull(),
    endedAt: moment("ended_at"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (t) => [
    uniqueIndex("reconciliation_breaks_open")
      .on(t.provider, t.account, t.asset, t.what)
      .where(sql`status in ('open', 'pending_approval')`),
    index("reconciliation_breaks_status").on(t.status, t.id),
    check("reconciliation_breaks_status", isOneOf(t.status, breakChart.statuses)),
    check("reconciliation_breaks_ended", sql`(${t.status} in ('resolved', 'closed')) = (${t.endedAt} is not null)`),
  ],
);

export const reconciliationNotes = pgTable(
  "reconciliation_notes",
  {
    id: typeId("rnt")("id").primaryKey(),
    breakId: typeId("brk")("break_id").notNull(),
    author: text("author").notNull(),
    text: text("text").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (t) => [index("reconciliation_notes_break").on(t.breakId, t.id)],
);

/** A month that is closed, with every account as it stood at its end. */
export const accountingPeriods = pgTable(
  "accounting_periods",
  {
    month: text("month").primaryKey(),
    endsAt: moment("ends_at").notNull(),
    closedAt: moment("closed_at").notNull(),
    closedBy: text("closed_by").notNull(),
    note: text("note"),
    openBreaks: integer("open_breaks").notNull(),
    balances: json("balances").$type<readonly { account: string; asset: string; balance: string }[]>().notNull(),
  },
  (t) => [check("accounting_periods_month", sql`${t.month} ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'`)],
);
