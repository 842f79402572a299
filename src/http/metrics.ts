import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Every metric the service exposes. One registry per process, made once in `deps.ts`. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpDuration: Histogram<"method" | "route" | "status">;
  readonly httpRequests: Counter<"kind" | "class">;
  readonly events: Counter<"type">;
  readonly postings: Counter<"outcome">;
  readonly postingBatch: Histogram;
  readonly inboxEvents: Counter<"provider" | "status">;
  readonly inboxLag: Histogram<"provider">;
  readonly webhookRefusals: Counter<"provider" | "reason">;
  readonly webhooksHealed: Counter<"provider">;
  readonly payments: Counter<"provider" | "status">;
  readonly autoTopUps: Counter<"outcome">;
  readonly lots: Counter<"outcome">;
  readonly subscriptions: Counter<"status">;
  readonly invoices: Counter<"status">;
  readonly dunning: Counter<"outcome">;
  readonly providerCalls: Histogram<"provider" | "outcome">;
}

/** What runs, for the metric that says so. */
export interface Build {
  readonly version: string;
  readonly revision: string;
}

// Gauges with the ending of counters; each has a sibling that says the same by type.
const MISNAMED = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/**
 * Creates the metrics, with the process and event-loop ones of prom-client. Whatever can be counted is there from the start, at
 * zero: a series that is born with its first failure shows no increase, and no alert hears of it.
 */
export function createMetrics(build: Build, providers: ProviderLabels): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  new Gauge({
    name: "coffer_build_info",
    help: "What runs: always 1.",
    labelNames: ["version", "revision", "node"],
    registers: [registry],
  }).set({ ...build, node: process.versions.node }, 1);
  const metrics = { registry, ...workMetrics([registry]), ...businessMetrics([registry]) };
  startAtZero(metrics, providers);
  return metrics;
}

function workMetrics(registers: Registry[]) {
  return {
    httpDuration: new Histogram({
      name: "coffer_http_request_duration_seconds",
      help: "Time from the first byte of a request to the end of its reply.",
      labelNames: ["method", "route", "status"],
      buckets: [0.002, 0.005, 0.015, 0.05, 0.25, 1, 5],
      registers,
    }),
    httpRequests: new Counter({
      name: "coffer_http_requests_total",
      help: "Requests by what they were for (api, webhook, probe) and the class of their status.",
      labelNames: ["kind", "class"],
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
    webhooksHealed: new Counter({
      name: "coffer_webhooks_healed_total",
      help: "What no webhook told us and the provider's own lists did.",
      labelNames: ["provider"],
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

function businessMetrics(registers: Registry[]) {
  return {
    events: new Counter({
      name: "coffer_events_total",
      help: "News by type: what became of refunds, disputes, deposits, payouts and the treasury, among others.",
      labelNames: ["type"],
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
    lots: new Counter({
      name: "coffer_lots_total",
      help: "Transfers that were settled into lots, and lots that expired.",
      labelNames: ["outcome"],
      registers,
    }),
  };
}

/** What a scrape asks the database. */
export interface Backlogs {
  readonly inbox: () => Promise<Record<string, number>>;
  readonly overdueJobs: () => Promise<number>;
  readonly waiting: () => Promise<readonly { kind: string; items: number; oldestSeconds: number }[]>;
  readonly writable: () => Promise<boolean>;
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

/** Gauges over the pool and what waits in the database, read when somebody scrapes. */
export function observePool(metrics: Metrics, pool: pg.Pool, backlogs: Backlogs): void {
  const registers = [metrics.registry];
  new Gauge({
    name: "coffer_db_pool_connections",
    help: "Connections of the pool by state.",
    labelNames: ["state"],
    registers,
    collect() {
      this.set({ state: "open" }, pool.totalCount);
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "waiting" }, pool.waitingCount);
    },
  });
  new Gauge({
    name: "coffer_database_up",
    help: "1 when the database answers and can be written to, 0 otherwise.",
    registers,
    async collect() {
      this.set((await counted(backlogs.writable)) === true ? 1 : 0);
    },
  });
  observeBacklogs(registers, backlogs);
}

// While the database does not answer these are absent: a NaN would end the wait of an alert that is about to fire.
function observeBacklogs(registers: Registry[], backlogs: Backlogs): void {
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
      const overdue = await counted(backlogs.overdueJobs);
      if (overdue === undefined) this.remove();
      else this.set(overdue);
    },
  });
  // Both are filled by one statement: a scrape asks for them at the same time.
  const waiting = shared(() => counted(backlogs.waiting));
  new Gauge({
    name: "coffer_waiting_items",
    help: "What waits for us, a provider or a person, by kind.",
    labelNames: ["kind"],
    registers,
    async collect() {
      const found = await waiting();
      this.reset();
      for (const { kind, items } of found ?? []) this.set({ kind }, items);
    },
  });
  new Gauge({
    name: "coffer_waiting_oldest_seconds",
    help: "How long the oldest of what waits has done so, by kind.",
    labelNames: ["kind"],
    registers,
    async collect() {
      const found = await waiting();
      this.reset();
      for (const { kind, oldestSeconds } of found ?? []) this.set({ kind }, oldestSeconds);
    },
  });
}

/** Has everybody who asks while it is under way wait for the same answer. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

const REQUEST_KINDS = ["api", "webhook", "probe"] as const;

/** Names of providers: all, and those that are asked for payments or send webhooks. */
export interface ProviderLabels {
  readonly all: readonly string[];
  readonly payments: readonly string[];
  readonly webhooks: readonly string[];
}

/** Labels that are known before anything happened. Statuses are those of the modules' tables. */
function startAtZero(metrics: Omit<Metrics, "registry">, providers: ProviderLabels): void {
  const zero = <Label extends string>(counter: Counter<Label>, ...labels: { [name in Label]: readonly string[] }[]) => {
    for (const sets of labels) for (const each of combinations(sets)) counter.inc(each as Record<Label, string>, 0);
  };
  zero(metrics.httpRequests, { kind: REQUEST_KINDS, class: ["2xx", "3xx", "4xx", "5xx"] });
  zero(metrics.postings, { outcome: KNOWN.posting });
  zero(metrics.inboxEvents, { provider: providers.webhooks, status: ["pending", "processed", "ignored", "dead"] });
  zero(metrics.webhookRefusals, {
    provider: providers.webhooks,
    reason: ["missing_signature", "bad_signature", "outside_tolerance", "unreadable"],
  });
  zero(metrics.webhooksHealed, { provider: providers.webhooks });
  zero(metrics.payments, { provider: providers.payments, status: KNOWN.payment });
  zero(metrics.autoTopUps, { outcome: KNOWN.autoTopUp });
  zero(metrics.lots, { outcome: ["settled", "expired"] });
  zero(metrics.subscriptions, { status: KNOWN.subscription });
  zero(metrics.invoices, { status: ["draft", "open", "paid", "uncollectible", "void"] });
  zero(metrics.dunning, { outcome: ["opened", "frozen", "canceled", "recovered", "voided", "ended"] });
  zero(metrics.events, { type: KNOWN.event });
  for (const provider of providers.webhooks) metrics.inboxLag.zero({ provider });
  for (const provider of providers.all) {
    for (const outcome of ["ok", "error", "timeout", "open"]) metrics.providerCalls.zero({ provider, outcome });
  }
}

function combinations(sets: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  return Object.entries(sets).reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

const of = (subject: string, ...words: readonly string[]) => words.map((word) => `${subject}.${word}`);

const KNOWN = {
  posting:
    "posted replayed key_reused insufficient_balance frozen balance_limit unknown_account asset_mismatch invalid_amount".split(
      " ",
    ),
  payment:
    "pending requires_action processing succeeded failed canceled expired partially_refunded refunded disputed".split(
      " ",
    ),
  subscription: "incomplete incomplete_expired trialing active past_due unpaid paused canceled".split(" "),
  autoTopUp: "started succeeded failed action_required paused".split(" "),
  event: [
    ...of("payment", "created", "succeeded", "failed", "canceled", "expired", "quarantined", "unreadable_entry"),
    ...of("refund", "unreadable_entry"),
    ...of("dispute", "unreadable_entry"),
    ...of("invoice", "unreadable_entry"),
    ...of("refund", "created", "pending", "succeeded", "failed", "canceled"),
    ...of("dispute", "created", "updated", "funds_withdrawn", "funds_reinstated", "lost", "needs_review"),
    ...of("payout", "requested", "awaiting_approval", "approved", "submitted", "confirmed", "failed", "canceled"),
    ...of("payout", "refused", "stuck", "needs_decision", "needs_review"),
    ...of("payouts", "halted", "resumed"),
    ...of("deposit", "pending", "credited", "held", "rejected", "failed", "quarantined", "reversed"),
    ...of("treasury", "low_balance", "low_gas", "unexplained_receipt", "unexplained_withdrawal"),
    ...of("treasury", "receipt_held", "unreadable_entry"),
    ...of("credits", "expiring", "expired"),
  ],
} as const;

const PROBES = new Set(["/livez", "/readyz", "/metrics"]);

const kindOf = (route: string): (typeof REQUEST_KINDS)[number] =>
  PROBES.has(route) ? "probe" : route.startsWith("/webhooks/") ? "webhook" : "api";

/** Times every request and writes one log line for it. Probes and scrapes are timed but not logged. */
export function registerRequestObservation(app: FastifyInstance, metrics: Metrics): void {
  // Nothing in a request line comes from outside, and looking for secrets in it would take longer than writing it.
  const log = app.log.child({}, { redact: [] });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const { method } = request;
    const status = reply.statusCode;
    metrics.httpDuration.observe({ method, route, status }, reply.elapsedTime / 1_000);
    metrics.httpRequests.inc({ kind: kindOf(route), class: `${Math.floor(status / 100)}xx` });
    done();
    if (request.routeOptions.config.access === "public" && method === "GET") return;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const { id: caller, keyId } = request.caller ?? {};
    log.info({ reqId: request.id, method, route, status, ms, caller, keyId }, "request");
  });
}
