import { z } from "zod";
import { ADMIN, EVERY_ROLE, STAFF } from "../../../core/access.js";
import { fitsWire, toWire } from "../../../core/money.js";
import { problems } from "../../../http/problem.js";
import { AsOf, iso, ListOf, TypedId } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import type { AssetRow, TransferRow } from "./queries/index.js";
import { Account, AccountFilter, Asset, NewAsset, Transfer, TransferFilter } from "./schemas.js";
import type { AccountView } from "./service/accounts.js";
import {
  createAsset,
  getAccount,
  getTransfer,
  type LedgerDeps,
  listAccounts,
  listAssets,
  listTransfers,
} from "./service/index.js";

const renderAsset = (row: AssetRow) => ({ ...row, createdAt: iso(row.createdAt) });

const renderTransfer = (row: TransferRow) => ({
  ...row,
  amount: toWire(row.amount),
  effectiveAt: iso(row.effectiveAt),
  createdAt: iso(row.createdAt),
});

const renderAccount = (row: AccountView) => ({
  id: row.id,
  kind: row.kind,
  code: row.code,
  walletId: row.walletId,
  asset: row.asset,
  scale: row.scale,
  balance: fitsWire(row.balance) ? toWire(row.balance) : null,
  held: toWire(row.held),
  available: fitsWire(row.balance - row.held) ? toWire(row.balance - row.held) : null,
  exactBalance: row.balance.toString(),
});

export function ledgerRoutes(app: App, deps: LedgerDeps): void {
  assetRoutes(app, deps);
  transferRoutes(app, deps);
  accountRoutes(app, deps);
}

function assetRoutes(app: App, deps: LedgerDeps): void {
  app.get(
    "/v1/assets",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listAssets",
        summary: "List assets",
        tags: ["Ledger"],
        response: { 200: z.object({ data: z.array(Asset), nextCursor: z.null() }), ...problems },
      },
    },
    async () => ({ data: (await listAssets(deps)).map(renderAsset), nextCursor: null }),
  );
  app.post(
    "/v1/assets",
    {
      config: { access: ADMIN, idempotency: "optional" },
      schema: {
        operationId: "createAsset",
        summary: "Create an asset",
        description:
          "Kind and scale never change, since stored amounts depend on them. Creating the same asset again returns it.",
        tags: ["Ledger"],
        body: NewAsset,
        response: { 201: Asset, ...problems },
      },
    },
    async (request, reply) =>
      reply.code(201).send(renderAsset(await createAsset(deps, callerOf(request).id, request.body))),
  );
}

function transferRoutes(app: App, deps: LedgerDeps): void {
  app.get(
    "/v1/transfers",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listTransfers",
        summary: "List transfers, newest first",
        tags: ["Ledger"],
        querystring: TransferFilter,
        response: { 200: ListOf(Transfer), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listTransfers(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(renderTransfer) };
    },
  );
  app.get(
    "/v1/transfers/:transferId",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getTransfer",
        summary: "Get a transfer",
        tags: ["Ledger"],
        params: z.strictObject({ transferId: TypedId("trf") }),
        response: { 200: Transfer, ...problems },
      },
    },
    async ({ params }) => renderTransfer(await getTransfer(deps, params.transferId)),
  );
}

function accountRoutes(app: App, deps: LedgerDeps): void {
  app.get(
    "/v1/ledger/accounts",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listAccounts",
        summary: "List accounts with balances",
        description: "The balances of all accounts of one asset sum to zero.",
        tags: ["Ledger"],
        querystring: AccountFilter,
        response: { 200: ListOf(Account), ...problems },
      },
    },
    async ({ query: { limit, cursor, asOf, ...filter } }) => {
      const page = await listAccounts(deps, filter, { limit, cursor }, asOf ?? null);
      return { ...page, data: page.data.map(renderAccount) };
    },
  );
  app.get(
    "/v1/ledger/accounts/:accountId",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getAccount",
        summary: "Get an account with its balance",
        tags: ["Ledger"],
        params: z.strictObject({ accountId: TypedId("acc") }),
        querystring: AsOf,
        response: { 200: Account, ...problems },
      },
    },
    async ({ params, query }) => renderAccount(await getAccount(deps, params.accountId, query.asOf ?? null)),
  );
}
