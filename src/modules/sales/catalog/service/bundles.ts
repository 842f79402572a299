import { newId } from "../../../../core/ids.js";
import { getAsset } from "../../../books/ledger/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { codeTaken, packageNotFound, planNotFound } from "../errors.js";
import * as queries from "../queries.js";
import type { FlexiblePrice, StoredPrice } from "../tables.js";
import type { Package, Plan } from "../types.js";
import type { CatalogDeps } from "./deps.js";
import { changeOffer, checkPrices, completeOffer, type FixedOffer, type OfferInput } from "./offers.js";
import { syncSoon } from "./sync-products.js";

export interface BundleInput {
  readonly code: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly grants: { readonly asset: string; readonly amount: number };
  readonly prices: readonly StoredPrice[];
  readonly metadata?: Record<string, string> | undefined;
  /** How long what it gives may be spent, and which is spent first; null for ever, and 50. */
  readonly creditsExpireAfter?: string | null | undefined;
  readonly creditsPriority?: number | null | undefined;
}

export type PackageInput = Omit<BundleInput, "grants" | "prices"> & OfferInput;

/** How a plan's cycles are granted, tried and dunned for. */
export interface PlanTerms {
  readonly renewal?: { readonly mode: Plan["renewalMode"]; readonly rolloverCap?: number | undefined } | undefined;
  readonly trialDays?: number | undefined;
  readonly trialGrants?: number | undefined;
  readonly freeInvoices?: Plan["freeInvoices"] | undefined;
  readonly dunning?: { readonly graceDays: number; readonly consequence: Plan["dunningConsequence"] } | undefined;
  readonly recognition?: Plan["recognition"] | undefined;
}

export interface PlanInput extends BundleInput, PlanTerms {
  readonly interval: Plan["interval"];
  readonly intervalCount: number;
}

/** What may change of a plan: it counts from the next invoice on. */
export type PlanChange = BundleChange & PlanTerms;

/** What may change. Past sales keep what they were sold for: a payment copies price and grants. */
export type BundleChange = {
  readonly [Field in keyof Omit<BundleInput, "code">]?: BundleInput[Field] | undefined;
} & { readonly status?: "active" | "retired" | undefined };

export type PackageChange = BundleChange & Pick<OfferInput, "flexible">;

export const listPackages = (deps: CatalogDeps, status: "active" | "retired" | undefined) =>
  queries.listPackages(deps.db.read, status);
export const listPlans = (deps: CatalogDeps, status: "active" | "retired" | undefined) =>
  queries.listPlans(deps.db.read, status);

/** A package by id or code. Throws `catalog.package_not_found` (404). */
export async function getPackage(deps: CatalogDeps, idOrCode: string): Promise<Package> {
  const row = isId("pkg", idOrCode)
    ? await queries.findPackage(deps.db.read, idOrCode)
    : await queries.findPackageByCode(deps.db.read, idOrCode);
  if (!row) throw packageNotFound(idOrCode);
  return row;
}

/** A plan by id or code. Throws `catalog.plan_not_found` (404). */
export async function getPlan(deps: CatalogDeps, idOrCode: string): Promise<Plan> {
  const row = isId("pln", idOrCode)
    ? await queries.findPlan(deps.db.read, idOrCode)
    : await queries.findPlanByCode(deps.db.read, idOrCode);
  if (!row) throw planNotFound(idOrCode);
  return row;
}

// A code cannot look like an id: codes have no underscore followed by 26 characters of base 32 at the end of a 4-letter name.
function isId<P extends string>(prefix: P, text: string): text is `${P}_${string}` {
  return new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(text);
}

/**
 * Creates a package. Throws `catalog.code_taken` (409), `catalog.price_refused`, `catalog.grants_refused` (422),
 * `ledger.asset_not_found` (422).
 */
export async function createPackage(
  deps: CatalogDeps,
  actor: string,
  id: string | undefined,
  input: PackageInput,
): Promise<Package> {
  const offer = await completeOffer(deps, input);
  await checkBundle(deps, offer);
  return deps.db.transaction(async (tx) => {
    const values = { ...toRow(deps, { ...input, ...offer }), flexible: offer.flexible };
    const row = await queries.insertPackage(tx, { id: idOr(deps, "pkg", id), ...values });
    if (!row) return createdBefore(id, await queries.findPackageByCode(tx, input.code), input.code);
    await recordAudit(deps, tx, [{ actor, action: "createPackage", resource: row.id, details: { code: row.code } }]);
    await syncSoon(deps, tx, row.id);
    return row;
  });
}

/** Creates a plan. Throws as createPackage does. */
export async function createPlan(
  deps: CatalogDeps,
  actor: string,
  id: string | undefined,
  input: PlanInput,
): Promise<Plan> {
  await checkBundle(deps, input);
  await checkPrices(deps, input.prices, "billing");
  const { interval, intervalCount } = input;
  return deps.db.transaction(async (tx) => {
    const row = await queries.insertPlan(tx, {
      id: idOr(deps, "pln", id),
      ...toRow(deps, input),
      ...toTerms(input),
      interval,
      intervalCount,
    });
    if (!row) return createdBefore(id, await queries.findPlanByCode(tx, input.code), input.code);
    await recordAudit(deps, tx, [{ actor, action: "createPlan", resource: row.id, details: { code: row.code } }]);
    await syncSoon(deps, tx, row.id);
    return row;
  });
}

/** Changes or retires a package. Nothing is ever deleted: payments point at it. Throws as createPackage does. */
export async function updatePackage(
  deps: CatalogDeps,
  actor: string,
  idOrCode: string,
  change: PackageChange,
): Promise<Package> {
  const current = await getPackage(deps, idOrCode);
  const { flexible, ...fixed } = await changeOffer(deps, current, change);
  await checkBundle(deps, { ...merged(current, fixed), flexible: flexible ?? current.flexible });
  return deps.db.transaction(async (tx) => {
    const values = { ...toChange(deps, { ...change, ...fixed }), ...(flexible ? { flexible } : {}) };
    const row = await queries.updatePackage(tx, current.id, values);
    if (!row) throw packageNotFound(idOrCode);
    await recordAudit(deps, tx, [{ actor, action: "updatePackage", resource: row.id, details: { ...change } }]);
    await syncSoon(deps, tx, row.id);
    return row;
  });
}

/** Changes or retires a plan. */
export async function updatePlan(
  deps: CatalogDeps,
  actor: string,
  idOrCode: string,
  change: PlanChange,
): Promise<Plan> {
  const current = await getPlan(deps, idOrCode);
  await checkBundle(deps, merged(current, change));
  if (change.prices) await checkPrices(deps, change.prices, "billing");
  return deps.db.transaction(async (tx) => {
    const row = await queries.updatePlan(tx, current.id, { ...toChange(deps, change), ...toTerms(change) });
    if (!row) throw planNotFound(idOrCode);
    await recordAudit(deps, tx, [{ actor, action: "updatePlan", resource: row.id, details: { ...change } }]);
    await syncSoon(deps, tx, row.id);
    return row;
  });
}

async function checkBundle(
  deps: CatalogDeps,
  { grants, prices, flexible }: FixedOffer & { readonly flexible?: readonly FlexiblePrice[] | null },
): Promise<void> {
  await getAsset(deps, grants.asset);
  const highest = (flexible ?? []).map(({ currency, maximum }) => ({ currency, amount: maximum }));
  await checkPrices(deps, [...prices, ...highest]);
}

/** The row that an earlier try under the same idempotency key made, which died before it was answered. */
function createdBefore<Row extends { readonly id: string }>(
  id: string | undefined,
  row: Row | undefined,
  code: string,
): Row {
  if (!row || row.id !== id) throw codeTaken(code);
  return row;
}

const idOr = <P extends string>(deps: CatalogDeps, prefix: P, id: string | undefined) =>
  (id === undefined ? newId(deps.ids, prefix) : id) as `${P}_${string}`;

function toRow(deps: CatalogDeps, input: BundleInput) {
  const now = deps.clock.now();
  return {
    code: input.code,
    name: input.name,
    description: input.description ?? null,
    grantsAsset: input.grants.asset,
    grantsAmount: BigInt(input.grants.amount),
    prices: [...input.prices],
    metadata: input.metadata ?? {},
    creditsExpireAfter: input.creditsExpireAfter ?? null,
    creditsPriority: input.creditsPriority ?? null,
    status: "active" as const,
    createdAt: now,
    updatedAt: now,
  };
}

const merged = (current: Package | Plan, change: BundleChange) => ({
  grants: change.grants ?? { asset: current.grantsAsset, amount: Number(current.grantsAmount) },
  prices: change.prices ?? current.prices,
});

function toChange(deps: CatalogDeps, change: BundleChange) {
  return {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.description === undefined ? {} : { description: change.description }),
    ...(change.grants === undefined
      ? {}
      : { grantsAsset: change.grants.asset, grantsAmount: BigInt(change.grants.amount) }),
    ...(change.prices === undefined ? {} : { prices: [...change.prices] }),
    ...(change.metadata === undefined ? {} : { metadata: change.metadata }),
    ...(change.creditsExpireAfter === undefined ? {} : { creditsExpireAfter: change.creditsExpireAfter }),
    ...(change.creditsPriority === undefined ? {} : { creditsPriority: change.creditsPriority }),
    ...(change.status === undefined ? {} : { status: change.status }),
    updatedAt: deps.clock.now(),
  };
}

const toTerms = ({ renewal, trialDays, trialGrants, freeInvoices, dunning, recognition }: PlanTerms) => ({
  ...(renewal
    ? {
        renewalMode: renewal.mode,
        rolloverCap: renewal.rolloverCap === undefined ? null : BigInt(renewal.rolloverCap),
      }
    : {}),
  ...(trialDays === undefined ? {} : { trialDays }),
  ...(trialGrants === undefined ? {} : { trialGrants: BigInt(trialGrants) }),
  ...(freeInvoices === undefined ? {} : { freeInvoices }),
  ...(dunning ? { graceDays: dunning.graceDays, dunningConsequence: dunning.consequence } : {}),
  ...(recognition === undefined ? {} : { recognition }),
});
