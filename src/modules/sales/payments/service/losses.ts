import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId, type PaymentId, type TransactionId } from "../../../../core/ids.js";
import type { Db, Tx } from "../../../../db/client.js";
import type { Actor } from "../../../../kernel/charts.js";
import {
  debtAccountOf,
  openWalletAccount,
  postTogether,
  repayDebts,
  systemAccount,
  takeBack,
} from "../../../books/ledger/index.js";
import { recordClaim } from "../../../books/lots/index.js";
import * as queries from "../queries.js";
import { credit, type Losing, leftToRefund, lose, statusAfterLoss } from "../rules/losses.js";
import type { Payment } from "../types.js";
import type { PaymentDeps } from "./deps.js";
import { loseOfPayment } from "./move.js";

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

// The others of its invoice are held with it, all in one order: what one loses may become another's.
async function hold(tx: Tx, id: PaymentId): Promise<Payment | undefined> {
  const seen = await queries.findPayment(tx, id);
  const together = seen ? await queries.lockTogether(tx, seen) : [];
  return together.find((each) => each.id === id);
}

/** A paid payment, held until the transaction ends; undefined when it is not paid (yet). */
export async function lockPaidPayment(tx: Tx, id: PaymentId): Promise<Payment | undefined> {
  const payment = await hold(tx, id);
  return payment?.transactionId ? payment : undefined;
}

/**
 * A payment whose money came, held likewise: paid, or not what was asked for and kept aside (`reviewReason`), in which case it
 * granted nothing.
 */
export async function lockReceivedPayment(tx: Tx, id: PaymentId): Promise<Payment | undefined> {
  const payment = await hold(tx, id);
  return payment?.transactionId || payment?.reviewReason ? payment : undefined;
}

/** What can be refunded of a paid payment; see `leftToRefund`. */
export const findLeft = async (db: Db, payment: Payment): Promise<bigint> =>
  leftToRefund(await queries.listTogether(db, payment), payment.id);

/** What a refund of so much would take back of what was granted. */
export async function previewLoss(db: Db, payment: Payment, refunded: bigint): Promise<bigint> {
  const together = await queries.listTogether(db, payment);
  const taken = (rows: readonly Losing[]) => rows.reduce((sum, { grantsTakenBack }) => sum + grantsTakenBack, 0n);
  return taken(lose(together, { id: payment.id, refunded, disputed: 0n })) - taken(together);
}

/** How a change of losses is booked. */
interface Cause {
  /** The business reference of the change: it is made once. */
  readonly key: string;
  /** Who causes it, in the chart's words; the provider when absent. */
  readonly by?: Actor;
  /** What caused it, e.g. a refund's id. */
  readonly source: string;
  /** What the customer's statement says of it. */
  readonly description?: string | undefined;
  readonly transactionId: TransactionId;
  readonly accounts: GrantAccounts;
}

/** A change of what a payment has lost. */
export interface Loss extends Cause {
  readonly payment: Payment;
  /** Changes of the sums, in minor units of the currency; negative when money comes back. */
  readonly refunded?: bigint;
  readonly disputed?: bigint;
}

/**
 * Books what a change of a payment's losses does to what it granted: in proportion, and exact over any series of changes,
 * since what is taken follows from the sums alone. Refund and dispute together never take more than was paid for. What the
 * customer has spent becomes a debt; what is given again repays it first. The caller holds the payment's lock.
 */
export async function applyLoss(
  deps: PaymentDeps,
  tx: Tx,
  { payment: { id, invoiceId }, refunded = 0n, disputed = 0n, ...cause }: Loss,
): Promise<void> {
  const before = await queries.lockTogether(tx, { id, invoiceId });
  const after = lose(before, { id, refunded, disputed });
  for (const [index, payment] of before.entries()) {
    const key = payment.id === id ? cause.key : `${cause.key}:${payment.id}`;
    await book(deps, tx, payment, after[index] ?? payment, { ...cause, key });
  }
}

/**
 * Books what was credited of an invoice in all, after it was paid, as losses of its payments: to the customer that is money given
 * back as any other. The sum counts, so a note that is voided gives again.
 */
export async function applyCredit(
  deps: PaymentDeps,
  tx: Tx,
  { ids, credited, ...cause }: Cause & { readonly ids: readonly PaymentId[]; readonly credited: bigint },
): Promise<void> {
  const before = ids.length > 0 ? await queries.lockPayments(tx, ids) : [];
  const after = credit(before, credited);
  for (const [index, payment] of before.entries()) {
    await book(deps, tx, payment, after[index] ?? payment, { ...cause, key: `${cause.key}:${payment.id}` });
  }
}

async function book(
  deps: PaymentDeps,
  tx: Tx,
  payment: Payment,
  { amountRefunded, amountCredited, amountDisputed, grantsTakenBack }: Losing,
  { key, by = "provider", accounts, transactionId, source, description }: Cause,
): Promise<void> {
  const isSame =
    amountRefunded === payment.amountRefunded &&
    amountCredited === payment.amountCredited &&
    amountDisputed === payment.amountDisputed;
  if (isSame) return;
  const change = grantsTakenBack - payment.grantsTakenBack;
  const wallet = { walletId: payment.walletId, account: accounts.wallet, asset: payment.grantsAsset };
  const common = { ...wallet, transactionId, source, actor: SYSTEM_ACTOR, key };
  const { issued: to, debt: debtAccount } = accounts;
  if (change > 0n) {
    const { transferId } = await takeBack(deps, tx, { ...common, description, amount: change, to, debtAccount });
    if (transferId) await recordClaim(tx, transferId, payment.id);
  }
  if (change < 0n) await restore(deps, tx, payment.id, { ...common, amount: -change }, accounts);
  const sums = { amountRefunded, amountCredited, amountDisputed, grantsTakenBack };
  await loseOfPayment(deps, tx, payment, statusAfterLoss(payment, amountRefunded, amountDisputed), by, sums);
}

async function restore(
  deps: PaymentDeps,
  tx: Tx,
  paymentId: PaymentId,
  topUp: Parameters<typeof repayDebts>[2][number],
  accounts: GrantAccounts,
): Promise<void> {
  const { amount, asset, key, transactionId, source, actor } = topUp;
  const [restored] = await postTogether(tx, [
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
  if (restored?.outcome === "posted") await recordClaim(tx, restored.transferId, paymentId);
  await repayDebts(deps, tx, [topUp]);
}
