import type { BillingProvider, BillingProviderName, ProviderResult } from "../../../../providers/ports/index.js";
import { noPlanPriceIn, planNotFound, planRetired, priceRefused } from "../errors.js";
import * as queries from "../queries.js";
import { itemOfKey, lookupKeyOf } from "../rules.js";
import type { StoredPrice } from "../tables.js";
import type { Plan } from "../types.js";
import { getPlan } from "./bundles.js";
import { billerOf, type CatalogDeps } from "./deps.js";
import { syncItem } from "./sync-products.js";

/**
 * A provider's price of a plan in a currency, made there when it is missing. Asks the provider, so no transaction may be
 * open. Throws `catalog.plan_not_found` (404), `catalog.plan_retired` (409), `catalog.no_price` and `catalog.price_refused`
 * (422), `provider.not_configured` (503).
 */
export async function planPriceReference(
  deps: CatalogDeps,
  provider: BillingProviderName,
  planIdOrRow: Plan | Plan["id"],
  currency: string,
): Promise<ProviderResult<string>> {
  const billing = billerOf(deps, provider);
  const plan = typeof planIdOrRow === "string" ? await queries.findPlan(deps.db.read, planIdOrRow) : planIdOrRow;
  if (!plan) throw planNotFound(String(planIdOrRow));
  if (plan.status !== "active") throw planRetired(plan.code);
  const price = plan.prices.find((each) => each.currency === currency);
  if (!price) throw noPlanPriceIn(plan.code, currency);
  const lookupKey = lookupKeyOf(provider, plan, price);
  const known = await queries.findPriceByKey(deps.db.read, lookupKey);
  if (known?.status === "active" && known.priceReference !== null) {
    return { outcome: "accepted", value: known.priceReference };
  }
  const first = await askForPrice(deps, billing, plan, lookupKey);
  // Of two who make the same price at once the provider refuses one, which then finds what the other made.
  const result = first.outcome === "accepted" ? first : await askForPrice(deps, billing, plan, lookupKey);
  if (result.outcome === "notFound") throw priceRefused(currency, `${provider} does not take it`);
  return result;
}

async function askForPrice(
  deps: CatalogDeps,
  billing: BillingProvider,
  plan: Plan,
  lookupKey: string,
): Promise<ProviderResult<string>> {
  const { product, prices } = await syncItem(deps, billing, plan.id);
  const result = prices.get(lookupKey);
  if (result) return result.outcome === "notFound" ? { outcome: "unknown", reason: "price" } : result;
  if (product.outcome === "rejected" || product.outcome === "unknown") return product;
  // Nothing was asked about it: it was synced between our look and our asking, or it cannot be charged there.
  const synced = await queries.findPriceByKey(deps.db.read, lookupKey);
  if (!synced) return { outcome: "notFound" };
  return synced.priceReference === null
    ? { outcome: "unknown", reason: "price" }
    : { outcome: "accepted", value: synced.priceReference };
}

/**
 * What a plan costs in a currency, or in its first one. Throws `catalog.plan_not_found` (404), `catalog.plan_retired` (409),
 * `catalog.no_price` (422).
 */
export async function quotePlan(
  deps: CatalogDeps,
  idOrCode: string,
  currency: string | undefined,
): Promise<{ plan: Plan; price: StoredPrice }> {
  const plan = await getPlan(deps, idOrCode);
  if (plan.status !== "active") throw planRetired(plan.code);
  const price = currency === undefined ? plan.prices[0] : plan.prices.find((each) => each.currency === currency);
  if (!price) throw noPlanPriceIn(plan.code, currency ?? "any currency");
  return { plan, price };
}

/** The plan that a provider's price belongs to and what it costs, for prices that are no longer sold too. */
export async function findPlanOfPrice(
  deps: CatalogDeps,
  provider: BillingProviderName,
  priceReference: string,
): Promise<{ plan: Plan; price: StoredPrice } | undefined> {
  const row = await queries.findPriceByReference(deps.db.read, provider, priceReference);
  if (!row) return undefined;
  const itemId = itemOfKey(row.productKey);
  if (!itemId.startsWith("pln_")) return undefined;
  const plan = await queries.findPlan(deps.db.read, itemId as Plan["id"]);
  return plan && { plan, price: { currency: row.currency, amount: Number(row.amount) } };
}
