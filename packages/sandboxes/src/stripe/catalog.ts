import { randomId } from "../ids.js";
import { checkAmount, isCurrency } from "./amounts.js";
import type { Price, Product } from "./billing/objects.js";
import { invalidParameter, missingResource, stripeError } from "./errors.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

const PRODUCT_PARAMETERS = [
  "active",
  "description",
  "images",
  "metadata",
  "name",
  "shippable",
  "statement_descriptor",
  "tax_code",
  "unit_label",
  "url",
];
const INTERVALS = ["day", "week", "month", "year"] as const;
const MAX_LOOKUP_KEY = 200;

function productOf(world: StripeWorld, id: string, param = "id"): Product {
  const product = world.products.get(id);
  if (!product) throw missingResource("product", id, param);
  return product;
}

/** Adds a product, under the id that the caller chose if there is one. Throws Stripe's 400. */
export function createProduct(world: StripeWorld, params: Params): Product {
  params.onlyKnown("id", ...PRODUCT_PARAMETERS);
  const id = params.text("id") ?? randomId("prod_", 14);
  if (world.products.get(id)) {
    throw stripeError(
      400,
      { type: "invalid_request_error", code: "resource_already_exists", message: "Product already exists." },
      true,
    );
  }
  const product: Product = {
    id,
    object: "product",
    active: params.optionalFlag("active") ?? true,
    created: world.now(),
    default_price: null,
    description: params.text("description") ?? null,
    images: params.texts("images"),
    livemode: false,
    marketing_features: [],
    metadata: params.metadata(),
    name: params.requiredText("name"),
    package_dimensions: null,
    shippable: null,
    statement_descriptor: params.text("statement_descriptor") ?? null,
    tax_code: params.text("tax_code") ?? null,
    tax_details: null,
    type: "service",
    unit_label: params.text("unit_label") ?? null,
    updated: world.now(),
    url: params.text("url") ?? null,
  };
  world.products.put(id, product);
  world.server.effects.count("products", id, "created", product.metadata);
  world.emit("product.created", product);
  return product;
}

/** Changes a product. Throws Stripe's 400 and 404. */
export function updateProduct(world: StripeWorld, params: Params, id: string): Product {
  params.onlyKnown("default_price", ...PRODUCT_PARAMETERS);
  const before = productOf(world, id);
  const defaultPrice = params.text("default_price");
  if (defaultPrice !== undefined && world.price(defaultPrice, "default_price").product !== id) {
    throw invalidParameter("default_price", `The price ${defaultPrice} is not of this product.`);
  }
  const product: Product = {
    ...before,
    active: params.optionalFlag("active") ?? before.active,
    default_price: defaultPrice ?? before.default_price,
    description: params.changed("description", before.description),
    images: params.has("images") ? params.texts("images") : before.images,
    metadata: params.metadata(before.metadata),
    name: params.text("name") ?? before.name,
    updated: world.now(),
    url: params.changed("url", before.url),
  };
  world.products.put(id, product);
  world.emit("product.updated", product, before);
  return product;
}

/** A product without prices can be deleted. Throws Stripe's 400 for any other. */
export function deleteProduct(world: StripeWorld, id: string): { id: string; object: "product"; deleted: true } {
  const product = productOf(world, id);
  if (world.prices.values().some((price) => price.product === id)) {
    throw invalidParameter("id", "This product cannot be deleted because it has one or more user-created prices.");
  }
  world.products.delete(id);
  world.emit("product.deleted", product);
  return { id, object: "product", deleted: true };
}

function recurringOf(params: Params): Price["recurring"] {
  const given = params.object("recurring")?.onlyKnown("interval", "interval_count", "usage_type", "trial_period_days");
  if (!given) return null;
  const interval_count = given.integer("interval_count") ?? 1;
  given.requiredText("interval");
  const interval = given.choice("interval", INTERVALS) ?? "month";
  const years = { day: 365, week: 52, month: 12, year: 1 }[interval];
  if (interval_count < 1 || interval_count > 3 * years) {
    throw invalidParameter("recurring[interval_count]", "The interval count must be from 1 up to three years.");
  }
  if ((given.text("usage_type") ?? "licensed") !== "licensed") {
    throw invalidParameter("recurring[usage_type]", "This sandbox has only licensed prices.");
  }
  return { interval, interval_count, meter: null, trial_period_days: null, usage_type: "licensed" };
}

/** Refuses a lookup key that another active price has, or takes it away from it. */
function claimLookupKey(world: StripeWorld, params: Params, priceId: string): string | undefined {
  const key = params.text("lookup_key");
  if (key === undefined) return undefined;
  if (key.length > MAX_LOOKUP_KEY) throw invalidParameter("lookup_key", "Lookup keys have up to 200 characters.");
  const holder = world.prices.values().find((price) => price.lookup_key === key && price.active);
  if (!holder || holder.id === priceId) return key;
  if (!params.flag("transfer_lookup_key")) {
    throw invalidParameter("lookup_key", `A price (\`${holder.id}\`) already uses that lookup key.`);
  }
  putPrice(world, holder, { lookup_key: null });
  return key;
}

function putPrice(world: StripeWorld, before: Price, change: Partial<Price>): Price {
  const price = { ...before, ...change };
  world.prices.put(price.id, price);
  world.emit("price.updated", price, before);
  return price;
}

/** Adds a price to a product. Throws Stripe's 400. */
export function createPrice(world: StripeWorld, params: Params): Price {
  params.onlyKnown(
    "active",
    "billing_scheme",
    "currency",
    "lookup_key",
    "metadata",
    "nickname",
    "product",
    "product_data",
    "recurring",
    "tax_behavior",
    "transfer_lookup_key",
    "unit_amount",
  );
  const currency = params.requiredText("currency").toLowerCase();
  const amount = params.requiredInteger("unit_amount");
  if (!isCurrency(currency) || amount !== 0) checkAmount(amount, currency, "unit_amount", { minimum: false });
  const id = randomId("price_1");
  const recurring = recurringOf(params);
  const newProduct = params.object("product_data");
  const price: Price = {
    id,
    object: "price",
    active: params.optionalFlag("active") ?? true,
    billing_scheme: "per_unit",
    created: world.now(),
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: claimLookupKey(world, params, id) ?? null,
    metadata: params.metadata(),
    nickname: params.text("nickname") ?? null,
    product: newProduct
      ? createProduct(world, newProduct).id
      : productOf(world, params.requiredText("product"), "product").id,
    recurring,
    tax_behavior: "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: recurring ? "recurring" : "one_time",
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  };
  world.prices.put(id, price);
  world.server.effects.count("prices", id, "created", price.metadata);
  world.emit("price.created", price);
  return price;
}

/** Changes what can be changed of a price; its amount cannot. Throws Stripe's 400 and 404. */
export function updatePrice(world: StripeWorld, params: Params, id: string): Price {
  params.onlyKnown("active", "lookup_key", "metadata", "nickname", "tax_behavior", "transfer_lookup_key");
  const before = world.price(id);
  const active = params.optionalFlag("active") ?? before.active;
  const lookup_key = params.isCleared("lookup_key") ? null : (claimLookupKey(world, params, id) ?? before.lookup_key);
  const rival = world.prices
    .values()
    .find((price) => price.active && price.id !== id && price.lookup_key === lookup_key);
  if (active && lookup_key !== null && rival) {
    throw invalidParameter("lookup_key", `A price (\`${rival.id}\`) already uses that lookup key.`);
  }
  return putPrice(world, before, {
    active,
    lookup_key,
    metadata: params.metadata(before.metadata),
    nickname: params.changed("nickname", before.nickname),
  });
}
