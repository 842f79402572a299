import { z } from "zod";
import { STAFF } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { iso, ListOf, OutputId, PageParams, Timestamp } from "../../../http/schemas.js";
import type { App } from "../../../http/types.js";
import type { OutboxRow } from "./queries.js";
import { followEvents, listEvents, type OutboxDeps } from "./service.js";

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
  type: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "The kind of event.", examples: ["payment.succeeded"] }),
  resource: z.string().max(200).optional().meta({ description: "The id of what they are about." }),
  ...PageParams,
  after: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({
      description:
        "Follow events, oldest first, from here on: `start`, or the `nextCursor` of the page before, which is always there. A " +
        "reader that goes on from it misses none.",
      examples: ["start"],
    }),
});

const render = ({ xid: _, epoch: __, createdAt, ...row }: OutboxRow) => ({ ...row, createdAt: iso(createdAt) });

export function outboxRoutes(app: App, deps: OutboxDeps): void {
  app.get(
    "/v1/events",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listEvents",
        summary: "What happened",
        description:
          "Newest first; with `after`, oldest first, in the order in which events become visible: the way to follow them, since " +
          "what commits late is never passed over.",
        tags: ["Events"],
        querystring: Filter,
        response: { 200: ListOf(Event), ...problems },
      },
    },
    async ({ query: { limit, cursor, after, ...filter } }) => {
      const page =
        after === undefined
          ? await listEvents(deps, filter, { limit, cursor })
          : await followEvents(deps, filter, after, limit);
      return { ...page, data: page.data.map(render) };
    },
  );
}
