import { parseCronItems, run, type TaskList, Logger as WorkerLogger } from "graphile-worker";
import pg from "pg";
import type { Deps } from "./deps.js";
import { depositJobs } from "./modules/deposits/index.js";
import { purgeIdempotencyKeys } from "./modules/idempotency/index.js";
import { takeSnapshot } from "./modules/ledger/index.js";
import { paymentJobs } from "./modules/payments/index.js";
import { payoutJobs } from "./modules/payouts/index.js";
import { refundJobs } from "./modules/refunds/index.js";
import { treasuryJobs } from "./modules/treasury/index.js";
import { webhookJobs } from "./modules/webhooks/index.js";

/** Everything that the worker runs, by name. */
export function jobsOf(deps: Deps): Record<string, (payload: unknown) => Promise<void>> {
  return {
    ...webhookJobs(deps),
    ...paymentJobs(deps, (message) => deps.log.warn({ detail: message.slice(0, 200) }, "payment check failed")),
    ...refundJobs(deps, (message) => deps.log.warn({ detail: message.slice(0, 200) }, "refund check failed")),
    ...payoutJobs(deps, (message) => deps.log.warn({ detail: message.slice(0, 200) }, "payout check failed")),
    ...depositJobs(deps, (message) => deps.log.warn({ detail: message.slice(0, 200) }, "deposit address check failed")),
    ...treasuryJobs(deps),
    "ledger:snapshot": () => takeSnapshot(deps),
    "idempotency:purge": () => purgeIdempotencyKeys(deps),
  };
}

/** When each schedule runs, in UTC. One process of all that run gets each occurrence. */
const SCHEDULES = [
  { task: "payments:sweep", match: "* * * * *" },
  { task: "refunds:sweep", match: "* * * * *" },
  { task: "payouts:sweep", match: "* * * * *" },
  { task: "deposits:sweep", match: "* * * * *" },
  { task: "treasury:watch", match: "*/5 * * * *" },
  { task: "webhooks:reschedule", match: "* * * * *" },
  { task: "ledger:snapshot", match: "* * * * *" },
  { task: "idempotency:purge", match: "17 3 * * *" },
  { task: "webhooks:purge", match: "27 3 * * *" },
];

/** Starts the worker. `stop` lets running jobs end and hands the rest to other processes. */
export async function startWorker(deps: Deps): Promise<{ stop(): Promise<void> }> {
  // A pool of its own: the queue listens on one connection for good, which a request must not wait for.
  const pool = new pg.Pool({ connectionString: deps.config.DATABASE_URL, max: 4, application_name: "coffer-worker" });
  pool.on("error", (error) => deps.log.warn({ err: error }, "worker connection lost"));
  // A connection that fails while a job holds it tells only its own listeners.
  pool.on("connect", (client) =>
    client.on("error", (error) => deps.log.warn({ err: error }, "worker connection lost")),
  );
  const schedules = SCHEDULES.filter(({ task }) => deps.config.SWEEPER || task !== "payments:sweep");
  const runner = await run({
    pgPool: pool,
    taskList: jobsOf(deps) as TaskList,
    parsedCronItems: parseCronItems(schedules.map(({ task, match }) => ({ task, match, options: { maxAttempts: 1 } }))),
    concurrency: 4,
    pollInterval: 2_000,
    noHandleSignals: true,
    logger: new WorkerLogger(() => (level, message, meta) => {
      const { error } = (meta ?? {}) as { error?: unknown };
      if (level === "error" || level === "warning")
        deps.log.warn({ err: error, detail: message.slice(0, 300) }, "job queue");
      else deps.log.debug({ detail: message.slice(0, 300) }, "job queue");
    }),
  });
  return {
    stop: async () => {
      await runner.stop();
      await pool.end();
    },
  };
}
