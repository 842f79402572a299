import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { isOneOf, ofProvider, typeId } from "../../../db/columns.js";
import type { CustodyProviderName } from "../../../providers/ports/index.js";
import { type FundingStatus, fundingChart, type ReceiptStatus, receiptChart } from "./rules/chart.js";

/** A master wallet as the provider describes it; one per chain. Copied here so that news can be matched without a call. */
export const custodyWallets = pgTable(
  "custody_wallets",
  {
    walletReference: text("wallet_reference").primaryKey(),
    network: text("network").notNull(),
    environment: text("environment").$type<"mainnet" | "testnet">().notNull(),
    address: text("address").notNull(),
    nativeAsset: text("native_asset").notNull(),
    syncedAt: timestamp("synced_at", { withTimezone: true }).notNull(),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [uniqueIndex("custody_wallets_reference").on(t.provider, t.walletReference)],
);

/** A token that a master wallet takes, told apart by its contract. */
export const custodyTokens = pgTable(
  "custody_tokens",
  {
    walletReference: text("wallet_reference").notNull(),
    assetReference: text("asset_reference").notNull(),
    network: text("network").notNull(),
    asset: text("asset").notNull(),
    decimals: smallint("decimals").notNull(),
    contract: text("contract").notNull(),
    enabled: boolean("enabled").notNull(),
    /** An event is raised when the master wallet holds less than this, in major units. */
    alertBelow: numeric("alert_below"),
    alertedAt: timestamp("alerted_at", { withTimezone: true }),
    syncedAt: timestamp("synced_at", { withTimezone: true }).notNull(),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    uniqueIndex("custody_tokens_reference").on(t.provider, t.walletReference, t.assetReference),
    primaryKey({ name: "custody_tokens_pkey", columns: [t.walletReference, t.assetReference] }),
    index("custody_tokens_contract").on(t.network, t.contract),
    check("custody_tokens_decimals", sql`${t.decimals} between 0 and 36`),
  ],
);

/** When to raise an event about gas that runs out, in major units of the chain's own token. */
export const gasThresholds = pgTable(
  "gas_thresholds",
  {
    walletReference: text("wallet_reference").primaryKey(),
    alertBelow: numeric("alert_below").notNull(),
    alertedAt: timestamp("alerted_at", { withTimezone: true }),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [uniqueIndex("gas_thresholds_reference").on(t.provider, t.walletReference)],
);

/** Coins of our own that are on their way to a master wallet; matched when they arrive. */
export const treasuryFundings = pgTable(
  "treasury_fundings",
  {
    id: typeId("fnd")("id").primaryKey(),
    walletReference: text("wallet_reference").notNull(),
    network: text("network").notNull(),
    asset: text("asset").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    status: text("status").$type<FundingStatus>().notNull(),
    note: text("note"),
    /** What really came, and by which transaction of the provider. */
    receivedAmount: bigint("received_amount", { mode: "bigint" }),
    providerReference: text("provider_reference"),
    transactionHash: text("transaction_hash"),
    transactionId: typeId("txn")("transaction_id"),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    receivedAt: timestamp("received_at", { withTimezone: true }),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    uniqueIndex("treasury_fundings_provider_reference").on(t.provider, t.providerReference),
    index("treasury_fundings_expected").on(t.walletReference, t.asset).where(sql`status = 'expected'`),
    check("treasury_fundings_amount", sql`${t.amount} between 1 and 9007199254740991`),
    check("treasury_fundings_status", isOneOf(t.status, fundingChart.statuses)),
  ],
);

/** Coins that came to a master wallet itself. */
export const treasuryReceipts = pgTable(
  "treasury_receipts",
  {
    id: typeId("trc")("id").primaryKey(),
    /** Chain, hash and log index; the provider's transaction id where it tells no log index. */
    chainKey: text("chain_key").notNull(),
    /** Unknown for what was booked before receipts were kept, until the provider tells of it again. */
    providerReference: text("provider_reference"),
    walletReference: text("wallet_reference"),
    network: text("network"),
    asset: text("asset").notNull(),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    transactionHash: text("transaction_hash"),
    status: text("status").$type<ReceiptStatus>().notNull(),
    /** The account opposite `custody`, while it is booked. */
    bookedOn: text("booked_on").$type<"capital" | "unexplained">(),
    fundingId: typeId("fnd")("funding_id"),
    duplicateOf: typeId("trc")("duplicate_of"),
    reviewedBy: text("reviewed_by"),
    /** Tells the times apart that the same coins were booked. */
    version: integer("version").notNull().default(0),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    uniqueIndex("treasury_receipts_chain_key").on(t.provider, t.chainKey),
    uniqueIndex("treasury_receipts_provider_reference").on(t.provider, t.providerReference),
    index("treasury_receipts_transaction_hash").on(t.transactionHash),
    index("treasury_receipts_held").on(t.id).where(sql`status = 'held'`),
    check("treasury_receipts_amount", sql`${t.amount} between 0 and 9007199254740991`),
    check("treasury_receipts_status", isOneOf(t.status, receiptChart.statuses)),
    check("treasury_receipts_booked", sql`(${t.status} = 'booked') = (${t.bookedOn} is not null)`),
  ],
);
