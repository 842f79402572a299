import { z } from "zod";
import { STAFF } from "../../core/access.js";
import { problems } from "../../http/problem.js";
import { iso, ListOf, OutputId, PageParams, Timestamp } from "../../http/schemas.js";
import type { App } from "../../http/types.js";
import { listEvents, type OutboxDeps } from "./service.js";

const Event = z
  .object({
    id: OutputId("evt"),
    type: z.string().meta({ examples: ["payment.succeeded"] }),
    resource: z.string(),
    customerId: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    createdAt: Timestamp,
  })
  .meta({ id: "Event" });

const Filter = z.strictObject({
  type: z.string().max(100).optional(),
  resource: z.string().max(200).optional(),
  ...PageParams,
});

export function outboxRoutes(app: App, deps: OutboxDeps): void {
  app.get(
    "/v1/events",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listEvents",
        summary: "What happened, newest first",
        tags: ["Events"],
        querystring: Filter,
        response: { 200: ListOf(Event), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listEvents(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map((row) => ({ ...row, createdAt: iso(row.createdAt) })) };
    },
  );
}
