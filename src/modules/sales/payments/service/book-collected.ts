import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { type AccountId, newId, type WalletId } from "../../../../core/ids.js";
import type { Money } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import { tell } from "../../../../kernel/listeners.js";
import { CLEARING_ACCOUNTS, type PaymentProviderName } from "../../../../providers/ports/index.js";
import {
  openWalletAccount,
  type Posting,
  type PostingResult,
  postTogether,
  repayDebts,
  systemAccount,
} from "../../../books/ledger/index.js";
import { recordLots, recordSchedule } from "../../../books/lots/index.js";
import { termsOf } from "../rules/lot-terms.js";
import type { Payment } from "../types.js";
import type { PaymentDeps } from "./deps.js";
import { beginPayment } from "./move.js";

/** Money that the provider collected by itself, for an invoice of a subscription. */
export interface Collected {
  readonly customerId: string;
  readonly walletId: WalletId;
  /** The invoice; it may be paid with several. */
  readonly invoiceId: NonNullable<Payment["invoiceId"]>;
  readonly provider: PaymentProviderName;
  readonly money: Money;
  /** What was really granted for it; may be nothing. */
  readonly grants: Money;
  /** What identifies the money: its PaymentIntent. */
  readonly moneyReference: string;
  /** The business reference, e.g. `stripe:in_...`: it is booked once. */
  readonly key: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly succeededAt: Date;
  /** What the plan says about the credits. */
  readonly credits: Pick<Payment, "creditsExpireAfter" | "creditsPriority">;
  /** The period that it was paid for, where its price is earned day by day. */
  readonly straightLine: { readonly start: Date; readonly end: Date } | undefined;
  readonly accounts: CollectedAccounts;
}

/** The accounts of collected money and what it grants, opened before any lock is held. */
export interface CollectedAccounts {
  readonly wallet: AccountId;
  readonly issued: AccountId;
  readonly clearing: AccountId;
  readonly deferred: AccountId;
}

export async function openCollectedAccounts(
  deps: PaymentDeps,
  { walletId, provider, currency, grantsAsset }: Pick<Payment, "walletId" | "provider" | "currency" | "grantsAsset">,
): Promise<CollectedAccounts> {
  return {
    wallet: await openWalletAccount(deps, walletId, grantsAsset),
    issued: await systemAccount(deps, "credits_issued", grantsAsset),
    clearing: await systemAccount(deps, CLEARING_ACCOUNTS[provider], currency),
    deferred: await systemAccount(deps, "deferred_revenue", currency),
  };
}

/**
 * Writes collected money down as a paid payment, with the transfers that any payment has, inside the caller's transaction: from
 * then on refunds, disputes and debts treat it as one. What it grants repays a debt first. A refund or a dispute may have come
 * before it, so both are looked for. The caller holds the lock of the thing that was paid for.
 */
export async function bookCollected(deps: PaymentDeps, tx: Tx, collected: Collected): Promise<Payment> {
  const { customerId, walletId, provider, money, grants, moneyReference, key, accounts, description } = collected;
  const id = newId(deps.ids, "pay");
  const transactionId = newId(deps.ids, "txn");
  const postings = bookingOf(deps, collected, { id, transactionId });
  const topUp = { walletId, account: accounts.wallet, transactionId, key, source: id, actor: SYSTEM_ACTOR };
  const row = {
    id,
    customerId,
    walletId,
    provider,
    flow: "invoice" as const,
    invoiceId: collected.invoiceId,
    status: "succeeded" as const,
    amount: money.amount,
    currency: money.asset,
    grantsAsset: grants.asset,
    grantsAmount: grants.amount,
    ...collected.credits,
    description,
    metadata: { ...collected.metadata },
    providerReference: moneyReference,
    moneyReference,
    transactionId,
    transferIds: postings.map((posting) => posting.id),
    createdBy: SYSTEM_ACTOR,
    succeededAt: collected.succeededAt,
  };
  const payment = await beginPayment(deps, tx, row, {
    by: "provider",
    actor: SYSTEM_ACTOR,
    action: "payment.succeeded",
    details: { amount: Number(money.amount), currency: money.asset },
    moving: async () => {
      const [, purchase] = await postTogether(tx, postings);
      await recordCollected(deps, tx, row, { accounts, straightLine: collected.straightLine, purchase });
      if (grants.amount > 0n) await repayDebts(deps, tx, [{ ...topUp, asset: grants.asset, amount: grants.amount }]);
      // Its refunds may have come before it.
      await tell(deps, tx, "payment.credited", { paymentId: id, hasRefunds: true, hasPayout: false });
    },
  });
  if (!payment) throw new Error(`payment ${id} exists`);
  tx.afterCommit(() => deps.onPaymentStatus?.(provider, "succeeded"));
  return payment;
}

/** Writes down what was agreed about the credits, and how the price is earned: by their use or by the days, never by both. */
async function recordCollected(
  deps: PaymentDeps,
  tx: Tx,
  payment: Pick<Payment, "walletId" | "grantsAsset" | "grantsAmount"> & Parameters<typeof termsOf>[0],
  {
    accounts,
    straightLine,
    purchase,
  }: Pick<Collected, "accounts" | "straightLine"> & { readonly purchase: PostingResult | undefined },
): Promise<void> {
  const { price, ...terms } = termsOf(payment, deps.clock.now());
  if (straightLine && price) await recordSchedule(deps, tx, { source: payment.id, price, ...straightLine });
  if (purchase?.outcome !== "posted") return;
  await recordLots(deps, tx, [
    {
      transferId: purchase.transferId,
      account: accounts.wallet,
      walletId: payment.walletId,
      asset: payment.grantsAsset,
      amount: payment.grantsAmount,
      terms: straightLine ? terms : { ...terms, price },
    },
  ]);
}

function bookingOf(
  deps: PaymentDeps,
  { money, grants, moneyReference, key, description, accounts }: Collected,
  { id, transactionId }: Pick<Payment, "id"> & { transactionId: NonNullable<Payment["transactionId"]> },
): (Posting & { asset: string })[] {
  const common = { transactionId, source: id, actor: SYSTEM_ACTOR, reference: moneyReference };
  const received = {
    ...common,
    id: newId(deps.ids, "trf"),
    from: accounts.deferred,
    to: accounts.clearing,
    ...money,
    type: "payment_received" as const,
    key: `${key}:received`,
  };
  if (grants.amount === 0n) return [received];
  const purchase = {
    ...common,
    id: newId(deps.ids, "trf"),
    from: accounts.issued,
    to: accounts.wallet,
    ...grants,
    type: "purchase" as const,
    key: `${key}:purchase`,
    description,
  };
  return [received, purchase];
}
