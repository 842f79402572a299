import { OPERATORS_AND_CUSTOMERS } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { Conversion, ConversionQuote, NewConversion, WalletParams } from "../schemas.js";
import { type Conversion as ConversionRecord, convert, type DepositDeps, previewConversion } from "../service/index.js";

const side = ({ asset, amount }: ConversionRecord["from"]) => ({ asset, amount: toWire(amount) });
const render = ({ walletId, from, to, rate }: ConversionRecord) => ({ walletId, from: side(from), to: side(to), rate });

export function conversionRoute(app: App, deps: DepositDeps): void {
  app.post(
    "/v1/wallets/:walletId/conversions",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "createConversion",
        summary: "Convert a stablecoin balance to credits",
        description:
          "By amount, or for a package at its price in US dollars. `dryRun` returns the result at the current price.",
        tags: ["Wallets"],
        headers: IdempotencyHeaders,
        params: WalletParams,
        querystring: DryRun,
        body: NewConversion,
        response: { 200: ConversionQuote, 201: Conversion, ...problems },
      },
    },
    async (request, reply) => {
      const { asset, amount, package: bundle, minimumReceived } = request.body;
      const purchase = bundle === undefined ? { amount: BigInt(amount ?? 0) } : { package: bundle };
      const least = minimumReceived === undefined ? undefined : BigInt(minimumReceived);
      const input = { asset, purchase, minimumReceived: least };
      const { walletId } = request.params;
      if (request.query.dryRun) {
        const quote = await previewConversion(deps, callerOf(request), walletId, input);
        return reply.code(200).send({ dryRun: true, ...render(quote) });
      }
      const resourceId = request.idempotency?.resourceId;
      if (resourceId === undefined) throw new Error("route has no idempotency policy");
      const { id, transferIds, ...done } = await convert(deps, callerOf(request), walletId, input, resourceId);
      return reply.code(201).send({ id, transferIds, ...render(done) });
    },
  );
}
