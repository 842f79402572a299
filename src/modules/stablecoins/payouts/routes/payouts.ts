import { EVERY_ROLE, OPERATORS_AND_CUSTOMERS, PAYOUT_APPROVERS, PAYOUT_OPERATORS } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  ApprovePayout,
  NewPayout,
  Payout,
  PayoutChange,
  PayoutFilter,
  PayoutParams,
  PayoutQuote,
  PayoutReason,
  QuotePayout,
} from "../schemas.js";
import {
  approvePayout,
  cancelPayout,
  editPayout,
  getPayout,
  listPayouts,
  type PayoutDeps,
  previewPayout,
  quotePayout,
  rejectPayout,
  requestPayout,
  retryPayout,
} from "../service/index.js";
import type { Payout as PayoutRecord } from "../types.js";
import { renderPayout, renderQuote, toInput } from "./render.js";

export function payoutActs(app: App, deps: PayoutDeps): void {
  quoteRoute(app, deps);
  requestRoute(app, deps);
  readRoutes(app, deps);
  editRoute(app, deps);
  approveRoute(app, deps);
  reasonRoutes(app, deps);
}

function quoteRoute(app: App, deps: PayoutDeps): void {
  app.post(
    "/v1/payouts/quote",
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "quotePayout",
        summary: "Quote a payout",
        description:
          "Fees, rate and the amount that arrives. Not binding: the payout's `minimumReceived` guards against a worse rate.",
        tags: ["Payouts"],
        body: QuotePayout,
        response: { 200: PayoutQuote, ...problems },
      },
    },
    async (request) => renderQuote(await quotePayout(deps, callerOf(request), toInput(request.body))),
  );
}

function requestRoute(app: App, deps: PayoutDeps): void {
  app.post(
    "/v1/payouts",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "createPayout",
        summary: "Pay out to an on-chain address",
        description:
          "Sets the money aside at once. The worker sends small payouts; larger ones wait for a second person. A payout whose outcome is `unknown` is never sent again automatically.",
        tags: ["Payouts"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewPayout,
        response: { 200: PayoutQuote, 201: Payout, ...problems },
      },
    },
    async (request, reply) => {
      const input = toInput(request.body);
      const caller = callerOf(request);
      if (request.query.dryRun) {
        const quote = await previewPayout(deps, caller, encodeId("po", deps.ids.uuid()), input);
        return reply.code(200).send({ dryRun: true, ...renderQuote(quote) });
      }
      const resourceId = request.idempotency?.resourceId;
      if (resourceId === undefined) throw new Error("route has no idempotency policy");
      const payout = await requestPayout(deps, caller, encodeId("po", resourceId), input);
      return reply.code(201).send(renderPayout(payout, []));
    },
  );
}

function readRoutes(app: App, deps: PayoutDeps): void {
  app.get(
    "/v1/payouts/:payoutId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getPayout",
        summary: "Get a payout with all its attempts",
        tags: ["Payouts"],
        params: PayoutParams,
        response: { 200: Payout, ...problems },
      },
    },
    async (request) => {
      const { payout, attempts } = await getPayout(deps, callerOf(request), request.params.payoutId);
      return renderPayout(payout, attempts);
    },
  );
  app.get(
    "/v1/payouts",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listPayouts",
        summary: "List payouts, newest first",
        tags: ["Payouts"],
        querystring: PayoutFilter,
        response: { 200: ListOf(Payout), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const page = await listPayouts(deps, callerOf(request), filter, { limit, cursor });
      return { ...page, data: page.data.map(({ payout, attempts }) => renderPayout(payout, attempts)) };
    },
  );
}

type Deciding = Parameters<typeof callerOf>[0];

const deciderOf = (
  request: Deciding & { query: { dryRun: boolean }; idempotency?: { resumed: boolean } | null | undefined },
) => ({
  caller: callerOf(request),
  dryRun: request.query.dryRun,
  resumed: request.idempotency?.resumed ?? false,
});

/** The payout as the decision left it, or would leave it, with its attempts as they are. */
const decided = async (deps: PayoutDeps, request: Deciding & { query: { dryRun?: boolean } }, payout: PayoutRecord) => {
  const { attempts } = await getPayout(deps, callerOf(request), payout.id);
  return { ...renderPayout(payout, attempts), ...(request.query.dryRun ? { dryRun: true as const } : {}) };
};

function editRoute(app: App, deps: PayoutDeps): void {
  app.patch(
    "/v1/payouts/:payoutId",
    {
      config: { access: PAYOUT_OPERATORS },
      schema: {
        operationId: "changePayout",
        summary: "Change a payout before its approval",
        description: "The `termsHash` changes too, so an approval of the old terms is refused.",
        tags: ["Payouts"],
        params: PayoutParams,
        body: PayoutChange,
        response: { 200: Payout, ...problems },
      },
    },
    async (request) => {
      const { amount, address } = request.body;
      const change = { amount: amount === undefined ? undefined : BigInt(amount), address };
      const payout = await editPayout(deps, callerOf(request), request.params.payoutId, change);
      const { attempts } = await getPayout(deps, callerOf(request), payout.id);
      return renderPayout(payout, attempts);
    },
  );
}

function approveRoute(app: App, deps: PayoutDeps): void {
  app.post(
    "/v1/payouts/:payoutId/approve",
    {
      config: { access: PAYOUT_APPROVERS, idempotency: "optional" },
      schema: {
        operationId: "approvePayout",
        summary: "Approve a payout, as a second person",
        tags: ["Payouts"],
        headers: IdempotencyHeaders,
        params: PayoutParams,
        querystring: DryRun,
        body: ApprovePayout,
        response: { 200: Payout, ...problems },
      },
    },
    async (request) => {
      const { payoutId } = request.params;
      const { termsHash } = request.body;
      return decided(deps, request, await approvePayout(deps, deciderOf(request), payoutId, termsHash));
    },
  );
}

const REASON_ROUTES = [
  {
    deed: "reject",
    idempotency: "optional",
    access: PAYOUT_APPROVERS,
    summary: "Reject a payout and return the money",
    act: rejectPayout,
  },
  {
    deed: "cancel",
    idempotency: "optional",
    access: OPERATORS_AND_CUSTOMERS,
    summary: "Cancel a payout before it is broadcast",
    act: cancelPayout,
  },
  {
    deed: "retry",
    // It may send coins again: the same request repeated must be one.
    idempotency: "required",
    access: PAYOUT_OPERATORS,
    summary: "Retry a failed payout, or resolve an unknown one",
    act: retryPayout,
  },
] as const;

function reasonRoutes(app: App, deps: PayoutDeps): void {
  for (const { deed, access, idempotency, summary, act } of REASON_ROUTES) {
    app.post(
      `/v1/payouts/:payoutId/${deed}`,
      {
        config: { access, idempotency },
        schema: {
          operationId: `${deed}Payout`,
          summary,
          tags: ["Payouts"],
          headers: IdempotencyHeaders,
          params: PayoutParams,
          querystring: DryRun,
          body: PayoutReason,
          response: { 200: Payout, ...problems },
        },
      },
      async (request) => {
        const { payoutId } = request.params;
        return decided(deps, request, await act(deps, deciderOf(request), payoutId, request.body.reason));
      },
    );
  }
}
