import { z } from "zod";
import { EVERY_ROLE, OPERATORS_AND_CUSTOMERS } from "../../../../core/access.js";
import { problems } from "../../../../http/problem.js";
import { IdempotencyHeaders, iso, isoOrNull, ListOf, PageParams } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { AddressRequest, DepositAddress, WalletParams } from "../schemas.js";
import { type AddressView, type DepositDeps, giveAddress, listAddresses } from "../service/index.js";

const render = ({ row, networks }: AddressView) => ({
  id: row.id,
  walletId: row.walletId,
  customerId: row.customerId,
  provider: row.provider,
  family: row.family,
  networks: [...networks],
  address: row.address,
  status: row.status,
  createdAt: iso(row.createdAt),
  rotatedAt: isoOrNull(row.rotatedAt),
});

export function addressRoutes(app: App, deps: DepositDeps): void {
  app.post(
    "/v1/wallets/:walletId/addresses",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "createDepositAddress",
        summary: "Get a wallet's deposit address on a network",
        description:
          "Created on first use. Returns the same address again unless `rotate` is set. One EVM address serves every EVM network.",
        tags: ["Deposits"],
        headers: IdempotencyHeaders,
        params: WalletParams,
        querystring: z.strictObject({}),
        body: AddressRequest,
        response: { 201: DepositAddress, ...problems },
      },
    },
    async (request, reply) => {
      const view = await giveAddress(deps, callerOf(request), request.params.walletId, request.body);
      return reply.code(201).send(render(view));
    },
  );
  app.get(
    "/v1/wallets/:walletId/addresses",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listDepositAddresses",
        summary: "A wallet's deposit addresses, newest first",
        tags: ["Deposits"],
        params: WalletParams,
        querystring: z.strictObject(PageParams),
        response: { 200: ListOf(DepositAddress), ...problems },
      },
    },
    async (request) => {
      const page = await listAddresses(deps, callerOf(request), request.params.walletId, request.query);
      return { ...page, data: page.data.map(render) };
    },
  );
}
