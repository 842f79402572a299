import { SYSTEM_ACTOR } from "../../../core/access.js";
import { currencyExponent } from "../../../core/currencies.js";
import { AppError } from "../../../core/errors.js";
import { type AccountId, decodeId, newId, type PaymentId, type TransactionId } from "../../../core/ids.js";
import { type Money, parseDecimal } from "../../../core/money.js";
import type { Tx } from "../../../db/client.js";
import type { DecimalAmount, PaymentNews, PaymentProviderName } from "../../../providers/port.js";
import { type AuditRecord, recordAudit } from "../../audit/index.js";
import { ensureAsset, openWalletAccount, type Posting, postTogether, systemAccount } from "../../ledger/index.js";
import { emitEvents, type OutboxEvent } from "../../outbox/index.js";
import * as queries from "../queries.js";
import { type Change, type Decision, nextCheck, settle } from "../rules.js";
import type { Payment, SettleNews } from "../types.js";
import type { PaymentDeps } from "./deps.js";

/** One piece of news to settle, with everything looked up that may not be looked up inside the transaction. */
export interface PreparedNews {
  readonly provider: PaymentProviderName;
  readonly paymentId: PaymentId;
  readonly settle: SettleNews;
  readonly accounts: Accounts;
}

interface Accounts {
  readonly wallet: AccountId;
  readonly issued: AccountId;
  /** By asset: the accounts of money that came. */
  readonly money: ReadonlyMap<
    string,
    { clearing: AccountId; deferred: AccountId; fees: AccountId; unexplained: AccountId }
  >;
}

export interface NewsItem {
  readonly provider: PaymentProviderName;
  readonly news: PaymentNews;
  readonly from: SettleNews["from"];
}

/**
 * Looks up payments, assets and accounts for news, outside any transaction. An entry is undefined when no payment of ours
 * is meant. Throws when an amount cannot be read: that is never guessed.
 */
export async function prepareNews(
  deps: PaymentDeps,
  items: readonly NewsItem[],
): Promise<(PreparedNews | { unknown: boolean })[]> {
  const found = await findPayments(deps, items);
  return Promise.all(
    items.map(async (item) => {
      const payment = found(item);
      if (!payment) return { unknown: item.news.paymentId !== undefined };
      const received = await toMinorUnits(deps, item.news.received);
      const fee = await toMinorUnits(deps, item.news.fee);
      const accounts = await openAccounts(deps, payment, [received, fee]);
      const settleNews: SettleNews = { news: item.news, received, fee, from: item.from };
      return { provider: item.provider, paymentId: payment.id, settle: settleNews, accounts };
    }),
  );
}

// By our own id first, which the provider echoes: the webhook may come before we know the provider's reference.
async function findPayments(deps: PaymentDeps, items: readonly NewsItem[]) {
  const ids = items.flatMap(({ news }) => {
    const id = news.paymentId;
    return id !== undefined && decodeId("pay", id) !== undefined ? [id as PaymentId] : [];
  });
  const byId = new Map<string, Payment>();
  if (ids.length > 0) for (const row of await queries.findByIds(deps.db.read, [...new Set(ids)])) byId.set(row.id, row);
  const byReference = new Map<string, Payment>();
  const nameless = items.filter((item) => item.news.paymentId === undefined || !byId.has(item.news.paymentId));
  for (const provider of new Set(nameless.map((item) => item.provider))) {
    const references = nameless.flatMap(({ provider: p, news }) =>
      p === provider ? [news.providerReference, news.moneyReference ?? news.providerReference] : [],
    );
    for (const row of await queries.findByReferences(deps.db.read, provider, [...new Set(references)])) {
      for (const reference of [row.providerReference, row.moneyReference]) {
        if (reference !== null) byReference.set(`${provider} ${reference}`, row);
      }
    }
  }
  return ({ provider, news }: NewsItem): Payment | undefined => {
    const named = news.paymentId === undefined ? undefined : byId.get(news.paymentId);
    const payment =
      named ??
      byReference.get(`${provider} ${news.providerReference}`) ??
      byReference.get(`${provider} ${news.moneyReference}`);
    return payment?.provider === provider ? payment : undefined;
  };
}

/** The payment that a provider's object belongs to, if it is ours. */
export async function findPaymentFor(
  deps: PaymentDeps,
  provider: PaymentProviderName,
  named: Pick<PaymentNews, "paymentId" | "providerReference">,
): Promise<Payment | undefined> {
  const item: NewsItem = { provider, news: { ...named, status: "pending" }, from: { kind: "webhook" } };
  return (await findPayments(deps, [item]))(item);
}

async function toMinorUnits(deps: PaymentDeps, decimal: DecimalAmount | undefined): Promise<Money | undefined> {
  if (!decimal) return undefined;
  const asset = await ensureAsset(deps, decimal.asset, currencyExponent(decimal.asset));
  // What is finer than the asset's scale cannot be booked in it; it is less than one unit and stays with the provider.
  const { amount } = parseDecimal(decimal.amount, asset.scale);
  return { amount, asset: decimal.asset };
}

const CLEARING = { stripe: "stripe_clearing", coinbase: "coinbase_clearing" } as const;

async function openAccounts(
  deps: PaymentDeps,
  payment: Payment,
  monies: readonly (Money | undefined)[],
): Promise<Accounts> {
  const money: Map<string, { clearing: AccountId; deferred: AccountId; fees: AccountId; unexplained: AccountId }> =
    new Map();
  for (const asset of new Set(monies.flatMap((each) => each?.asset ?? []))) {
    const [clearing, deferred, fees, unexplained] = await Promise.all([
      systemAccount(deps, CLEARING[payment.provider], asset),
      systemAccount(deps, "deferred_revenue", asset),
      systemAccount(deps, "provider_fees", asset),
      systemAccount(deps, "unexplained", asset),
    ]);
    money.set(asset, { clearing, deferred, fees, unexplained });
  }
  return {
    wallet: await openWalletAccount(deps, payment.walletId, payment.grantsAsset),
    issued: await systemAccount(deps, "credits_issued", payment.grantsAsset),
    money,
  };
}

/** What one settling transaction writes, gathered so that each table is written once however much news there is. */
interface Ledgering {
  readonly postings: (Posting & { asset: string })[];
  readonly audit: AuditRecord[];
  readonly events: OutboxEvent[];
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
  const gathered: Ledgering = { postings: [], audit: [], events: [] };
  const outcomes: Decision["kind"][] = [];
  for (const item of items) {
    const payment = payments.get(item.paymentId);
    if (!payment) throw new Error(`payment ${item.paymentId} disappeared`);
    const decision = settle(payment, item.settle);
    outcomes.push(decision.kind);
    if (decision.kind === "nothing" || decision.kind === "refetch") continue;
    payments.set(payment.id, await apply(deps, tx, payment, item, decision, gathered));
  }
  await postTogether(tx, gathered.postings);
  await recordAudit(deps, tx, gathered.audit);
  await emitEvents(deps, tx, gathered.events);
  return { outcomes, payments };
}

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
  const updated = await queries.updatePayment(tx, payment.id, {
    ...decision.change,
    ...(decision.kind === "credit"
      ? { transactionId, transferIds: postings.map((posting) => posting.id), succeededAt: deps.clock.now() }
      : {}),
    ...checkAgain(deps, payment, decision.change),
    updatedAt: deps.clock.now(),
  });
  announce(updated, payment, decision, gathered);
  if (updated.status !== payment.status) deps.onPaymentStatus?.(payment.provider, updated.status);
  return updated;
}

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
  if (moneyReference === undefined)
    throw new AppError("payments.no_money_reference", 500, "Money without a reference.");
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
