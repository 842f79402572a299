import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { AppError } from "../../../../core/errors.js";
import { newId, type PaymentId, type TransactionId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import type { PaymentNews } from "../../../../providers/ports/index.js";
import { type Posting, postTogether, repayDebts, type TopUp } from "../../../books/ledger/index.js";
import { emitEvents, type OutboxEvent } from "../../../news/outbox/index.js";
import { type AuditRecord, recordAudit } from "../../../trust/audit/index.js";
import * as queries from "../queries.js";
import { type Change, type Decision, nextCheck, settle } from "../rules/settle.js";
import type { Payment } from "../types.js";
import type { PaymentDeps } from "./deps.js";
import { type NewsItem, type PreparedNews, prepareNews } from "./prepare-news.js";

/** What one settling transaction writes, gathered so that each table is written once however much news there is. */
interface Ledgering {
  readonly postings: (Posting & { asset: string })[];
  readonly audit: AuditRecord[];
  readonly events: OutboxEvent[];
  /** What was put into wallets: a debt is repaid out of it first. */
  readonly topUps: TopUp[];
}

/**
 * Settles news inside the caller's transaction: locks the payments in id order, decides each by `rules.settle`, and writes
 * status, transfers, audit and outbox. All callers come through here: replies, webhooks, the sweeper and the reconciler.
 */
export async function settleInTransaction(
  deps: PaymentDeps,
  tx: Tx,
  items: readonly PreparedNews[],
): Promise<{ outcomes: Decision["kind"][]; payments: Map<PaymentId, Payment> }> {
  const payments = new Map<PaymentId, Payment>();
  const ids = [...new Set(items.map((item) => item.paymentId))];
  for (const row of ids.length > 0 ? await queries.lockPayments(tx, ids) : []) payments.set(row.id, row);
  const gathered: Ledgering = { postings: [], audit: [], events: [], topUps: [] };
  const outcomes: Decision["kind"][] = [];
  const changed = new Set<PaymentId>();
  for (const item of items) {
    const payment = payments.get(item.paymentId);
    if (!payment) throw new Error(`payment ${item.paymentId} disappeared`);
    const decision = settle(payment, item.settle);
    outcomes.push(decision.kind);
    if (decision.kind === "nothing" || decision.kind === "refetch") continue;
    const updated = await apply(deps, tx, payment, item, decision, gathered);
    if (updated !== payment) changed.add(payment.id);
    payments.set(payment.id, updated);
  }
  await queries.writePayments(
    tx,
    [...changed].flatMap((id) => payments.get(id) ?? []),
  );
  await postTogether(tx, gathered.postings);
  await repayDebts(deps, tx, gathered.topUps);
  await recordAudit(deps, tx, gathered.audit);
  await emitEvents(deps, tx, gathered.events);
  return { outcomes, payments };
}

/** The payment as it is after the decision, still to be written. The same object when nothing changes. */
async function apply(
  deps: PaymentDeps,
  tx: Tx,
  payment: Payment,
  item: PreparedNews,
  decision: Exclude<Decision, { kind: "nothing" | "refetch" }>,
  gathered: Ledgering,
): Promise<Payment> {
  const transactionId = newId(deps.ids, "txn");
  const postings = decision.kind === "update" ? [] : bookMoney(deps, payment, item, decision, transactionId);
  if (decision.kind === "quarantine") {
    const isNew = await keepReceipt(deps, tx, payment, item, decision, transactionId);
    if (!isNew) return payment;
  }
  gathered.postings.push(...postings);
  if (decision.kind === "credit") {
    gathered.topUps.push(topUpOf(payment, item, transactionId));
    if (item.settle.news.hasRefunds) {
      await enqueueJob(tx, "refunds:look", { paymentId: payment.id }, { key: `refunds:look:${payment.id}` });
    }
    // Refunds and payouts stand above payments and hear of it by their jobs.
    if (payment.payout) {
      await enqueueJob(tx, "payouts:start", { paymentId: payment.id }, { key: `payouts:start:${payment.id}` });
    }
  }
  const updated: Payment = {
    ...payment,
    ...decision.change,
    ...(decision.kind === "credit"
      ? { transactionId, transferIds: postings.map((posting) => posting.id), succeededAt: deps.clock.now() }
      : {}),
    ...checkAgain(deps, payment, decision.change),
    version: payment.version + 1,
    updatedAt: deps.clock.now(),
  };
  announce(updated, payment, decision, gathered);
  if (payment.offSession && (updated.status !== payment.status || updated.failure?.code !== payment.failure?.code)) {
    await enqueueJob(tx, "top-ups:follow", { paymentId: payment.id }, { key: `top-ups:follow:${payment.id}` });
  }
  if (updated.status !== payment.status) deps.onPaymentStatus?.(payment.provider, updated.status);
  return updated;
}

const topUpOf = (payment: Payment, item: PreparedNews, transactionId: TransactionId): TopUp => ({
  walletId: payment.walletId,
  account: item.accounts.wallet,
  asset: payment.grantsAsset,
  amount: payment.grantsAmount,
  transactionId,
  key: `${item.provider}:${item.settle.news.moneyReference}`,
  source: payment.id,
  actor: SYSTEM_ACTOR,
});

function checkAgain(deps: PaymentDeps, payment: Payment, change: Change) {
  const status = change.status ?? payment.status;
  // A new status starts the schedule again; facts alone leave it as it is.
  if (status === payment.status) return {};
  return change.reviewReason ? { nextCheckAt: null } : { nextCheckAt: nextCheck(deps.clock, status, 0), checks: 0 };
}

/** The transfers of money that came: what arrived, what the provider kept, and what the customer gets for it. */
function bookMoney(
  deps: PaymentDeps,
  payment: Payment,
  item: PreparedNews,
  decision: Extract<Decision, { kind: "credit" | "quarantine" }>,
  transactionId: TransactionId,
): (Posting & { asset: string })[] {
  const { received, fee } = decision;
  const accounts = item.accounts.money.get(received.asset);
  const feeAccounts = fee && item.accounts.money.get(fee.asset);
  if (!accounts) throw new Error(`accounts for ${received.asset} were not opened`);
  const isCredit = decision.kind === "credit";
  // The business reference, not the event: whatever brings the news, this money is booked once.
  const key = `${item.provider}:${item.settle.news.moneyReference}`;
  const common = { transactionId, source: payment.id, actor: SYSTEM_ACTOR, reference: item.settle.news.moneyReference };
  const postings: (Posting & { asset: string })[] = [
    {
      ...common,
      id: newId(deps.ids, "trf"),
      from: isCredit ? accounts.deferred : accounts.unexplained,
      to: accounts.clearing,
      amount: received.amount,
      asset: received.asset,
      type: isCredit ? "payment_received" : "unexplained_receipt",
      key: `${key}:received`,
    },
  ];
  if (fee && fee.amount > 0n && feeAccounts) {
    postings.push({
      ...common,
      id: newId(deps.ids, "trf"),
      from: feeAccounts.clearing,
      to: feeAccounts.fees,
      amount: fee.amount,
      asset: fee.asset,
      type: "provider_fee",
      key: `${key}:fee`,
    });
  }
  if (isCredit) {
    postings.push({
      ...common,
      id: newId(deps.ids, "trf"),
      from: item.accounts.issued,
      to: item.accounts.wallet,
      amount: payment.grantsAmount,
      asset: payment.grantsAsset,
      type: "purchase",
      key: `${key}:purchase`,
      description: payment.description,
    });
  }
  return postings;
}

function keepReceipt(
  deps: PaymentDeps,
  tx: Tx,
  payment: Payment,
  item: PreparedNews,
  decision: Extract<Decision, { kind: "quarantine" }>,
  transactionId: TransactionId,
): Promise<boolean> {
  const { moneyReference } = item.settle.news;
  if (moneyReference === undefined) throw new AppError("payments.no_money_reference", "Money without a reference.");
  return queries.insertReceipt(tx, {
    id: newId(deps.ids, "rcp"),
    provider: item.provider,
    moneyReference,
    paymentId: payment.id,
    reason: decision.reason,
    amount: decision.received.amount,
    asset: decision.received.asset,
    expectedAmount: payment.amount,
    expectedAsset: payment.currency,
    transactionId,
    createdAt: deps.clock.now(),
  });
}

function announce(updated: Payment, before: Payment, decision: Decision, gathered: Ledgering): void {
  const changed = updated.status !== before.status || updated.failure?.code !== before.failure?.code;
  if (!changed && decision.kind !== "quarantine") return;
  const action = decision.kind === "quarantine" ? "quarantined" : updated.status;
  const details = {
    status: updated.status,
    amount: Number(updated.amount),
    currency: updated.currency,
    ...(updated.failure ? { failureCode: updated.failure.code } : {}),
    ...(decision.kind === "quarantine"
      ? { reason: decision.reason, received: Number(decision.received.amount), receivedAsset: decision.received.asset }
      : {}),
  };
  gathered.audit.push({ actor: SYSTEM_ACTOR, action: `payment.${action}`, resource: updated.id, details });
  gathered.events.push({
    type: `payment.${action}`,
    resource: updated.id,
    customerId: updated.customerId,
    data: details,
  });
}

/** Settles one answer of the provider about a known payment, in a transaction of its own. Returns the payment after it. */
export async function settleReply(
  deps: PaymentDeps,
  payment: Payment,
  news: PaymentNews,
  observedVersion: number,
): Promise<Payment> {
  const item: NewsItem = {
    provider: payment.provider,
    news: { ...news, paymentId: payment.id },
    from: { kind: "reply", observedVersion },
  };
  const [prepared] = await prepareNews(deps, [item]);
  if (!prepared || "unknown" in prepared) throw new Error(`payment ${payment.id} disappeared`);
  const { payments } = await deps.db.transaction((tx) => settleInTransaction(deps, tx, [prepared]));
  return payments.get(payment.id) ?? payment;
}
