import { fitsWire, formatDecimal, toWire } from "../../../../core/money.js";
import { getAsset } from "../../../books/ledger/index.js";
import { grantsRefused, kindFixed, priceRefused } from "../errors.js";
import { flexibleGrants } from "../rules.js";
import type { FlexiblePrice, StoredPrice } from "../tables.js";
import type { Package } from "../types.js";
import type { CatalogDeps } from "./deps.js";

export interface FixedOffer {
  readonly grants: { readonly asset: string; readonly amount: number };
  readonly prices: readonly StoredPrice[];
}

/** What a package is sold for: fixed prices of a fixed grant, or what the buyer chooses to pay. */
export interface OfferInput {
  readonly grants: { readonly asset: string; readonly amount?: number | undefined };
  readonly prices?: readonly StoredPrice[] | undefined;
  readonly flexible?: readonly FlexiblePrice[] | undefined;
}

export interface Offer extends FixedOffer {
  readonly flexible: FlexiblePrice[] | null;
}

/**
 * The offer as it is kept: one without fixed prices has those of the least amount, so that everybody who lists packages can
 * show from what it costs. Throws `catalog.grants_refused` (422) when an amount gives nothing, or more than the wire carries.
 */
export async function completeOffer(deps: CatalogDeps, input: OfferInput): Promise<Offer> {
  const { asset, amount } = input.grants;
  if (!input.flexible) {
    if (amount === undefined || !input.prices) throw new Error("a package has prices, or is flexible");
    return { grants: { asset, amount }, prices: input.prices, flexible: null };
  }
  const least = await Promise.all(
    input.flexible.map(async (each): Promise<bigint> => {
      const granted = await Promise.all(
        [each.minimum, each.maximum].map((paid) => grantsOf(deps, each, asset, BigInt(paid))),
      );
      const [atLeast = 0n, atMost = 0n] = granted;
      const { currency, minimum, maximum } = each;
      const { scale } = await getAsset(deps, currency);
      if (atLeast === 0n) throw grantsRefused({ amount: minimum, currency }, scale, "nothing");
      if (!fitsWire(atMost)) throw grantsRefused({ amount: maximum, currency }, scale, "too much");
      return atLeast;
    }),
  );
  return {
    grants: { asset, amount: toWire(least[0] ?? 0n) },
    prices: input.flexible.map(({ currency, minimum }) => ({ currency, amount: minimum })),
    flexible: [...input.flexible],
  };
}

/** What changes of an offer. Throws `catalog.kind_fixed` (422): past buyers of a package know what kind it is. */
export async function changeOffer(
  deps: CatalogDeps,
  current: Package,
  change: { readonly [Field in keyof OfferInput]?: OfferInput[Field] | undefined },
): Promise<Partial<FixedOffer> & { readonly flexible?: FlexiblePrice[] | null }> {
  const { grants, prices, flexible } = change;
  if (current.flexible && (grants || prices)) throw kindFixed(current.code, "fixed price");
  if (!current.flexible && flexible) throw kindFixed(current.code, "flexible price");
  if (flexible) return completeOffer(deps, { grants: { asset: current.grantsAsset }, flexible });
  return {
    ...(grants?.amount === undefined ? {} : { grants: { asset: grants.asset, amount: grants.amount } }),
    ...(prices ? { prices } : {}),
  };
}

/** What an amount gives at a flexible price, in minor units of `asset`. */
export async function grantsOf(
  deps: CatalogDeps,
  flexible: FlexiblePrice,
  asset: string,
  paid: bigint,
): Promise<bigint> {
  const [currency, grants] = await Promise.all([getAsset(deps, flexible.currency), getAsset(deps, asset)]);
  return flexibleGrants(flexible, paid, { currency: currency.scale, grants: grants.scale });
}

/**
 * Throws `catalog.price_refused` (422) unless some configured provider can charge exactly each of these. Subscriptions are
 * collected by providers that bill, so a plan's prices must be such that one of them can.
 */
export async function checkPrices(
  deps: CatalogDeps,
  prices: readonly StoredPrice[],
  chargedBy: "any" | "billing" = "any",
): Promise<void> {
  const billers: ReadonlyMap<string, unknown> = deps.billingProviders;
  const providers = [...deps.paymentProviders.values()].filter(({ name }) => chargedBy === "any" || billers.has(name));
  for (const price of prices) {
    const asset = await getAsset(deps, price.currency);
    if (asset.kind === "credit") throw priceRefused(price.currency, "it is not a currency");
    const decimal = { amount: formatDecimal(BigInt(price.amount), asset.scale), asset: price.currency };
    const refusals = providers.map((provider) => provider.capabilities.refusePrice(decimal));
    if (providers.length > 0 && refusals.every((refusal) => refusal !== undefined)) {
      throw priceRefused(price.currency, refusals[0] ?? "no provider accepts it");
    }
  }
}
