import { currencyExponent } from "../../../../core/currencies.js";
import { type AccountId, decodeId } from "../../../../core/ids.js";
import { parseSignedDecimal } from "../../../../core/money.js";
import type {
  BillingProviderName,
  InvoiceLine,
  InvoiceNews,
  SubscriptionNews,
} from "../../../../providers/ports/index.js";
import { isHidden } from "../../../../providers/ports/index.js";
import { debtAccountOf, ensureAsset, openWalletAccount, systemAccount } from "../../../books/ledger/index.js";
import { findPlanOfPrice, getPlan, type Plan } from "../../catalog/index.js";
import { type GrantAccounts, openCollectedAccounts, openGrantAccounts } from "../../payments/index.js";
import * as queries from "../queries.js";
import type { InvoiceFacts } from "../rules/invoice.js";
import type { Invoice, Line, StoredLine, Subscription, SubscriptionId } from "../types.js";
import { billingOf, clear, type SubscriptionDeps } from "./deps.js";
import { type PreparedSubscription, prepareNews } from "./settle-subscription.js";

/** The accounts that an invoice's credits of one asset touch, opened before any lock is held. */
export interface CreditAccounts {
  readonly wallet: AccountId;
  readonly issued: AccountId;
  readonly expired: AccountId;
  readonly debt: AccountId;
}

/** News of an invoice with everything looked up that may not be looked up inside the transaction. */
export interface PreparedInvoice {
  readonly subscriptionId: SubscriptionId;
  readonly news: InvoiceNews;
  readonly facts: InvoiceFacts;
  readonly lines: readonly Line[];
  /** The subscription's plan: what failing to pay comes to. */
  readonly plan: Plan | undefined;
  /** By asset. Empty unless it is paid. */
  readonly accounts: ReadonlyMap<string, CreditAccounts>;
  /** The accounts of the money, when it was paid with some, and each payment of it. */
  readonly money:
    | {
        readonly asset: string;
        readonly accounts: CollectedAccounts;
        readonly payments: readonly { readonly moneyReference: string; readonly amount: bigint }[];
      }
    | undefined;
  /** What was taken off before it was paid. */
  readonly creditedBefore: bigint;
  /** The accounts of what its payments granted, when more or less of it was given back than we know. */
  readonly given: GrantAccounts | undefined;
  /** The row's version before the provider was asked; null when there was none. */
  readonly observedVersion: number | null;
  /** How the subscription stands, when that decides about a failure. */
  readonly subscription: PreparedSubscription | undefined;
}

type CollectedAccounts = Awaited<ReturnType<typeof openCollectedAccounts>>;

/** The subscription of ours that a provider's invoice belongs to. */
export async function findOwner(
  deps: SubscriptionDeps,
  provider: BillingProviderName,
  news: InvoiceNews,
): Promise<Subscription | undefined> {
  const { subscriptionId, subscriptionReference } = news;
  const byReference =
    subscriptionReference === undefined
      ? undefined
      : await queries.findSubscriptionByReference(deps.db.read, provider, subscriptionReference);
  if (byReference) return byReference;
  const named = isOurId(subscriptionId) ? await queries.findSubscription(deps.db.read, subscriptionId) : undefined;
  // Metadata can be copied by hand to another subscription; ours is the one that it was made for.
  return named?.provider === provider && named.providerReference === null ? named : undefined;
}

const isOurId = (id: string | undefined): id is SubscriptionId => id !== undefined && decodeId("sub", id) !== undefined;

/** An invoice as its provider has it, with what the mirror had of it before that. */
export interface FetchedInvoice {
  readonly provider: BillingProviderName;
  readonly row: Invoice | undefined;
  readonly news: InvoiceNews;
}

/**
 * Looks an invoice up, with what the mirror had of it before that. Undefined when neither we nor the provider know it. Throws
 * when the provider gives no clear answer.
 */
export async function fetchInvoice(
  deps: SubscriptionDeps,
  provider: BillingProviderName,
  reference: string,
): Promise<FetchedInvoice | undefined> {
  const billing = billingOf(deps, provider);
  const row = await queries.findInvoiceByReference(deps.db.read, provider, reference);
  const answer = await billing.getInvoice(reference);
  // A draft of somebody else's that was deleted, or an object that our key does not see: there is nothing to wait for.
  return !row && isHidden(answer) ? undefined : { provider, row, news: clear(billing, answer) };
}

/**
 * Reads an invoice's amounts and opens its accounts. Undefined when it is of no subscription of ours. Throws when an amount
 * cannot be read: that is never guessed.
 */
export async function prepareInvoice(
  deps: SubscriptionDeps,
  found: FetchedInvoice | undefined,
): Promise<PreparedInvoice | undefined> {
  if (!found) return undefined;
  const { provider, row, news } = found;
  const owner = await findOwner(deps, provider, news);
  if (!owner) return undefined;
  const { scale } = await ensureAsset(deps, news.currency, currencyExponent(news.currency));
  const lines = await Promise.all(news.lines.map((line) => readLine(deps, provider, line, scale)));
  const plan = owner.planId === null ? undefined : await getPlan(deps, owner.planId);
  const facts = factsOf(news, lines, scale);
  const isPaid = facts.status === "paid" && !row?.bookedAt;
  const grantsAsset = assetOf(lines, plan);
  const isCredited = facts.credited !== (row?.credited ?? 0n);
  return {
    subscriptionId: owner.id,
    news,
    facts,
    lines,
    plan,
    accounts: isPaid ? await openCreditAccounts(deps, owner, lines) : new Map(),
    money:
      isPaid && facts.amountPaid > 0n ? await openMoney(deps, owner, news, { asset: grantsAsset, scale }) : undefined,
    creditedBefore: parseSignedDecimal(news.creditedBefore.amount, scale),
    given: isCredited ? await openGrantAccounts(deps, { walletId: owner.walletId, grantsAsset }) : undefined,
    observedVersion: row?.version ?? null,
    subscription: await standingOf(deps, owner, news),
  };
}

/** The asset of an invoice's payment: what its lines give first. */
export const assetOf = (lines: readonly Line[], plan: Plan | undefined): string => {
  const giving = lines.find(({ terms, proration, amount }) => terms && (!proration || amount > 0n));
  return giving?.terms?.asset ?? lines.find(({ terms }) => terms)?.terms?.asset ?? plan?.grantsAsset ?? "CREDIT";
};

/** A line of a provider's invoice in minor units, with the plan of its price. Throws when an amount cannot be read. */
export async function readLine(
  deps: SubscriptionDeps,
  provider: BillingProviderName,
  line: InvoiceLine,
  scale: number,
): Promise<Line> {
  const { lineReference, description, quantity, proration, periodStart, periodEnd } = line;
  const found =
    line.priceReference === undefined ? undefined : await findPlanOfPrice(deps, provider, line.priceReference);
  return {
    lineReference,
    description,
    quantity,
    proration,
    periodStart,
    periodEnd,
    amount: parseSignedDecimal(line.amount.amount, scale),
    discount: parseSignedDecimal(line.discount.amount, scale),
    priceReference: line.priceReference ?? null,
    terms: found ? termsOf(found.plan, BigInt(found.price.amount)) : null,
  };
}

/** What a plan says about the credits of its lines, at a price. */
export const termsOf = (plan: Plan, unitAmount: bigint): NonNullable<Line["terms"]> => ({
  planId: plan.id,
  asset: plan.grantsAsset,
  grants: plan.grantsAmount,
  trialGrants: plan.trialGrants,
  freeInvoices: plan.freeInvoices,
  renewal: { mode: plan.renewalMode, rolloverCap: plan.rolloverCap },
  credits: { creditsExpireAfter: plan.creditsExpireAfter, creditsPriority: plan.creditsPriority },
  recognition: plan.recognition,
  unitAmount,
  interval: plan.interval,
  intervalCount: plan.intervalCount,
});

async function openCreditAccounts(
  deps: SubscriptionDeps,
  { walletId }: Subscription,
  lines: readonly Line[],
): Promise<Map<string, CreditAccounts>> {
  const accounts = new Map<string, CreditAccounts>();
  for (const asset of new Set(lines.flatMap(({ terms }) => terms?.asset ?? []))) {
    accounts.set(asset, {
      wallet: await openWalletAccount(deps, walletId, asset),
      issued: await systemAccount(deps, "credits_issued", asset),
      expired: await systemAccount(deps, "credits_expired", asset),
      debt: await debtAccountOf(deps, asset),
    });
  }
  return accounts;
}

async function openMoney(
  deps: SubscriptionDeps,
  { walletId, provider }: Subscription,
  { currency, payments }: InvoiceNews,
  { asset, scale }: { readonly asset: string; readonly scale: number },
): Promise<PreparedInvoice["money"]> {
  // Without one nothing was to be paid, or it was paid elsewhere and its money is not the provider's to hold.
  if (payments.length === 0) return undefined;
  return {
    asset,
    accounts: await openCollectedAccounts(deps, { walletId, provider, currency, grantsAsset: asset }),
    payments: payments.map(({ moneyReference, amount }) => ({
      moneyReference,
      amount: parseSignedDecimal(amount.amount, scale),
    })),
  };
}

// An upgrade that fails to be paid leaves the old plan as it is; whether it waits, the subscription says.
async function standingOf(
  deps: SubscriptionDeps,
  owner: Subscription,
  news: InvoiceNews,
): Promise<PreparedSubscription | undefined> {
  const isFailedUpdate = news.status === "open" && news.attempts > 0 && news.billingReason === "subscription_update";
  if (!isFailedUpdate || news.subscriptionReference === undefined) return undefined;
  const billing = billingOf(deps, owner.provider);
  const standing: SubscriptionNews = clear(billing, await billing.getSubscription(news.subscriptionReference));
  return prepareNews(deps, owner, standing);
}

function factsOf(news: InvoiceNews, lines: readonly Line[], scale: number): InvoiceFacts {
  const units = ({ amount }: { readonly amount: string }) => parseSignedDecimal(amount, scale);
  return {
    number: news.number ?? null,
    status: news.status,
    billingReason: news.billingReason,
    currency: news.currency,
    total: units(news.total),
    amountDue: units(news.amountDue),
    amountPaid: units(news.amountPaid),
    amountRemaining: units(news.amountRemaining),
    credited: units(news.creditedAfter),
    lines: lines.map(toStored),
    hostedUrl: news.hostedUrl ?? null,
    pdfUrl: news.pdfUrl ?? null,
    clientSecret: news.clientSecret ?? null,
    attempts: news.attempts,
    nextAttemptAt: news.nextAttemptAt ?? null,
    failure: news.failure ?? null,
    requiresAction: news.requiresAction,
    finalizedAt: news.finalizedAt ?? null,
    paidAt: news.paidAt ?? null,
    issuedAt: news.createdAt,
  };
}

const toStored = (line: Line): StoredLine => ({
  lineReference: line.lineReference,
  description: line.description.slice(0, 500),
  amount: line.amount.toString(),
  discount: line.discount.toString(),
  quantity: line.quantity,
  priceReference: line.priceReference,
  planId: line.terms?.planId ?? null,
  proration: line.proration,
  periodStart: line.periodStart.toISOString(),
  periodEnd: line.periodEnd.toISOString(),
});
