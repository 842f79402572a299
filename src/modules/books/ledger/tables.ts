import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  json,
  numeric,
  pgTable,
  pgView,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { BUCKETS } from "../../../core/buckets.js";
import { bytea, typeId } from "../../../db/columns.js";

const MAX_AMOUNT = sql.raw("9007199254740991");

/** A wallet's bucket, as the database works it out: a row in another one would be a second account of the same wallet. */
const BUCKET_OF_WALLET = sql.raw(
  `(array[${BUCKETS.join(",")}])[get_byte(uuid_send(wallet_id), 15) % ${BUCKETS.length} + 1]`,
);

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
 * One wallet's balance of one asset. `bucket` is the wallet's share of the ledger: every key of the hot tables contains it, so
 * that they can be distributed by it.
 */
export const ledgerAccounts = pgTable(
  "ledger_accounts",
  {
    balance: bigint("balance", { mode: "bigint" }).notNull().default(sql`0`),
    held: bigint("held", { mode: "bigint" }).notNull().default(sql`0`),
    version: bigint("version", { mode: "bigint" }).notNull().default(sql`0`),
    lastPostedAt: timestamp("last_posted_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
    bucket: integer("bucket").notNull(),
    id: typeId("acc")("id").notNull(),
    walletId: typeId("wal")("wallet_id").notNull(),
    /** Nothing may be spent from it for now; what is reversed, expires or repays a debt still moves. */
    frozen: boolean("frozen").notNull().default(false),
    asset: text("asset")
      .notNull()
      .references(() => assets.code),
  },
  (t) => [
    primaryKey({ name: "ledger_accounts_pkey", columns: [t.id, t.bucket] }),
    unique("ledger_accounts_wallet_asset").on(t.walletId, t.asset, t.bucket),
    check("ledger_accounts_bucket", sql`${t.bucket} = ${BUCKET_OF_WALLET}`),
    check("ledger_accounts_id", sql`get_byte(uuid_send(${t.id}), 15) = get_byte(uuid_send(${t.walletId}), 15)`),
    check("ledger_accounts_held", sql`${t.held} >= 0`),
    check("ledger_accounts_available", sql`${t.balance} - ${t.held} >= 0`),
    check("ledger_accounts_ceiling", sql`${t.balance} <= ${MAX_AMOUNT}`),
  ],
);

/**
 * The named system accounts. They keep no running balance, so nothing about them is ever hot: a balance is a snapshot plus the
 * transfers since. Their ids follow from name and asset, and are of UUID version 8.
 */
export const ledgerSystemAccounts = pgTable(
  "ledger_system_accounts",
  {
    id: typeId("acc")("id").primaryKey(),
    code: text("code").notNull(),
    asset: text("asset")
      .notNull()
      .references(() => assets.code),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull().defaultNow(),
  },
  (t) => [
    unique("ledger_system_accounts_code_asset").on(t.code, t.asset),
    check("ledger_system_accounts_version", sql`substr(${t.id}::text, 15, 1) = '8'`),
  ],
);

/** Every account, the customers' and the system's; a view that migrations/living makes. */
export const ledgerChart = pgView("ledger_chart", {
  id: typeId("acc")("id").notNull(),
  kind: text("kind").$type<"customer" | "system">().notNull(),
  code: text("code").notNull(),
  walletId: typeId("wal")("wallet_id"),
  asset: text("asset").notNull(),
  balance: bigint("balance", { mode: "bigint" }).notNull(),
  held: bigint("held", { mode: "bigint" }).notNull(),
}).existing();

/** The account of a transfer that its row does not live with. */
export const OTHER_SIDE = sql`(case when account_id = from_account_id then to_account_id else from_account_id end)`;

/**
 * One movement of one asset, from one account to another. Append-only; a correction is another transfer.
 * `account_id` is the account that the row lives with: the customer's account when one side is a customer, else the
 * paying side. Columns are ordered by size, so that no room is lost between them.
 */
export const ledgerTransfers = pgTable(
  "ledger_transfers",
  {
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    /** Balance and version of `account_id` after this transfer; null when it is a system account. */
    balanceAfter: bigint("balance_after", { mode: "bigint" }),
    accountVersion: bigint("account_version", { mode: "bigint" }),
    /** The same for the other side; present only when both sides are customers. */
    otherBalanceAfter: bigint("other_balance_after", { mode: "bigint" }),
    otherAccountVersion: bigint("other_account_version", { mode: "bigint" }),
    /** When it happened in the world; null when that was when it was posted. */
    effectiveAt: timestamp("effective_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    bucket: integer("bucket").notNull(),
    id: typeId("trf")("id").notNull(),
    accountId: typeId("acc")("account_id").notNull(),
    fromAccountId: typeId("acc")("from_account_id").notNull(),
    toAccountId: typeId("acc")("to_account_id").notNull(),
    /** Null for a transfer on its own, whose transaction has the transfer's uuid. */
    transactionId: typeId("txn")("transaction_id"),
    /** The first 16 bytes of sha256(home account, key): posted at most once. */
    keyHash: uuid("key_hash"),
    reverses: typeId("trf")("reverses"),
    asset: text("asset").notNull(),
    type: text("type").notNull(),
    fingerprint: bytea("fingerprint"),
    createdBy: text("created_by").notNull(),
    source: text("source"),
    reference: text("reference"),
    description: text("description"),
    // json, not jsonb: a replay answers with the very text that was sent.
    metadata: json("metadata").$type<Record<string, string>>(),
  },
  (t) => [
    primaryKey({ name: "ledger_transfers_pkey", columns: [t.id, t.bucket] }),
    uniqueIndex("ledger_transfers_key").on(t.keyHash, t.bucket).where(sql`key_hash is not null`),
    uniqueIndex("ledger_transfers_reverses").on(t.accountId, t.reverses, t.bucket).where(sql`reverses is not null`),
    index("ledger_transfers_statement").on(t.accountId, t.createdAt),
    index("ledger_transfers_other_statement").on(OTHER_SIDE, t.createdAt).where(sql`other_account_version is not null`),
    // What customers spend goes to few accounts, whose newest transfers are soon found without an index.
    index("ledger_transfers_other_side").on(OTHER_SIDE, t.createdAt, t.id).where(sql`type <> 'debit'`),
    index("ledger_transfers_tail").using("brin", t.createdAt),
    check("ledger_transfers_amount", sql`${t.amount} > 0 and ${t.amount} <= ${MAX_AMOUNT}`),
    check("ledger_transfers_sides", sql`${t.fromAccountId} <> ${t.toAccountId}`),
    check("ledger_transfers_home", sql`${t.accountId} in (${t.fromAccountId}, ${t.toAccountId})`),
    check("ledger_transfers_floor", sql`${t.balanceAfter} >= 0 and ${t.otherBalanceAfter} >= 0`),
  ],
);

/** A bucket's part of a system account's balance as of a moment: the sum of its transfers with `created_at` before `as_of`. */
export const ledgerSnapshots = pgTable(
  "ledger_snapshots",
  {
    accountId: typeId("acc")("account_id").notNull(),
    bucket: integer("bucket").notNull(),
    asOf: timestamp("as_of", { withTimezone: true }).notNull(),
    /** A sum over any number of transfers, so wider than any one of them. */
    balance: numeric("balance", { mode: "bigint" }).notNull(),
  },
  (t) => [primaryKey({ name: "ledger_snapshots_pkey", columns: [t.accountId, t.bucket, t.asOf] })],
);

/** The buckets, and up to which moment the system accounts' transfers of each have been summed. */
export const ledgerBuckets = pgTable("ledger_buckets", {
  bucket: integer("bucket").primaryKey(),
  asOf: timestamp("as_of", { withTimezone: true }).notNull(),
});

/**
 * What a customer owes of one asset: taken back after it was spent. Their sum of an asset is the system account
 * `customer_debt`, negated.
 */
export const walletDebts = pgTable(
  "wallet_debts",
  {
    walletId: typeId("wal")("wallet_id").notNull(),
    bucket: integer("bucket").notNull(),
    asset: text("asset").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    primaryKey({ name: "wallet_debts_pkey", columns: [t.walletId, t.asset, t.bucket] }),
    check("wallet_debts_bucket", sql`${t.bucket} = ${BUCKET_OF_WALLET}`),
    check("wallet_debts_amount", sql`${t.amount} >= 0`),
  ],
);
