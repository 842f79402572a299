/** Products and prices at Stripe (docs.stripe.com/api/products, /prices). */
import type Stripe from "stripe";
import { z } from "zod";
import type { BillingPort, PriceFacts, PriceRequest, ProductFacts, ProductRequest } from "../../ports/billing.js";
import type { Installation, ProviderResult } from "../../ports/common.js";
import { INSTALLATION_KEY, isOfAnother, metadataSchema, PRODUCT_ID_KEY, unknown } from "../../shared.js";
import { fromStripeAmount, toStripeAmount } from "../amounts.js";
import { askStripe, type StripeClient } from "../client.js";
import { currency, idOf, optional, same } from "./read.js";

type CatalogPort = Pick<BillingPort, "ensureProduct" | "ensurePrice" | "archivePrice" | "listProducts" | "listPrices">;

/** More than any catalog of ours holds; a listing is read whole. */
const CATALOG_MAX = 10_000;
const PAGE = 100;

const productSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string(),
  description: z.string().nullish(),
  active: z.boolean(),
  metadata: metadataSchema,
});

const priceSchema = z.looseObject({
  id: z.string().min(1),
  product: idOf,
  lookup_key: z.string().nullish(),
  unit_amount: z.int().nonnegative().nullish(),
  currency,
  active: z.boolean(),
  recurring: z
    .looseObject({ interval: z.enum(["day", "week", "month", "year"]), interval_count: z.int().positive() })
    .nullish(),
});

function productFacts(value: unknown, installation?: string): ProductFacts {
  const product = productSchema.parse(value);
  const ours = isOfAnother(product.metadata, installation) ? undefined : product.metadata[PRODUCT_ID_KEY];
  return {
    ...optional("productId", typeof ours === "string" ? ours : undefined),
    productReference: product.id,
    name: product.name,
    ...optional("description", product.description),
    active: product.active,
  };
}

/** A lookup key as Stripe has it: with the installation's id before it, since others may sell plans of the same code. */
const ownLookupKey = (installation: string | undefined, key: string): string =>
  installation === undefined ? key : `${installation}:${key}`;

const plainLookupKey = (installation: string | undefined, key: string | null | undefined) =>
  installation !== undefined && key?.startsWith(`${installation}:`) ? key.slice(installation.length + 1) : key;

function priceFacts(value: unknown, installation?: string): PriceFacts {
  const price = priceSchema.parse(value);
  return {
    priceReference: price.id,
    productReference: price.product,
    ...optional("lookupKey", plainLookupKey(installation, price.lookup_key)),
    ...(price.unit_amount == null ? {} : { price: fromStripeAmount(price.unit_amount, price.currency) }),
    ...(price.recurring
      ? { recurrence: { interval: price.recurring.interval, count: price.recurring.interval_count } }
      : {}),
    active: price.active,
  };
}

/**
 * Stripe's catalog. A product has our id, a price our lookup key: asking again finds what an earlier call made. What another
 * installation made under the same name is left alone.
 */
export function stripeCatalog(stripe: StripeClient, installation: Installation | undefined): CatalogPort {
  const updatePrice = async (priceReference: string, params: Stripe.PriceUpdateParams) => {
    const ours = await installation?.get();
    return askStripe(
      stripe,
      (client) => client.prices.update(priceReference, params),
      (reply) => same(priceFacts(reply, ours), reply.id, priceReference),
    );
  };
  return {
    ensureProduct: async (request) => ensureProduct(stripe, request, await installation?.get()),
    ensurePrice: async (request) => {
      const ours = await installation?.get();
      const found = await findPrice(stripe, request, ours);
      if (found.outcome !== "accepted") return found;
      const price = found.value;
      if (!price) return createPrice(stripe, request, ours);
      return price.active ? { outcome: "accepted", value: price } : updatePrice(price.priceReference, { active: true });
    },
    archivePrice: (priceReference) => updatePrice(priceReference, { active: false }),
    listProducts: async () => {
      const ours = await installation?.get();
      return askStripe(
        stripe,
        (client) => client.products.list({ limit: PAGE }).autoPagingToArray({ limit: CATALOG_MAX }),
        (products) => products.map((product) => productFacts(product, ours)),
      );
    },
    listPrices: async () => {
      const ours = await installation?.get();
      return askStripe(
        stripe,
        (client) => client.prices.list({ limit: PAGE }).autoPagingToArray({ limit: CATALOG_MAX }),
        (prices) => {
          const own = new Set(prices.map(({ lookup_key: key }) => key));
          // Of two prices with one name of ours, the one that says whose it is counts.
          const isOurs = ({ lookup_key: key }: Stripe.Price) => !key || !own.has(ownLookupKey(ours, key)) || !ours;
          return prices.map((price) => priceFacts(isOurs(price) ? price : { ...price, lookup_key: null }, ours));
        },
      );
    },
  };
}

/** Ours by its own key; or, of the time before keys said whose they are, one that is of our product. */
function findPrice(
  stripe: StripeClient,
  { lookupKey, productReference }: PriceRequest,
  installation: string | undefined,
): Promise<ProviderResult<PriceFacts | undefined>> {
  const own = ownLookupKey(installation, lookupKey);
  return askStripe(
    stripe,
    (client) => client.prices.list({ lookup_keys: [...new Set([own, lookupKey])], limit: 2 }),
    (reply) => {
      const [named] = reply.data.filter((price) => price.lookup_key === own);
      const [older] = reply.data.filter((price) => priceFacts(price).productReference === productReference);
      const found = named ?? older;
      return found && priceFacts(found, installation);
    },
  );
}

type Named = { readonly productReference: string; readonly isThere: boolean };

async function ensureProduct(
  stripe: StripeClient,
  request: ProductRequest,
  installation: string | undefined,
): Promise<ProviderResult<ProductFacts>> {
  const named = await nameProduct(stripe, request, installation);
  if (named.outcome !== "accepted") return named;
  const { productReference, isThere } = named.value;
  const wanted = { name: request.name, active: request.active };
  if (isThere) {
    return askStripe(
      stripe,
      (client) =>
        client.products.update(productReference, {
          ...wanted,
          metadata: { [PRODUCT_ID_KEY]: request.productId },
          // An empty description takes it away.
          description: request.description ?? "",
        }),
      (reply) => same(productFacts(reply, installation), reply.id, productReference),
    );
  }
  const own = installation === undefined ? {} : { [INSTALLATION_KEY]: installation };
  const metadata = { [PRODUCT_ID_KEY]: request.productId, ...own };
  const description = optional("description", request.description);
  const created = await askStripe(
    stripe,
    (client) => client.products.create({ id: productReference, ...wanted, metadata, ...description }),
    (reply) => same(productFacts(reply, installation), reply.id, productReference),
  );
  // Somebody else made it in between: the next try brings it up to date.
  if (created.outcome === "rejected" && created.failure.code === "resource_already_exists") {
    return unknown("made_meanwhile");
  }
  return created;
}

/**
 * What our product is called: as it was until now, else by our id, else, when another installation took that (what every
 * installation starts with has the same ids), by our id and the installation's.
 */
async function nameProduct(
  stripe: StripeClient,
  { productId, productReference }: ProductRequest,
  installation: string | undefined,
): Promise<ProviderResult<Named>> {
  const qualified = `${productId}_${installation}`;
  const names = [...new Set([productReference ?? productId, productId, ...(installation ? [qualified] : [])])];
  for (const name of names) {
    const found = await askStripe(
      stripe,
      (client) => client.products.retrieve(name),
      (reply) => ({ facts: productFacts(reply), metadata: reply.metadata as Record<string, unknown> }),
    );
    if (found.outcome === "notFound") return { outcome: "accepted", value: { productReference: name, isThere: false } };
    if (found.outcome !== "accepted") return found;
    const { [INSTALLATION_KEY]: maker } = found.value.metadata;
    const isOurs = installation === undefined || maker === installation || name === productReference;
    if (isOurs) return { outcome: "accepted", value: { productReference: name, isThere: true } };
  }
  return unknown("names_taken");
}

// No idempotency key: the lookup key is unique, so a second one is refused, and the next try finds the first.
async function createPrice(
  stripe: StripeClient,
  request: PriceRequest,
  installation: string | undefined,
): Promise<ProviderResult<PriceFacts>> {
  const { price, recurrence } = request;
  return askStripe(
    stripe,
    (client) =>
      client.prices.create({
        product: request.productReference,
        currency: price.asset.toLowerCase(),
        unit_amount: toStripeAmount(price),
        lookup_key: ownLookupKey(installation, request.lookupKey),
        ...(installation === undefined ? {} : { metadata: { [INSTALLATION_KEY]: installation } }),
        ...(recurrence ? { recurring: { interval: recurrence.interval, interval_count: recurrence.count } } : {}),
      }),
    (reply) => {
      const facts = priceFacts(reply, installation);
      return same(facts, facts.lookupKey ?? "", request.lookupKey);
    },
  );
}
