import { MONEY_ADMINS, STAFF } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  BankPayout,
  BankPayoutFilter,
  NewReconciliation,
  ProviderTransaction,
  Reconciliation,
  ReconciliationFilter,
  ReconciliationParams,
  ReconciliationPreview,
  TransactionFilter,
} from "../schemas.js";
import {
  askForRun,
  getRun,
  listBankPayouts,
  listRuns,
  listTransactions,
  previewRun,
  type ReconciliationDeps,
} from "../service/index.js";
import { renderBankPayout, renderPreview, renderRun, renderTransaction } from "./render.js";

const TAGS = ["Reconciliation"];

/** Runs of the reconciliation, and what providers' statements say. */
export function runRoutes(app: App, deps: ReconciliationDeps): void {
  createRoute(app, deps);
  readRoutes(app, deps);
  statementRoutes(app, deps);
}

function createRoute(app: App, deps: ReconciliationDeps): void {
  app.post(
    "/v1/reconciliations",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "createReconciliation",
        summary: "Reconcile a provider's balance with the ledger",
        description:
          "The worker reads the provider's statement, books what only the statement knows (fees, exchanges, payouts to your bank, reserves), matches the rest with the ledger, and opens a break for each difference. Poll the reconciliation, or wait for `reconciliation.completed`. The same runs every day for every provider. Repeating it books nothing twice.",
        tags: TAGS,
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewReconciliation,
        response: { 200: ReconciliationPreview, 202: Reconciliation, ...problems },
      },
    },
    async (request, reply) => {
      if (request.query.dryRun) return reply.code(200).send(renderPreview(await previewRun(deps, request.body)));
      const resourceId = request.idempotency?.resourceId;
      if (resourceId === undefined) throw new Error("route has no idempotency policy");
      const run = await askForRun(deps, callerOf(request), encodeId("rec", resourceId), request.body);
      return reply.code(202).send(renderRun(run));
    },
  );
}

function readRoutes(app: App, deps: ReconciliationDeps): void {
  app.get(
    "/v1/reconciliations",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listReconciliations",
        summary: "List reconciliations, newest first",
        tags: TAGS,
        querystring: ReconciliationFilter,
        response: { 200: ListOf(Reconciliation), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listRuns(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(renderRun) };
    },
  );
  app.get(
    "/v1/reconciliations/:reconciliationId",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getReconciliation",
        summary: "Get a reconciliation and its statements",
        tags: TAGS,
        params: ReconciliationParams,
        response: { 200: Reconciliation, ...problems },
      },
    },
    async ({ params }) => renderRun(await getRun(deps, params.reconciliationId)),
  );
}

function statementRoutes(app: App, deps: ReconciliationDeps): void {
  app.get(
    "/v1/provider-transactions",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listProviderTransactions",
        summary: "List transactions of providers' statements, last imported first",
        description: "`bankPayout` lists what one payout to your bank is made of.",
        tags: TAGS,
        querystring: TransactionFilter,
        response: { 200: ListOf(ProviderTransaction), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listTransactions(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(renderTransaction) };
    },
  );
  app.get(
    "/v1/bank-payouts",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listBankPayouts",
        summary: "List payouts from providers to your bank, newest first",
        tags: TAGS,
        querystring: BankPayoutFilter,
        response: { 200: ListOf(BankPayout), ...problems },
      },
    },
    async ({ query: { limit, cursor, provider } }) => {
      const page = await listBankPayouts(deps, provider, { limit, cursor });
      return { ...page, data: page.data.map(renderBankPayout) };
    },
  );
}
