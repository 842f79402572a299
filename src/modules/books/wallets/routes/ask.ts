import type { Ask } from "../service/index.js";

/** How the request asks: a preview, or an effect under its key. */
export function askOf(request: { query: { dryRun: boolean }; idempotency: { key: string } | null }): Ask {
  if (request.query.dryRun) return { dryRun: true };
  if (!request.idempotency) throw new Error("route has no idempotency policy");
  return { key: request.idempotency.key };
}
