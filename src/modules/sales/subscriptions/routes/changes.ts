import { OPERATORS, OPERATORS_AND_CUSTOMERS } from "../../../../core/access.js";
import { problems } from "../../../../http/problem.js";
import { DryRun, IdempotencyHeaders } from "../../../../http/schemas.js";
import { type App, callerOf } from "../../../../http/types.js";
import {
  Cancellation,
  ChangePreview,
  NextInvoice,
  Subscription,
  SubscriptionChange,
  SubscriptionParams,
} from "../schemas.js";
import {
  cancelSubscription,
  changeSubscription,
  pauseSubscription,
  previewAct,
  previewChange,
  resumeSubscription,
  type SubscriptionDeps,
  view,
} from "../service/index.js";
import { renderNext, renderSubscription } from "./render.js";

/** The key of an act at the provider: the request's own, so that the same request is the same act. */
const attemptOf = (
  deps: SubscriptionDeps,
  { idempotency }: { idempotency: { resourceId: string | undefined; resumed: boolean } | null },
) => ({ attempt: idempotency?.resourceId ?? deps.ids.uuid(), resumed: idempotency?.resumed ?? false });

export function changeRoutes(app: App, deps: SubscriptionDeps): void {
  changeRoute(app, deps);
  previewRoute(app, deps);
  cancelRoute(app, deps);
  pauseRoutes(app, deps);
}

function changeRoute(app: App, deps: SubscriptionDeps): void {
  app.patch(
    "/v1/subscriptions/:subscriptionId",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "required" },
      schema: {
        operationId: "changeSubscription",
        summary: "Change plan or quantity",
        description: "Credits come with what is invoiced for it. `dryRun` answers what `preview` does.",
        tags: ["Subscriptions"],
        headers: IdempotencyHeaders,
        params: SubscriptionParams,
        querystring: DryRun,
        body: SubscriptionChange,
        response: { 200: Subscription.or(NextInvoice), ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { subscriptionId } = request.params;
      if (request.query.dryRun) {
        return {
          ...renderNext(await previewChange(deps, caller, subscriptionId, request.body)),
          dryRun: true as const,
        };
      }
      const attempt = attemptOf(deps, request);
      const row = await changeSubscription(deps, caller, subscriptionId, request.body, attempt);
      return renderSubscription(await view(deps, row), caller);
    },
  );
}

function previewRoute(app: App, deps: SubscriptionDeps): void {
  app.post(
    "/v1/subscriptions/:subscriptionId/preview",
    {
      config: { access: OPERATORS_AND_CUSTOMERS },
      schema: {
        operationId: "previewSubscription",
        summary: "The next invoice, with a change or as things are",
        description: "Amounts are the provider's; credits are what they would do to the wallet as it is now.",
        tags: ["Subscriptions"],
        params: SubscriptionParams,
        body: ChangePreview,
        response: { 200: NextInvoice, ...problems },
      },
    },
    async (request) =>
      renderNext(await previewChange(deps, callerOf(request), request.params.subscriptionId, request.body)),
  );
}

function cancelRoute(app: App, deps: SubscriptionDeps): void {
  app.post(
    "/v1/subscriptions/:subscriptionId/cancel",
    {
      config: { access: OPERATORS_AND_CUSTOMERS, idempotency: "optional" },
      schema: {
        operationId: "cancelSubscription",
        summary: "End a subscription, now or when its period does",
        description: "Credits that were granted stay.",
        tags: ["Subscriptions"],
        headers: IdempotencyHeaders,
        params: SubscriptionParams,
        querystring: DryRun,
        body: Cancellation,
        response: { 200: Subscription, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { subscriptionId } = request.params;
      const row = request.query.dryRun
        ? await previewAct(deps, caller, subscriptionId, "canceled")
        : await cancelSubscription(deps, caller, subscriptionId, { ...request.body, ...attemptOf(deps, request) });
      return { ...renderSubscription(await view(deps, row), caller), ...dryRunOf(request.query) };
    },
  );
}

const dryRunOf = ({ dryRun }: { readonly dryRun: boolean }) => (dryRun ? { dryRun: true as const } : {});

function pauseRoutes(app: App, deps: SubscriptionDeps): void {
  const acts = [
    {
      name: "pause",
      participle: "paused",
      act: pauseSubscription,
      access: OPERATORS,
      summary: "Stop collecting a subscription for now",
      description: "Invoices of paused periods are voided, and nothing is granted for them.",
    },
    {
      name: "resume",
      participle: "resumed",
      act: resumeSubscription,
      access: OPERATORS_AND_CUSTOMERS,
      summary: "Take back a cancellation at the period's end, or a pause",
      description: "A customer may take back its own cancellation; a pause is ended by who began it.",
    },
  ] as const;
  for (const { name, participle, act, access, summary, description } of acts) {
    app.post(
      `/v1/subscriptions/:subscriptionId/${name}`,
      {
        config: { access, idempotency: "optional" },
        schema: {
          operationId: `${name}Subscription`,
          summary,
          description,
          tags: ["Subscriptions"],
          headers: IdempotencyHeaders,
          params: SubscriptionParams,
          querystring: DryRun,
          response: { 200: Subscription, ...problems },
        },
      },
      async (request) => {
        const caller = callerOf(request);
        const { subscriptionId } = request.params;
        const row = request.query.dryRun
          ? await previewAct(deps, caller, subscriptionId, participle)
          : await act(deps, caller, subscriptionId, attemptOf(deps, request));
        return { ...renderSubscription(await view(deps, row), caller), ...dryRunOf(request.query) };
      },
    );
  }
}
