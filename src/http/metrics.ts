import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Every metric the service exposes. One registry per process, made once in `deps.ts`. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpDuration: Histogram<"method" | "route" | "status">;
  readonly postings: Counter<"outcome">;
  readonly postingBatch: Histogram;
  readonly inboxEvents: Counter<"provider" | "status">;
  readonly inboxLag: Histogram<"provider">;
  readonly webhookRefusals: Counter<"provider" | "reason">;
  readonly payments: Counter<"provider" | "status">;
  readonly autoTopUps: Counter<"outcome">;
  readonly subscriptions: Counter<"status">;
  readonly invoices: Counter<"status">;
  readonly dunning: Counter<"outcome">;
  readonly providerCalls: Histogram<"provider" | "outcome">;
}

/** Creates the metrics, with the process and event-loop ones of prom-client. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "coffer_" });
  const registers = [registry];
  return {
    registry,
    httpDuration: new Histogram({
      name: "coffer_http_request_duration_seconds",
      help: "Time from the first byte of a request to the end of its reply.",
      labelNames: ["method", "route", "status"],
      buckets: [0.002, 0.005, 0.015, 0.05, 0.25, 1, 5],
      registers,
    }),
    postings: new Counter({
      name: "coffer_ledger_postings_total",
      help: "Transfers asked of the ledger.",
      labelNames: ["outcome"],
      registers,
    }),
    postingBatch: new Histogram({
      name: "coffer_ledger_batch_items",
      help: "Transfers that shared one posting call.",
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
      registers,
    }),
    inboxEvents: new Counter({
      name: "coffer_webhook_events_total",
      help: "Authentic webhooks by what became of them.",
      labelNames: ["provider", "status"],
      registers,
    }),
    inboxLag: new Histogram({
      name: "coffer_webhook_settle_seconds",
      help: "Time from receipt of a webhook to its settlement.",
      labelNames: ["provider"],
      buckets: [0.005, 0.02, 0.1, 1, 10, 60, 600],
      registers,
    }),
    webhookRefusals: new Counter({
      name: "coffer_webhook_refusals_total",
      help: "Webhooks that were not authentic.",
      labelNames: ["provider", "reason"],
      registers,
    }),
    subscriptions: new Counter({
      name: "coffer_subscriptions_total",
      help: "Subscriptions by the status they reached.",
      labelNames: ["status"],
      registers,
    }),
    invoices: new Counter({
      name: "coffer_invoices_total",
      help: "Invoices of subscriptions by the status they reached.",
      labelNames: ["status"],
      registers,
    }),
    dunning: new Counter({
      name: "coffer_dunning_cases_total",
      help: "Unpaid invoices by what became of them: opened, frozen, canceled, recovered, voided, ended.",
      labelNames: ["outcome"],
      registers,
    }),
    payments: new Counter({
      name: "coffer_payments_total",
      help: "Payments by the status they reached.",
      labelNames: ["provider", "status"],
      registers,
    }),
    autoTopUps: new Counter({
      name: "coffer_auto_top_ups_total",
      help: "Auto top-ups by what became of them.",
      labelNames: ["outcome"],
      registers,
    }),
    providerCalls: new Histogram({
      name: "coffer_provider_call_duration_seconds",
      help: "Outbound calls.",
      labelNames: ["provider", "outcome"],
      buckets: [0.05, 0.2, 0.5, 1, 3, 10, 30],
      registers,
    }),
  };
}

/** What is waiting in the database. */
export interface Backlogs {
  readonly inbox: () => Promise<Record<string, number>>;
  readonly overdueJobs: () => Promise<number>;
}

// Scrapers give up after ten seconds, and lose everything else with it.
const COUNT_TIMEOUT_MS = 3_000;

// What the database does not tell is not known: the last count, repeated, would look like a quiet inbox.
async function counted<T>(count: () => Promise<T>): Promise<T | undefined> {
  const waited = new AbortController();
  const late = sleep(COUNT_TIMEOUT_MS, undefined, { signal: waited.signal, ref: false });
  try {
    return await Promise.race([count(), late]);
  } catch {
    return undefined;
  } finally {
    late.catch(() => undefined);
    waited.abort();
  }
}

/** Gauges over the pool, the inbox and the job queue, read when somebody scrapes. */
export function observePool(metrics: Metrics, pool: pg.Pool, backlogs: Backlogs): void {
  const registers = [metrics.registry];
  new Gauge({
    name: "coffer_db_pool_connections",
    help: "Connections of the pool by state.",
    labelNames: ["state"],
    registers,
    collect() {
      this.set({ state: "total" }, pool.totalCount);
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "waiting" }, pool.waitingCount);
    },
  });
  new Gauge({
    name: "coffer_webhook_inbox_events",
    help: "Webhook events that are not done with, by status.",
    labelNames: ["status"],
    registers,
    async collect() {
      const backlog = await counted(backlogs.inbox);
      this.reset();
      for (const [status, count] of Object.entries(backlog ?? {})) this.set({ status }, count);
    },
  });
  new Gauge({
    name: "coffer_jobs_overdue",
    help: "Jobs that should have begun over a minute ago.",
    registers,
    async collect() {
      this.set((await counted(backlogs.overdueJobs)) ?? Number.NaN);
    },
  });
}

/** Times every request and writes one log line for it. Probes and scrapes are timed but not logged. */
export function registerRequestObservation(app: FastifyInstance, metrics: Metrics): void {
  // Nothing in a request line comes from outside, and looking for secrets in it would take longer than writing it.
  const log = app.log.child({}, { redact: [] });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpDuration.observe({ method, route, status }, reply.elapsedTime / 1_000);
    done();
    if (request.routeOptions.config.access === "public" && method === "GET") return;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    log.info({ reqId: request.id, method, route, status, ms, caller: request.caller?.id }, "request");
  });
}
