import { decodeId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import {
  type BillingProvider,
  type BillingProviderName,
  isHidden,
  type WebhookMeaning,
} from "../../../../providers/ports/index.js";
import * as queries from "../queries.js";
import type { Subscription, SubscriptionId } from "../types.js";
import { billingOf, clear, type SubscriptionDeps } from "./deps.js";
import { fetchInvoice, prepareInvoice } from "./prepare-invoice.js";
import { settleInvoiceNews } from "./settle-invoice.js";
import { prepareNews, settleNews, settlePage } from "./settle-subscription.js";

/** Something about subscriptions as the provider has it now, ready to be settled. */
export interface PreparedBilling {
  /** Undefined, and nothing written, when somebody else settled something meanwhile: prepare it again. */
  settle(tx: Tx): Promise<{ resource: string } | undefined>;
}

/**
 * Looks up what a provider's webhook says has changed. Undefined when it is none of ours. Throws when the provider gives no clear answer,
 * so that the event is tried later.
 */
export async function prepareBilling(
  deps: SubscriptionDeps,
  provider: BillingProviderName,
  meaning: Extract<WebhookMeaning, { kind: "subscription" | "subscription_checkout" | "invoice" }>,
): Promise<PreparedBilling | undefined> {
  const billing = billingOf(deps, provider);
  if (meaning.kind === "invoice") {
    const prepared = await prepareInvoice(deps, await fetchInvoice(deps, provider, meaning.providerReference));
    return prepared && { settle: async (tx) => resourceOf(await settleInvoiceNews(deps, tx, prepared)) };
  }
  const row = await findNamed(deps, provider, meaning);
  if (!row) return undefined;
  if (meaning.kind === "subscription") return prepareSubscription(deps, billing, row, meaning.providerReference);
  if (row.sessionReference !== null && row.sessionReference !== meaning.sessionReference) return undefined;
  const found = await billing.getSubscriptionCheckout(meaning.sessionReference);
  if (row.sessionReference === null && isHidden(found)) return undefined;
  const page = clear(billing, found);
  if (page.providerReference !== undefined) return prepareSubscription(deps, billing, row, page.providerReference);
  return { settle: async (tx) => resourceOf(await settlePage(deps, tx, row.id, page)) };
}

const resourceOf = (row: { readonly id: string } | undefined) => row && { resource: row.id };

async function prepareSubscription(
  deps: SubscriptionDeps,
  billing: BillingProvider,
  row: Subscription,
  reference: string,
): Promise<PreparedBilling | undefined> {
  // Metadata can be copied by hand to another subscription; ours is the one that it was made for.
  if (row.providerReference !== null && row.providerReference !== reference) return undefined;
  const found = await billing.getSubscription(reference);
  if (row.providerReference === null && isHidden(found)) return undefined;
  const prepared = await prepareNews(deps, row, clear(billing, found));
  return { settle: async (tx) => resourceOf(await settleNews(deps, tx, prepared)) };
}

// The row is written before the provider is asked, so an id that is not there is not ours: another installation may share
// the account.
async function findNamed(
  deps: SubscriptionDeps,
  provider: BillingProviderName,
  meaning: Extract<WebhookMeaning, { kind: "subscription" | "subscription_checkout" }>,
): Promise<Subscription | undefined> {
  if (meaning.kind === "subscription") {
    const found = await queries.findSubscriptionByReference(deps.db.read, provider, meaning.providerReference);
    if (found) return found;
  }
  const { subscriptionId } = meaning;
  if (subscriptionId === undefined || decodeId("sub", subscriptionId) === undefined) return undefined;
  const named = await queries.findSubscription(deps.db.read, subscriptionId as SubscriptionId);
  return named?.provider === provider ? named : undefined;
}
