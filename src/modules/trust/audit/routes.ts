import { z } from "zod";
import { STAFF } from "../../../core/access.js";
import { problems } from "../../../http/problem.js";
import { iso, ListOf, OutputId, PageParams, Timestamp } from "../../../http/schemas.js";
import type { App } from "../../../http/types.js";
import { type AuditDeps, listAuditEvents } from "./service.js";

const AuditEvent = z
  .object({
    id: OutputId("aud"),
    actor: z.string(),
    action: z.string(),
    resource: z.string(),
    requestId: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    createdAt: Timestamp,
  })
  .meta({ id: "AuditEvent" });

const Filter = z.strictObject({
  actor: z.string().max(200).optional(),
  action: z.string().max(100).optional(),
  resource: z.string().max(200).optional(),
  ...PageParams,
});

export function auditRoutes(app: App, deps: AuditDeps): void {
  app.get(
    "/v1/audit-events",
    {
      config: { access: STAFF },
      schema: {
        operationId: "listAuditEvents",
        summary: "List audit events",
        tags: ["Events"],
        querystring: Filter,
        response: { 200: ListOf(AuditEvent), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listAuditEvents(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map((row) => ({ ...row, createdAt: iso(row.createdAt) })) };
    },
  );
}
