import { stripeRoute } from "./api.js";
import { createPrice, createProduct, deleteProduct, updatePrice, updateProduct } from "./catalog.js";
import { invalidParameter, missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

const MAX_LOOKUP_KEYS = 10;

function listProducts(world: StripeWorld, params: Params) {
  params.onlyKnown(...LIST_PARAMETERS, "active", "ids", "url");
  const active = params.optionalFlag("active");
  const ids = params.texts("ids");
  const products = world.products
    .values()
    .filter((each) => (active === undefined || each.active === active) && (ids.length === 0 || ids.includes(each.id)));
  return listPage(products, params, "/v1/products");
}

function listPrices(world: StripeWorld, params: Params) {
  params.onlyKnown(...LIST_PARAMETERS, "active", "currency", "lookup_keys", "product", "recurring", "type");
  const active = params.optionalFlag("active");
  const keys = params.texts("lookup_keys");
  if (keys.length > MAX_LOOKUP_KEYS) {
    throw invalidParameter("lookup_keys", `You can list up to ${MAX_LOOKUP_KEYS} lookup keys.`);
  }
  const [currency, product, type] = [params.text("currency"), params.text("product"), params.text("type")];
  const interval = params.object("recurring")?.onlyKnown("interval", "usage_type", "meter").text("interval");
  const prices = world.prices
    .values()
    .filter(
      (each) =>
        (active === undefined || each.active === active) &&
        (keys.length === 0 || keys.includes(each.lookup_key ?? "")) &&
        (currency === undefined || each.currency === currency) &&
        (product === undefined || each.product === product) &&
        (type === undefined || each.type === type) &&
        (interval === undefined || each.recurring?.interval === interval),
    );
  return listPage(prices, params, "/v1/prices");
}

/** `/v1/products` and `/v1/prices`. */
export function installCatalogRoutes(world: StripeWorld): void {
  stripeRoute(world, "POST", "/v1/products", (params) => createProduct(world, params));
  stripeRoute(world, "GET", "/v1/products", (params) => listProducts(world, params));
  stripeRoute(world, "GET", "/v1/products/:id", (_params, { params: { id = "" } }) => {
    const product = world.products.get(id);
    if (!product) throw missingResource("product", id);
    return product;
  });
  stripeRoute(world, "POST", "/v1/products/:id", (params, { params: { id = "" } }) => updateProduct(world, params, id));
  stripeRoute(world, "DELETE", "/v1/products/:id", (_params, { params: { id = "" } }) => deleteProduct(world, id));
  stripeRoute(world, "POST", "/v1/prices", (params) => createPrice(world, params));
  stripeRoute(world, "GET", "/v1/prices", (params) => listPrices(world, params));
  stripeRoute(world, "GET", "/v1/prices/:id", (_params, { params: { id = "" } }) => world.price(id));
  stripeRoute(world, "POST", "/v1/prices/:id", (params, { params: { id = "" } }) => updatePrice(world, params, id));
}
