import { EVERY_ROLE, OPERATORS_AND_CUSTOMERS } from "../../../../core/access.js";
import { encodeId } from "../../../../core/ids.js";
import { toWire } from "../../../../core/money.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders, ListOf } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import { CustomerParams } from "../../customers/index.js";
import {
  NewSubscription,
  Subscription,
  SubscriptionFilter,
  SubscriptionParams,
  SubscriptionPreview,
  SubscriptionSummary,
} from "../schemas.js";
import {
  agreeTerms,
  createSubscription,
  getSubscription,
  listSubscriptions,
  type SubscriptionDeps,
  summarize,
  view,
} from "../service/index.js";
import { renderSubscription } from "./render.js";

export function createRoute(app: App, deps: SubscriptionDeps): void {
  app.post(
    "/v1/subscriptions",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "createSubscription",
        summary: "Subscribe a customer to a plan",
        description:
          "`payment_intent` returns a `clientSecret` for the provider's front-end library, unless a saved method pays at once; " +
          "`checkout` returns a `checkoutUrl`. Credits come with each paid invoice.",
        tags: ["Subscriptions"],
        headers: IdempotencyHeaders,
        querystring: DryRun,
        body: NewSubscription,
        response: { 200: SubscriptionPreview, 201: Subscription, ...problems },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      if (request.query.dryRun) {
        const { provider, plan, price, trialDays } = await agreeTerms(deps, caller, body);
        const { quantity } = body;
        return reply.code(200).send({
          dryRun: true,
          provider,
          planId: plan.id,
          quantity,
          amount: toWire(BigInt(price.amount) * BigInt(quantity)),
          currency: price.currency,
          grants: { asset: plan.grantsAsset, amount: toWire(plan.grantsAmount * BigInt(quantity)) },
          trialDays,
        });
      }
      const resourceId = request.idempotency?.resourceId;
      if (resourceId === undefined) throw new Error("route has no idempotency policy");
      const row = await createSubscription(deps, caller, encodeId("sub", resourceId), body);
      return reply.code(201).send(renderSubscription(await view(deps, row), caller));
    },
  );
}

export function readRoutes(app: App, deps: SubscriptionDeps): void {
  app.get(
    "/v1/subscriptions",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "listSubscriptions",
        summary: "List subscriptions, newest first",
        tags: ["Subscriptions"],
        querystring: SubscriptionFilter,
        response: { 200: ListOf(Subscription), ...problems },
      },
    },
    async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const caller = callerOf(request);
      const page = await listSubscriptions(deps, caller, filter, { limit, cursor });
      return { ...page, data: page.data.map((each) => renderSubscription(each, caller)) };
    },
  );
  app.get(
    "/v1/subscriptions/:subscriptionId",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "getSubscription",
        summary: "Get a subscription",
        tags: ["Subscriptions"],
        params: SubscriptionParams,
        response: { 200: Subscription, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return renderSubscription(await getSubscription(deps, caller, request.params.subscriptionId), caller);
    },
  );
  app.get(
    "/v1/customers/:customerId/subscriptions/summary",
    {
      config: { access: EVERY_ROLE },
      schema: {
        operationId: "summarizeSubscriptions",
        summary: "Summarize a customer's subscriptions",
        tags: ["Subscriptions"],
        params: CustomerParams,
        response: { 200: SubscriptionSummary, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { customerId } = request.params;
      const { subscriptions, cycles, frozenAssets, openInvoices } = await summarize(deps, caller, customerId);
      return {
        customerId,
        subscriptions: subscriptions.map((each) => renderSubscription(each, caller)),
        cycles: cycles.map((each) => ({ ...each, amount: toWire(each.amount) })),
        pastDue: subscriptions.some(({ dunning }) => dunning !== undefined),
        frozenAssets,
        openInvoices: openInvoices.map((each) => ({ ...each, amount: Number(each.amount) })),
      };
    },
  );
}
