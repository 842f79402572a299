import { parseDecimal } from "../../../core/money.js";
import {
  type BillingProviderName,
  ORIGINAL_BILLER,
  type PriceFacts,
  type ProductFacts,
  type Recurrence,
} from "../../../providers/ports/index.js";
import type { CatalogItem, FlexiblePrice, PriceRow, ProductRow, StoredPrice } from "./types.js";

export const kindOf = (item: CatalogItem): "package" | "plan" => ("interval" in item ? "plan" : "package");

/** How often a plan's price is due; undefined for a package, which is paid once. */
export const recurrenceOf = (item: CatalogItem): Recurrence | undefined =>
  "interval" in item ? { interval: item.interval, count: item.intervalCount } : undefined;

/**
 * What something of ours is known by at a provider, so that each has its own. The original provider's things are known by their own
 * names: the release before this one knows them so, and one may go back to it.
 */
export const keyAt = (provider: BillingProviderName, name: string): string =>
  provider === ORIGINAL_BILLER ? name : `${provider}:${name}`;

/** The package or plan that a product's key is of. */
export const itemOfKey = (key: ProductRow["key"]): CatalogItem["id"] =>
  key.slice(key.lastIndexOf(":") + 1) as CatalogItem["id"];

/** A price as the provider should have it. */
export interface WantedPrice {
  readonly lookupKey: string;
  readonly price: StoredPrice;
}

/** What a price is found by at the provider: the same for the same price, whenever it is asked for. */
export function lookupKeyOf(provider: BillingProviderName, item: CatalogItem, price: StoredPrice): string {
  const recurrence = recurrenceOf(item);
  const parts = ["coffer", kindOf(item), item.code, price.currency, price.amount];
  return keyAt(provider, [...parts, ...(recurrence ? [recurrence.interval, recurrence.count] : [])].join(":"));
}

/** The prices at which anybody can buy an item now. Where the buyer says what to pay there is none. */
export const pricesOnSale = (item: CatalogItem): readonly StoredPrice[] =>
  item.status !== "active" || ("flexible" in item && item.flexible !== null) ? [] : item.prices;

/** The prices that an item should have at a provider. A retired item has none on sale. */
export function wantedPrices(
  provider: BillingProviderName,
  item: CatalogItem,
  canCharge: (price: StoredPrice) => boolean,
): WantedPrice[] {
  return pricesOnSale(item)
    .filter(canCharge)
    .map((price) => ({ lookupKey: lookupKeyOf(provider, item, price), price }));
}

/** Whether the provider has to be asked about an item, as far as we know. */
export function needsSync(
  item: CatalogItem,
  product: ProductRow | undefined,
  rows: readonly PriceRow[],
  wanted: readonly WantedPrice[],
): boolean {
  if (!product?.synced) return true;
  if (product.name !== item.name || product.description !== item.description) return true;
  if (product.active !== (item.status === "active")) return true;
  const onSale = new Set(rows.filter((row) => row.status === "active").map((row) => row.lookupKey));
  return onSale.size !== wanted.length || wanted.some(({ lookupKey }) => !onSale.has(lookupKey));
}

/** One way in which the provider's side is not what we want. */
export interface Drift {
  readonly kind: "missing" | "archived" | "differs";
  /** With `differs`: what does. */
  readonly field: string | null;
  readonly expected: string | null;
  readonly found: string | null;
}

const plain = (kind: "missing" | "archived"): Drift => ({ kind, field: null, expected: null, found: null });

function differing(pairs: Readonly<Record<string, readonly [expected: string | null, found: string | null]>>): Drift[] {
  return Object.entries(pairs).flatMap(([field, [expected, found]]) =>
    expected === found ? [] : [{ kind: "differs" as const, field, expected, found }],
  );
}

/** How the provider's product differs from the item. */
export function productDrift(item: CatalogItem, facts: ProductFacts | undefined): Drift[] {
  if (!facts) return [plain("missing")];
  const isSold = item.status === "active";
  const fields = differing({
    ...(isSold ? {} : { active: ["false", String(facts.active)] as const }),
    name: [item.name, facts.name],
    description: [item.description, facts.description ?? null],
  });
  return isSold && !facts.active ? [plain("archived"), ...fields] : fields;
}

/** What a price should be like at the provider. */
export interface ExpectedPrice {
  readonly price: StoredPrice;
  readonly recurrence: Recurrence | undefined;
  /** Undefined while nobody knows the product. */
  readonly productReference: string | undefined;
  readonly onSale: boolean;
  /** Whether the provider ever had it, as far as we know. */
  readonly known: boolean;
}

const written = (recurrence: Recurrence | undefined): string | null =>
  recurrence ? `${recurrence.count} ${recurrence.interval}` : null;

/** How the provider's price differs from what is wanted. `amount` is the found amount in minor units. */
export function priceDrift(
  expected: ExpectedPrice,
  facts: PriceFacts | undefined,
  amount: bigint | undefined,
): Drift[] {
  if (!facts) return expected.onSale || expected.known ? [plain("missing")] : [];
  const fields = differing({
    ...(expected.onSale ? {} : { active: ["false", String(facts.active)] as const }),
    amount: [String(expected.price.amount), amount === undefined ? null : String(amount)],
    currency: [expected.price.currency, facts.price?.asset ?? null],
    recurrence: [written(expected.recurrence), written(facts.recurrence)],
    ...(expected.productReference === undefined
      ? {}
      : { product: [expected.productReference, facts.productReference] as const }),
  });
  return expected.onSale && !facts.active ? [plain("archived"), ...fields] : fields;
}

const RATE_DECIMALS = 9;

/**
 * What an amount gives, in minor units of the granted asset: exact, and rounded down once, after the bonus of the highest tier
 * that it reaches. `scales` are the decimals of the currency and of the granted asset.
 */
export function flexibleGrants(
  { creditsPerUnit, tiers = [] }: FlexiblePrice,
  amount: bigint,
  scales: { readonly currency: number; readonly grants: number },
): bigint {
  const { amount: rate } = parseDecimal(creditsPerUnit, RATE_DECIMALS);
  const bonus = tiers.reduce((best, tier) => (amount >= BigInt(tier.from) ? tier.bonusPercent : best), 0);
  const granted = amount * rate * 10n ** BigInt(scales.grants) * BigInt(100 + bonus);
  return granted / (10n ** BigInt(scales.currency + RATE_DECIMALS) * 100n);
}
