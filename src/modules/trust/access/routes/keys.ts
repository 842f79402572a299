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
        description: "Newest first, ended ones included; never their secrets.",
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
        description: "Every process refuses it within a second.",
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
          "The secret is in this reply and nowhere else. Keys of one name belong to one principal: a retry under another key of " +
          "the same principal is the same request, and no principal approves what it asked for.",
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
          "A new key of the same principal, role and end. The old one works for the overlap, so that replicas change over one " +
          "by one. A principal rotates its own keys, an admin everybody's.",
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
