import { z } from "zod";
import { DEPOSIT_REVIEWERS, EVERY_ROLE } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, iso, isoOrNull, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { assetOf } from "../rules/settle.js";
import { Deposit, DepositFilter, DepositParams, DepositReason, Rescan } from "../schemas.js";
import { type DepositDeps, getDeposit, listDeposits, rescanDeposit, reviewDeposit } from "../service/index.js";
import type { Deposit as DepositRecord } from "../types.js";

const render = (row: DepositRecord) => ({
  id: row.id,
  walletId: row.walletId,
  customerId: row.customerId,
  addressId: row.addressId,
  provider: row.provider,
  status: row.status,
  reason: row.reason,
  asset: assetOf(row),
  claimedAsset: row.asset,
  amount: toWire(row.amount),
  onChainAmount: row.onChainAmount,
  network: row.network,
  contract: row.contract,
  toAddress: row.toAddress,
  fromAddress: row.fromAddress,
  transactionHash: row.transactionHash,
  confirmations: row.confirmations,
  transactionId: row.transactionId,
  reviewedBy: row.reviewedBy,
  creditedAt: isoOrNull(row.creditedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export function depositReads(app: App, deps: DepositDeps): void {
  readRoutes(app, deps);
  reviewRoutes(app, deps);
  rescanRoute(app, deps);
}

function readRoutes(app: App, deps: DepositDeps): void {
  app.get(
    "/v1/deposits/:depositId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getDeposit",
        summary: "Get a deposit",
        tags: ["Deposits"],
        params: DepositParams,
        response: { 200: Deposit, ...problems },
      },
    },
    async (request) => render(await getDeposit(deps, callerOf(request), request.params.depositId)),
  );
  app.get(
    "/v1/deposits",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listDeposits",
        summary: "List deposits, newest first",
        tags: ["Deposits"],
        querystring: DepositFilter,
        response: { 200: ListOf(Deposit), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await listDeposits(deps, callerOf(request), filter, { limit, cursor });
      return { ...page, data: page.data.map(render) };
    },
  );
}

function reviewRoutes(app: App, deps: DepositDeps): void {
  for (const deed of ["approve", "reject"] as const) {
    app.post(
      `/v1/deposits/:depositId/${deed}`,
      {
        config: { access: DEPOSIT_REVIEWERS, idempotency: "optional" },
        schema: {
          operationId: `${deed}Deposit`,
          summary: deed === "approve" ? "Approve a held deposit" : "Reject a held deposit",
          tags: ["Deposits"],
          headers: IdempotencyHeaders,
          params: DepositParams,
          querystring: DryRun,
          body: DepositReason,
          response: { 200: Deposit, ...problems },
        },
      },
      async (request) => {
        const caller = callerOf(request);
        const { depositId } = request.params;
        if (request.query.dryRun)
          return { ...render(await getDeposit(deps, caller, depositId)), dryRun: true as const };
        const resumed = request.idempotency?.resumed ?? false;
        const verdict = { approve: deed === "approve", reason: request.body.reason, resumed };
        return render(await reviewDeposit(deps, caller, depositId, verdict));
      },
    );
  }
}

function rescanRoute(app: App, deps: DepositDeps): void {
  app.post(
    "/v1/deposits/rescan",
    {
      config: { access: DEPOSIT_REVIEWERS, idempotency: "optional" },
      schema: {
        operationId: "rescanDeposit",
        summary: "Ask the provider to rescan a missed transaction",
        tags: ["Deposits"],
        headers: IdempotencyHeaders,
        querystring: z.strictObject({}),
        body: Rescan,
        response: { 202: Rescan, ...problems },
      },
    },
    async (request, reply) => {
      await rescanDeposit(deps, callerOf(request), request.body);
      return reply.code(202).send(request.body);
    },
  );
}
