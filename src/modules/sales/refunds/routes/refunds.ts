import { EVERY_ROLE, REFUNDERS } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, iso, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { NewRefund, PaymentParams, Refund, RefundFilter, RefundParams, RefundPreview } from "../schemas.js";
import { getRefund, listRefunds, previewRefund, type RefundDeps, requestRefund } from "../service/index.js";
import type { Refund as RefundRecord } from "../types.js";

const render = (row: RefundRecord) => ({
  ...row,
  amount: toWire(row.amount),
  excess: toWire(row.excess),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

const bigOrAbsent = (amount: number | undefined) => (amount === undefined ? undefined : BigInt(amount));

export function refundActs(app: App, deps: RefundDeps): void {
  app.post(
    "/v1/payments/:paymentId/refunds",
    {
      config: { access: REFUNDERS, idempotency: "required" },
      schema: {
        operationId: "createRefund",
        summary: "Refund a payment",
        description:
          "What the payment granted is taken back in proportion. What was already spent becomes a debt that the next top-up repays. If the refund fails at the provider, the credits are restored.",
        tags: ["Refunds"],
        headers: IdempotencyHeaders,
        params: PaymentParams,
        querystring: DryRun,
        body: NewRefund,
        response: { 200: RefundPreview, 201: Refund, ...problems },
      },
    },
    async (request, reply) => {
      const { amount, grants, reason, note } = request.body;
      const input = { of: { amount: bigOrAbsent(amount), grants: bigOrAbsent(grants) }, reason, note };
      const { paymentId } = request.params;
      if (request.query.dryRun) {
        const { payment, amount, takesBack } = await previewRefund(deps, callerOf(request), paymentId, input);
        return reply.code(200).send({
          dryRun: true,
          paymentId,
          amount: toWire(amount),
          currency: payment.currency,
          takesBack: { asset: payment.grantsAsset, amount: toWire(takesBack) },
        });
      }
      const resourceId = request.idempotency?.resourceId;
      if (resourceId === undefined) throw new Error("route has no idempotency policy");
      const id = encodeId("ref", resourceId);
      return reply.code(201).send(render(await requestRefund(deps, callerOf(request), id, paymentId, input)));
    },
  );
}

export function refundReads(app: App, deps: RefundDeps): void {
  app.get(
    "/v1/refunds/:refundId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getRefund",
        summary: "Get a refund",
        tags: ["Refunds"],
        params: RefundParams,
        response: { 200: Refund, ...problems },
      },
    },
    async (request) => render(await getRefund(deps, callerOf(request), request.params.refundId)),
  );
  app.get(
    "/v1/refunds",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listRefunds",
        summary: "List refunds, newest first",
        tags: ["Refunds"],
        querystring: RefundFilter,
        response: { 200: ListOf(Refund), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await listRefunds(deps, callerOf(request), filter, { limit, cursor });
      return { ...page, data: page.data.map(render) };
    },
  );
}
