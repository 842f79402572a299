import { type Caller, maySeeCustomer, whoseRows } from "../../../../core/access.js";
import { DAY_MS } from "../../../../core/clock.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Listeners } from "../../../../kernel/listeners.js";
import { walletBalances } from "../../../books/ledger/index.js";
import { getPlan } from "../../catalog/index.js";
import { getCustomer } from "../../customers/index.js";
import { invoiceNotFound, subscriptionNotFound } from "../errors.js";
import type { InvoiceFilter, SubscriptionFilter } from "../queries.js";
import * as queries from "../queries.js";
import { isLive } from "../rules/subscription.js";
import type { DunningCase, Invoice, InvoiceCredit, InvoiceId, Subscription, SubscriptionId } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";
import { lookUpInvoice } from "./settle-invoice.js";

/** A subscription with the oldest open case about it. */
export interface SubscriptionView {
  readonly row: Subscription;
  readonly dunning: DunningCase | undefined;
}

/** An invoice with what each of its lines was for. */
export interface InvoiceView {
  readonly row: Invoice;
  readonly credits: ReadonlyMap<string, InvoiceCredit>;
}

/** A subscription that this caller may see. Throws `subscriptions.not_found` (404), also for somebody else's. */
export async function findVisible(deps: SubscriptionDeps, caller: Caller, id: SubscriptionId): Promise<Subscription> {
  const row = await queries.findSubscription(deps.db.read, id);
  if (!row || !maySeeCustomer(caller, row.customerId)) throw subscriptionNotFound(id);
  return row;
}

/** Rows with what is open about them. */
export async function viewAll(deps: SubscriptionDeps, rows: readonly Subscription[]): Promise<SubscriptionView[]> {
  const ids = rows.map(({ id }) => id);
  const cases = ids.length > 0 ? await queries.listOpenCases(deps.db.read, ids) : [];
  return rows.map((row) => ({ row, dunning: cases.find(({ subscriptionId }) => subscriptionId === row.id) }));
}

export async function view(deps: SubscriptionDeps, row: Subscription): Promise<SubscriptionView> {
  const [viewed] = await viewAll(deps, [row]);
  return viewed ?? { row, dunning: undefined };
}

/** A subscription that this caller may see, with what is open about it. Throws as findVisible does. */
export const getSubscription = async (deps: SubscriptionDeps, caller: Caller, id: SubscriptionId) =>
  view(deps, await findVisible(deps, caller, id));

/** Subscriptions, newest first; a customer sees its own. */
export async function listSubscriptions(
  deps: SubscriptionDeps,
  caller: Caller,
  filter: SubscriptionFilter,
  page: PageQuery,
): Promise<Page<SubscriptionView>> {
  const whose = whoseRows(caller, filter.customerId);
  if (!whose) return { data: [], nextCursor: null };
  const { data, nextCursor } = await pageById("sub", page, (before, limit) =>
    queries.listSubscriptions(deps.db.read, whose, filter, before, limit),
  );
  return { data: await viewAll(deps, data), nextCursor };
}

/** What a customer has and owes by subscription. Throws `customers.not_found` (404). */
export async function summarize(deps: SubscriptionDeps, caller: Caller, customerId: string) {
  await getCustomer(deps, caller, customerId);
  const ongoing = await queries.listOngoing(deps.db.read, customerId, ["failed", "incomplete_expired", "canceled"]);
  const subscriptions = await viewAll(deps, ongoing);
  const cycles = await Promise.all(
    ongoing
      .filter(({ status, planId }) => isLive(status) && planId !== null)
      .map(async ({ id, planId, quantity }) => {
        const plan = await getPlan(deps, planId ?? "");
        return {
          subscriptionId: id,
          asset: plan.grantsAsset,
          amount: plan.grantsAmount * BigInt(quantity),
          interval: plan.interval,
          intervalCount: plan.intervalCount,
        };
      }),
  );
  const [walletId] = ongoing.map((row) => row.walletId);
  const frozen = walletId ? (await walletBalances(deps, walletId)).filter((each) => each.frozen) : [];
  return {
    subscriptions,
    cycles,
    frozenAssets: frozen.map(({ asset }) => asset),
    openInvoices: await queries.sumOpen(deps.db.read, customerId),
  };
}

const OVER = ["failed", "incomplete", "incomplete_expired", "canceled"] as const;

/** What subscriptions are told. Those that will be collected again need a method to pay with. */
export const subscriptionListeners: Listeners = {
  "payment_method.last_leaving": async (tx, { customerId, provider, needs }) => {
    for (const { id, cancelAt, provider: by } of await queries.listOngoing(tx, customerId, OVER)) {
      if (cancelAt === null && by === provider) needs({ kind: "subscription", id });
    }
  },
};

async function viewInvoices(deps: SubscriptionDeps, rows: readonly Invoice[]): Promise<InvoiceView[]> {
  const ids = rows.map(({ id }) => id);
  const credits = ids.length > 0 ? await queries.listCredits(deps.db.read, ids) : [];
  return rows.map((row) => ({
    row,
    credits: new Map(
      credits.filter(({ invoiceId }) => invoiceId === row.id).map((each) => [each.lineReference, each] as const),
    ),
  }));
}

export async function viewInvoice(deps: SubscriptionDeps, row: Invoice): Promise<InvoiceView> {
  const [viewed] = await viewInvoices(deps, [row]);
  return viewed ?? { row, credits: new Map() };
}

/** An invoice that this caller may see. Throws `invoices.not_found` (404), also for somebody else's. */
export async function findVisibleInvoice(deps: SubscriptionDeps, caller: Caller, id: InvoiceId): Promise<Invoice> {
  const row = await queries.findInvoice(deps.db.read, id);
  if (!row || !maySeeCustomer(caller, row.customerId)) throw invoiceNotFound(id);
  return row;
}

/** The links to the provider's pages run out after some weeks. */
const STALE_AFTER_MS = DAY_MS;

/** An invoice as it was last looked up; looked up anew when that was long ago and the provider answers. Throws as above. */
export async function getInvoice(deps: SubscriptionDeps, caller: Caller, id: InvoiceId): Promise<InvoiceView> {
  const row = await findVisibleInvoice(deps, caller, id);
  const isStale = deps.clock.now().getTime() - row.lookedUpAt.getTime() > STALE_AFTER_MS;
  if (!isStale || !deps.billingProviders.has(row.provider)) return viewInvoice(deps, row);
  const fresh = await lookUpInvoice(deps, row.provider, row.providerReference).catch(() => undefined);
  return viewInvoice(deps, fresh ?? row);
}

/** A customer's invoices, newest first. Throws `customers.not_found` (404). */
export async function listInvoices(
  deps: SubscriptionDeps,
  caller: Caller,
  filter: InvoiceFilter & { readonly customerId: string },
  page: PageQuery,
): Promise<Page<InvoiceView>> {
  await getCustomer(deps, caller, filter.customerId);
  const { data, nextCursor } = await pageById("inv", page, (before, limit) =>
    queries.listInvoices(deps.db.read, filter, before, limit),
  );
  return { data: await viewInvoices(deps, data), nextCursor };
}
