import { z } from "zod";
import { REFUNDERS, STAFF } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders, iso, isoOrNull, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { Dispute, DisputeFilter, DisputeParams, Evidence } from "../schemas.js";
import { getDispute, listDisputes, type RefundDeps, submitEvidence } from "../service/index.js";
import type { Dispute as DisputeRecord } from "../types.js";

const render = ({ feeAmount, feeAsset, foreignTaken, ...row }: DisputeRecord) => ({
  ...row,
  amount: toWire(row.amount),
  taken: toWire(row.taken),
  takenElsewhere: (foreignTaken ?? []).map(({ amount, asset }) => ({ amount: toWire(BigInt(amount)), asset })),
  fee: feeAmount === null || feeAsset === null ? null : { amount: toWire(feeAmount), asset: feeAsset },
  evidenceDueBy: isoOrNull(row.evidenceDueBy),
  evidenceSubmittedAt: isoOrNull(row.evidenceSubmittedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export function disputeRoutes(app: App, deps: RefundDeps): void {
  app.get(
    "/v1/disputes/:disputeId",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getDispute",
        summary: "Get a dispute",
        tags: ["Refunds"],
        params: DisputeParams,
        response: { 200: Dispute, ...problems },
      },
    },
    async (request) => render(await getDispute(deps, callerOf(request), request.params.disputeId)),
  );
  app.get(
    "/v1/disputes",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listDisputes",
        summary: "List disputes, newest first",
        tags: ["Refunds"],
        querystring: DisputeFilter,
        response: { 200: ListOf(Dispute), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listDisputes(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(render) };
    },
  );
  app.post(
    "/v1/disputes/:disputeId/evidence",
    {
      config: { access: REFUNDERS, idempotency: "optional" },
      schema: {
        operationId: "submitDisputeEvidence",
        summary: "Stage evidence or submit it to the bank",
        tags: ["Refunds"],
        headers: IdempotencyHeaders,
        params: DisputeParams,
        querystring: z.strictObject({}),
        body: Evidence,
        response: { 200: Dispute, ...problems },
      },
    },
    async (request) => {
      const attempt = request.idempotency?.resourceId ?? deps.ids.uuid();
      const input = { ...request.body, attempt, resumed: request.idempotency?.resumed ?? false };
      return render(await submitEvidence(deps, callerOf(request), request.params.disputeId, input));
    },
  );
}
