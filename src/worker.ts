import { parseCronItems, run, type TaskList, Logger as WorkerLogger } from "graphile-worker";
import { errorMessage } from "./core/errors.js";
import { createQueuePool, releaseAbandonedJobs, removeFailedOccurrences } from "./db/jobs.js";
import type { Deps } from "./deps.js";
import type { JobName, Jobs, LogFailure } from "./kernel/jobs.js";
import { takeSnapshot } from "./modules/books/ledger/index.js";
import { lotJobs } from "./modules/books/lots/index.js";
import { ownerOfWallet } from "./modules/books/wallets/index.js";
import { exportJobs } from "./modules/finance/exports/index.js";
import { reconciliationJobs } from "./modules/finance/reconciliation/index.js";
import { webhookJobs } from "./modules/news/inbox/index.js";
import { catalogJobs } from "./modules/sales/catalog/index.js";
import { customerJobs } from "./modules/sales/customers/index.js";
import { paymentMethodJobs } from "./modules/sales/payment-methods/index.js";
import { paymentJobs } from "./modules/sales/payments/index.js";
import { refundJobs } from "./modules/sales/refunds/index.js";
import { subscriptionJobs } from "./modules/sales/subscriptions/index.js";
import { topUpJobs } from "./modules/sales/top-ups/index.js";
import { depositJobs } from "./modules/stablecoins/deposits/index.js";
import { payoutJobs } from "./modules/stablecoins/payouts/index.js";
import { treasuryJobs } from "./modules/stablecoins/treasury/index.js";
import { purgeIdempotencyKeys } from "./modules/trust/idempotency/index.js";
import { followClock } from "./schedules.js";

/** Everything that the worker runs, by name. */
export function jobsOf(deps: Deps): Jobs<JobName> {
  const failed =
    (message: string): LogFailure =>
    ({ id, error, provider }) =>
      deps.log.warn({ err: error, id, provider, detail: errorMessage(error).slice(0, 200) }, message);
  return {
    ...webhookJobs(deps, failed("webhook healing failed")),
    ...customerJobs(deps),
    ...paymentJobs(deps, failed("payment check failed")),
    ...refundJobs(deps, failed("refund check failed")),
    ...payoutJobs(deps, failed("payout check failed")),
    ...depositJobs(deps, failed("deposit address check failed")),
    ...treasuryJobs(deps, (message) => deps.log.warn({ detail: message.slice(0, 500) }, "treasury")),
    ...catalogJobs(deps, failed("catalog sync failed")),
    ...paymentMethodJobs(deps, failed("payment method check failed")),
    ...topUpJobs(deps, failed("auto top-up check failed")),
    ...subscriptionJobs(deps, failed("subscription check failed")),
    ...reconciliationJobs(deps, failed("a reconciliation could not be begun")),
    ...exportJobs(deps),
    "jobs:release": () =>
      deps.db.transaction(async (tx) => {
        await releaseAbandonedJobs(tx);
        await removeFailedOccurrences(tx, SCHEDULED);
      }),
    ...lotJobs(deps, (walletId) => ownerOfWallet(deps, walletId), failed("lots could not be settled")),
    "ledger:snapshot": () => takeSnapshot(deps),
    "idempotency:purge": () => purgeIdempotencyKeys(deps),
  };
}

/** When each schedule runs, in UTC. One process of all that run gets each occurrence. */
const SCHEDULES: readonly { readonly task: JobName; readonly match: string }[] = [
  { task: "payments:sweep", match: "* * * * *" },
  { task: "refunds:sweep", match: "* * * * *" },
  { task: "reversals:catch-up", match: "*/10 * * * *" },
  { task: "payouts:sweep", match: "* * * * *" },
  { task: "deposits:sweep", match: "* * * * *" },
  { task: "deposits:catch-up", match: "*/10 * * * *" },
  { task: "catalog:sweep", match: "*/10 * * * *" },
  { task: "top-ups:sweep", match: "* * * * *" },
  { task: "payment-methods:sweep", match: "* * * * *" },
  { task: "payment-methods:expiring", match: "37 6 * * *" },
  { task: "subscriptions:sweep", match: "* * * * *" },
  { task: "invoices:catch-up", match: "*/10 * * * *" },
  { task: "treasury:watch", match: "*/5 * * * *" },
  { task: "reconciliation:daily", match: "7 5 * * *" },
  { task: "exports:sweep", match: "* * * * *" },
  { task: "exports:purge", match: "47 3 * * *" },
  { task: "webhooks:reschedule", match: "* * * * *" },
  { task: "webhooks:heal", match: "*/15 * * * *" },
  { task: "jobs:release", match: "* * * * *" },
  { task: "ledger:snapshot", match: "* * * * *" },
  { task: "lots:expire", match: "* * * * *" },
  { task: "lots:notice", match: "11 * * * *" },
  { task: "revenue:recognize", match: "41 * * * *" },
  { task: "idempotency:purge", match: "17 3 * * *" },
  { task: "webhooks:purge", match: "27 3 * * *" },
];

const SCHEDULED = SCHEDULES.map(({ task }) => task);

/** Jobs as the queue calls them. */
type Tasks = Readonly<Record<string, (payload: never) => Promise<void>>>;

/** The same jobs, whose failures say no more than may be kept: the queue stores an error's text as it comes. */
function speakingCarefully(jobs: Tasks): TaskList {
  const careful = (run: (payload: never) => Promise<void>) => (payload: never) =>
    run(payload).catch((error: unknown) => {
      throw new Error(errorMessage(error), { cause: error });
    });
  return Object.fromEntries(Object.entries(jobs).map(([name, run]) => [name, careful(run)])) as unknown as TaskList;
}

// The queue's own statements take milliseconds. What jobs do runs on the service's pool, under that one's limits.
const QUEUE_TIMEOUT_MS = 10_000;

/** Starts the worker. `stop` lets running jobs end and hands the rest to other processes. */
export async function startWorker(
  deps: Deps,
  options: { readonly jobs?: Tasks; readonly queryTimeoutMs?: number } = {},
): Promise<{ stop(): Promise<void> }> {
  await deps.installation.get();
  const pool = createQueuePool({
    url: deps.config.DATABASE_URL ?? "",
    queryTimeoutMs: options.queryTimeoutMs ?? QUEUE_TIMEOUT_MS,
    onLost: (error) => deps.log.warn({ err: error }, "worker connection lost"),
  });
  const schedules = SCHEDULES.filter(({ task }) => deps.config.SWEEPER || task !== "payments:sweep");
  const parsed = parseCronItems(schedules.map(({ task, match }) => ({ task, match, options: { maxAttempts: 1 } })));
  const isMoved = deps.config.COFFER_CLOCK !== undefined;
  const runner = await run({
    pgPool: pool,
    taskList: speakingCarefully(options.jobs ?? jobsOf(deps)),
    parsedCronItems: isMoved ? [] : parsed,
    concurrency: 4,
    pollInterval: isMoved ? 200 : 2_000,
    noHandleSignals: true,
    logger: new WorkerLogger(() => (level, message, meta) => {
      const { error } = (meta ?? {}) as { error?: unknown };
      if (level === "error" || level === "warning")
        deps.log.warn({ err: error, detail: message.slice(0, 300) }, "job queue");
      else deps.log.debug({ detail: message.slice(0, 300) }, "job queue");
    }),
  });
  const following = isMoved ? followClock(deps, parsed) : undefined;
  return {
    stop: async () => {
      await following?.stop();
      await runner.stop();
      await pool.endWhenQuiet();
    },
  };
}
