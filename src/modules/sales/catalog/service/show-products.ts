import { enqueueJob } from "../../../../kernel/jobs.js";
import type { PriceFacts, ProductFacts } from "../../../../providers/ports/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { billingNotConfigured } from "../errors.js";
import * as queries from "../queries.js";
import { type Drift, lookupKeyOf, priceDrift, pricesOnSale, productDrift, recurrenceOf } from "../rules.js";
import type { CatalogItem, PriceRow, ProductRow } from "../types.js";
import type { CatalogDeps } from "./deps.js";
import { listItems, minorUnits, pricesToSync, syncItems } from "./sync-products.js";

/** A price with the provider's side of it. `drift` is null when the provider could not be asked. */
export interface PriceView extends Pick<PriceRow, "lookupKey" | "currency" | "amount" | "priceReference" | "failure"> {
  readonly status: PriceRow["status"];
  readonly drift: readonly Drift[] | null;
}

/** A package or plan with the provider's side of it. */
export interface ProductView {
  readonly item: CatalogItem;
  readonly product: ProductRow | undefined;
  readonly drift: readonly Drift[] | null;
  readonly prices: readonly PriceView[];
}

interface Theirs {
  readonly products: readonly ProductFacts[];
  readonly prices: readonly PriceFacts[];
}

/**
 * Everything that is or was sold, and how the provider has it now. `checked` is false when the provider did not answer, and no
 * drift is known then. Throws `provider.not_configured` (503).
 */
export async function listProducts(deps: CatalogDeps): Promise<{ checked: boolean; products: ProductView[] }> {
  const { billing } = deps;
  if (!billing) throw billingNotConfigured();
  const [items, rows, priceRows, products, prices] = await Promise.all([
    listItems(deps),
    queries.listProductRows(deps.db.read),
    queries.listPriceRows(deps.db.read),
    billing.listProducts(),
    billing.listPrices(),
  ]);
  const theirs =
    products.outcome === "accepted" && prices.outcome === "accepted"
      ? { products: products.value, prices: prices.value }
      : undefined;
  const views = items.map((item) => {
    const product = rows.find((row) => row.itemId === item.id);
    const own = priceRows.filter((row) => row.itemId === item.id);
    return viewOf(deps, item, { product, prices: own }, theirs);
  });
  return { checked: theirs !== undefined, products: await Promise.all(views) };
}

async function viewOf(
  deps: CatalogDeps,
  item: CatalogItem,
  ours: { readonly product: ProductRow | undefined; readonly prices: readonly PriceRow[] },
  theirs: Theirs | undefined,
): Promise<ProductView> {
  const known = new Set(ours.prices.map(({ lookupKey }) => lookupKey));
  // What was never brought to the provider is wanted there all the same.
  const unasked = (await pricesToSync(deps, item)).flatMap(({ lookupKey, price }) =>
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
  const onSale = new Set(pricesOnSale(item).map((price) => lookupKeyOf(item, price)));
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
 * Brings everything to the provider, also what we believe to be there, and answers with how it stands. A large catalog is handed
 * to the worker: then the answer is how many items it is.
 */
export async function syncProducts(
  deps: CatalogDeps,
  actor: string,
): Promise<Awaited<ReturnType<typeof listProducts>> | { readonly queued: number }> {
  if (!deps.billing) throw billingNotConfigured();
  const { length: queued } = await listItems(deps);
  const isLarge = queued > AT_ONCE_MAX;
  await deps.db.transaction(async (tx) => {
    await recordAudit(deps, tx, [{ actor, action: "syncProducts", resource: "catalog" }]);
    if (isLarge) await enqueueJob(tx, "catalog:sync-all", {}, { key: "catalog:sync-all" });
  });
  if (isLarge) return { queued };
  await syncItems(deps, "all");
  return listProducts(deps);
}
