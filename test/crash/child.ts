// A process that runs the whole service and dies when it is told to: at a named fault point, by SIGKILL. Started by
// fleet.ts; everything it needs to know comes over IPC.

import { buildApp } from "../../src/app.js";
import { loadConfig } from "../../src/config.js";
import type { FaultHook } from "../../src/core/faults.js";
import { migrate } from "../../src/db/migrate.js";
import { buildDeps, type Deps } from "../../src/deps.js";
import { createLogger } from "../../src/http/logging.js";
import { ensureBootstrapKey } from "../../src/modules/trust/access/index.js";
import { jobsOf } from "../helpers/jobs.js";

/** What a child can be asked. */
export type Order =
  /** Starts the service anew, with cold caches and an empty pool. With `killAt` it dies there; see `points`. */
  | { readonly do: "start"; readonly killAt?: string; readonly frozen?: boolean; readonly leaseMs?: number }
  /** Which fault points were passed since the start, in order. */
  | { readonly do: "points" }
  /** Moves the service's clock ahead. */
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "job"; readonly name: string; readonly payload?: unknown }
  | { readonly do: "migrate"; readonly url: string };

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Running {
  readonly deps: Deps;
  readonly url: string;
  readonly points: string[];
  close(): Promise<void>;
}

let running: Running | undefined;
let aheadMs = 0;

/** Names each passing of a point: `before sql:COMMIT #2` is the second time that a commit is about to be sent. */
function watch(points: string[], killAt: string | undefined): FaultHook {
  const passed = new Map<string, number>();
  return ({ phase, name }) => {
    const point = `${phase} ${name}`;
    const count = (passed.get(point) ?? 0) + 1;
    passed.set(point, count);
    points.push(`${point} #${count}`);
    if (`${point} #${count}` !== killAt) return;
    process.kill(process.pid, "SIGKILL");
    return new Promise(() => {});
  };
}

async function start(order: Extract<Order, { do: "start" }>): Promise<Running> {
  const config = loadConfig(process.env);
  const points: string[] = [];
  // What happens to be remembered for a second must not change which points a run passes.
  const startedAt = Date.now();
  const clock = { now: () => new Date((order.frozen ? startedAt : Date.now()) + aheadMs) };
  let watching: FaultHook | undefined;
  const deps = buildDeps(config, createLogger({ level: config.LOG_LEVEL }), {
    clock,
    faults: (point) => watching?.(point),
    ...(order.leaseMs === undefined ? {} : { idempotencyLeaseMs: order.leaseMs }),
  });
  await ensureBootstrapKey(deps, config.BOOTSTRAP_API_KEY ?? "");
  const { app } = await buildApp(deps);
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  // Getting here is no part of any scenario; what comes now is.
  watching = watch(points, order.killAt);
  return {
    deps,
    url,
    points,
    close: async () => {
      watching = undefined;
      app.server.closeAllConnections();
      await app.close();
      await deps.close();
    },
  };
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case "start":
      await running?.close();
      running = await start(order);
      return running.url;
    case "points":
      return running?.points ?? [];
    case "advance":
      aheadMs += order.ms;
      return undefined;
    case "job": {
      const job = running && jobsOf(running.deps)[order.name];
      if (!job) throw new Error(`no job ${order.name}`);
      return job(order.payload);
    }
    case "migrate":
      return migrate(order.url);
  }
}

process.on("message", (message: Order & { id: number }) => {
  obey(message).then(
    (value) => process.send?.({ id: message.id, value } satisfies Answer),
    (error: unknown) => process.send?.({ id: message.id, error: String(error) } satisfies Answer),
  );
});
process.on("disconnect", () => process.exit());
process.send?.({ id: 0 } satisfies Answer);
