import { ADMIN, STAFF } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { kindOf, recurrenceOf } from "../rules.js";
import { ProductList, ProductSyncQueued } from "../schemas.js";
import { type CatalogDeps, listProducts, type ProductView, syncProducts } from "../service/index.js";

const copy = <Entry>(entries: readonly Entry[] | null): Entry[] | null => entries && [...entries];

function render({ item, product, drift, prices }: ProductView) {
  const recurrence = recurrenceOf(item);
  return {
    id: item.id,
    kind: kindOf(item),
    code: item.code,
    name: item.name,
    status: item.status,
    interval: recurrence?.interval ?? null,
    intervalCount: recurrence?.count ?? null,
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

const renderList = ({ checked, products }: { checked: boolean; products: readonly ProductView[] }) => ({
  provider: "stripe" as const,
  checked,
  data: products.map(render),
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
          "Every package and plan is a product at Stripe, and each of its prices a price there. `drift` lists the differences. While the provider does not answer it is null, and `checked` is false.",
        tags: ["Catalog"],
        response: { 200: ProductList, ...problems },
      },
    },
    async () => renderList(await listProducts(deps)),
  );
  app.post(
    "/v1/products/sync",
    {
      config: { access: ADMIN, idempotency: "optional" },
      schema: {
        operationId: "syncProducts",
        summary: "Sync packages and plans to the provider now",
        description:
          "They are synced automatically when created or changed. This call repairs what was changed at the provider and returns the result. A large catalog is handed to the worker and answered with 202; `GET /v1/products` shows the progress.",
        tags: ["Catalog"],
        headers: IdempotencyHeaders,
        response: { 200: ProductList, 202: ProductSyncQueued, ...problems },
      },
    },
    async (request, reply) => {
      const synced = await syncProducts(deps, callerOf(request).id);
      if ("queued" in synced) return reply.code(202).send({ provider: "stripe" as const, ...synced });
      return renderList(synced);
    },
  );
}
