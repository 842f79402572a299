import { MONEY_ADMINS, STAFF } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, iso, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  ConfirmTransfer,
  ImportStatementLines,
  LineFilter,
  Payment,
  PaymentParams,
  StatementImport,
  StatementLine,
} from "../schemas.js";
import {
  confirmTransfer,
  importStatementLines,
  listStatementLines,
  type PaymentDeps,
  previewTransfer,
} from "../service/index.js";
import type { LineReason, StatementLineRow } from "../types.js";
import { render } from "./render.js";

const renderLine = (row: StatementLineRow) => ({
  id: row.id,
  provider: row.provider,
  statementLineId: row.lineId,
  status: row.status,
  reason: row.reason as LineReason | null,
  paymentId: row.paymentId,
  amount: toWire(row.amount),
  currency: row.currency,
  text: row.text,
  bookedAt: iso(row.bookedAt),
  createdAt: iso(row.createdAt),
});

/** What arrived on an account of ours: told by a person for one payment, or line by line as a bank has it. */
export function statementRoutes(app: App, deps: PaymentDeps): void {
  confirmRoute(app, deps);
  importRoute(app, deps);
  listRoute(app, deps);
}

function confirmRoute(app: App, deps: PaymentDeps): void {
  app.post(
    "/v1/payments/:paymentId/confirm-transfer",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "confirmTransfer",
        summary: "Say that a transfer arrived",
        description:
          "For a payment by `transfer`, by a person who saw it on the account. Another amount than was asked for is booked and " +
          "credited to nobody: the payment stays `processing`, with its `reviewReason`. The same line again changes nothing.",
        tags: ["Payments"],
        headers: IdempotencyHeaders,
        params: PaymentParams,
        querystring: DryRun,
        body: ConfirmTransfer,
        response: { 200: Payment, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { statementLineId, amount, ...facts } = request.body;
      const line = { ...facts, id: statementLineId, amount: BigInt(amount) };
      const act = request.query.dryRun ? previewTransfer : confirmTransfer;
      const payment = render(await act(deps, caller, request.params.paymentId, line), caller);
      return request.query.dryRun ? { ...payment, dryRun: true as const } : payment;
    },
  );
}

function importRoute(app: App, deps: PaymentDeps): void {
  app.post(
    "/v1/statement-lines",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "importStatementLines",
        summary: "Tell what a bank booked",
        description:
          "Money that came in, a line each. A line is of the payment whose reference its text holds, exactly but in any spacing " +
          "and case, and whose currency it has; every other line is kept as `unmatched`. Each line is booked by itself, and once.",
        tags: ["Payments"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: ImportStatementLines,
        response: { 200: StatementImport, ...problems },
      },
    },
    async (request) => {
      const { provider, lines } = request.body;
      const told = lines.map((line) => ({ ...line, amount: BigInt(line.amount) }));
      const { dryRun } = request.query;
      const outcomes = await importStatementLines(deps, callerOf(request), provider, told, dryRun);
      return { ...(dryRun ? { dryRun: true as const } : {}), lines: outcomes };
    },
  );
}

function listRoute(app: App, deps: PaymentDeps): void {
  app.get(
    "/v1/statement-lines",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listStatementLines",
        summary: "Statement lines that were told, newest first",
        description: "`status=unmatched` lists the money on the account of which nobody knows whose it is.",
        tags: ["Payments"],
        querystring: LineFilter,
        response: { 200: ListOf(StatementLine), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listStatementLines(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(renderLine) };
    },
  );
}
