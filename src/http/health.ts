import { hash, timingSafeEqual } from "node:crypto";
import type { Registry } from "prom-client";
import { z } from "zod";
import { AppError } from "../core/errors.js";
import { bearerToken } from "./auth.js";
import { problems } from "./problem.js";
import type { App } from "./types.js";

const Status = z.object({ status: z.literal("ok") }).meta({ id: "Health" });
const PROBE_TIMEOUT_MS = 2_000;

/** `/livez` says that the process runs, `/readyz` that it can serve, `/metrics` what it did. */
export function healthRoutes(
  app: App,
  options: {
    readonly isDraining: () => boolean;
    readonly probe: () => Promise<unknown>;
    readonly registry: Registry;
    /** What a scraper must send; anybody may scrape when absent. */
    readonly metricsToken: string | undefined;
  },
): void {
  const schema = { tags: ["Service"], security: [], response: { 200: Status, ...problems } };
  app.get(
    "/livez",
    { config: { access: "public" }, schema: { ...schema, operationId: "getLiveness", summary: "The process runs" } },
    async () => ({ status: "ok" as const }),
  );
  app.get(
    "/readyz",
    {
      config: { access: "public" },
      schema: { ...schema, operationId: "getReadiness", summary: "The process can serve" },
    },
    async () => {
      if (options.isDraining())
        throw new AppError("service.stopping", 503, "This process is stopping.", { retryAfter: 1 });
      await withTimeout(options.probe(), PROBE_TIMEOUT_MS);
      return { status: "ok" as const };
    },
  );
  app.get("/metrics", { config: { access: "public" }, schema: { hide: true } }, async (request, reply) => {
    if (options.metricsToken !== undefined && !isSecret(bearerToken(request), options.metricsToken)) {
      throw new AppError("access.unauthorized", 401, "Send the metrics token as `Authorization: Bearer ...`.");
    }
    void reply.type(options.registry.contentType);
    return options.registry.metrics();
  });
}

// By their hashes, which have one length: comparing must not tell how much of a guess was right.
function isSecret(given: string | undefined, secret: string): boolean {
  const digest = (text: string) => hash("sha256", text, "buffer");
  return given !== undefined && timingSafeEqual(digest(given), digest(secret));
}

function withTimeout(work: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  const late = new Promise((_, reject) => {
    setTimeout(
      () => reject(new AppError("service.unavailable", 503, "The database does not answer.", { retryAfter: 1 })),
      timeoutMs,
    ).unref();
  });
  return Promise.race([work, late]);
}
