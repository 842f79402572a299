import { type Caller, OPERATORS, STAFF } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { iso, isoOrNull, ListOf } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import { WEBHOOK_PROVIDER_NAMES, type WebhookProviderName } from "../../../providers/ports/index.js";
import type { WebhookEventRow } from "./queries.js";
import { EventFilter, EventParams, Received, WebhookEvent, WebhookEventWithPayload } from "./schemas.js";
import { getEvent, type Inbox, listEvents, replayEvent, type WebhookDeps } from "./service/index.js";

const render = (row: WebhookEventRow) => ({
  id: row.id,
  provider: row.provider,
  eventId: row.eventId,
  type: row.type,
  status: row.status,
  attempts: row.attempts,
  note: row.note,
  resource: row.resource,
  occurredAt: isoOrNull(row.occurredAt),
  receivedAt: iso(row.receivedAt),
  processedAt: isoOrNull(row.processedAt),
  nextAttemptAt: isoOrNull(row.nextAttemptAt),
  healed: row.healed,
});

// A payload holds client secrets and personal data, which reading the inbox does not need.
const renderWithPayload = (row: WebhookEventRow, caller: Caller) => ({
  ...render(row),
  payload: caller.role === "admin" || caller.role === "service" ? row.body.toString("utf8") : null,
});

export async function webhookRoutes(app: App, deps: WebhookDeps, inbox: Inbox): Promise<void> {
  await app.register(async (scope) => {
    // Signatures are over bytes. In this scope nothing is parsed before its signature holds.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: WEBHOOK_BODY_MAX }, (_request, body, done) =>
      done(null, body),
    );
    for (const provider of WEBHOOK_PROVIDER_NAMES) receiveRoute(scope as App, deps, inbox, provider);
  });
  readRoutes(app, deps);
  replayRoute(app, deps);
}

const WEBHOOK_BODY_MAX = 512 * 1024;

function receiveRoute(app: App, deps: WebhookDeps, inbox: Inbox, provider: WebhookProviderName): void {
  app.post(
    `/webhooks/${provider}`,
    {
      config: { access: "public" },
      schema: {
        operationId: `receive${provider[0]?.toUpperCase()}${provider.slice(1)}Webhook`,
        summary: `Called by ${provider}`,
        description: "Authenticated by the signature over the raw body. 200 only once the event is durable.",
        tags: ["Webhooks"],
        security: [],
        response: { 200: Received, ...problems },
      },
    },
    async (request) => {
      const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await inbox.receive(provider, { rawBody, headers: request.headers, now: (deps.worldClock ?? deps.clock).now() });
      return { received: true as const };
    },
  );
}

function readRoutes(app: App, deps: WebhookDeps): void {
  app.get(
    "/v1/webhook-events",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listWebhookEvents",
        summary: "List webhook events, newest first",
        description: "`status=dead` lists the dead letters.",
        tags: ["Webhooks"],
        querystring: EventFilter,
        response: { 200: ListOf(WebhookEvent), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listEvents(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map(render) };
    },
  );
  app.get(
    "/v1/webhook-events/:eventId",
    {
      config: { access: STAFF },
      schema: {
        operationId: "getWebhookEvent",
        summary: "Get a webhook event with its payload",
        tags: ["Webhooks"],
        params: EventParams,
        response: { 200: WebhookEventWithPayload, ...problems },
      },
    },
    async (request) => renderWithPayload(await getEvent(deps, request.params.eventId), callerOf(request)),
  );
}

function replayRoute(app: App, deps: WebhookDeps): void {
  app.post(
    "/v1/webhook-events/:eventId/replay",
    {
      config: { access: OPERATORS, idempotency: "optional" },
      schema: {
        operationId: "replayWebhookEvent",
        summary: "Replay a webhook event",
        description: "For dead letters, once their cause is fixed. Replaying a processed event changes nothing.",
        tags: ["Webhooks"],
        params: EventParams,
        response: { 200: WebhookEventWithPayload, ...problems },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return renderWithPayload(await replayEvent(deps, caller.id, request.params.eventId), caller);
    },
  );
}
