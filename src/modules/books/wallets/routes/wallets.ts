import type { FastifyReply } from "fastify";
import { EVERY_ROLE, MONEY_ADMINS, OPERATORS } from "../../../../core/access.js";
import type { WalletId } from "../../../../core/ids.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { AsOf, DryRun, IdempotencyHeaders, iso, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { CustomerParams } from "../../../sales/customers/index.js";
import { type Balance as LedgerBalance, listWalletEntries } from "../../ledger/index.js";
import { Entry, EntryFilter, Movement, NewCredit, NewDebit, Wallet, WalletParams } from "../schemas.js";
import {
  createCredit,
  createDebit,
  getBalances,
  getWallet,
  getWalletOf,
  type Movement as MovementResult,
  type WalletDeps,
} from "../service/index.js";
import { askOf } from "./ask.js";
import { debtRoutes } from "./debts.js";
import { grantRoutes } from "./grants.js";
import { lotRoutes } from "./lots.js";

const renderBalance = (row: LedgerBalance) => ({
  asset: row.asset,
  scale: row.scale,
  balance: toWire(row.balance),
  held: toWire(row.held),
  available: toWire(row.balance - row.held),
  owed: toWire(row.owed),
  frozen: row.frozen,
});

interface MovementBody {
  readonly asset: string;
  readonly amount: number;
  readonly description?: string | undefined;
  readonly reference?: string | undefined;
  readonly metadata?: Record<string, string> | undefined;
  readonly effectiveAt?: Date | undefined;
}

const toInput = (body: MovementBody) => ({
  asset: body.asset,
  amount: BigInt(body.amount),
  description: body.description,
  reference: body.reference,
  metadata: body.metadata,
  effectiveAt: body.effectiveAt,
});

function sendMovement(
  reply: FastifyReply,
  walletId: WalletId,
  body: MovementBody,
  result: MovementResult,
  dryRun: boolean,
) {
  if (result.replayed) void reply.header("idempotency-replayed", "true");
  // Every field is written out here, so there is nothing for the schema to strip; walking it would cost more than the reply.
  void reply.serializer(JSON.stringify).type("application/json; charset=utf-8");
  return reply.code(dryRun ? 200 : 201).send({
    id: result.id,
    walletId,
    asset: body.asset,
    amount: body.amount,
    balanceAfter: toWire(result.balanceAfter),
    description: body.description ?? null,
    reference: body.reference ?? null,
    metadata: body.metadata ?? null,
    createdAt: iso(result.createdAt),
    ...(dryRun ? { dryRun } : {}),
  });
}

export function walletRoutes(app: App, deps: WalletDeps): void {
  readRoutes(app, deps);
  debitRoute(app, deps);
  creditRoute(app, deps);
  debtRoutes(app, deps);
  grantRoutes(app, deps);
  lotRoutes(app, deps);
}

function readRoutes(app: App, deps: WalletDeps): void {
  app.get(
    "/v1/customers/:customerId/wallet",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getWallet",
        summary: "Get a customer's wallet",
        description:
          "One balance per asset the wallet ever held, and always CREDIT. With `asOf`, the balances at that moment.",
        tags: ["Wallets"],
        params: CustomerParams,
        querystring: AsOf,
        response: { 200: Wallet, ...problems },
      },
    },
    async (request) => {
      const wallet = await getWalletOf(deps, callerOf(request), request.params.customerId);
      const balances = await getBalances(deps, wallet.id, request.query.asOf);
      return { ...wallet, createdAt: iso(wallet.createdAt), balances: balances.map(renderBalance) };
    },
  );
  app.get(
    "/v1/wallets/:walletId/entries",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listEntries",
        summary: "A wallet's statement, newest first",
        tags: ["Wallets"],
        params: WalletParams,
        querystring: EntryFilter,
        response: { 200: ListOf(Entry), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, type, ...filter } = request.query;
      const wallet = await getWallet(deps, callerOf(request), request.params.walletId);
      const types = type === undefined ? undefined : [type];
      const page = await listWalletEntries(deps, wallet.id, { ...filter, types }, { limit, cursor });
      return {
        ...page,
        data: page.data.map((entry) => ({
          ...entry,
          type: entry.type as (typeof Entry.shape.type.options)[number],
          amount: toWire(entry.amount),
          balanceAfter: toWire(entry.balanceAfter),
          effectiveAt: iso(entry.effectiveAt),
          createdAt: iso(entry.createdAt),
        })),
      };
    },
  );
}

function debitRoute(app: App, deps: WalletDeps): void {
  app.post(
    "/v1/wallets/:walletId/debits",
    {
      config: { access: OPERATORS, idempotency: "by_transfer" },
      schema: {
        operationId: "createDebit",
        summary: "Spend from a wallet",
        description:
          "A balance never goes below zero: a shortfall is 402 with the available amount. Safe to retry with the same key.",
        tags: ["Wallets"],
        headers: IdempotencyHeaders,
        params: WalletParams,
        querystring: DryRun,
        body: NewDebit,
        response: { 200: Movement, 201: Movement, ...problems },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = await getWallet(deps, caller, request.params.walletId);
      const result = await createDebit(deps, caller, id, toInput(request.body), askOf(request));
      return sendMovement(reply, id, request.body, result, request.query.dryRun);
    },
  );
}

function creditRoute(app: App, deps: WalletDeps): void {
  app.post(
    "/v1/wallets/:walletId/credits",
    {
      config: { access: MONEY_ADMINS, idempotency: "by_transfer" },
      schema: {
        operationId: "createCredit",
        summary: "Credit a wallet",
        tags: ["Wallets"],
        headers: IdempotencyHeaders,
        params: WalletParams,
        querystring: DryRun,
        body: NewCredit,
        response: { 200: Movement, 201: Movement, ...problems },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = await getWallet(deps, caller, request.params.walletId);
      const { reason, expiresAt, priority, kind } = request.body;
      const input = { ...toInput(request.body), reason, expiresAt, priority, kind };
      const result = await createCredit(deps, caller, id, input, askOf(request));
      return sendMovement(reply, id, request.body, result, request.query.dryRun);
    },
  );
}
