/** Products and prices at Stripe (docs.stripe.com/api/products, /prices). */
import type Stripe from "stripe";
import { z } from "zod";
import type { BillingProvider, PriceFacts, PriceRequest, ProductFacts, ProductRequest } from "../../billing-port.js";
import type { ProviderResult } from "../../port.js";
import { metadataSchema, PRODUCT_ID_KEY, unknown } from "../../shared.js";
import { fromStripeAmount, toStripeAmount } from "../amounts.js";
import { askStripe, type StripeClient } from "../client.js";
import { currency, idOf, optional, same } from "./read.js";

type CatalogPort = Pick<
  BillingProvider,
  "ensureProduct" | "ensurePrice" | "archivePrice" | "listProducts" | "listPrices"
>;

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

function productFacts(value: unknown): ProductFacts {
  const product = productSchema.parse(value);
  const ours = product.metadata[PRODUCT_ID_KEY];
  return {
    ...optional("productId", typeof ours === "string" ? ours : undefined),
    productReference: product.id,
    name: product.name,
    ...optional("description", product.description),
    active: product.active,
  };
}

function priceFacts(value: unknown): PriceFacts {
  const price = priceSchema.parse(value);
  return {
    priceReference: price.id,
    productReference: price.product,
    ...optional("lookupKey", price.lookup_key),
    ...(price.unit_amount == null ? {} : { price: fromStripeAmount(price.unit_amount, price.currency) }),
    ...(price.recurring
      ? { recurrence: { interval: price.recurring.interval, count: price.recurring.interval_count } }
      : {}),
    active: price.active,
  };
}

/** Stripe's catalog. A product has our id, a price our lookup key: asking again finds what an earlier call made. */
export function stripeCatalog(stripe: StripeClient): CatalogPort {
  const updatePrice = (priceReference: string, params: Stripe.PriceUpdateParams) =>
    askStripe(
      stripe,
      (client) => client.prices.update(priceReference, params),
      (reply) => same(priceFacts(reply), reply.id, priceReference),
    );
  return {
    ensureProduct: (request) => ensureProduct(stripe, request),
    ensurePrice: async (request) => {
      const found = await askStripe(
        stripe,
        (client) => client.prices.list({ lookup_keys: [request.lookupKey], limit: 1 }),
        (reply) => reply.data.map(priceFacts),
      );
      if (found.outcome !== "accepted") return found;
      const [price] = found.value;
      if (!price) return createPrice(stripe, request);
      return price.active ? { outcome: "accepted", value: price } : updatePrice(price.priceReference, { active: true });
    },
    archivePrice: (priceReference) => updatePrice(priceReference, { active: false }),
    listProducts: () =>
      askStripe(
        stripe,
        (client) => client.products.list({ limit: PAGE }).autoPagingToArray({ limit: CATALOG_MAX }),
        (products) => products.map(productFacts),
      ),
    listPrices: () =>
      askStripe(
        stripe,
        (client) => client.prices.list({ limit: PAGE }).autoPagingToArray({ limit: CATALOG_MAX }),
        (prices) => prices.map(priceFacts),
      ),
  };
}

async function ensureProduct(stripe: StripeClient, request: ProductRequest): Promise<ProviderResult<ProductFacts>> {
  const { productId } = request;
  const wanted = { name: request.name, active: request.active };
  const metadata = { [PRODUCT_ID_KEY]: productId };
  const updated = await askStripe(
    stripe,
    // An empty description takes it away.
    (client) => client.products.update(productId, { ...wanted, metadata, description: request.description ?? "" }),
    (reply) => same(productFacts(reply), reply.id, productId),
  );
  if (updated.outcome !== "notFound") return updated;
  const created = await askStripe(
    stripe,
    (client) =>
      client.products.create({ id: productId, ...wanted, metadata, ...optional("description", request.description) }),
    (reply) => same(productFacts(reply), reply.id, productId),
  );
  // Somebody else made it in between: the next try brings it up to date.
  if (created.outcome === "rejected" && created.failure.code === "resource_already_exists") {
    return unknown("made_meanwhile");
  }
  return created;
}

// No idempotency key: the lookup key is unique, so a second one is refused, and the next try finds the first.
async function createPrice(stripe: StripeClient, request: PriceRequest): Promise<ProviderResult<PriceFacts>> {
  const { price, recurrence } = request;
  return askStripe(
    stripe,
    (client) =>
      client.prices.create({
        product: request.productReference,
        currency: price.asset.toLowerCase(),
        unit_amount: toStripeAmount(price),
        lookup_key: request.lookupKey,
        ...(recurrence ? { recurring: { interval: recurrence.interval, interval_count: recurrence.count } } : {}),
      }),
    (reply) => {
      const facts = priceFacts(reply);
      return same(facts, facts.lookupKey ?? "", request.lookupKey);
    },
  );
}
