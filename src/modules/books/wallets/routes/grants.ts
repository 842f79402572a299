import { MONEY_ADMINS } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, iso } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { BulkGrantResult, Grant, NewBulkGrant, NewGrant } from "../schemas.js";
import { createBulkGrant, createGrant, type WalletDeps } from "../service/index.js";
import { askOf } from "./ask.js";

export function grantRoutes(app: App, deps: WalletDeps): void {
  grantRoute(app, deps);
  bulkGrantRoute(app, deps);
}

function grantRoute(app: App, deps: WalletDeps): void {
  app.post(
    "/v1/grants",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "createGrant",
        summary: "Grant to a customer",
        description: "By customer id (created on first use) or by e-mail address.",
        tags: ["Grants"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewGrant,
        response: { 200: Grant, 201: Grant, ...problems },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const input = { ...body, amount: BigInt(body.amount) };
      const grant = await createGrant(deps, callerOf(request), input, askOf(request));
      if (grant.replayed) void reply.header("idempotency-replayed", "true");
      return reply.code(request.query.dryRun ? 200 : 201).send({
        id: grant.id,
        customerId: grant.customerId,
        walletId: grant.walletId,
        asset: body.asset,
        amount: body.amount,
        balanceAfter: toWire(grant.balanceAfter),
        note: body.note,
        createdAt: iso(grant.createdAt),
        ...(request.query.dryRun ? { dryRun: true } : {}),
      });
    },
  );
}

function bulkGrantRoute(app: App, deps: WalletDeps): void {
  app.post(
    "/v1/grants/bulk",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "createBulkGrant",
        summary: "Grant to up to 1,000 customers",
        description:
          "Returns one result per item, in order. A refused item does not stop the others. Each item is granted at most once under a key, even when the first request was cut off half way.",
        tags: ["Grants"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewBulkGrant,
        response: { 200: BulkGrantResult, ...problems },
      },
    },
    async (request) => {
      const { body } = request;
      const items = body.items.map((item) => ({ ...item, amount: BigInt(item.amount) }));
      const results = await createBulkGrant(deps, callerOf(request), { ...body, items }, askOf(request));
      const refused = results.filter((result) => result.status === "refused").length;
      return {
        granted: results.length - refused,
        refused,
        data: results.map((result, index) =>
          result.status === "refused"
            ? {
                index,
                status: result.status,
                customerId: result.customerId,
                transferId: null,
                balanceAfter: null,
                error: { code: result.error.code, detail: result.error.message },
              }
            : {
                index,
                status: result.status,
                customerId: result.grant.customerId,
                transferId: result.grant.id,
                balanceAfter: toWire(result.grant.balanceAfter),
                error: null,
              },
        ),
      };
    },
  );
}
