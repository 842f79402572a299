import { HOUR_MS } from "../../../../core/clock.js";
import { type Act, askPromised } from "../../../../kernel/asking.js";
import type {
  Failure,
  ProviderResult,
  SubscriptionCheckout,
  SubscriptionNews,
} from "../../../../providers/ports/index.js";
import { linkedReference, unlink } from "../../customers/index.js";
import { providerOf } from "../../payments/index.js";
import { providerUnavailable } from "../errors.js";
import * as queries from "../queries.js";
import type { Subscription } from "../types.js";
import { billingOf, type SubscriptionDeps } from "./deps.js";
import { moveSubscription } from "./move.js";
import { settlePage, settleReply } from "./settle-subscription.js";

type Answer =
  | { readonly made: "subscription"; readonly news: SubscriptionNews }
  | { readonly made: "page"; readonly page: SubscriptionCheckout };

// A key is not used in the last part of its life: the provider's clock is not ours.
const KEY_MARGIN_MS = HOUR_MS;

/**
 * Asks the provider for a promised subscription and settles its answer. What is sent, and its key, follow from the row alone, so
 * asking again is the same request. Once the provider has forgotten the key that would make a second one; then its list says
 * whether there is one. Throws `provider.unavailable` (503) when nobody knows.
 */
export async function askForSubscription(deps: SubscriptionDeps, row: Subscription): Promise<Subscription> {
  const { idempotencyWindowMs } = providerOf(deps, row.provider).capabilities;
  const ageMs = deps.clock.now().getTime() - row.createdAt.getTime();
  const isRemembered = ageMs < idempotencyWindowMs - KEY_MARGIN_MS;
  const act: Act<Subscription, ProviderResult<Answer>, Subscription> = {
    name: "subscriptions.create",
    id: row.id,
    ask: (promised) => (isRemembered ? askOrFind(deps, promised) : findInList(deps, promised)),
    settle: (promised, answer) => concludeAsking(deps, promised, answer, isRemembered),
  };
  return askPromised(deps, act, row);
}

/** Where asking settles nothing, the provider's list may say that there is one. */
async function askOrFind(deps: SubscriptionDeps, row: Subscription): Promise<ProviderResult<Answer>> {
  const asked = await ask(deps, row);
  return asked.outcome === "accepted" || asked.outcome === "rejected" ? asked : findInList(deps, row);
}

async function concludeAsking(
  deps: SubscriptionDeps,
  row: Subscription,
  answer: ProviderResult<Answer>,
  isRemembered: boolean,
): Promise<Subscription> {
  if (answer.outcome === "rejected") return fail(deps, row, answer.failure);
  if (answer.outcome === "accepted") {
    if (answer.value.made === "subscription") return settleReply(deps, row, answer.value.news);
    const { page } = answer.value;
    return deps.db.transaction((tx) => settlePage(deps, tx, row.id, page));
  }
  if (answer.outcome !== "notFound" || isRemembered) throw providerUnavailable(row.provider);
  return fail(deps, row, NEVER_RECEIVED);
}

const NEVER_RECEIVED: Failure = {
  code: "never_reached_provider",
  message: "The provider never received this subscription.",
};

/** A customer that is gone at the provider is replaced, once, and makes a new request under a new key. */
async function ask(deps: SubscriptionDeps, row: Subscription): Promise<ProviderResult<Answer>> {
  const result = await send(deps, row);
  if (result.outcome !== "rejected" || !result.customerMissing) return result;
  const provider = providerOf(deps, row.provider);
  await unlink(deps, provider, row.customerId, row.providerCustomer);
  const link = await linkedReference(deps, provider, row.customerId, row.providerCustomer);
  if (link.outcome === "unknown" || link.reference === undefined) return { outcome: "unknown", reason: "customer" };
  const { reference } = link;
  const replaced = await deps.db.transaction(async (tx) => {
    const current = await queries.lockSubscription(tx, row.id);
    if (!current) throw new Error(`subscription ${row.id} disappeared`);
    // Somebody else asks for it too; all must ask alike.
    if (current.providerCustomer !== row.providerCustomer) return current;
    await queries.setProviderCustomer(tx, row.id, reference);
    return { ...current, providerCustomer: reference };
  });
  return send(deps, replaced);
}

async function send(deps: SubscriptionDeps, row: Subscription): Promise<ProviderResult<Answer>> {
  const request = {
    subscriptionId: row.id,
    idempotencyKey: `${row.id}:${row.providerCustomer}`,
    customerReference: row.providerCustomer,
    priceReference: row.priceReference,
    quantity: row.quantity,
    metadata: row.metadata,
    ...(row.trialDays > 0 ? { trialDays: row.trialDays } : {}),
  };
  const billing = billingOf(deps, row.provider);
  if (row.flow === "checkout") {
    const page = await billing.createSubscriptionCheckout({
      ...request,
      successUrl: row.successUrl ?? undefined,
      cancelUrl: row.cancelUrl ?? undefined,
    });
    return page.outcome === "accepted" ? { outcome: "accepted", value: { made: "page", page: page.value } } : page;
  }
  const made = await billing.createSubscription({ ...request, methodReference: row.paymentMethodId ?? undefined });
  return asSubscription(made);
}

const asSubscription = (result: ProviderResult<SubscriptionNews>): ProviderResult<Answer> =>
  result.outcome === "accepted" ? { outcome: "accepted", value: { made: "subscription", news: result.value } } : result;

async function findInList(deps: SubscriptionDeps, row: Subscription): Promise<ProviderResult<Answer>> {
  const listed = await billingOf(deps, row.provider).listSubscriptions(row.providerCustomer);
  // That the list is refused says nothing of the subscription.
  if (listed.outcome === "rejected") return { outcome: "unknown", reason: listed.failure.code };
  if (listed.outcome !== "accepted") return listed;
  const news = listed.value.find(({ subscriptionId }) => subscriptionId === row.id);
  return asSubscription(news ? { outcome: "accepted", value: news } : { outcome: "notFound" });
}

/** Ends a subscription that does not exist at the provider. */
async function fail(deps: SubscriptionDeps, row: Subscription, failure: Failure): Promise<Subscription> {
  return deps.db.transaction(async (tx) => {
    const current = await queries.lockSubscription(tx, row.id);
    if (!current) throw new Error(`subscription ${row.id} disappeared`);
    if (current.status !== "requested" || current.providerReference !== null) return current;
    return moveSubscription(deps, tx, current, "failed", {
      failure: { ...failure, message: failure.message.slice(0, 500) },
    });
  });
}
