import { askOnce } from "../../../../kernel/asking.js";
import type { ProviderResult, SubscriptionNews } from "../../../../providers/ports/index.js";
import * as queries from "../queries.js";
import { tryAgainAt } from "../rules/dunning.js";
import { isFinal } from "../rules/subscription.js";
import type { DunningCase, Invoice, Subscription } from "../types.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { applied, freeze } from "./dunning.js";
import { lookUpInvoice } from "./settle-invoice.js";
import { settleReply } from "./settle-subscription.js";

/**
 * Does what a case's plan says once its grace is over, if the provider says that it is still unpaid: it may have been paid
 * there a moment ago, or long ago without a word to us.
 */
export async function applyConsequence(deps: SubscriptionDeps, dunned: DunningCase): Promise<void> {
  const invoice = await postpone(deps, dunned);
  if (!invoice) return;
  await lookUpInvoice(deps, invoice.provider, invoice.providerReference);
  if (dunned.consequence === "cancel") return cancelUnpaid(deps, dunned);
  await deps.db.transaction(async (tx) => {
    // The subscription first, always: who changes a case holds it.
    await queries.lockSubscription(tx, dunned.subscriptionId);
    const current = await queries.findCaseById(tx, dunned.id);
    if (current?.status === "open" && current.actAt) await freeze(deps, tx, current, "sweeper");
  });
}

/** When to ask again comes first: a question that always fails must not be asked without end. Undefined when it is settled. */
const postpone = (deps: SubscriptionDeps, dunned: DunningCase): Promise<Invoice | undefined> =>
  deps.db.transaction(async (tx) => {
    await queries.lockSubscription(tx, dunned.subscriptionId);
    const current = await queries.findCaseById(tx, dunned.id);
    if (current?.status !== "open" || !current.actAt) return undefined;
    await queries.updateCase(tx, dunned.id, { actAt: tryAgainAt(deps.clock) });
    return queries.findInvoice(tx, dunned.invoiceId);
  });

async function cancelUnpaid(deps: SubscriptionDeps, dunned: DunningCase): Promise<void> {
  return askOnce(deps, {
    name: "dunning.cancel",
    id: dunned.id,
    promise: async (tx) => {
      const row = await queries.lockSubscription(tx, dunned.subscriptionId);
      const current = await queries.findCaseById(tx, dunned.id);
      const isDue = current?.status === "open" && current.actAt !== null;
      if (!isDue || !row?.providerReference) return { settled: undefined };
      return { ask: { row, providerReference: row.providerReference } };
    },
    ask: ({ row, providerReference }) =>
      billingOf(deps, row.provider).cancelSubscription({
        providerReference,
        at: "now",
        idempotencyKey: `${dunned.id}:cancel`,
      }),
    settle: ({ row, providerReference }, asked) => settleCanceled(deps, dunned, row, providerReference, asked),
  });
}

async function settleCanceled(
  deps: SubscriptionDeps,
  dunned: DunningCase,
  subscription: Subscription,
  providerReference: string,
  asked: ProviderResult<SubscriptionNews>,
): Promise<void> {
  // Canceled already, perhaps by us and the answer was lost: what it is now is looked up.
  const { provider } = subscription;
  const told =
    asked.outcome === "rejected" ? await billingOf(deps, provider).getSubscription(providerReference) : asked;
  if (told.outcome !== "accepted") throw new Error(`${provider} answered ${told.outcome} to canceling`, causeOf(told));
  const settled = await settleReply(deps, subscription, told.value);
  if (!isFinal(settled.status)) return;
  await deps.db.transaction(async (tx) => {
    await queries.lockSubscription(tx, dunned.subscriptionId);
    const current = await queries.findCaseById(tx, dunned.id);
    if (current && !current.consequenceAt) await applied(deps, tx, current, "sweeper");
  });
  deps.onDunning?.("canceled");
}

const causeOf = (told: ProviderResult<unknown>): ErrorOptions | undefined =>
  told.outcome === "unknown" && told.error !== undefined ? { cause: told.error } : undefined;
