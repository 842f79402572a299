import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Access, Caller } from "../core/access.js";

/** The Fastify instance that modules register their routes on. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** How a POST treats `Idempotency-Key`: kept by the idempotency module, or by the transfer that it makes. */
export type IdempotencyPolicy = "required" | "optional" | "by_transfer";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Who may call; a route without it does not start. */
    access?: Access;
    idempotency?: IdempotencyPolicy;
  }
  interface FastifyRequest {
    /** Set on every route that is not public. */
    caller: Caller | null;
    /** Set when the route has an idempotency policy and the request carries a key. */
    idempotency: {
      readonly key: string;
      readonly resourceId: string | undefined;
      /** An earlier request with this key was not answered: what it had asked for may have happened. */
      readonly resumed: boolean;
    } | null;
  }
}

/** The authenticated caller. Throws when used on a public route, which is a defect. */
export function callerOf(request: { caller: Caller | null }): Caller {
  if (!request.caller) throw new Error("route has no authenticated caller");
  return request.caller;
}
