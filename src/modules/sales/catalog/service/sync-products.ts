import { mapLimited } from "../../../../core/concurrency.js";
import { formatDecimal, parseDecimal } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import { enqueueJob, type LookFailure } from "../../../../kernel/jobs.js";
import type { BillingProvider, PriceFacts, ProductFacts, ProviderResult } from "../../../../providers/ports/index.js";
import { getAsset } from "../../../books/ledger/index.js";
import * as queries from "../queries.js";
import { keyAt, needsSync, priceDrift, pricesOnSale, recurrenceOf, type WantedPrice, wantedPrices } from "../rules.js";
import type { StoredPrice } from "../tables.js";
import type { CatalogItem, PriceRow } from "../types.js";
import type { CatalogDeps } from "./deps.js";

type ItemId = CatalogItem["id"];

/** What became of bringing one item to the provider. */
export interface SyncOutcome {
  readonly product: ProviderResult<string>;
  /** By lookup key: the references of the prices that are on sale. */
  readonly prices: ReadonlyMap<string, ProviderResult<string>>;
  /** What was refused or not answered; empty when the provider has everything as wanted. */
  readonly failures: readonly string[];
}

const SYNC_CONCURRENCY = 4;

/** Sets off the syncing of an item with every provider when the caller's transaction commits. */
export async function syncSoon(deps: CatalogDeps, tx: Tx, itemId: ItemId): Promise<void> {
  if (deps.billingProviders.size > 0)
    await enqueueJob(tx, "catalog:sync", { itemId }, { key: `catalog:sync:${itemId}` });
}

/** A package or plan by id, whatever its status. */
export const findItem = (deps: CatalogDeps, itemId: ItemId): Promise<CatalogItem | undefined> =>
  itemId.startsWith("pln_")
    ? queries.findPlan(deps.db.read, itemId as `pln_${string}`)
    : queries.findPackage(deps.db.read, itemId as `pkg_${string}`);

export async function listItems(deps: CatalogDeps): Promise<CatalogItem[]> {
  const [packages, plans] = await Promise.all([
    queries.listPackages(deps.db.read, undefined),
    queries.listPlans(deps.db.read, undefined),
  ]);
  return [...packages, ...plans];
}

/** The prices of an item that a provider can charge, and should have. */
export async function pricesToSync(
  deps: CatalogDeps,
  { name }: BillingProvider,
  item: CatalogItem,
): Promise<WantedPrice[]> {
  const capabilities = deps.paymentProviders.get(name)?.capabilities;
  const chargeable = new Set<StoredPrice>();
  for (const price of pricesOnSale(item)) {
    const decimal = await decimalOf(deps, price);
    const refused = capabilities && (!capabilities.supportsAsset(price.currency) || capabilities.refusePrice(decimal));
    if (!refused) chargeable.add(price);
  }
  return wantedPrices(name, item, (price) => chargeable.has(price));
}

async function decimalOf(deps: CatalogDeps, price: StoredPrice) {
  const { scale } = await getAsset(deps, price.currency);
  return { amount: formatDecimal(BigInt(price.amount), scale), asset: price.currency };
}

/** Syncs every item that is not at a provider as wanted, or all of them. Returns the failures, each with its item's id. */
export async function syncItems(
  deps: CatalogDeps,
  billing: BillingProvider,
  which: "stale" | "all",
): Promise<LookFailure[]> {
  const [items, products, rows] = await Promise.all([
    listItems(deps),
    queries.listProductRows(deps.db.read, billing.name),
    queries.listPriceRows(deps.db.read, billing.name),
  ]);
  const byKey = new Map(products.map((product) => [product.key, product]));
  const failures = await mapLimited(items, SYNC_CONCURRENCY, async (item) => {
    const key = keyAt(billing.name, item.id);
    const own = rows.filter((row) => row.productKey === key);
    const isStale = needsSync(item, byKey.get(key), own, await pricesToSync(deps, billing, item));
    if (which === "stale" && !isStale) return [];
    const outcome = await syncItem(deps, billing, item.id, { everything: which === "all" });
    return outcome.failures.map((failure) => ({ id: item.id, error: new Error(failure) }));
  });
  return failures.flat();
}

/**
 * Brings a package or plan to a provider: the product, the prices on sale, and off sale what is no longer sold. Asking twice
 * is the same as once. `everything` asks for what we believe to be there already, too. Throws when there is no such item.
 */
export async function syncItem(
  deps: CatalogDeps,
  billing: BillingProvider,
  itemId: ItemId,
  { everything = false }: { readonly everything?: boolean } = {},
): Promise<SyncOutcome> {
  const item = await findItem(deps, itemId);
  if (!item) throw new Error(`nothing to sync: ${itemId}`);
  const wanted = await pricesToSync(deps, billing, item);
  const { version, rows, productReference } = await promise(deps, billing, item, wanted);
  const product = await billing.ensureProduct({
    productId: item.id,
    productReference: productReference ?? undefined,
    name: item.name,
    description: item.description ?? undefined,
    active: item.status === "active",
  });
  const asked = rows.filter((row) => everything || row.status === "wanted" || row.status === "retiring");
  const answers = new Map<string, ProviderResult<PriceFacts>>();
  if (product.outcome === "accepted") {
    for (const row of asked) answers.set(row.lookupKey, await askPrice(deps, billing, item, row, product.value));
  }
  return settle(deps, billing, item, version, { rows, product, answers });
}

/** Writes down what a provider is about to be asked. */
function promise(
  deps: CatalogDeps,
  { name: provider }: BillingProvider,
  item: CatalogItem,
  wanted: readonly WantedPrice[],
): Promise<{ version: number; rows: PriceRow[]; productReference: string | null }> {
  const recurrence = recurrenceOf(item);
  const key = keyAt(provider, item.id);
  return deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const { version, productReference } = await queries.beginSync(tx, { key, provider }, now);
    for (const { lookupKey, price } of wanted) {
      await queries.insertPrice(tx, {
        lookupKey,
        productKey: key,
        provider,
        currency: price.currency,
        amount: BigInt(price.amount),
        interval: recurrence?.interval ?? null,
        intervalCount: recurrence?.count ?? null,
        status: "wanted",
        createdAt: now,
        updatedAt: now,
      });
    }
    const onSale = new Set(wanted.map(({ lookupKey }) => lookupKey));
    for (const { lookupKey, status } of await queries.listPricesOf(tx, key)) {
      const next = nextStatus(status, onSale.has(lookupKey));
      if (next !== status) await queries.updatePrice(tx, lookupKey, { status: next, updatedAt: now });
    }
    return { version, rows: await queries.listPricesOf(tx, key), productReference };
  });
}

function nextStatus(status: PriceRow["status"], isWanted: boolean): PriceRow["status"] {
  if (isWanted) return status === "active" ? status : "wanted";
  return status === "archived" ? status : "retiring";
}

/** A price that is to be on sale is found or made; one that is not is taken off sale, once it can be named. */
async function askPrice(
  deps: CatalogDeps,
  billing: BillingProvider,
  item: CatalogItem,
  row: PriceRow,
  product: ProductFacts,
): Promise<ProviderResult<PriceFacts>> {
  const isOnSale = row.status === "wanted" || row.status === "active";
  if (!isOnSale && row.priceReference !== null) return billing.archivePrice(row.priceReference);
  const price = { amount: Number(row.amount), currency: row.currency };
  const recurrence = recurrenceOf(item);
  const ensured = await billing.ensurePrice({
    productReference: product.productReference,
    lookupKey: row.lookupKey,
    price: await decimalOf(deps, price),
    recurrence,
  });
  if (ensured.outcome !== "accepted") return ensured;
  // Somebody may have moved the lookup key to another price at the provider: nobody must be charged that one.
  const expected = { price, recurrence, productReference: product.productReference, onSale: true, known: true };
  const [drift] = priceDrift(expected, ensured.value, await minorUnits(deps, ensured.value));
  if (drift) {
    const message = `The price ${ensured.value.priceReference} has our lookup key and is another one: ${drift.field ?? drift.kind}.`;
    return { outcome: "rejected", failure: { code: "price_differs", message } };
  }
  return isOnSale ? ensured : billing.archivePrice(ensured.value.priceReference);
}

/** A price's amount in minor units of its currency; undefined for one that cannot be ours. */
export async function minorUnits(deps: CatalogDeps, { price }: PriceFacts): Promise<bigint | undefined> {
  if (!price) return undefined;
  const asset = await getAsset(deps, price.asset).catch(() => undefined);
  if (!asset) return undefined;
  const { amount, remainder } = parseDecimal(price.amount, asset.scale);
  return remainder === null ? amount : undefined;
}

async function settle(
  deps: CatalogDeps,
  { name: provider }: BillingProvider,
  item: CatalogItem,
  version: number,
  asked: {
    readonly rows: readonly PriceRow[];
    readonly product: ProviderResult<ProductFacts>;
    readonly answers: ReadonlyMap<string, ProviderResult<PriceFacts>>;
  },
): Promise<SyncOutcome> {
  const { rows, product, answers } = asked;
  const productKey = keyAt(provider, item.id);
  const failures = [product, ...answers.values()].flatMap((result) => failureOf(result)?.message ?? []);
  await deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const current = await queries.lockProduct(tx, productKey);
    // Somebody asked meanwhile, and the provider may have heard us last: neither of us knows, so all of it is asked again.
    const overtaken = current.version !== version;
    await queries.updateProduct(tx, productKey, {
      ...(product.outcome === "accepted"
        ? {
            productReference: product.value.productReference,
            name: item.name,
            description: item.description,
            active: item.status === "active",
          }
        : {}),
      failure: failureOf(product),
      synced: !overtaken && failures.length === 0,
      ...(overtaken ? { version: current.version + 1 } : {}),
      updatedAt: now,
    });
    for (const [lookupKey, result] of answers) {
      const row = rows.find((each) => each.lookupKey === lookupKey);
      const isOnSale = row?.status === "wanted" || row?.status === "active";
      await queries.updatePrice(tx, lookupKey, {
        failure: failureOf(result),
        ...(result.outcome === "accepted" ? { priceReference: result.value.priceReference } : {}),
        ...(result.outcome === "accepted" && !overtaken ? { status: isOnSale ? "active" : "archived" } : {}),
        updatedAt: now,
      });
    }
    if (!overtaken) return;
    const key = `catalog:sync:${provider}:${item.id}`;
    await enqueueJob(tx, "catalog:sync", { itemId: item.id, provider, everything: true }, { key });
  });
  return {
    product: product.outcome === "accepted" ? { ...product, value: product.value.productReference } : product,
    prices: new Map(
      [...answers].map(([lookupKey, result]) => [
        lookupKey,
        result.outcome === "accepted" ? { ...result, value: result.value.priceReference } : result,
      ]),
    ),
    failures,
  };
}

function failureOf(result: ProviderResult<unknown>): { code: string; message: string } | null {
  switch (result.outcome) {
    case "accepted":
      return null;
    case "rejected":
      return { code: result.failure.code, message: result.failure.message };
    case "notFound":
      return { code: "not_found", message: "The provider does not have it." };
    case "unknown":
      return { code: "unknown", message: `The provider gave no answer: ${result.reason}` };
  }
}
