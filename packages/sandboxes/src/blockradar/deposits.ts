import { randomBytes } from "node:crypto";
import { controlRefusal } from "../refusal.js";
import type { Accounts } from "./accounts.js";
import { unitsOf } from "./accounts.js";
import { makeAddress } from "./addresses.js";
import { CHAIN_NAMES, type ChainName, type MasterWallet, uuidOf, WALLETS, type WalletAsset } from "./chains.js";
import { type Entry, newBlockNumber, newHash, type Transactions } from "./transactions.js";
import { addressJson, type ChildAddress, type Transaction } from "./wire.js";

const CLEAN = { provider: "ofac, fbi, tether, circle", status: "success", message: "Address is not sanctioned" };
const FLAGGED = { provider: "ofac, fbi, tether, circle", status: "failed", message: "Address is sanctioned" };
const SWEEP_FEE = "0.000021";

export interface NewDeposit {
  /** Where to: an address, an address id of either side, or absent for the master wallet of `network`. */
  address?: string;
  asset: string;
  amount: string;
  /** The chain it comes on; default the address's own. */
  network?: ChainName;
  environment: "mainnet" | "testnet";
  /** Another token contract under the same symbol. */
  contract?: string;
  from?: string;
  aml: "clean" | "flagged" | "none";
  confirmations?: number;
  status: "processing" | "success" | "failed";
  reason?: string;
  missed: boolean;
  sweep: boolean;
  logIndex?: number;
  hash?: string;
}

/** Coins that come in, as the chain and the indexer would have it. */
export class Deposits {
  readonly #accounts: Accounts;
  readonly #transactions: Transactions;

  constructor(accounts: Accounts, transactions: Transactions) {
    this.#accounts = accounts;
    this.#transactions = transactions;
  }

  make(input: NewDeposit): Transaction {
    const child = input.address === undefined ? undefined : this.#accounts.findAddress(input.address);
    const wallet = this.#walletFor(input, child);
    const asset = wallet.assets.find(({ symbol, native }) => symbol === input.asset && !native);
    // Only what the wallet has enabled is indexed; a fake token is taken for the one whose symbol it bears.
    if (!asset) throw controlRefusal(400, `the ${wallet.chainName} wallet has no ${input.asset}`);
    unitsOf(input.amount, input.contract === undefined ? asset.decimals : 36);
    const transaction = this.#describe(input, wallet, asset, child);
    const entry: Entry = {
      transaction,
      walletId: wallet.id,
      assetId: input.contract === undefined ? asset.id : null,
      missed: input.missed,
      counted: false,
      broadcast: true,
      sweep: input.sweep,
    };
    this.#transactions.count("deposits", transaction.id, "created");
    if (input.status === "failed") return this.#end(entry, "FAILED", { reason: input.reason ?? "Transaction failed" });
    if (input.status === "success") return this.#confirm(entry, input.confirmations);
    const stored = this.#transactions.put(entry);
    this.#transactions.tell(stored);
    return stored.transaction;
  }

  confirm(id: string, confirmations?: number): Transaction {
    return this.#confirm(this.#deposit(id), confirmations);
  }

  fail(id: string, reason = "Transaction failed"): Transaction {
    return this.#end(this.#deposit(id), "FAILED", { reason });
  }

  /** The indexer had misread how much came, and says so. */
  correct(id: string, amount: string): Transaction {
    const { counted, ...entry } = this.#count(this.#deposit(id), false);
    const corrected = { ...entry, counted, transaction: { ...entry.transaction, amount, amountPaid: amount } };
    return this.#end(this.#count(corrected, true), "SUCCESS", { confirmed: true });
  }

  /** Moves the coins of a child address to the master wallet. */
  sweep(id: string): Transaction {
    const entry = this.#deposit(id);
    if (entry.transaction.status !== "SUCCESS") throw controlRefusal(400, "only a confirmed deposit is swept");
    if (entry.transaction.assetSwept) throw controlRefusal(400, "it has been swept");
    return this.#sweep(entry);
  }

  /** Tells that a sweep did not work, e.g. for want of gas. */
  failSweep(id: string): Transaction {
    const entry = this.#deposit(id);
    this.#transactions.tell(entry, "deposit.swept.failed");
    return entry.transaction;
  }

  /**
   * The block is replaced. `remined`: the same transaction in another block, unconfirmed again; `remined_as_new`: the indexer
   * makes a second transaction of the same hash; `dropped`: it never happened, also after it was a success.
   */
  reorg(id: string, outcome: "remined" | "remined_as_new" | "dropped"): Transaction {
    const entry = this.#deposit(id);
    const { transaction } = entry;
    if (outcome === "dropped")
      return this.#end(entry, "FAILED", { reason: "Transaction was dropped by a chain reorganization" });
    const block = { blockNumber: (transaction.blockNumber ?? newBlockNumber()) + 2, blockHash: newHash("evm") };
    const again: Transaction = { ...transaction, ...block, status: "PROCESSING", confirmed: false, confirmations: 0 };
    const renamed =
      outcome === "remined_as_new" ? { ...again, id: uuidOf(`${transaction.id}/${block.blockHash}`) } : again;
    const stored = this.#transactions.put({ ...entry, transaction: renamed });
    this.#transactions.tell(stored);
    return stored.transaction;
  }

  /** Looks at a block again: what was missed in it is told now. */
  rescan(walletId: string, hash: string): void {
    for (const entry of this.#transactions.all("DEPOSIT")) {
      if (!entry.missed || entry.walletId !== walletId || entry.transaction.hash !== hash) continue;
      this.#transactions.tell(this.#transactions.put({ ...entry, missed: false }));
    }
  }

  /** The coins of a deposit to the master wallet itself are there at once; those of a child address after the sweep. */
  #confirm(entry: Entry, confirmations?: number): Transaction {
    const wallet = this.#accounts.wallet(entry.walletId);
    const isMaster = entry.transaction.address === null;
    const done = this.#end(isMaster ? this.#count(entry, true) : entry, "SUCCESS", {
      confirmed: true,
      confirmations: confirmations ?? wallet.chain.confirmations,
      reason: null,
    });
    return entry.sweep && !isMaster && !done.assetSwept ? this.#sweep(this.#deposit(done.id)) : done;
  }

  #sweep(entry: Entry): Transaction {
    const wallet = this.#accounts.wallet(entry.walletId);
    const { transaction } = entry;
    const stored = this.#transactions.put({
      ...this.#count(entry, true),
      transaction: {
        ...transaction,
        assetSwept: true,
        assetSweptAt: new Date().toISOString(),
        assetSweptGasFee: SWEEP_FEE,
        assetSweptHash: newHash(wallet.chain.family),
        assetSweptSenderAddress: transaction.recipientAddress,
        assetSweptRecipientAddress: wallet.address,
        assetSweptAmount: transaction.amount,
      },
    });
    this.#transactions.count("deposits", transaction.id, "swept");
    this.#transactions.tell(stored, "deposit.swept.success");
    return stored.transaction;
  }

  /** Puts the coins into the master wallet's balance, or takes them out again. Fake tokens are worth nothing there. */
  #count(entry: Entry, inside: boolean): Entry {
    const { walletId, assetId, transaction } = entry;
    if (entry.counted === inside) return entry;
    const wallet = this.#accounts.wallet(walletId);
    const asset = assetId === null ? undefined : this.#accounts.asset(wallet, assetId);
    const units = asset ? unitsOf(transaction.amount, asset.decimals) : 0n;
    if (asset) this.#accounts.add(wallet, asset, inside ? units : -units);
    return { ...entry, counted: inside };
  }

  #end(entry: Entry, status: "SUCCESS" | "FAILED", change: Partial<Transaction>): Transaction {
    const counted = status === "FAILED" ? this.#count(entry, false) : entry;
    const stored = this.#transactions.put({ ...counted, transaction: { ...counted.transaction, ...change, status } });
    this.#transactions.count("deposits", stored.transaction.id, status === "SUCCESS" ? "confirmed" : "failed");
    this.#transactions.tell(stored);
    return stored.transaction;
  }

  #describe(input: NewDeposit, wallet: MasterWallet, asset: WalletAsset, child?: ChildAddress): Transaction {
    const { family } = wallet.chain;
    const draft = this.#transactions.draft(wallet, asset, "DEPOSIT", input.amount);
    const from = input.from ?? makeAddress(family);
    const screened = input.aml === "flagged" || this.#accounts.isBlacklisted(from) ? FLAGGED : CLEAN;
    const home = child ? this.#accounts.wallet(child.walletId) : wallet;
    return {
      ...draft,
      reference: randomBytes(5).toString("hex"),
      senderAddress: from,
      recipientAddress: child?.address ?? wallet.address,
      tokenAddress: input.contract ?? asset.contract,
      asset:
        input.contract === undefined
          ? draft.asset
          : { ...draft.asset, address: input.contract, id: uuidOf(input.contract) },
      blockNumber: newBlockNumber(),
      blockHash: newHash("evm"),
      hash: input.hash ?? newHash(family),
      ...(input.logIndex === undefined ? {} : { logIndex: input.logIndex }),
      confirmations: input.confirmations ?? 0,
      status: "PROCESSING",
      amlScreening: input.aml === "none" ? {} : screened,
      network: input.environment,
      metadata: child?.metadata ?? null,
      createdChannel: "onchain",
      address: child ? addressJson(home, child) : null,
    };
  }

  #walletFor(input: NewDeposit, child: ChildAddress | undefined): MasterWallet {
    if (input.address !== undefined && !child) {
      const master = WALLETS.find(({ address }) => address.toLowerCase() === input.address?.toLowerCase());
      if (!master) throw controlRefusal(404, "no such address");
      return master;
    }
    if (child === undefined || input.network !== undefined) {
      const wallet = WALLETS.find(({ chainName }) => chainName === input.network);
      if (!wallet) throw controlRefusal(400, `network must be one of ${CHAIN_NAMES.join(", ")}`);
      // One EVM address is an address on every EVM chain; on Tron it is none.
      if (child && this.#accounts.wallet(child.walletId).chain.family !== wallet.chain.family) {
        throw controlRefusal(400, `the address is not one of ${wallet.chainName}`);
      }
      return wallet;
    }
    return this.#accounts.wallet(child.walletId);
  }

  #deposit(id: string): Entry {
    const entry = this.#transactions.find(id);
    if (entry?.transaction.type !== "DEPOSIT") throw controlRefusal(404, "no such deposit");
    return entry;
  }
}
