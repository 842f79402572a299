import type { FastifyRequest } from "fastify";
import { ADMIN, STAFF } from "../../../../core/access.js";
import { bearerToken } from "../../../../http/auth.js";
import { problems } from "../../../../http/problem.js";
import { type App, callerOf } from "../../../../http/types.js";
import { ApiKey, ApiKeyList, ApiKeyWithSecret, KeyPage, KeyParams, NewApiKey, RotateApiKey } from "../schemas.js";
import { type AccessDeps, createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from "../service/index.js";
import { renderKey } from "./render.js";

const makerOf = (request: FastifyRequest) => ({ caller: callerOf(request), secret: bearerToken(request) ?? "" });

export function keyRoutes(app: App, deps: AccessDeps): void {
  makingRoutes(app, deps);
  app.get(
    "/v1/api-keys",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "listApiKeys",
        summary: "List API keys",
        description: "Newest first, including ended ones, without secrets.",
        tags: ["Access"],
        querystring: KeyPage,
        response: { 200: ApiKeyList, ...problems },
      },
    },
    async ({ query }) => {
      const page = await listApiKeys(deps, query);
      return { ...page, data: page.data.map(renderKey) };
    },
  );
  app.delete(
    "/v1/api-keys/:keyId",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "revokeApiKey",
        summary: "Revoke an API key",
        description: "Every process refuses the key within a second.",
        tags: ["Access"],
        params: KeyParams,
        response: { 200: ApiKey, ...problems },
      },
    },
    async (request) => renderKey(await revokeApiKey(deps, callerOf(request).id, request.params.keyId)),
  );
}

// No stored reply here: it would keep the secret. A client that lost the answer revokes the key and makes another.
function makingRoutes(app: App, deps: AccessDeps): void {
  app.post(
    "/v1/api-keys",
    {
      config: { access: ADMIN },
      schema: {
        operationId: "createApiKey",
        summary: "Create an API key",
        description:
          "Only this reply contains the secret. Keys with one name belong to one principal: a retry under another key of the same principal is the same request, and no principal can approve what it requested.",
        tags: ["Access"],
        body: NewApiKey,
        response: { 201: ApiKeyWithSecret, ...problems },
      },
    },
    async (request, reply) => {
      const { key, secret } = await createApiKey(deps, makerOf(request), request.body);
      return reply.code(201).send({ ...renderKey(key), secret });
    },
  );
  app.post(
    "/v1/api-keys/:keyId/rotate",
    {
      config: { access: STAFF },
      schema: {
        operationId: "rotateApiKey",
        summary: "Replace an API key",
        description:
          "Creates a new key with the same principal, role and expiry. The old one keeps working for the overlap, so that replicas can switch one by one. A principal rotates its own keys; an admin rotates any key.",
        tags: ["Access"],
        params: KeyParams,
        body: RotateApiKey,
        response: { 201: ApiKeyWithSecret, ...problems },
      },
    },
    async (request, reply) => {
      const { overlapSeconds } = request.body;
      const { key, secret } = await rotateApiKey(deps, makerOf(request), request.params.keyId, overlapSeconds);
      return reply.code(201).send({ ...renderKey(key), secret });
    },
  );
}
