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
        summary: "Confirm that a bank transfer arrived",
        description:
          "For a payment by `transfer`, once somebody saw the money on the account. A different amount is booked but credited to nobody: the payment stays `processing`, with its `reviewReason`. Sending the same line again changes nothing.",
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
        summary: "Import statement lines of a bank account",
        description:
          "Incoming money, one line each. A line belongs to the payment whose reference its text contains (in any spacing and case) and whose currency it has. Every other line is kept as `unmatched`. Each line is booked on its own, and once.",
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
        summary: "List imported statement lines, newest first",
        description: "`status=unmatched` lists money on the account that belongs to no known payment.",
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
