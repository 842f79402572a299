import { z } from "zod";
import { DEPOSIT_REVIEWERS, MONEY_ADMINS, PAYOUT_APPROVERS, STAFF } from "../../../../core/access.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  Assignment,
  Break,
  BreakDetail,
  BreakFilter,
  BreakNote,
  BreakParams,
  NewNote,
  NewResolution,
} from "../schemas.js";
import {
  addNote,
  assignBreak,
  decideOnBreak,
  getBreak,
  listBreaks,
  type ReconciliationDeps,
  resolveBreak,
} from "../service/index.js";
import { renderBreak, renderNote } from "./render.js";

const TAGS = ["Reconciliation"];

/** Differences, and what people say of them. */
export function breakRoutes(app: App, deps: ReconciliationDeps): void {
  readRoutes(app, deps);
  careRoutes(app, deps);
  resolveRoute(app, deps);
  decideRoutes(app, deps);
}

function readRoutes(app: App, deps: ReconciliationDeps): void {
  app.get(
    "/v1/reconciliation-breaks",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listReconciliationBreaks",
        summary: "List breaks, newest first",
        description: "`status=open` lists what somebody must look at.",
        tags: TAGS,
        querystring: BreakFilter,
        response: { 200: ListOf(Break), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listBreaks(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map((row) => renderBreak(row, deps.clock.now())) };
    },
  );
  app.get(
    "/v1/reconciliation-breaks/:breakId",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getReconciliationBreak",
        summary: "Get a break and its notes",
        tags: TAGS,
        params: BreakParams,
        response: { 200: BreakDetail, ...problems },
      },
    },
    async ({ params }) => {
      const { found, notes } = await getBreak(deps, params.breakId);
      return { ...renderBreak(found, deps.clock.now()), notes: notes.map(renderNote) };
    },
  );
}

function careRoutes(app: App, deps: ReconciliationDeps): void {
  app.post(
    "/v1/reconciliation-breaks/:breakId/assign",
    {
      config: { access: DEPOSIT_REVIEWERS, idempotency: "optional" },
      schema: {
        operationId: "assignReconciliationBreak",
        summary: "Say who looks after a break",
        tags: TAGS,
        headers: IdempotencyHeaders,
        params: BreakParams,
        querystring: z.strictObject({}),
        body: Assignment,
        response: { 200: Break, ...problems },
      },
    },
    async (request) => {
      const row = await assignBreak(deps, callerOf(request), request.params.breakId, request.body.assignee);
      return renderBreak(row, deps.clock.now());
    },
  );
  app.post(
    "/v1/reconciliation-breaks/:breakId/notes",
    {
      config: { access: DEPOSIT_REVIEWERS, idempotency: "optional" },
      schema: {
        operationId: "createReconciliationNote",
        summary: "Add a note to a break",
        tags: TAGS,
        headers: IdempotencyHeaders,
        params: BreakParams,
        querystring: z.strictObject({}),
        body: NewNote,
        response: { 201: BreakNote, ...problems },
      },
    },
    async (request, reply) => {
      const note = await addNote(deps, callerOf(request), request.params.breakId, request.body.text);
      return reply.code(201).send(renderNote(note));
    },
  );
}

function resolveRoute(app: App, deps: ReconciliationDeps): void {
  app.post(
    "/v1/reconciliation-breaks/:breakId/resolve",
    {
      config: { access: MONEY_ADMINS, idempotency: "required" },
      schema: {
        operationId: "resolveReconciliationBreak",
        summary: "Book or write off a difference",
        description:
          "Makes the ledger say what the provider says; the difference goes to the account that you name. A write-off above RECONCILIATION_WRITE_OFF_LIMIT waits for a second person. A break whose partner arrives closes by itself: resolve only what will not.",
        tags: TAGS,
        headers: IdempotencyHeaders,
        params: BreakParams,
        querystring: DryRun,
        body: NewResolution,
        response: { 200: Break.extend({ dryRun: z.literal(true).optional() }), ...problems },
      },
    },
    async (request) => {
      const { dryRun } = request.query;
      const input = { ...request.body, amount: BigInt(request.body.amount) };
      const how = { dryRun, resumed: request.idempotency?.resumed ?? false };
      const row = await resolveBreak(deps, callerOf(request), request.params.breakId, input, how);
      return { ...(dryRun ? { dryRun: true as const } : {}), ...renderBreak(row, deps.clock.now()) };
    },
  );
}

function decideRoutes(app: App, deps: ReconciliationDeps): void {
  for (const deed of ["approve", "reject"] as const) {
    app.post(
      `/v1/reconciliation-breaks/:breakId/${deed}`,
      {
        config: { access: PAYOUT_APPROVERS, idempotency: "optional" },
        schema: {
          operationId: `${deed}ReconciliationBreak`,
          summary: deed === "approve" ? "Approve a write-off" : "Reject a write-off",
          description:
            deed === "approve"
              ? "By another person than the one who proposed it."
              : "The break is open again. By another person than the one who proposed it.",
          tags: TAGS,
          headers: IdempotencyHeaders,
          params: BreakParams,
          querystring: z.strictObject({}),
          response: { 200: Break, ...problems },
        },
      },
      async (request) => {
        const resumed = request.idempotency?.resumed ?? false;
        const row = await decideOnBreak(deps, callerOf(request), request.params.breakId, deed === "approve", resumed);
        return renderBreak(row, deps.clock.now());
      },
    );
  }
}
