import { getAsset } from "../../../books/ledger/index.js";
import { aboveMaximum, belowMinimum, noPriceIn, packageRetired, priceFixed, priceNeeded } from "../errors.js";
import type { FlexiblePrice, StoredPrice } from "../tables.js";
import type { Package } from "../types.js";
import { getPackage } from "./bundles.js";
import type { CatalogDeps } from "./deps.js";
import { grantsOf } from "./offers.js";

/** How a buyer names a price: by its currency, or the very amount where that is the buyer's to say. */
export interface Bid {
  readonly currency?: string | undefined;
  readonly price?: StoredPrice | undefined;
}

/** What a package costs and gives. */
export interface Quote {
  readonly package: Package;
  readonly price: StoredPrice;
  readonly grants: { readonly asset: string; readonly amount: bigint };
}

/**
 * What a package costs and gives: in a currency or in its first one, or for an amount where the buyer says what to pay. Throws
 * `catalog.package_not_found` (404), `catalog.package_retired` (409), and 422 `catalog.no_price`, `catalog.price_needed`,
 * `catalog.price_fixed`, `catalog.below_minimum` and `catalog.above_maximum`.
 */
export async function quotePackage(deps: CatalogDeps, idOrCode: string, bid: Bid): Promise<Quote> {
  const found = await getPackage(deps, idOrCode);
  if (found.status !== "active") throw packageRetired(found.code);
  if (found.flexible) return quoteFlexible(deps, found, found.flexible, bid.price);
  if (bid.price) throw priceFixed(found.code);
  const { currency } = bid;
  const price = currency === undefined ? found.prices[0] : found.prices.find((each) => each.currency === currency);
  if (!price) throw noPriceIn(found.code, currency ?? "any currency");
  return { package: found, price, grants: { asset: found.grantsAsset, amount: found.grantsAmount } };
}

async function quoteFlexible(
  deps: CatalogDeps,
  found: Package,
  prices: readonly FlexiblePrice[],
  price: StoredPrice | undefined,
): Promise<Quote> {
  if (!price) throw priceNeeded(found.code);
  const flexible = prices.find((each) => each.currency === price.currency);
  if (!flexible) throw noPriceIn(found.code, price.currency);
  const { scale } = await getAsset(deps, price.currency);
  if (price.amount < flexible.minimum) throw belowMinimum(found.code, flexible, scale);
  if (price.amount > flexible.maximum) throw aboveMaximum(found.code, flexible, scale);
  const amount = await grantsOf(deps, flexible, found.grantsAsset, BigInt(price.amount));
  return { package: found, price, grants: { asset: found.grantsAsset, amount } };
}
