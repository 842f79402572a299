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
        description:
          "Credits are granted when the invoice for the change is paid. `dryRun` returns what `preview` returns.",
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
        summary: "Preview the next invoice, with or without a change",
        description: "Amounts come from the provider. Credits are the effect on the wallet as it is now.",
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
        summary: "Cancel a subscription, now or at the period's end",
        description: "Credits that were already granted stay.",
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
      summary: "Pause a subscription",
      description: "Invoices of paused periods are voided and grant nothing.",
    },
    {
      name: "resume",
      participle: "resumed",
      act: resumeSubscription,
      access: OPERATORS_AND_CUSTOMERS,
      summary: "Undo a cancellation at the period's end, or end a pause",
      description: "A customer can undo its own cancellation. Only whoever started a pause can end it.",
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
