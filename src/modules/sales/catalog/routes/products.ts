import { ADMIN, STAFF } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import type { BillingProviderName } from "../../../../providers/ports/index.js";
import { kindOf, recurrenceOf } from "../rules.js";
import { ProductList, ProductSyncQueued, ProviderChoice } from "../schemas.js";
import { type CatalogDeps, listProducts, type ProductsView, type ProductView, syncProducts } from "../service/index.js";

const copy = <Entry>(entries: readonly Entry[] | null): Entry[] | null => entries && [...entries];

function render({ item, product, drift, prices }: ProductView, provider: BillingProviderName) {
  const recurrence = recurrenceOf(item);
  return {
    id: item.id,
    kind: kindOf(item),
    code: item.code,
    name: item.name,
    status: item.status,
    interval: recurrence?.interval ?? null,
    intervalCount: recurrence?.count ?? null,
    provider,
    providerReference: product?.productReference ?? null,
    synced: product?.synced ?? false,
    failure: product?.failure ?? null,
    drift: copy(drift),
    prices: prices.map((price) => ({
      amount: toWire(price.amount),
      currency: price.currency,
      lookupKey: price.lookupKey,
      providerReference: price.priceReference,
      status: price.status,
      failure: price.failure,
      drift: copy(price.drift),
    })),
  };
}

const renderList = ({ provider, providers, checked, products }: ProductsView) => ({
  provider,
  providers: [...providers],
  checked,
  data: products.map((product) => render(product, provider)),
  nextCursor: null,
});

export function productRoutes(app: App, deps: CatalogDeps): void {
  app.get(
    "/v1/products",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listProducts",
        summary: "List packages and plans as the provider has them",
        description:
          "Every package and plan is a product at every provider that bills, and each of its prices a price there. `drift` lists the differences. While the provider does not answer it is null, and `checked` is false.",
        tags: ["Catalog"],
        querystring: ProviderChoice,
        response: { 200: ProductList, ...problems },
      },
    },
    async ({ query }) => renderList(await listProducts(deps, query.provider)),
  );
  app.post(
    "/v1/products/sync",
    {
      config: { access: ADMIN, idempotency: "optional" },
      schema: {
        operationId: "syncProducts",
        summary: "Sync packages and plans to the providers now",
        description:
          "They are synced automatically when created or changed. This call repairs what was changed at the providers and returns the result at one of them. A large catalog is handed to the worker and answered with 202; `GET /v1/products` shows the progress.",
        tags: ["Catalog"],
        headers: IdempotencyHeaders,
        querystring: ProviderChoice,
        response: { 200: ProductList, 202: ProductSyncQueued, ...problems },
      },
    },
    async (request, reply) => {
      const synced = await syncProducts(deps, callerOf(request).id, request.query.provider);
      if ("queued" in synced) return reply.code(202).send(synced);
      return renderList(synced);
    },
  );
}
