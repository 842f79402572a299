import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { buildApp } from "./app.js";
import { type Config, ConfigError, localUrl, noticeMs } from "./config.js";
import { systemClock } from "./core/clock.js";
import { createCrashSwitch } from "./crash-switch.js";
import { createDatabase } from "./db/client.js";
import { migrate } from "./db/migrate.js";
import { checkDatabase } from "./db/session.js";
import { buildDeps, type Deps, type Overrides } from "./deps.js";
import { nameStrangers } from "./modules/stablecoins/treasury/index.js";
import { ensureBootstrapKey } from "./modules/trust/access/index.js";
import { openFileClock } from "./moved-clock.js";

/** A running service. */
export interface Service {
  /** Where it listens; undefined for a process that is only a worker. */
  readonly url: string | undefined;
  /** Gives notice, finishes requests in flight (at most 10 s), then the jobs, then closes connections. */
  stop(): Promise<void>;
}

const DRAIN_MS = 10_000;
const WARM_UP_AFTER_MS = 1_000;
const WORKER_AFTER_MS = 100;
const WORKER_AGAIN_AFTER_MS = 5_000;

interface Stoppable {
  stop(): Promise<void>;
}

// A process that only serves the API does without the job queue's code: 18 MB of memory.
async function startWorker(deps: Deps): Promise<Stoppable> {
  const worker = await import("./worker.js");
  return worker.startWorker(deps);
}

/**
 * The worker beside the API. It loads once the API answers, since jobs can wait and a start should not; and it is tried again
 * when it cannot start, as the database may be away for a moment just then.
 */
function startWorkerSoon(deps: Deps): Stoppable {
  const stopping = new AbortController();
  const { signal } = stopping;
  const begin = async (waitMs: number): Promise<Stoppable | undefined> => {
    const goOn = await sleep(waitMs, true, { signal }).catch(() => false);
    if (!goOn) return undefined;
    try {
      return await startWorker(deps);
    } catch (error) {
      deps.log.error({ err: error }, "the worker cannot start");
      return begin(WORKER_AGAIN_AFTER_MS);
    }
  };
  const begun = begin(WORKER_AFTER_MS);
  return {
    stop: async () => {
      stopping.abort();
      await (await begun)?.stop();
    },
  };
}

async function workerFor(role: Config["COFFER_ROLE"], deps: Deps): Promise<Stoppable | undefined> {
  if (role === "worker") return startWorker(deps);
  return role === "all" ? startWorkerSoon(deps) : undefined;
}

/** The first key is made by the schema's owner: the service's own role makes none without an administrator. */
async function makeBootstrapKey(deps: Deps, secret: string, ownerUrl: string): Promise<void> {
  if (ownerUrl === deps.config.DATABASE_URL) return ensureBootstrapKey(deps, secret);
  const db = createDatabase({ url: ownerUrl, poolSize: 1, applicationName: "coffer-migrate" });
  try {
    await ensureBootstrapKey({ ...deps, db }, secret);
  } finally {
    await db.close();
  }
}

/** Migrates, then starts what the process's role asks for. */
export async function startService(config: Config, log: Logger, overrides: Overrides = {}): Promise<Service> {
  const databaseUrl = config.MIGRATION_DATABASE_URL ?? config.DATABASE_URL;
  if (databaseUrl === undefined)
    throw new ConfigError(["DATABASE_URL: required; only `npm start` brings its own database"]);
  const { COFFER_CLOCK } = config;
  const moved = COFFER_CLOCK === undefined ? undefined : openFileClock(COFFER_CLOCK, (message) => log.warn(message));
  for (const danger of await checkDatabase(config.DATABASE_URL ?? databaseUrl)) log.warn(danger);
  await migrate(databaseUrl, { log: (message) => log.warn(message) });
  const crash = createCrashSwitch(config.COFFER_CRASH_AT, config.COFFER_FAULT_LOG);
  const deps = buildDeps(config, log, {
    ...(crash ? { faults: crash.hook } : {}),
    // Who signs a webhook goes by the world's time.
    ...(moved ? { clock: moved.clock, worldClock: systemClock } : {}),
    ...overrides,
  });
  try {
    if (config.BOOTSTRAP_API_KEY) await makeBootstrapKey(deps, config.BOOTSTRAP_API_KEY, databaseUrl);
    if (config.COFFER_ROLE !== "worker") await deps.lease.hold();
    const { app, drain } = await buildApp(deps);
    await app.listen({ port: config.PORT, host: config.HOST, backlog: 1_024 });
    const { port } = app.server.address() as AddressInfo;
    const worker = await workerFor(config.COFFER_ROLE, deps);
    log.info({ port, role: config.COFFER_ROLE }, "listening");
    crash?.arm();
    const warmUp = setTimeout(() => {
      deps
        .warmUp()
        .then(() => nameStrangers(deps, (message) => log.warn({ detail: message.slice(0, 500) }, "treasury")))
        .catch((error: unknown) => log.error({ err: error }, "not everything could be loaded"));
    }, WARM_UP_AFTER_MS).unref();
    return {
      url: localUrl(config.HOST, port),
      stop: async () => {
        clearTimeout(warmUp);
        await drain.start(DRAIN_MS, noticeMs(config));
        const closed = app.close();
        // What was asked is answered. A connection on which nobody asked anything yet would hold the end up for a minute.
        app.server.closeAllConnections();
        await closed;
        await worker?.stop();
        moved?.close();
        await deps.close();
      },
    };
  } catch (error) {
    await deps.close();
    throw error;
  }
}
