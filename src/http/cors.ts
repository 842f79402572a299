import cors from "@fastify/cors";
import type { FastifyInstance } from "fastify";

/**
 * Lets pages of these origins call the service with a customer's JWT. Nothing is registered without any: a browser then keeps
 * every page away, and a back end never asks. No cookies are ever used, so none are allowed.
 */
export async function registerCors(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "idempotency-key", "x-request-id"],
    exposedHeaders: [
      "idempotency-replayed",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
      "retry-after",
      "x-request-id",
    ],
    maxAge: 600,
    strictPreflight: true,
  });
}
