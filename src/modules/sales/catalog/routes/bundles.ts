import { z } from "zod";
import { ADMIN, EVERY_ROLE } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders, iso } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  NewPackage,
  NewPlan,
  Package,
  PackageChange,
  PackageParams,
  Plan,
  PlanChange,
  PlanParams,
  StatusFilter,
} from "../schemas.js";
import {
  type CatalogDeps,
  createPackage,
  createPlan,
  getPackage,
  getPlan,
  listPackages,
  listPlans,
  type Package as PackageRecord,
  type Plan as PlanRecord,
  updatePackage,
  updatePlan,
} from "../service/index.js";

function renderBundle(row: PackageRecord | PlanRecord) {
  const [price] = row.prices;
  if (!price) throw new Error(`${row.code} has no price`);
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    description: row.description,
    grants: { asset: row.grantsAsset, amount: toWire(row.grantsAmount) },
    price,
    prices: row.prices,
    metadata: row.metadata,
    creditsExpireAfter: row.creditsExpireAfter,
    creditsPriority: row.creditsPriority,
    status: row.status,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}

const renderPackage = (row: PackageRecord) => ({
  ...renderBundle(row),
  flexible: row.flexible?.map(({ tiers, ...price }) => ({ ...price, ...(tiers ? { tiers: [...tiers] } : {}) })) ?? null,
});

const renderPlan = (row: PlanRecord) => ({
  ...renderBundle(row),
  interval: row.interval,
  intervalCount: row.intervalCount,
  renewal: { mode: row.renewalMode, rolloverCap: row.rolloverCap === null ? null : toWire(row.rolloverCap) },
  trialDays: row.trialDays,
  trialGrants: toWire(row.trialGrants),
  freeInvoices: row.freeInvoices,
  dunning: { graceDays: row.graceDays, consequence: row.dunningConsequence },
  recognition: row.recognition,
});

/** The id that the idempotency key stands for, so that a repeated creation makes the same row. */
function idFor<P extends string>(prefix: P, request: { idempotency: { resourceId: string | undefined } | null }) {
  const resourceId = request.idempotency?.resourceId;
  return resourceId === undefined ? undefined : encodeId(prefix, resourceId);
}

export function bundleRoutes(app: App, deps: CatalogDeps): void {
  readPackageRoutes(app, deps);
  writePackageRoutes(app, deps);
  readPlanRoutes(app, deps);
  writePlanRoutes(app, deps);
}

const statusOf = (filter: "active" | "retired" | "all") => (filter === "all" ? undefined : filter);

function readPackageRoutes(app: App, deps: CatalogDeps): void {
  app.get(
    "/v1/packages",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listPackages",
        summary: "List packages",
        tags: ["Catalog"],
        querystring: StatusFilter,
        response: { 200: z.object({ data: z.array(Package), nextCursor: z.null() }), ...problems },
      },
    },
    async ({ query }) => ({
      data: (await listPackages(deps, statusOf(query.status))).map(renderPackage),
      nextCursor: null,
    }),
  );
  app.get(
    "/v1/packages/:packageId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getPackage",
        summary: "Get a package",
        tags: ["Catalog"],
        params: PackageParams,
        response: { 200: Package, ...problems },
      },
    },
    async ({ params }) => renderPackage(await getPackage(deps, params.packageId)),
  );
}

function writePackageRoutes(app: App, deps: CatalogDeps): void {
  app.post(
    "/v1/packages",
    {
      config: { access: ADMIN, idempotency: "optional" },
      schema: {
        operationId: "createPackage",
        summary: "Create a package",
        tags: ["Catalog"],
        headers: IdempotencyHeaders,
        body: NewPackage,
        response: { 201: Package, ...problems },
      },
    },
    async (request, reply) => {
      const row = await createPackage(deps, callerOf(request).id, idFor("pkg", request), request.body);
      return reply.code(201).send(renderPackage(row));
    },
  );
  app.patch(
    "/v1/packages/:packageId",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "updatePackage",
        summary: "Change or retire a package",
        description: "Past sales keep their price.",
        tags: ["Catalog"],
        params: PackageParams,
        body: PackageChange,
        response: { 200: Package, ...problems },
      },
    },
    async (request) =>
      renderPackage(await updatePackage(deps, callerOf(request).id, request.params.packageId, request.body)),
  );
}

function readPlanRoutes(app: App, deps: CatalogDeps): void {
  app.get(
    "/v1/plans",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listPlans",
        summary: "List plans",
        tags: ["Catalog"],
        querystring: StatusFilter,
        response: { 200: z.object({ data: z.array(Plan), nextCursor: z.null() }), ...problems },
      },
    },
    async ({ query }) => ({ data: (await listPlans(deps, statusOf(query.status))).map(renderPlan), nextCursor: null }),
  );
  app.get(
    "/v1/plans/:planId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getPlan",
        summary: "Get a plan",
        tags: ["Catalog"],
        params: PlanParams,
        response: { 200: Plan, ...problems },
      },
    },
    async ({ params }) => renderPlan(await getPlan(deps, params.planId)),
  );
}

function writePlanRoutes(app: App, deps: CatalogDeps): void {
  app.post(
    "/v1/plans",
    {
      config: { access: ADMIN, idempotency: "optional" },
      schema: {
        operationId: "createPlan",
        summary: "Create a plan",
        tags: ["Catalog"],
        headers: IdempotencyHeaders,
        body: NewPlan,
        response: { 201: Plan, ...problems },
      },
    },
    async (request, reply) => {
      const row = await createPlan(deps, callerOf(request).id, idFor("pln", request), request.body);
      return reply.code(201).send(renderPlan(row));
    },
  );
  app.patch(
    "/v1/plans/:planId",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "updatePlan",
        summary: "Change or retire a plan",
        tags: ["Catalog"],
        params: PlanParams,
        body: PlanChange,
        response: { 200: Plan, ...problems },
      },
    },
    async (request) => renderPlan(await updatePlan(deps, callerOf(request).id, request.params.planId, request.body)),
  );
}
