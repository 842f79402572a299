import { SYSTEM_ACTOR } from "../../../core/access.js";
import { type AccountId, newId, type PaymentId, type TransactionId } from "../../../core/ids.js";
import type { Tx } from "../../../db/client.js";
import {
  debtAccountOf,
  openWalletAccount,
  postTogether,
  repayDebts,
  systemAccount,
  takeBack,
} from "../../ledger/index.js";
import * as queries from "../queries.js";
import { grantsLost, statusAfterLoss } from "../rules.js";
import type { Payment } from "../types.js";
import type { PaymentDeps } from "./deps.js";

/** The accounts of what a payment granted, opened before any lock is held. */
export interface GrantAccounts {
  readonly wallet: AccountId;
  readonly issued: AccountId;
  readonly debt: AccountId;
}

export async function openGrantAccounts(
  deps: PaymentDeps,
  { walletId, grantsAsset }: Pick<Payment, "walletId" | "grantsAsset">,
): Promise<GrantAccounts> {
  return {
    wallet: await openWalletAccount(deps, walletId, grantsAsset),
    issued: await systemAccount(deps, "credits_issued", grantsAsset),
    debt: await debtAccountOf(deps, grantsAsset),
  };
}

/** A paid payment, held until the transaction ends; undefined when it is not paid (yet). */
export async function lockPaidPayment(tx: Tx, id: PaymentId): Promise<Payment | undefined> {
  const payment = await queries.lockPayment(tx, id);
  return payment?.transactionId ? payment : undefined;
}

/**
 * A payment whose money came, held likewise: paid, or not what was asked for and kept aside (`reviewReason`), in which case it
 * granted nothing.
 */
export async function lockReceivedPayment(tx: Tx, id: PaymentId): Promise<Payment | undefined> {
  const payment = await queries.lockPayment(tx, id);
  return payment?.transactionId || payment?.reviewReason ? payment : undefined;
}

/** A change of what a payment has lost. */
export interface Loss {
  readonly payment: Payment;
  /** Changes of the sums, in minor units of the currency; negative when money comes back. */
  readonly refunded?: bigint;
  readonly disputed?: bigint;
  /** The business reference of the change: it is made once. */
  readonly key: string;
  /** What caused it, e.g. a refund's id. */
  readonly source: string;
  /** What the customer's statement says of it. */
  readonly description?: string;
  readonly transactionId: TransactionId;
  readonly accounts: GrantAccounts;
}

/**
 * Books what a change of a payment's losses does to what it granted: in proportion, and exact over any series of changes,
 * since what is taken follows from the sums alone. Refund and dispute together never take more than was paid for. What the
 * customer has spent becomes a debt; what is given again repays it first. The caller holds the payment's lock.
 */
export async function applyLoss(
  deps: PaymentDeps,
  tx: Tx,
  { payment, refunded = 0n, disputed = 0n, key, source, description, transactionId, accounts }: Loss,
): Promise<{ payment: Payment; taken: bigint; owed: bigint; restored: bigint }> {
  const amountRefunded = payment.amountRefunded + refunded;
  const amountDisputed = payment.amountDisputed + disputed;
  const lost = grantsLost(payment, amountRefunded + amountDisputed);
  const change = lost - payment.grantsTakenBack;
  const common = { transactionId, source, description, actor: SYSTEM_ACTOR };
  const wallet = { walletId: payment.walletId, account: accounts.wallet, asset: payment.grantsAsset };
  let result = { taken: 0n, owed: 0n };
  if (change > 0n) {
    const { issued: to, debt: debtAccount } = accounts;
    result = await takeBack(deps, tx, { ...common, ...wallet, amount: change, to, debtAccount, key });
  }
  if (change < 0n) await restore(deps, tx, { ...common, ...wallet, amount: -change, key }, accounts);
  const updated = await queries.updatePayment(tx, payment.id, {
    amountRefunded,
    amountDisputed,
    grantsTakenBack: lost,
    status: statusAfterLoss(payment, amountRefunded, amountDisputed),
    updatedAt: deps.clock.now(),
  });
  return { payment: updated, ...result, restored: change < 0n ? -change : 0n };
}

async function restore(
  deps: PaymentDeps,
  tx: Tx,
  topUp: Parameters<typeof repayDebts>[2][number],
  accounts: GrantAccounts,
): Promise<void> {
  const { amount, asset, key, transactionId, source, actor } = topUp;
  await postTogether(tx, [
    {
      id: newId(deps.ids, "trf"),
      transactionId,
      source,
      actor,
      amount,
      asset,
      from: accounts.issued,
      to: accounts.wallet,
      type: "restored",
      key: `${key}:restored`,
    },
  ]);
  await repayDebts(deps, tx, [topUp]);
}
