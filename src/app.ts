import type { FastifyInstance } from "fastify";
import { canWrite } from "./db/client.js";
import type { Deps } from "./deps.js";
import { EVENT_FAMILIES } from "./events.js";
import { registerAuth } from "./http/auth.js";
import { registerCors } from "./http/cors.js";
import { registerDocs } from "./http/docs.js";
import { type Drain, registerDrain } from "./http/drain.js";
import { healthRoutes } from "./http/health.js";
import { registerIdempotency } from "./http/idempotency.js";
import { landingRoute, problemsRoute } from "./http/landing.js";
import { registerRequestObservation } from "./http/metrics.js";
import { registerRateLimits } from "./http/rate-limit.js";
import { createServer, type RouteRecord } from "./http/server.js";
import type { App } from "./http/types.js";
import { ledgerRoutes } from "./modules/books/ledger/index.js";
import { walletRoutes } from "./modules/books/wallets/index.js";
import { exportRoutes } from "./modules/finance/exports/index.js";
import { reconciliationRoutes } from "./modules/finance/reconciliation/index.js";
import { webhookRoutes } from "./modules/news/inbox/index.js";
import { outboxRoutes } from "./modules/news/outbox/index.js";
import { unreadableRoutes } from "./modules/news/unreadable/index.js";
import { catalogRoutes } from "./modules/sales/catalog/index.js";
import { customerRoutes } from "./modules/sales/customers/index.js";
import { paymentMethodRoutes } from "./modules/sales/payment-methods/index.js";
import { paymentRoutes } from "./modules/sales/payments/index.js";
import { refundRoutes } from "./modules/sales/refunds/index.js";
import { subscriptionRoutes } from "./modules/sales/subscriptions/index.js";
import { topUpRoutes } from "./modules/sales/top-ups/index.js";
import { depositRoutes } from "./modules/stablecoins/deposits/index.js";
import { payoutRoutes } from "./modules/stablecoins/payouts/index.js";
import { treasuryRoutes } from "./modules/stablecoins/treasury/index.js";
import { accessRoutes, mayBeGuess } from "./modules/trust/access/index.js";
import { auditRoutes } from "./modules/trust/audit/index.js";

export interface BuiltApp {
  readonly app: App;
  readonly routes: readonly RouteRecord[];
  readonly drain: Drain;
}

/** The app's table of contents: cross-cutting plugins, then the modules, in order. */
export async function buildApp(deps: Deps): Promise<BuiltApp> {
  const { config } = deps;
  const { app, routes } = await createServer({ logger: deps.log, trustProxy: config.TRUST_PROXY });
  const plain = app as unknown as FastifyInstance;
  const drain = registerDrain(plain);
  await registerCors(plain, config.CORS_ORIGINS);
  registerRequestObservation(plain, deps.metrics);
  const limits = {
    keyPerMinute: config.RATE_LIMIT_KEY_PER_MINUTE,
    customerPerMinute: config.RATE_LIMIT_CUSTOMER_PER_MINUTE,
    customerWritesPerHour: config.RATE_LIMIT_CUSTOMER_WRITES_PER_HOUR,
    addressPerMinute: config.RATE_LIMIT_ADDRESS_PER_MINUTE,
  };
  const onAuthFailure = await registerRateLimits(plain, limits, (token) => mayBeGuess(deps, token));
  registerAuth(plain, deps.authenticate, onAuthFailure);
  registerIdempotency(plain, deps.idempotency);

  healthRoutes(app, {
    isDraining: () => drain.leaving,
    probe: () => canWrite(deps.db.pool),
    registry: deps.metrics.registry,
    metricsToken: config.METRICS_TOKEN,
  });
  // A worker answers probes and scrapes only; nobody routes requests to it.
  if (config.COFFER_ROLE !== "worker") await registerModules(app, deps);
  // Read before events are: another installation's are told from ours by it.
  await deps.installation
    .get()
    .catch((error: unknown) => deps.log.warn({ err: error }, "the installation has no name yet"));

  registerDocs(plain, routes, { page: config.DOCS });
  await app.ready();
  return { app, routes, drain };
}

async function registerModules(app: App, deps: Deps): Promise<void> {
  landingRoute(app);
  problemsRoute(app);
  customerRoutes(app, deps);
  walletRoutes(app, deps);
  paymentRoutes(app, deps);
  refundRoutes(app, deps);
  paymentMethodRoutes(app, deps);
  topUpRoutes(app, deps);
  subscriptionRoutes(app, deps);
  depositRoutes(app, deps);
  payoutRoutes(app, deps);
  treasuryRoutes(app, deps);
  unreadableRoutes(app, deps);
  reconciliationRoutes(app, deps);
  catalogRoutes(app, deps);
  await webhookRoutes(app, deps, deps.inbox);
  ledgerRoutes(app, deps);
  exportRoutes(app, deps);
  outboxRoutes(app, deps, EVENT_FAMILIES);
  auditRoutes(app, deps);
  accessRoutes(app, deps);
}
