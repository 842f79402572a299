import { hash, timingSafeEqual } from "node:crypto";
import type { Registry } from "prom-client";
import { z } from "zod";
import { AppError } from "../core/errors.js";
import { bearerToken } from "./auth.js";
import { problems } from "./problem.js";
import type { App } from "./types.js";

const Status = z.object({ status: z.literal("ok") }).meta({ id: "Health" });
const PROBE_TIMEOUT_MS = 2_000;

/** `/livez` says that the process runs, `/readyz` that it can serve and write, `/metrics` what it did. */
export function healthRoutes(
  app: App,
  options: {
    readonly isDraining: () => boolean;
    /** Whether the database can be written to. */
    readonly probe: () => Promise<boolean>;
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
        throw new AppError("service.stopping", "This process is shutting down.", { retryAfter: 1 });
      await readiness(options.probe);
      return { status: "ok" as const };
    },
  );
  app.get("/metrics", { config: { access: "public" }, schema: { hide: true } }, async (request, reply) => {
    if (options.metricsToken !== undefined && !isSecret(bearerToken(request), options.metricsToken)) {
      throw new AppError("access.unauthorized", "Send the metrics token as `Authorization: Bearer ...`.");
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

// Whatever the reason: a process whose database cannot be used is not ready, and not broken either.
async function readiness(probe: () => Promise<boolean>): Promise<void> {
  const unready = (detail: string, cause?: unknown) =>
    new AppError("service.unavailable", detail, { retryAfter: 1, cause });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unready("The database does not answer.")), PROBE_TIMEOUT_MS).unref();
  });
  try {
    if (!(await Promise.race([probe(), late]))) throw unready("The database is read-only at the moment.");
  } catch (error) {
    throw error instanceof AppError ? error : unready("The database cannot be used.", error);
  } finally {
    clearTimeout(timer);
  }
}
