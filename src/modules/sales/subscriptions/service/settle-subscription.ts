import { MINUTE_MS } from "../../../../core/clock.js";
import type { Tx } from "../../../../db/client.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import type { SubscriptionCheckout, SubscriptionItem, SubscriptionNews } from "../../../../providers/ports/index.js";
import { findPlanOfPrice } from "../../catalog/index.js";
import * as queries from "../queries.js";
import { endsCases } from "../rules/dunning.js";
import {
  chooseItem,
  isLive,
  nextLook,
  type SubscriptionFacts,
  settleCheckout,
  settleSubscription,
} from "../rules/subscription.js";
import type { Subscription, SubscriptionId } from "../types.js";
import { billingOf, clear, type SubscriptionDeps } from "./deps.js";
import { endCases } from "./dunning.js";
import { moveSubscription } from "./move.js";

/** News of a subscription with everything looked up that may not be looked up inside the transaction. */
export interface PreparedSubscription {
  readonly subscriptionId: SubscriptionId;
  readonly news: SubscriptionNews;
  readonly planId: Subscription["planId"];
  /** The item that is the plan's. */
  readonly item: SubscriptionItem | undefined;
  /** The row's version before the provider was asked. */
  readonly observedVersion: number;
}

/** Finds the item whose price is one of ours: it is the plan's, wherever it stands in the list. */
export async function prepareNews(
  deps: SubscriptionDeps,
  row: Subscription,
  news: SubscriptionNews,
): Promise<PreparedSubscription> {
  const plans = await Promise.all(
    news.items.map(async (item) => ({
      item,
      plan: (await findPlanOfPrice(deps, row.provider, item.priceReference))?.plan.id ?? null,
    })),
  );
  const { planId, item } = chooseItem(plans, row.itemReference);
  return { subscriptionId: row.id, news, planId, item, observedVersion: row.version };
}

/**
 * Settles news of a subscription inside the caller's transaction. Reply, webhook and sweeper all come through here. Undefined,
 * and nothing written, when somebody else settled something since the row was read: ask the provider again.
 */
export async function settleNews(
  deps: SubscriptionDeps,
  tx: Tx,
  prepared: PreparedSubscription,
): Promise<Subscription | undefined> {
  const row = await queries.lockSubscription(tx, prepared.subscriptionId);
  if (!row) throw new Error(`subscription ${prepared.subscriptionId} disappeared`);
  const decision = settleSubscription(row, prepared.news, prepared);
  switch (decision.kind) {
    case "refetch":
      return undefined;
    case "foreign":
    case "nothing":
      return row;
    case "update":
      return change(deps, tx, row, decision.change);
  }
}

async function change(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Subscription,
  { status = row.status, ...facts }: Partial<SubscriptionFacts>,
): Promise<Subscription> {
  const cleared = isLive(status) ? { failure: null } : {};
  return moveSubscription(deps, tx, row, status, { ...facts, ...cleared }, async (updated) => {
    const invoice = updated.latestInvoiceReference;
    if (invoice !== null && invoice !== row.latestInvoiceReference) await lookSoon(deps, tx, updated.provider, invoice);
    if (endsCases(updated)) await endCases(deps, tx, updated);
  });
}

// Its webhook comes in a moment, as a rule, and then there is nothing left to do.
const lookSoon = (deps: SubscriptionDeps, tx: Tx, provider: Subscription["provider"], invoiceReference: string) =>
  enqueueJob(
    tx,
    "invoices:look",
    { provider, invoiceReference },
    { key: `invoices:look:${provider}:${invoiceReference}`, runAt: new Date(deps.clock.now().getTime() + MINUTE_MS) },
  );

/** Settles where the hosted page stands. It names the subscription that came of it, and grants nothing. */
export async function settlePage(
  deps: SubscriptionDeps,
  tx: Tx,
  id: SubscriptionId,
  page: SubscriptionCheckout,
): Promise<Subscription> {
  const row = await queries.lockSubscription(tx, id);
  if (!row) throw new Error(`subscription ${id} disappeared`);
  const { status, ...facts } = settleCheckout(row, page);
  if (status !== undefined) return moveSubscription(deps, tx, row, status, facts);
  if (Object.keys(facts).length === 0) return row;
  const nextCheckAt = nextLook(deps.clock, row, 0);
  return queries.updateSubscription(tx, id, { ...facts, nextCheckAt, checks: 0, updatedAt: deps.clock.now() });
}

const ROUNDS_MAX = 4;

/**
 * Settles one answer of the provider about a subscription that was read before it was asked, in a transaction of its own. When
 * that was overtaken, the provider is asked again. Throws when it gives no clear answer then.
 */
export async function settleReply(
  deps: SubscriptionDeps,
  observed: Subscription,
  news: SubscriptionNews,
): Promise<Subscription> {
  const billing = billingOf(deps, observed.provider);
  let row = observed;
  let told = news;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const prepared = await prepareNews(deps, row, told);
    const settled = await deps.db.transaction((tx) => settleNews(deps, tx, prepared));
    if (settled) return settled;
    row = (await queries.findSubscription(deps.db.read, row.id)) ?? row;
    told = clear(billing, await billing.getSubscription(news.providerReference));
  }
  throw new Error(`subscription ${observed.id} keeps changing`);
}

/** Looks a subscription up and settles what the provider says. */
export async function lookUp(deps: SubscriptionDeps, row: Subscription, reference: string): Promise<Subscription> {
  const billing = billingOf(deps, row.provider);
  return settleReply(deps, row, clear(billing, await billing.getSubscription(reference)));
}
