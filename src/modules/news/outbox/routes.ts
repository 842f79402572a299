import { z } from "zod";
import { STAFF } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { iso, ListOf, PageParams } from "../../../http/schemas.js";
import type { App } from "../../../http/types.js";
import { EVENT_ENVELOPE, type EventFamily } from "../../../kernel/events.js";
import type { OutboxRow } from "./queries.js";
import { followEvents, listEvents, type OutboxDeps } from "./service.js";

/**
 * An event of any family. The document says what each may be; what is served is not held to it, since an event that an earlier
 * version wrote must not keep the others from being read.
 */
const eventOf = (families: readonly EventFamily[]) => {
  const place = ({ id }: EventFamily) => `#/components/schemas/${id}`;
  const mapping = families.flatMap((family) => Object.keys(family.types).map((type) => [type, place(family)]));
  return z.object({ ...EVENT_ENVELOPE, type: z.string(), data: z.record(z.string(), z.unknown()) }).meta({
    id: "Event",
    oneOf: families.map((family) => ({ $ref: place(family) })),
    discriminator: { propertyName: "type", mapping: Object.fromEntries(mapping) },
  });
};

const Filter = z.strictObject({
  type: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "Only events of this type.", examples: ["payment.succeeded"] }),
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

export function outboxRoutes(app: App, deps: OutboxDeps, families: readonly EventFamily[]): void {
  const Event = eventOf(families);
  app.get(
    "/v1/events",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listEvents",
        summary: "List events",
        description:
          "Newest first. With `after`, oldest first in the order in which events become visible: use it to follow events, since late commits are never skipped. Ignore types you do not know; later versions may add more.",
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
