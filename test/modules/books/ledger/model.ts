import type { Book, Move } from "./book.js";

const MAX = 9_007_199_254_740_991n;

export interface ModelResult {
  readonly outcome: string;
  /** Of the customer's account, of the paying one between two customers. */
  readonly balanceAfter?: bigint | null;
  readonly otherBalanceAfter?: bigint | null;
  readonly available?: bigint | null;
}

interface Account {
  readonly customer: boolean;
  readonly asset: string;
  balance: bigint;
  version: bigint;
}

interface Posted {
  readonly fingerprint: string | undefined;
  readonly result: ModelResult;
}

/** The ledger as one would write it without a database: one posting after the other, in memory. */
export class LedgerModel {
  readonly accounts = new Map<string, Account>();
  readonly #posted = new Map<string, Posted>();

  constructor(book: Book) {
    const add = (id: string, customer: boolean, asset: string) =>
      this.accounts.set(id, { customer, asset, balance: 0n, version: 0n });
    for (const id of book.customers) add(id, true, "CREDIT");
    add(book.foreign, true, "USD");
    add(book.issued, false, "CREDIT");
    add(book.used, false, "CREDIT");
  }

  post(move: Move): ModelResult {
    const from = this.accounts.get(move.from);
    const to = this.accounts.get(move.to);
    if (!from || !to) return { outcome: "unknown_account" };
    const home = to.customer && !from.customer ? move.to : move.from;
    const name = `${home} ${move.key}`;
    const earlier = move.key === undefined ? undefined : this.#posted.get(name);
    if (earlier) {
      const same = earlier.fingerprint === move.fingerprint;
      return same ? { ...earlier.result, outcome: "replayed" } : { outcome: "key_reused" };
    }
    const refusal = refuse(move, from, to);
    if (refusal) return refusal;
    for (const [account, amount] of [
      [from, -move.amount],
      [to, move.amount],
    ] as const) {
      if (!account.customer) continue;
      account.balance += amount;
      account.version += 1n;
    }
    const result: ModelResult = {
      outcome: "posted",
      balanceAfter: from.customer ? from.balance : to.customer ? to.balance : null,
      otherBalanceAfter: from.customer && to.customer ? to.balance : null,
    };
    if (move.key !== undefined) this.#posted.set(name, { fingerprint: move.fingerprint, result });
    return result;
  }
}

function refuse({ amount, from: fromId, to: toId }: Move, from: Account, to: Account): ModelResult | undefined {
  if (amount <= 0n || amount > MAX || fromId === toId) return { outcome: "invalid_amount" };
  if (from.asset !== to.asset) return { outcome: "asset_mismatch" };
  if (from.customer && from.balance < amount) return { outcome: "insufficient_balance", available: from.balance };
  if (to.customer && to.balance > MAX - amount) return { outcome: "balance_limit" };
  return undefined;
}
