import { atEach } from "../../../../kernel/at-each.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import type {
  BillingProvider,
  BillingProviderName,
  PriceFacts,
  ProductFacts,
} from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import * as queries from "../queries.js";
import { type Drift, keyAt, lookupKeyOf, priceDrift, pricesOnSale, productDrift, recurrenceOf } from "../rules.js";
import type { CatalogItem, PriceRow, ProductRow } from "../types.js";
import { billerOf, billersOf, type CatalogDeps } from "./deps.js";
import { listItems, minorUnits, pricesToSync, syncItems } from "./sync-products.js";

/** A price with a provider's side of it. `drift` is null when the provider could not be asked. */
export interface PriceView extends Pick<PriceRow, "lookupKey" | "currency" | "amount" | "priceReference" | "failure"> {
  readonly status: PriceRow["status"];
  readonly drift: readonly Drift[] | null;
}

/** A package or plan with a provider's side of it. */
export interface ProductView {
  readonly item: CatalogItem;
  readonly product: ProductRow | undefined;
  readonly drift: readonly Drift[] | null;
  readonly prices: readonly PriceView[];
}

/** Everything that is or was sold, as one provider has it. */
export interface ProductsView {
  readonly provider: BillingProviderName;
  /** All that have our products. */
  readonly providers: readonly BillingProviderName[];
  /** Whether the provider answered; no drift is known when it did not. */
  readonly checked: boolean;
  readonly products: readonly ProductView[];
}

interface Theirs {
  readonly products: readonly ProductFacts[];
  readonly prices: readonly PriceFacts[];
}

/**
 * Everything that is or was sold, and how a provider has it now: the named one, or the default one. Throws
 * `provider.not_configured` (503).
 */
export async function listProducts(deps: CatalogDeps, named?: BillingProviderName): Promise<ProductsView> {
  const billing = billerOf(deps, named);
  const [items, rows, priceRows, products, prices] = await Promise.all([
    listItems(deps),
    queries.listProductRows(deps.db.read, billing.name),
    queries.listPriceRows(deps.db.read, billing.name),
    billing.listProducts(),
    billing.listPrices(),
  ]);
  const theirs =
    products.outcome === "accepted" && prices.outcome === "accepted"
      ? { products: products.value, prices: prices.value }
      : undefined;
  const views = items.map((item) => {
    const key = keyAt(billing.name, item.id);
    const product = rows.find((row) => row.key === key);
    const own = priceRows.filter((row) => row.productKey === key);
    return viewOf(deps, billing, item, { product, prices: own }, theirs);
  });
  return {
    provider: billing.name,
    providers: [...deps.billingProviders.keys()],
    checked: theirs !== undefined,
    products: await Promise.all(views),
  };
}

async function viewOf(
  deps: CatalogDeps,
  billing: BillingProvider,
  item: CatalogItem,
  ours: { readonly product: ProductRow | undefined; readonly prices: readonly PriceRow[] },
  theirs: Theirs | undefined,
): Promise<ProductView> {
  const known = new Set(ours.prices.map(({ lookupKey }) => lookupKey));
  // What was never brought to the provider is wanted there all the same.
  const unasked = (await pricesToSync(deps, billing, item)).flatMap(({ lookupKey, price }) =>
    known.has(lookupKey)
      ? []
      : [
          {
            lookupKey,
            ...price,
            amount: BigInt(price.amount),
            priceReference: null,
            failure: null,
            status: "wanted" as const,
          },
        ],
  );
  const onSale = new Set(pricesOnSale(item).map((price) => lookupKeyOf(billing.name, item, price)));
  const facts = theirs?.products.find(
    (each) => each.productReference === ours.product?.productReference || each.productId === item.id,
  );
  const prices = [...ours.prices, ...unasked].map(async (row): Promise<PriceView> => {
    const found = theirs?.prices.find(
      (each) => each.priceReference === row.priceReference || each.lookupKey === row.lookupKey,
    );
    const expected = {
      price: { amount: Number(row.amount), currency: row.currency },
      recurrence: recurrenceOf(item),
      productReference: facts?.productReference,
      onSale: onSale.has(row.lookupKey),
      known: row.priceReference !== null,
    };
    const drift = theirs ? priceDrift(expected, found, found && (await minorUnits(deps, found))) : null;
    return { ...row, drift };
  });
  return {
    item,
    product: ours.product,
    drift: theirs ? productDrift(item, facts) : null,
    prices: await Promise.all(prices),
  };
}

/** More items than a caller would wait for: a few calls for each. */
const AT_ONCE_MAX = 30;

/**
 * Brings everything to every provider, also what we believe to be there, and answers with how it stands at the named one, or at the
 * default one. A large catalog is handed to the worker: then the answer is how many items it is. Throws `provider.not_configured`
 * (503).
 */
export async function syncProducts(
  deps: CatalogDeps,
  actor: string,
  named?: BillingProviderName,
): Promise<ProductsView | { readonly provider: BillingProviderName; readonly queued: number }> {
  const { name: provider } = billerOf(deps, named);
  const { length: queued } = await listItems(deps);
  const isLarge = queued > AT_ONCE_MAX;
  await deps.db.transaction(async (tx) => {
    await recordAudit(deps, tx, [{ actor, action: "syncProducts", resource: "catalog" }]);
    if (isLarge) await enqueueJob(tx, "catalog:sync-all", {}, { key: "catalog:sync-all" });
  });
  if (isLarge) return { provider, queued };
  await atEach(billersOf(deps), (billing) => syncItems(deps, billing, "all"));
  return listProducts(deps, provider);
}
