import { currencyExponent } from "../../../../core/currencies.js";
import { type AccountId, decodeId, type PaymentId } from "../../../../core/ids.js";
import { type Money, parseDecimal } from "../../../../core/money.js";
import {
  CLEARING_ACCOUNTS,
  type DecimalAmount,
  type PaymentNews,
  type PaymentProviderName,
} from "../../../../providers/ports/index.js";
import {
  ensureReceivedAsset,
  openWalletAccount,
  recallWalletAccounts,
  systemAccount,
} from "../../../books/ledger/index.js";
import * as queries from "../queries.js";
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
  const named = items.map((item) => ({ item, payment: found(item) }));
  await recallWalletAccounts(
    deps,
    named.flatMap(({ payment }) => (payment ? { walletId: payment.walletId, asset: payment.grantsAsset } : [])),
  );
  return Promise.all(
    named.map(async ({ item, payment }) => {
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
  const asset = await ensureReceivedAsset(deps, decimal.asset, currencyExponent(decimal.asset));
  // What is finer than the asset's scale cannot be booked in it; it is less than one unit and stays with the provider.
  const { amount } = parseDecimal(decimal.amount, asset.scale);
  return { amount, asset: decimal.asset };
}

async function openAccounts(
  deps: PaymentDeps,
  payment: Payment,
  monies: readonly (Money | undefined)[],
): Promise<Accounts> {
  const money: Map<string, { clearing: AccountId; deferred: AccountId; fees: AccountId; unexplained: AccountId }> =
    new Map();
  for (const asset of new Set(monies.flatMap((each) => each?.asset ?? []))) {
    const [clearing, deferred, fees, unexplained] = await Promise.all([
      systemAccount(deps, CLEARING_ACCOUNTS[payment.provider], asset),
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
