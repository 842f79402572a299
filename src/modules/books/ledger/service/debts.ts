import { type AccountId, newId, type TransactionId, type TransferId, type WalletId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import * as queries from "../queries/index.js";
import type { Posting } from "../types.js";
import { systemAccount, systemAccountId } from "./accounts.js";
import type { LedgerDeps } from "./deps.js";
import { postTogether } from "./post-transfers.js";

/** An amount to be taken back from a customer who may have spent it. */
export interface TakeBack {
  readonly walletId: WalletId;
  readonly account: AccountId;
  readonly asset: string;
  readonly amount: bigint;
  /** Where it goes, e.g. `credits_issued` when it should never have been given. */
  readonly to: AccountId;
  /** `customer_debt` of the asset. */
  readonly debtAccount: AccountId;
  readonly transactionId: TransactionId;
  /** The business reference, e.g. a refund's id: it is taken back once. */
  readonly key: string;
  readonly source: string;
  readonly actor: string;
  readonly description?: string | undefined;
}

/**
 * Takes an amount back inside the caller's transaction: what the wallet still has, and the rest as a debt, so that it never
 * fails for want of balance. The caller holds the lock of the thing that causes it, so one cause takes back once. Repeated, it
 * keeps to what was posted the first time: what the wallet has by then says nothing about that. `transferId` is what took from the
 * wallet, when this call posted it.
 */
export async function takeBack(
  deps: LedgerDeps,
  tx: Tx,
  { walletId, account, asset, amount, to, debtAccount, key, ...common }: TakeBack,
): Promise<{ taken: bigint; owed: bigint; transferId: TransferId | undefined }> {
  const available = await queries.lockAvailable(tx, account);
  const takenBefore = await queries.amountUnderKey(tx, account, `${key}:take_back`);
  const owedBefore = await queries.amountUnderKey(tx, debtAccount, `${key}:debt_incurred`);
  const isRepeated = takenBefore !== undefined || owedBefore !== undefined;
  const taken = isRepeated ? (takenBefore ?? 0n) : available < amount ? available : amount;
  const owed = isRepeated ? (owedBefore ?? 0n) : amount - taken;
  const part = (type: Posting["type"], from: AccountId, part: bigint) =>
    part > 0n
      ? [{ ...common, id: newId(deps.ids, "trf"), from, to, amount: part, asset, type, key: `${key}:${type}` }]
      : [];
  const posted = await postTogether(tx, [
    ...part("take_back", account, taken),
    ...part("debt_incurred", debtAccount, owed),
  ]);
  // The debt was written down with its transfer.
  if (owed > 0n && owedBefore === undefined) await queries.addDebt(tx, walletId, asset, owed, deps.clock.now());
  const [first] = posted;
  const isNew = taken > 0n && first?.outcome === "posted";
  return { taken, owed, transferId: isNew ? first.transferId : undefined };
}

/** The account of what customers owe, opened beforehand: no account is opened inside a transaction that holds locks. */
export const debtAccountOf = (deps: LedgerDeps, asset: string): Promise<AccountId> =>
  systemAccount(deps, "customer_debt", asset);

/** What was just put into a wallet and may have to repay a debt first. */
export interface TopUp {
  readonly walletId: WalletId;
  readonly account: AccountId;
  readonly asset: string;
  readonly amount: bigint;
  readonly transactionId: TransactionId;
  readonly key: string;
  readonly source: string;
  readonly actor: string;
}

/**
 * Repays debts out of top-ups that were posted in this transaction, oldest top-up first. At most what the top-up brought is
 * taken, and only what the wallet has available.
 */
export async function repayDebts(deps: LedgerDeps, tx: Tx, topUps: readonly TopUp[]): Promise<void> {
  if (topUps.length === 0) return;
  const debts = await queries.lockDebts(tx, topUps);
  if (debts.size === 0) return;
  for (const topUp of topUps) {
    const owed = debts.get(`${topUp.walletId}:${topUp.asset}`) ?? 0n;
    if (owed === 0n) continue;
    const available = await queries.lockAvailable(tx, topUp.account);
    const repaid = [owed, topUp.amount, available].reduce((a, b) => (b < a ? b : a));
    if (repaid === 0n) continue;
    const { walletId, account, asset, key, ...common } = topUp;
    const to = systemAccountId("customer_debt", asset);
    await postTogether(tx, [
      {
        ...common,
        id: newId(deps.ids, "trf"),
        from: account,
        to,
        amount: repaid,
        asset,
        type: "debt_repaid",
        key: `${key}:debt_repaid`,
      },
    ]);
    await queries.addDebt(tx, walletId, asset, -repaid, deps.clock.now());
    debts.set(`${walletId}:${asset}`, owed - repaid);
  }
}

/** What a wallet owes of an asset now. */
export const readDebt = (deps: LedgerDeps, walletId: WalletId, asset: string): Promise<bigint> =>
  queries.readDebt(deps.db.read, walletId, asset);

/**
 * Gives a debt up, in a transaction of its own: `amountOf` says how much of what is owed, or throws. `also` writes what
 * belongs to it. Asked again with the same transaction id it answers the same and writes nothing.
 */
export async function forgiveDebt(
  deps: LedgerDeps,
  input: {
    readonly walletId: WalletId;
    readonly asset: string;
    readonly amountOf: (owed: bigint) => bigint;
    readonly transactionId: TransactionId;
    readonly actor: string;
    readonly reason: string;
  },
  also: (tx: Tx, done: { writtenOff: bigint; owed: bigint }) => Promise<void>,
): Promise<{ writtenOff: bigint; owed: bigint }> {
  const { walletId, asset, transactionId, actor, reason } = input;
  const from = await systemAccount(deps, "written_off", asset);
  const to = await debtAccountOf(deps, asset);
  return deps.db.transaction(async (tx) => {
    const owed = (await queries.lockDebts(tx, [{ walletId, asset }])).get(`${walletId}:${asset}`) ?? 0n;
    const key = `write-off:${transactionId}`;
    const before = await queries.amountUnderKey(tx, from, key);
    if (before !== undefined) return { writtenOff: before, owed };
    const writtenOff = input.amountOf(owed);
    await postTogether(tx, [
      {
        id: newId(deps.ids, "trf"),
        transactionId,
        from,
        to,
        amount: writtenOff,
        asset,
        type: "debt_written_off",
        key,
        source: walletId,
        description: reason,
        actor,
      },
    ]);
    await queries.addDebt(tx, walletId, asset, -writtenOff, deps.clock.now());
    const done = { writtenOff, owed: owed - writtenOff };
    await also(tx, done);
    return done;
  });
}
