import { MONEY_ADMINS } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { DebtWriteOff, NewDebtWriteOff, WalletParams } from "../schemas.js";
import { type WalletDeps, writeOffDebt } from "../service/index.js";

export function debtRoutes(app: App, deps: WalletDeps): void {
  app.post(
    "/v1/wallets/:walletId/debt-write-offs",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "writeOffDebt",
        summary: "Write off what a customer owes",
        description: "The whole debt, or an amount of it. The wallet's balance does not change.",
        tags: ["Wallets"],
        headers: IdempotencyHeaders,
        params: WalletParams,
        querystring: DryRun,
        body: NewDebtWriteOff,
        response: { 200: DebtWriteOff, 201: DebtWriteOff, ...problems },
      },
    },
    async (request, reply) => {
      const { asset, amount, reason } = request.body;
      const { dryRun } = request.query;
      const resourceId = request.idempotency?.resourceId;
      const done = await writeOffDebt(deps, callerOf(request), request.params.walletId, {
        asset,
        amount: amount === undefined ? undefined : BigInt(amount),
        reason,
        ...(dryRun || resourceId === undefined ? { dryRun: true } : { transactionId: encodeId("txn", resourceId) }),
      });
      return reply.code(dryRun ? 200 : 201).send({
        walletId: request.params.walletId,
        asset,
        amount: toWire(done.writtenOff),
        owed: toWire(done.owed),
        ...(dryRun ? { dryRun } : {}),
      });
    },
  );
}
