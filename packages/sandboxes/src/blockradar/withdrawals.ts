import { randomUUID } from "node:crypto";
import { ExpiryWatch } from "../expiry.js";
import { controlRefusal } from "../refusal.js";
import type { SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import { type Accounts, decimal, unitsOf } from "./accounts.js";
import { isAddress } from "./addresses.js";
import type { MasterWallet, WalletAsset } from "./chains.js";
import { blockradarError } from "./dialect.js";
import { type Entry, newBlockNumber, newHash, type Transactions } from "./transactions.js";
import type { Transaction } from "./wire.js";

const SWEEP_MS = 20;

export interface NewWithdrawal {
  readonly assetId: unknown;
  readonly address: unknown;
  readonly amount: unknown;
  readonly reference: unknown;
  readonly note: unknown;
  readonly metadata: unknown;
}

export const SETTLED = ["processing", "success", "failed", "cancelled"] as const;

/** What becomes of a withdrawal; amount and address other than what was asked for play a wrong confirmation. */
export interface Settlement {
  readonly status: (typeof SETTLED)[number];
  readonly hash?: string;
  readonly reason?: string;
  readonly amount?: string;
  readonly address?: string;
}

export const OUTCOMES = ["success", "failed", "pending", "stuck", "refused"] as const;

/**
 * What to do with withdrawals to come. `pending` stays before broadcast, `stuck` after it; `refused` is answered at once with
 * 400 and `reason` (in a batch, as that item's error).
 */
export interface WithdrawalRule {
  readonly match: { readonly reference?: string; readonly address?: string; readonly walletId?: string };
  readonly outcome: (typeof OUTCOMES)[number];
  readonly afterMs?: number;
  readonly reason?: string;
  readonly amount?: string;
  readonly address?: string;
  readonly times?: number;
}

interface Plan {
  readonly dueMs: number;
  readonly settlement: Settlement;
}

const STATUS = { processing: "PROCESSING", success: "SUCCESS", failed: "FAILED", cancelled: "CANCELLED" } as const;

/** Coins that go out. As at Blockradar, nothing keeps one reference from being used twice. */
export class Withdrawals {
  readonly #accounts: Accounts;
  readonly #transactions: Transactions;
  readonly #plans: Collection<Plan>;
  readonly #watch: ExpiryWatch;
  readonly #defaultMs: number;
  #rules: { rule: WithdrawalRule; left: number }[] = [];

  constructor(server: SandboxServer, accounts: Accounts, transactions: Transactions, defaultMs: number) {
    this.#accounts = accounts;
    this.#transactions = transactions;
    this.#defaultMs = defaultMs;
    this.#plans = server.store.collection("plans");
    this.#watch = new ExpiryWatch((id) => server.store.batch(() => this.#execute(id)), SWEEP_MS);
    for (const [id, { dueMs }] of this.#plans.entries()) this.#watch.watch(id, dueMs);
    server.onStop(() => this.#watch.stop());
    server.onReset(() => this.clearRules());
  }

  /** The latest rule that matches wins. */
  addRule(rule: WithdrawalRule): void {
    this.#rules.unshift({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clearRules(): void {
    this.#rules = [];
  }

  /** Throws a Refusal in Blockradar's words when it cannot be sent. */
  create(wallet: MasterWallet, input: NewWithdrawal): Transaction {
    const { asset, address, units } = this.#check(wallet, input);
    const reference = typeof input.reference === "string" ? input.reference : null;
    const rule = this.#ruleFor(wallet, reference, address);
    if (rule?.outcome === "refused") throw blockradarError(400, rule.reason ?? "Insufficient balance");
    const transaction: Transaction = {
      ...this.#transactions.draft(wallet, asset, "WITHDRAW", decimal(units, asset.decimals)),
      reference,
      senderAddress: wallet.address,
      recipientAddress: address,
      fee: "0",
      note: typeof input.note === "string" ? input.note : null,
      metadata: (input.metadata ?? null) as Transaction["metadata"],
    };
    this.#accounts.add(wallet, asset, -units);
    const entry = this.#transactions.put({
      transaction,
      walletId: wallet.id,
      assetId: asset.id,
      missed: false,
      counted: true,
      broadcast: false,
      sweep: false,
    });
    this.#transactions.count("withdrawals", nameOf(transaction), "accepted");
    this.#plan(entry, rule);
    return this.#transactions.get(wallet.id, transaction.id).transaction;
  }

  /** Somebody else with the key, or at the dashboard, takes coins out: nothing of it was asked for by the integrator. */
  takeOut(wallet: MasterWallet, input: NewWithdrawal, fee = "0"): Transaction {
    const { id } = this.create(wallet, input);
    const entry = this.#transactions.get(wallet.id, id);
    const asset = this.#accounts.asset(wallet, String(input.assetId));
    this.#accounts.add(wallet, asset, -unitsOf(fee, asset.decimals));
    return this.#settle({ ...entry, transaction: { ...entry.transaction, fee } }, { status: "success" });
  }

  /** By its id, or by our reference: the latest that bears it. */
  settle(name: string, settlement: Settlement): Transaction {
    return this.#settle(this.#named(name), settlement);
  }

  #named(name: string): Entry {
    const entry =
      this.#transactions.find(name) ??
      this.#transactions.all("WITHDRAW").findLast(({ transaction }) => transaction.reference === name);
    if (entry?.transaction.type !== "WITHDRAW") throw controlRefusal(404, "no such withdrawal");
    return entry;
  }

  cancel(walletId: string, id: string): Transaction {
    const entry = this.#transactions.get(walletId, id);
    const { type, status } = entry.transaction;
    if (type !== "WITHDRAW") throw blockradarError(400, "Only withdrawals can be cancelled");
    if (entry.broadcast || status !== "PENDING") {
      throw blockradarError(400, "Transaction has already been broadcast and cannot be cancelled");
    }
    return this.#settle(entry, { status: "cancelled" });
  }

  /**
   * A stuck transaction is replaced by another of the same reference, which arrives (or stays under way); the old one is
   * canceled. `newFirst` tells of the new one before the old one.
   */
  replace(name: string, { status, newFirst }: { status: "processing" | "success"; newFirst: boolean }): Transaction {
    const old = this.#named(name);
    if (old.replaced || old.transaction.status === "SUCCESS")
      throw controlRefusal(400, "it cannot be replaced any more");
    const { reference } = old.transaction;
    const now = new Date().toISOString();
    const renewed: Transaction = {
      ...old.transaction,
      id: randomUUID(),
      status: "PENDING",
      hash: null,
      createdAt: now,
    };
    const entry = this.#transactions.put({ ...old, transaction: renewed, counted: false });
    const cancelOld = () =>
      this.#settle({ ...old, replaced: true }, { status: "cancelled", reason: "Transaction was replaced" });
    if (!newFirst) cancelOld();
    const settled = this.#settle(entry, { status });
    if (newFirst) cancelOld();
    this.#transactions.count("withdrawals", reference ?? renewed.id, "replaced");
    return settled;
  }

  /** How often each reference was accepted and really sent; a replaced transaction and its successor are one. */
  report(): Record<string, { accepted: number; sent: number; confirmed: number }> {
    const report: Record<string, { accepted: number; sent: number; confirmed: number }> = {};
    for (const { transaction, broadcast, replaced } of this.#transactions.all("WITHDRAW")) {
      if (replaced) continue;
      const name = nameOf(transaction);
      const counts = report[name] ?? { accepted: 0, sent: 0, confirmed: 0 };
      counts.accepted += 1;
      if (broadcast) counts.sent += 1;
      if (transaction.status === "SUCCESS") counts.confirmed += 1;
      report[name] = counts;
    }
    return report;
  }

  #check(wallet: MasterWallet, input: NewWithdrawal): { asset: WalletAsset; address: string; units: bigint } {
    const { assetId, address, amount, reference } = input;
    if (typeof assetId !== "string" || assetId === "") throw blockradarError(400, "assetId is required");
    if (typeof address !== "string" || address === "") throw blockradarError(400, "address is required");
    if (typeof amount !== "string" || amount === "") throw blockradarError(400, "amount must be a string");
    if (reference !== undefined && typeof reference !== "string")
      throw blockradarError(400, "reference must be a string");
    if (!/^\d+(\.\d+)?$/.test(amount) || /^[0.]+$/.test(amount)) {
      throw blockradarError(400, "amount must be greater than 0");
    }
    const asset = this.#accounts.asset(wallet, assetId);
    if (!isAddress(wallet.chain.family, address)) throw blockradarError(400, "Invalid address");
    const units = unitsOf(amount, asset.decimals);
    if (this.#accounts.balance(wallet, asset) < units) throw blockradarError(400, "Insufficient balance");
    const native = this.#accounts.native(wallet);
    if (this.#accounts.balance(wallet, native) < unitsOf(wallet.chain.networkFee, native.decimals)) {
      throw blockradarError(400, "Insufficient native balance in master wallet to cover the network fee");
    }
    return { asset, address, units };
  }

  #ruleFor(wallet: MasterWallet, reference: string | null, address: string): WithdrawalRule | undefined {
    const hit = this.#rules.find(({ rule: { match }, left }) => {
      if (left <= 0) return false;
      if (match.reference !== undefined && match.reference !== reference) return false;
      if (match.address !== undefined && match.address.toLowerCase() !== address.toLowerCase()) return false;
      return match.walletId === undefined || match.walletId === wallet.id;
    });
    if (hit) hit.left -= 1;
    return hit?.rule;
  }

  #plan(entry: Entry, rule: WithdrawalRule | undefined): void {
    const outcome = rule?.outcome ?? "success";
    if (outcome === "pending" || outcome === "refused") return;
    const settlement: Settlement = {
      status: outcome === "stuck" ? "processing" : outcome,
      ...(rule?.reason === undefined ? {} : { reason: rule.reason }),
      ...(rule?.amount === undefined ? {} : { amount: rule.amount }),
      ...(rule?.address === undefined ? {} : { address: rule.address }),
    };
    const afterMs = rule?.afterMs ?? (outcome === "stuck" ? 0 : this.#defaultMs);
    if (afterMs === 0) {
      this.#settle(entry, settlement);
      return;
    }
    const dueMs = Date.now() + afterMs;
    this.#plans.put(entry.transaction.id, { dueMs, settlement });
    this.#watch.watch(entry.transaction.id, dueMs);
  }

  #execute(id: string): void {
    const plan = this.#plans.get(id);
    const entry = this.#transactions.find(id);
    if (plan && entry) this.#settle(entry, plan.settlement);
  }

  /** From any state to any: a chain and a person at the dashboard can do what the rules of a client exclude. */
  #settle(entry: Entry, { status, hash, reason, amount, address }: Settlement): Transaction {
    const { transaction } = entry;
    const wallet = this.#accounts.wallet(entry.walletId);
    this.#plans.delete(transaction.id);
    this.#watch.forget(transaction.id);
    const goesOut = status === "processing" || status === "success" || hash !== undefined;
    if (goesOut && !entry.broadcast) {
      this.#payGas(wallet);
      this.#transactions.count("withdrawals", nameOf(transaction), "sent");
    }
    const stored = this.#transactions.put({
      ...entry,
      broadcast: entry.broadcast || goesOut,
      counted: this.#count(entry, wallet, status === "processing" || status === "success"),
      transaction: {
        ...transaction,
        status: STATUS[status],
        ...(goesOut ? { hash: hash ?? transaction.hash ?? newHash(wallet.chain.family), ...feeOf(wallet) } : {}),
        ...(status === "success"
          ? {
              confirmed: true,
              confirmations: wallet.chain.confirmations,
              blockNumber: newBlockNumber(),
              blockHash: newHash("evm"),
            }
          : {}),
        reason: reason ?? (status === "failed" ? "Transaction reverted" : null),
        ...(amount === undefined ? {} : { amount, amountPaid: amount, amountUSD: amount }),
        ...(address === undefined ? {} : { recipientAddress: address }),
      },
    });
    this.#transactions.count("withdrawals", nameOf(transaction), status);
    // Blockradar documents no event for a withdrawal on its way.
    if (status !== "processing") this.#transactions.tell(stored);
    return stored.transaction;
  }

  #payGas(wallet: MasterWallet): void {
    const native = this.#accounts.native(wallet);
    this.#accounts.add(wallet, native, -unitsOf(wallet.chain.networkFee, native.decimals));
  }

  /** Takes the coins out of the balance or puts them back, and says whether they are out. */
  #count(entry: Entry, wallet: MasterWallet, out: boolean): boolean {
    if (entry.counted === out || entry.assetId === null) return out;
    const asset = this.#accounts.asset(wallet, entry.assetId);
    const units = unitsOf(entry.transaction.amount, asset.decimals);
    this.#accounts.add(wallet, asset, out ? -units : units);
    return out;
  }
}

/** What a withdrawal is counted under: our reference, its own id when it has none. */
function nameOf({ reference, id }: Transaction): string {
  return reference ?? id;
}

function feeOf({ chain }: MasterWallet): Pick<Transaction, "gasFee" | "networkFee"> {
  const amountUsd = (Number(chain.networkFee) * chain.nativeUsd).toFixed(6);
  return { gasFee: chain.networkFee, networkFee: { amount: chain.networkFee, symbol: chain.native, amountUsd } };
}
