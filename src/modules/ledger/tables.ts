import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  json,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { bytea, typeId } from "../../db/columns.js";

const MAX_AMOUNT = sql.raw("9007199254740991");

/** What is counted. `scale` never changes once the asset exists: every stored amount depends on it. */
export const assets = pgTable(
  "assets",
  {
    code: text("code").primaryKey(),
    kind: text("kind").$type<"credit" | "fiat" | "stablecoin" | "native">().notNull(),
    scale: smallint("scale").notNull(),
    name: text("name").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    check("assets_code", sql`${t.code} ~ '^[A-Z][A-Z0-9_]{1,15}$'`),
    check("assets_kind", sql`${t.kind} in ('credit', 'fiat', 'stablecoin', 'native')`),
    check("assets_scale", sql`${t.scale} between 0 and 18`),
  ],
);

/**
 * One wallet's balance of one asset, or a named system account. A system account keeps no running balance, so its row is
 * never updated and never hot: its balance is a snapshot plus the transfers since.
 */
export const ledgerAccounts = pgTable(
  "ledger_accounts",
  {
    id: typeId("acc")("id").primaryKey(),
    kind: text("kind").$type<"customer" | "system">().notNull(),
    code: text("code").notNull(),
    walletId: typeId("wal")("wallet_id"),
    asset: text("asset")
      .notNull()
      .references(() => assets.code),
    balance: bigint("balance", { mode: "bigint" }).notNull().default(sql`0`),
    held: bigint("held", { mode: "bigint" }).notNull().default(sql`0`),
    version: bigint("version", { mode: "bigint" }).notNull().default(sql`0`),
    /** Nothing may be spent from it for now; what is taken back, expires or repays a debt still moves. */
    frozen: boolean("frozen").notNull().default(false),
    lastPostedAt: timestamp("last_posted_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    unique("ledger_accounts_wallet_asset").on(t.walletId, t.asset),
    index("ledger_accounts_system").on(t.code, t.asset).where(sql`kind = 'system'`),
    check("ledger_accounts_kind", sql`(${t.kind} = 'customer') = (${t.walletId} is not null)`),
    check("ledger_accounts_held", sql`${t.held} >= 0`),
    check("ledger_accounts_available", sql`${t.balance} - ${t.held} >= 0`),
    check("ledger_accounts_ceiling", sql`${t.balance} <= ${MAX_AMOUNT}`),
    check(
      "ledger_accounts_system_flat",
      sql`${t.kind} = 'customer' or (${t.balance} = 0 and ${t.version} = 0 and not ${t.frozen})`,
    ),
  ],
);

/** The account of a transfer that its row does not live with. */
export const OTHER_SIDE = sql`(case when account_id = from_account_id then to_account_id else from_account_id end)`;

/**
 * One movement of one asset, from one account to another. Append-only; a correction is another transfer.
 * `account_id` is the account that the row lives with: the customer's account when one side is a customer, else the
 * paying side. Every key contains it, so the table can be distributed by it.
 */
export const ledgerTransfers = pgTable(
  "ledger_transfers",
  {
    accountId: typeId("acc")("account_id").notNull(),
    id: typeId("trf")("id").notNull(),
    transactionId: typeId("txn")("transaction_id").notNull(),
    fromAccountId: typeId("acc")("from_account_id").notNull(),
    toAccountId: typeId("acc")("to_account_id").notNull(),
    asset: text("asset").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    type: text("type").notNull(),
    /** Balance and version of `account_id` after this transfer; null when it is a system account. */
    balanceAfter: bigint("balance_after", { mode: "bigint" }),
    accountVersion: bigint("account_version", { mode: "bigint" }),
    /** The same for the other side; present only when both sides are customers. */
    otherBalanceAfter: bigint("other_balance_after", { mode: "bigint" }),
    otherAccountVersion: bigint("other_account_version", { mode: "bigint" }),
    idempotencyKey: text("idempotency_key"),
    fingerprint: bytea("fingerprint"),
    source: text("source"),
    reference: text("reference"),
    description: text("description"),
    // json, not jsonb: a replay answers with the very text that was sent.
    metadata: json("metadata").$type<Record<string, string>>(),
    createdBy: text("created_by").notNull(),
    reverses: typeId("trf")("reverses"),
    effectiveAt: timestamp("effective_at", { withTimezone: true }).notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ name: "ledger_transfers_pkey", columns: [t.accountId, t.id] }),
    uniqueIndex("ledger_transfers_idempotency")
      .on(t.accountId, t.idempotencyKey)
      .where(sql`idempotency_key is not null`),
    uniqueIndex("ledger_transfers_reverses").on(t.accountId, t.reverses).where(sql`reverses is not null`),
    index("ledger_transfers_statement").on(t.accountId, t.createdAt, t.accountVersion),
    index("ledger_transfers_other_statement").on(OTHER_SIDE, t.createdAt).where(sql`other_account_version is not null`),
    index("ledger_transfers_other_side").on(OTHER_SIDE, t.id),
    index("ledger_transfers_by_id").on(t.id),
    index("ledger_transfers_tail").using("brin", t.createdAt),
    check("ledger_transfers_amount", sql`${t.amount} > 0 and ${t.amount} <= ${MAX_AMOUNT}`),
    check("ledger_transfers_sides", sql`${t.fromAccountId} <> ${t.toAccountId}`),
    check("ledger_transfers_home", sql`${t.accountId} in (${t.fromAccountId}, ${t.toAccountId})`),
    check("ledger_transfers_floor", sql`${t.balanceAfter} >= 0 and ${t.otherBalanceAfter} >= 0`),
  ],
);

/** A system account's balance as of a moment: the sum of its transfers with `created_at` before `as_of`. */
export const ledgerSnapshots = pgTable(
  "ledger_snapshots",
  {
    accountId: typeId("acc")("account_id").notNull(),
    asOf: timestamp("as_of", { withTimezone: true }).notNull(),
    /** A sum over any number of transfers, so wider than any one of them. */
    balance: numeric("balance", { mode: "bigint" }).notNull(),
  },
  (t) => [primaryKey({ name: "ledger_snapshots_pkey", columns: [t.accountId, t.asOf] })],
);

/** One row: up to which moment every system account has been summed. */
export const ledgerSnapshotState = pgTable(
  "ledger_snapshot_state",
  {
    singleton: boolean("singleton").primaryKey().default(true),
    asOf: timestamp("as_of", { withTimezone: true }).notNull(),
  },
  (t) => [check("ledger_snapshot_state_singleton", sql`${t.singleton}`)],
);

/**
 * What a customer owes of one asset: taken back after it was spent. Their sum of an asset is the system account
 * `customer_debt`, negated.
 */
export const walletDebts = pgTable(
  "wallet_debts",
  {
    walletId: typeId("wal")("wallet_id").notNull(),
    asset: text("asset").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ name: "wallet_debts_pkey", columns: [t.walletId, t.asset] }),
    check("wallet_debts_amount", sql`${t.amount} >= 0`),
  ],
);
