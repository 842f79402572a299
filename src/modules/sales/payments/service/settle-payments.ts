import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { AppError } from "../../../../core/errors.js";
import { newId, type PaymentId, type TransactionId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import { tell } from "../../../../kernel/listeners.js";
import type { PaymentNews } from "../../../../providers/ports/index.js";
import { isPosted, type Posting, postTogether, repayDebts, type TopUp } from "../../../books/ledger/index.js";
import { type Coming, recordLots } from "../../../books/lots/index.js";
import * as queries from "../queries.js";
import { termsOf } from "../rules/lot-terms.js";
import { type Decision, settle } from "../rules/settle.js";
import type { Payment } from "../types.js";
import type { PaymentDeps } from "./deps.js";
import { type Moves, movePayment, noMoves, notePayment, writeMoves } from "./move.js";
import { type NewsItem, type PreparedNews, prepareNews } from "./prepare-news.js";

/** What one settling transaction writes, gathered so that each table is written once however much news there is. */
interface Gathered {
  readonly moves: Moves;
  readonly postings: (Posting & { asset: string })[];
  /** What was put into wallets: a debt is repaid out of it first. */
  readonly topUps: TopUp[];
  /** What was agreed about what was put into wallets, by the key of its transfer. */
  readonly coming: Map<string, Omit<Coming, "transferId">>;
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
  const gathered: Gathered = { moves: noMoves(), postings: [], topUps: [], coming: new Map() };
  const outcomes: Decision["kind"][] = [];
  for (const item of items) {
    const payment = payments.get(item.paymentId);
    if (!payment) throw new Error(`payment ${item.paymentId} disappeared`);
    const decision = settle(payment, item.settle);
    outcomes.push(decision.kind);
    if (decision.kind === "nothing" || decision.kind === "refetch") continue;
    payments.set(payment.id, await apply(deps, tx, payment, item, decision, gathered));
  }
  await writeMoves(deps, tx, gathered.moves, async () => {
    await postAndRecord(deps, tx, gathered);
    await repayDebts(deps, tx, gathered.topUps);
  });
  return { outcomes, payments };
}

/** The payment as it is after the decision, still to be written. The same object when nothing changes. */
async function apply(
  deps: PaymentDeps,
  tx: Tx,
  payment: Payment,
  item: PreparedNews,
  decision: Exclude<Decision, { kind: "nothing" | "refetch" }>,
  gathered: Gathered,
): Promise<Payment> {
  const transactionId = newId(deps.ids, "txn");
  const postings = decision.kind === "update" ? [] : bookMoney(deps, payment, item, decision, transactionId);
  if (decision.kind === "quarantine") {
    const isNew = await keepReceipt(deps, tx, payment, item, decision, transactionId);
    if (!isNew) return payment;
  }
  gathered.postings.push(...postings);
  if (decision.kind === "credit") {
    const topUp = topUpOf(payment, item, transactionId);
    gathered.topUps.push(topUp);
    gathered.coming.set(`${topUp.key}:purchase`, { ...topUp, terms: termsOf(payment, deps.clock.now()) });
    await tell(deps, tx, "payment.credited", {
      paymentId: payment.id,
      hasRefunds: item.settle.news.hasRefunds === true,
      hasPayout: payment.payout !== null,
    });
  }
  const { status: to, ...facts } = decision.change;
  const booked =
    decision.kind === "credit"
      ? { transactionId, transferIds: postings.map((posting) => posting.id), succeededAt: deps.clock.now() }
      : {};
  const change = { ...facts, ...booked };
  const details = (after: Payment) => detailsOf(after, decision);
  const event = decision.kind === "quarantine" ? "payment.quarantined" : undefined;
  const updated =
    to === undefined
      ? notePayment(deps, gathered.moves, payment, change, event && { event, details })
      : movePayment(deps, gathered.moves, payment, to, { by: "provider", event, change, details });
  if (payment.offSession && (updated.status !== payment.status || updated.failure?.code !== payment.failure?.code)) {
    await tell(deps, tx, "payment.moved_off_session", { paymentId: payment.id });
  }
  return updated;
}

/** Posts what was gathered, and writes down what was agreed about the credits that came. */
async function postAndRecord(deps: PaymentDeps, tx: Tx, { postings, coming }: Gathered): Promise<void> {
  const results = await postTogether(tx, postings);
  const come = results.flatMap((result, index) => {
    const lot = coming.get(postings[index]?.key ?? "");
    return lot && isPosted(result) && result.outcome === "posted" ? [{ ...lot, transferId: result.transferId }] : [];
  });
  await recordLots(deps, tx, come);
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

const detailsOf = ({ amount, currency, failure }: Payment, decision: Decision) => ({
  amount: Number(amount),
  currency,
  ...(failure ? { failureCode: failure.code } : {}),
  ...(decision.kind === "quarantine"
    ? { reason: decision.reason, received: Number(decision.received.amount), receivedAsset: decision.received.asset }
    : {}),
});

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
