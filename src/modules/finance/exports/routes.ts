import { z } from "zod";
import { MONEY_ADMINS } from "../../../core/access.js";
import { encodeId, newId } from "../../../core/ids.js";
import { problems } from "../../../http/problem.js";
import { IdempotencyHeaders, iso, isoOrNull, ListOf } from "../../../http/schemas.js";
import { type App, callerOf } from "../../../http/types.js";
import { DownloadQuery, Export, ExportFilter, ExportParams, NewExport } from "./schemas.js";
import {
  type ExportDeps,
  type ExportView,
  getExport,
  listExports,
  openDownload,
  requestExport,
} from "./service/index.js";

const render = ({ row, link }: ExportView) => ({
  id: row.id,
  kind: row.kind,
  format: row.format,
  status: row.status,
  from: iso(row.fromAt),
  to: iso(row.toAt),
  filters: row.options.filters ?? {},
  walletId: row.options.walletId ?? null,
  asset: row.options.asset ?? null,
  rows: row.rowCount === null ? null : Number(row.rowCount),
  bytes: row.byteCount === null ? null : Number(row.byteCount),
  sha256: row.sha256,
  downloadUrl: link?.url ?? null,
  downloadUrlExpiresAt: isoOrNull(link?.expiresAt ?? null),
  failure: row.failure,
  requestedBy: row.requestedBy,
  snapshotAt: isoOrNull(row.snapshotAt),
  createdAt: iso(row.createdAt),
  finishedAt: isoOrNull(row.finishedAt),
  expiresAt: isoOrNull(row.expiresAt),
});

export function exportRoutes(app: App, deps: ExportDeps): void {
  requestRoute(app, deps);
  readRoutes(app, deps);
  downloadRoute(app, deps);
}

function requestRoute(app: App, deps: ExportDeps): void {
  app.post(
    "/v1/exports",
    {
      config: { access: MONEY_ADMINS, idempotency: "optional" },
      schema: {
        operationId: "createExport",
        summary: "Request an export",
        description:
          "A worker makes the file; read the export until it is `ready`. The same request as before is answered with the same export, as long as its file is kept and would be the same.",
        tags: ["Exports"],
        headers: IdempotencyHeaders,
        querystring: z.strictObject({}),
        body: NewExport,
        response: { 202: Export, ...problems },
      },
    },
    async (request, reply) => {
      const resourceId = request.idempotency?.resourceId;
      const id = resourceId === undefined ? newId(deps.ids, "exp") : encodeId("exp", resourceId);
      const row = await requestExport(deps, callerOf(request), id, request.body);
      return reply.code(202).send(render({ row, link: undefined }));
    },
  );
}

function readRoutes(app: App, deps: ExportDeps): void {
  app.get(
    "/v1/exports",
    {
      config: { access: MONEY_ADMINS },
      schema: {
        operationId: "listExports",
        summary: "List exports, newest first",
        description: "Without links: read one export for a link to its file.",
        tags: ["Exports"],
        querystring: ExportFilter,
        response: { 200: ListOf(Export), ...problems },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const page = await listExports(deps, filter, { limit, cursor });
      return { ...page, data: page.data.map((row) => render({ row, link: undefined })) };
    },
  );
  app.get(
    "/v1/exports/:exportId",
    {
      config: { access: MONEY_ADMINS },
      schema: {
        operationId: "getExport",
        summary: "Get an export, with a new link to its file",
        tags: ["Exports"],
        params: ExportParams,
        response: { 200: Export, ...problems },
      },
    },
    async ({ params }) => render(await getExport(deps, params.exportId)),
  );
}

function downloadRoute(app: App, deps: ExportDeps): void {
  app.get(
    "/v1/exports/:exportId/download",
    {
      config: { access: "public" },
      schema: {
        operationId: "downloadExport",
        summary: "Download the file of an export",
        description: "For whoever has the link: it is signed, and expires.",
        tags: ["Exports"],
        security: [],
        params: ExportParams,
        querystring: DownloadQuery,
        response: {
          200: {
            description: "The file.",
            content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { stream, mediaType, fileName, bytes, sha256 } = await openDownload(
        deps,
        request.params.exportId,
        request.query,
      );
      void reply.headers({
        "content-type": mediaType,
        "content-length": String(bytes),
        "content-disposition": `attachment; filename="${fileName}"`,
        "repr-digest": `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`,
      });
      return reply.send(stream as never);
    },
  );
}
