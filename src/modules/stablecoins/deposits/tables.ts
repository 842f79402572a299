import { sql } from "drizzle-orm";
import { bigint, check, index, integer, json, pgTable, text, timestamp, uniqueIndex } from "drizzle-orm/pg-core";
import { isOneOf, ofProvider, typeId } from "../../../db/columns.js";
import type { CustodyProviderName } from "../../../providers/ports/index.js";
import { type AddressStatus, addressChart, type DepositStatus, depositChart } from "./rules/chart.js";

/** An address that one wallet is paid to. One active for each wallet, kind of chain and provider; older ones stay watched. */
export const depositAddresses = pgTable(
  "deposit_addresses",
  {
    id: typeId("dad")("id").primaryKey(),
    walletId: typeId("wal")("wallet_id").notNull(),
    customerId: text("customer_id").notNull(),
    family: text("family").$type<"evm" | "tron" | "solana">().notNull(),
    /** The master wallet it was made in. */
    walletReference: text("wallet_reference").notNull(),
    status: text("status").$type<AddressStatus>().notNull(),
    addressReference: text("address_reference"),
    address: text("address"),
    nextCheckAt: timestamp("next_check_at", { withTimezone: true }),
    checks: integer("checks").notNull().default(0),
    /** Somebody asks the provider for it until then; the others wait. */
    askingUntil: timestamp("asking_until", { withTimezone: true }),
    createdBy: text("created_by").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    rotatedAt: timestamp("rotated_at", { withTimezone: true }),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    uniqueIndex("deposit_addresses_current")
      .on(t.walletId, t.family, t.provider)
      .where(sql`status in ('requested', 'active')`),
    uniqueIndex("deposit_addresses_address").on(t.family, t.address),
    index("deposit_addresses_wallet").on(t.walletId, t.id),
    index("deposit_addresses_next_check").on(t.nextCheckAt).where(sql`next_check_at is not null`),
    check("deposit_addresses_status", isOneOf(t.status, addressChart.statuses)),
    check("deposit_addresses_known", sql`${t.status} <> 'active' or ${t.address} is not null`),
  ],
);

/** Coins that came to one of our addresses. */
export const deposits = pgTable(
  "deposits",
  {
    id: typeId("dep")("id").primaryKey(),
    /** Chain, hash and log index; the provider's transaction id where it tells no log index. */
    chainKey: text("chain_key").notNull(),
    providerReference: text("provider_reference").notNull(),
    addressId: typeId("dad")("address_id"),
    walletId: typeId("wal")("wallet_id"),
    customerId: text("customer_id"),
    status: text("status").$type<DepositStatus>().notNull(),
    /** Why it is held, quarantined, rejected, failed or reversed. */
    reason: text("reason"),
    asset: text("asset").notNull(),
    /** In minor units of the wallet's asset, rounded down; what is finer is in `dust`. */
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    /** As the provider says it, exact. */
    onChainAmount: text("on_chain_amount").notNull(),
    network: text("network"),
    walletReference: text("wallet_reference").notNull(),
    contract: text("contract"),
    toAddress: text("to_address"),
    fromAddress: text("from_address"),
    transactionHash: text("transaction_hash"),
    confirmations: integer("confirmations"),
    sweep: json("sweep").$type<{ transactionHash?: string; gasFee?: { amount: string; asset: string } }>(),
    transactionId: typeId("txn")("transaction_id"),
    reviewedBy: text("reviewed_by"),
    /** The deposit that this may be, told again under another id: then nothing is booked for it. */
    duplicateOf: typeId("dep")("duplicate_of"),
    version: integer("version").notNull().default(0),
    occurredAt: timestamp("occurred_at", { withTimezone: true }),
    creditedAt: timestamp("credited_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
    provider: ofProvider<CustodyProviderName>("blockradar"),
  },
  (t) => [
    uniqueIndex("deposits_chain_key").on(t.provider, t.chainKey),
    uniqueIndex("deposits_provider_reference").on(t.provider, t.providerReference),
    index("deposits_wallet").on(t.walletId, t.id),
    index("deposits_transaction_hash").on(t.transactionHash),
    index("deposits_status").on(t.status, t.id),
    check("deposits_amount", sql`${t.amount} between 0 and 9007199254740991`),
    check("deposits_status", isOneOf(t.status, depositChart.statuses)),
    check("deposits_owner", sql`${t.status} not in ('credited', 'reversed') or ${t.walletId} is not null`),
  ],
);
