import { z } from "zod";
import { ADMIN, KEY_ROLES } from "../../core/access.js";
import { bearerToken } from "../../http/auth.js";
import { problems } from "../../http/problem.js";
import { iso, isoOrNull, ListOf, Moment, Note, OutputId, PageParams, Timestamp, TypedId } from "../../http/schemas.js";
import { type App, callerOf } from "../../http/types.js";
import type { ApiKeyRow } from "./queries.js";
import { type AccessDeps, createApiKey, listApiKeys, revokeApiKey } from "./service.js";

const ApiKey = z
  .object({
    id: OutputId("key"),
    name: z.string(),
    role: z.enum(KEY_ROLES),
    hint: z.string().meta({ description: "The first characters of the secret." }),
    expiresAt: Timestamp.nullable(),
    revokedAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: "ApiKey" });
const ApiKeyWithSecret = ApiKey.extend({ secret: z.string().meta({ description: "Shown once." }) }).meta({
  id: "ApiKeyWithSecret",
});

const NewApiKey = z
  .strictObject({ name: Note(100), role: z.enum(KEY_ROLES), expiresAt: Moment.optional() })
  .meta({ id: "NewApiKey", examples: [{ name: "shop backend", role: "service" }] });

const render = (row: ApiKeyRow) => ({
  id: row.id,
  name: row.name,
  role: row.role as (typeof KEY_ROLES)[number],
  hint: row.hint,
  expiresAt: isoOrNull(row.expiresAt),
  revokedAt: isoOrNull(row.revokedAt),
  createdAt: iso(row.createdAt),
});

export function accessRoutes(app: App, deps: AccessDeps): void {
  // No stored reply here: it would keep the secret. A client that lost the answer revokes the key and makes another.
  app.post(
    "/v1/api-keys",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "createApiKey",
        summary: "Create an API key",
        description: "The secret is in this reply and nowhere else.",
        tags: ["Access"],
        body: NewApiKey,
        response: { 201: ApiKeyWithSecret, ...problems },
      },
    },
    async (request, reply) => {
      const { key, secret } = await createApiKey(deps, callerOf(request).id, request.body, bearerToken(request) ?? "");
      return reply.code(201).send({ ...render(key), secret });
    },
  );
  app.get(
    "/v1/api-keys",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "listApiKeys",
        summary: "List API keys",
        tags: ["Access"],
        querystring: z.strictObject(PageParams),
        response: { 200: ListOf(ApiKey), ...problems },
      },
    },
    async ({ query }) => {
      const page = await listApiKeys(deps, query);
      return { ...page, data: page.data.map(render) };
    },
  );
  app.delete(
    "/v1/api-keys/:keyId",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "revokeApiKey",
        summary: "Revoke an API key",
        description: "Every process refuses it within a second.",
        tags: ["Access"],
        params: z.strictObject({ keyId: TypedId("key") }),
        response: { 200: ApiKey, ...problems },
      },
    },
    async (request) => render(await revokeApiKey(deps, callerOf(request).id, request.params.keyId)),
  );
}
