import * as queries from "../queries.js";
import { tryAgainAt } from "../rules/dunning.js";
import { isFinal } from "../rules/subscription.js";
import type { DunningCase } from "../types.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { applied, freeze } from "./dunning.js";
import { settleReply } from "./settle-subscription.js";

/** Does what a case's plan says once its grace is over. Asks the provider when the subscription is to be canceled. */
export async function applyConsequence(deps: SubscriptionDeps, dunned: DunningCase): Promise<void> {
  if (dunned.consequence === "cancel") return cancelUnpaid(deps, dunned);
  await deps.db.transaction(async (tx) => {
    // The subscription first, always: who changes a case holds it.
    await queries.lockSubscription(tx, dunned.subscriptionId);
    const current = await queries.findCaseById(tx, dunned.id);
    if (current?.status === "open" && current.actAt) await freeze(deps, tx, current);
  });
}

async function cancelUnpaid(deps: SubscriptionDeps, dunned: DunningCase): Promise<void> {
  // When to ask again comes first: a question that always fails must not be asked without end.
  const subscription = await deps.db.transaction(async (tx) => {
    const row = await queries.lockSubscription(tx, dunned.subscriptionId);
    const current = await queries.findCaseById(tx, dunned.id);
    if (!row || current?.status !== "open" || !current.actAt) return undefined;
    await queries.updateCase(tx, dunned.id, { actAt: tryAgainAt(deps.clock) });
    return row;
  });
  if (!subscription?.providerReference) return;
  const { providerReference } = subscription;
  const billing = billingOf(deps);
  const asked = await billing.cancelSubscription({
    providerReference,
    at: "now",
    idempotencyKey: `${dunned.id}:cancel`,
  });
  // Canceled already, perhaps by us and the answer was lost: what it is now is looked up.
  const told = asked.outcome === "rejected" ? await billing.getSubscription(providerReference) : asked;
  if (told.outcome !== "accepted") throw new Error(`stripe answered ${told.outcome} to canceling`);
  const settled = await settleReply(deps, subscription, told.value);
  if (!isFinal(settled.status)) return;
  await deps.db.transaction(async (tx) => {
    await queries.lockSubscription(tx, dunned.subscriptionId);
    const current = await queries.findCaseById(tx, dunned.id);
    if (current && !current.consequenceAt) await applied(deps, tx, current);
  });
  deps.onDunning?.("canceled");
}
