import { randomBytes, randomUUID } from "node:crypto";
import type { SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import type { MasterWallet, WalletAsset } from "./chains.js";
import { blockradarError } from "./dialect.js";
import { blockchainJson, type Transaction, tokenJson, walletJson } from "./wire.js";

/** A transaction and what only the provider knows of it. */
export interface Entry {
  transaction: Transaction;
  walletId: string;
  assetId: string | null;
  /** The indexer has not seen it: neither listed nor told until the block is scanned again. */
  missed: boolean;
  /** The coins are counted in the master wallet's balance (deposits), or taken out of it (withdrawals). */
  counted: boolean;
  /** Withdrawals: it went out to the chain, so it can no longer be cancelled. */
  broadcast: boolean;
  /** Sweep as soon as the deposit is confirmed. */
  sweep: boolean;
  /** Withdrawals: another transaction went out in its place, so that this one never arrives. */
  replaced?: true;
}

const EVENT_OF_STATUS = {
  PENDING: "processing",
  PROCESSING: "processing",
  SUCCESS: "success",
  FAILED: "failed",
  CANCELLED: "cancelled",
} as const;

export function newHash(family: "evm" | "tron"): string {
  const hex = randomBytes(32).toString("hex");
  return family === "evm" ? `0x${hex}` : hex;
}

export const newBlockNumber = () => Math.floor(Date.now() / 1_000) % 100_000_000;

/** All transactions of all wallets, and the news of them. */
export class Transactions {
  readonly #server: SandboxServer;
  readonly #entries: Collection<Entry>;

  constructor(server: SandboxServer) {
    this.#server = server;
    this.#entries = server.store.collection("transactions");
  }

  /** What both directions have in common. */
  draft(wallet: MasterWallet, asset: WalletAsset, type: Transaction["type"], amount: string): Transaction {
    const { chain } = wallet;
    const now = new Date().toISOString();
    return {
      id: randomUUID(),
      reference: null,
      senderAddress: null,
      recipientAddress: wallet.address,
      tokenAddress: asset.contract,
      amount,
      amountPaid: amount,
      amountUSD: amount,
      fee: null,
      currency: "USD",
      blockNumber: null,
      blockHash: null,
      hash: null,
      confirmations: null,
      confirmed: false,
      gasPrice: null,
      gasUsed: null,
      gasFee: null,
      status: "PENDING",
      type,
      note: null,
      amlScreening: {},
      assetSwept: null,
      assetSweptAt: null,
      assetSweptGasFee: null,
      assetSweptHash: null,
      assetSweptSenderAddress: null,
      assetSweptRecipientAddress: null,
      assetSweptAmount: null,
      reason: null,
      network: "testnet",
      chainId: chain.chainId,
      metadata: null,
      createdChannel: "api",
      createdAt: now,
      updatedAt: now,
      asset: tokenJson(chain, asset),
      address: null,
      blockchain: blockchainJson(chain),
      wallet: walletJson(wallet),
      beneficiary: null,
    };
  }

  put(entry: Entry): Entry {
    const transaction = { ...entry.transaction, updatedAt: new Date().toISOString() };
    const stored = { ...entry, transaction };
    this.#entries.put(transaction.id, stored);
    return stored;
  }

  /** By id; a missed one is not there. */
  get(walletId: string, id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry || entry.walletId !== walletId || entry.missed) throw blockradarError(404, "Transaction not found");
    return entry;
  }

  /** By id, whether it was seen or not. */
  find(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** Oldest first. */
  all(type?: Transaction["type"]): Entry[] {
    return this.#entries.values().filter(({ transaction }) => type === undefined || transaction.type === type);
  }

  /** Newest first, without the missed. */
  list(walletId: string): Transaction[] {
    return this.#entries
      .values()
      .filter((entry) => entry.walletId === walletId && !entry.missed)
      .map(({ transaction }) => transaction)
      .reverse();
  }

  /** Tells where a transaction stands, or what `event` says of it. */
  tell({ transaction, missed }: Entry, event?: string): void {
    if (missed) return;
    const kind = transaction.type === "DEPOSIT" ? "deposit" : "withdraw";
    const type = event ?? `${kind}.${EVENT_OF_STATUS[transaction.status]}`;
    // A transaction's id is in all of its events, and a resent one is the same event again.
    this.#server.webhooks.enqueue({
      id: randomUUID(),
      type,
      body: JSON.stringify({ event: type, data: transaction }),
    });
  }

  /** Tells the latest again: the sweep, once there was one. */
  resend(entry: Entry): void {
    this.tell(entry, entry.transaction.assetSwept === true ? "deposit.swept.success" : undefined);
  }

  count(kind: "deposits" | "withdrawals", id: string, effect: string): void {
    this.#server.effects.count(kind, id, effect);
  }
}
