import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Logger } from "pino";
import { type Config, localUrl } from "./config.js";
import { type Clock, DAY_MS, MINUTE_MS, systemClock } from "./core/clock.js";
import type { FaultHook } from "./core/faults.js";
import { type IdSource, systemIds } from "./core/ids.js";
import { readWaiting } from "./db/backlogs.js";
import { canWrite, createDatabase } from "./db/client.js";
import { countOverdueJobs } from "./db/jobs.js";
import { ProcessLease } from "./db/lease.js";
import type { Authenticate } from "./http/auth.js";
import type { IdempotencyStore } from "./http/idempotency.js";
import { type Build, createMetrics, type Metrics, observePool } from "./http/metrics.js";
import { createLedger } from "./modules/books/ledger/index.js";
import { createWalletOwners } from "./modules/books/wallets/index.js";
import { type ExportPolicy, type ExportStore, storeInS3, storeOnDisk } from "./modules/finance/exports/index.js";
import type { ReconciliationDeps } from "./modules/finance/reconciliation/index.js";
import { createInbox, type Inbox, inboxBacklog, type WebhookDeps } from "./modules/news/inbox/index.js";
import { refundListeners } from "./modules/sales/refunds/index.js";
import { subscriptionListeners } from "./modules/sales/subscriptions/index.js";
import { type TopUpDeps, TopUpWatch, topUpListeners } from "./modules/sales/top-ups/index.js";
import { payoutListeners } from "./modules/stablecoins/payouts/index.js";
import { type AccessDeps, createAuthenticator, createJwtVerifier, FamiliarKeys } from "./modules/trust/access/index.js";
import { createIdempotencyStore } from "./modules/trust/idempotency/index.js";
import { createInstallation } from "./modules/trust/installation/index.js";
import {
  type BalanceProvider,
  type BalanceProviderName,
  type BillingProviders,
  type CustodyProvider,
  type CustodyProviderName,
  type Installation,
  PAYMENT_PROVIDER_NAMES,
  PROVIDER_NAMES,
  WEBHOOK_PROVIDER_NAMES,
} from "./providers/ports/index.js";
import { buildProviders, type Providers, readProviders } from "./providers/registry.js";

/** Everything that lives as long as the process. Constructed here and nowhere else. */
export interface Deps extends WebhookDeps, TopUpDeps, AccessDeps, Pick<ReconciliationDeps, "writeOffLimit"> {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly installation: Installation;
  /** Who bills subscriptions and keeps payment methods; empty when none is set up. */
  readonly billingProviders: BillingProviders;
  /** Who keeps coins, in the order in which they serve a chain; none when no wallets are set. */
  readonly custodyProviders: ReadonlyMap<CustodyProviderName, CustodyProvider>;
  /** Who makes statements of what it keeps for us. */
  readonly balanceProviders: ReadonlyMap<BalanceProviderName, BalanceProvider>;
  readonly idempotency: IdempotencyStore;
  readonly authenticate: Authenticate;
  readonly exportStore: ExportStore;
  readonly exportPolicy: ExportPolicy;
  readonly inbox: Inbox;
  /** Says in the database that this process lives. */
  readonly lease: ProcessLease;
  /** Loads what a start does without, so that no request waits for it. */
  warmUp(): Promise<void>;
  /** Finishes what is under way, then closes connections. */
  close(): Promise<void>;
}

/** What a test replaces: time, ids, and where the process may die. */
export interface Overrides {
  readonly clock?: Clock;
  readonly ids?: IdSource;
  readonly faults?: FaultHook;
  /** The time of who signs what comes to us, where `clock` is not the world's. */
  readonly worldClock?: Clock;
  readonly idempotencyLeaseMs?: number;
  readonly providerTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** Builds the dependencies from settings. Connects to nothing yet. Throws a RangeError on unreadable provider keys. */
export function buildDeps(config: Config, log: Logger, overrides: Overrides = {}): Deps {
  if (!config.DATABASE_URL) throw new Error("DATABASE_URL is required");
  const { clock = systemClock, ids = systemIds, faults } = overrides;
  const metrics = createMetrics(build(), {
    all: PROVIDER_NAMES,
    payments: PAYMENT_PROVIDER_NAMES,
    webhooks: WEBHOOK_PROVIDER_NAMES,
  });
  const db = createDatabase({
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    ...(overrides.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: overrides.statementTimeoutMs }),
    faults,
    onIdleError: (error) => log.warn({ err: error }, "idle database connection lost"),
  });
  const installation = createInstallation({ db, ids, clock });
  const providers = buildProviders(readProviders(config, config.PUBLIC_URL ?? localUrl(config.HOST, config.PORT)), {
    installation,
    faults,
    timeoutMs: overrides.providerTimeoutMs,
    onCall: (call) =>
      metrics.providerCalls.observe({ provider: call.provider, outcome: call.outcome }, call.durationMs / 1_000),
  });
  const unspoken = (error: unknown) => log.warn({ err: error }, "a low balance could not be spoken of");
  const topUpWatch = new TopUpWatch({ db, clock, log: unspoken });
  const base = {
    config,
    log,
    metrics,
    db,
    clock,
    worldClock: overrides.worldClock ?? clock,
    ids,
    installation,
    jwt: jwtVerifier(config, clock),
    familiarKeys: new FamiliarKeys(),
    walletOwners: createWalletOwners(),
    paymentProviders: providers.payments,
    webhookPorts: providers.webhooks,
    billingProviders: providers.billing,
    listeners: [refundListeners, topUpListeners, subscriptionListeners, payoutListeners],
    topUpWatch,
    custodyProviders: providers.custody,
    balanceProviders: providers.balances,
    ...policiesOf(config),
    exportStore: exportStoreOf(config, faults),
    exportPolicy: exportPolicyOf(config),
    ...createLedger(db, {
      onSpent: (account, balance) => topUpWatch.spent(account, balance),
      onBatch: (results) => countPostings(metrics, results),
    }),
    ...observers(metrics, log),
  };
  const lease = new ProcessLease(config.DATABASE_URL);
  const inbox = createInbox(base);
  observePool(metrics, db.pool, {
    inbox: () => inboxBacklog(db),
    overdueJobs: () => countOverdueJobs(db.read),
    waiting: () => readWaiting(db.read, clock.now()),
    writable: () => canWrite(db.pool),
  });
  return {
    ...base,
    inbox,
    lease,
    authenticate: createAuthenticator(base),
    idempotency: createIdempotencyStore({
      db,
      ids,
      clock,
      processNumber: () => lease.number,
      ...(overrides.idempotencyLeaseMs === undefined ? {} : { leaseMs: overrides.idempotencyLeaseMs }),
    }),
    warmUp: () => providers.load(),
    close: async () => {
      await lease.close();
      await closeAll(base, inbox, providers);
    },
  };
}

function countPostings(metrics: Metrics, results: readonly { readonly outcome: string }[]): void {
  metrics.postingBatch.observe(results.length);
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const [outcome, count] of counts) metrics.postings.inc({ outcome }, count);
}

/** The version of package.json, which stands above both src/ and dist/; the image says the revision. */
function build(): Build {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) {
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
      return { version, revision: process.env.COFFER_REVISION || "unknown" };
    }
    if (folder === path.dirname(folder)) return { version: "unknown", revision: "unknown" };
  }
}

/** What the operator has decided about money. */
function policiesOf(config: Config) {
  return {
    creditPrice: config.CREDIT_PRICE,
    paymentLimits: {
      openPerCustomer: config.CUSTOMER_OPEN_PAYMENTS_MAX,
      confirmationsPerPayment: config.PAYMENT_CONFIRMATIONS_MAX,
    },
    depositPolicy: {
      lookUpAbove: config.DEPOSIT_LOOK_UP_ABOVE,
      holdUnscreenedAbove: config.DEPOSIT_HOLD_UNSCREENED_ABOVE,
      addressesPerDay: config.CUSTOMER_ADDRESSES_PER_DAY,
    },
    writeOffLimit: BigInt(config.RECONCILIATION_WRITE_OFF_LIMIT),
    payoutLooseningDelayMs: config.PAYOUT_LOOSENING_DELAY_MINUTES * MINUTE_MS,
  };
}

function exportStoreOf(config: Config, faults: FaultHook | undefined): ExportStore {
  const { EXPORTS_S3_BUCKET: bucket, EXPORTS_S3_REGION: region, EXPORTS_S3_ENDPOINT: endpoint } = config;
  if (bucket === undefined) return storeOnDisk(config.EXPORTS_PATH ?? path.join(config.COFFER_DATA_DIR, "exports"));
  const { EXPORTS_S3_ACCESS_KEY_ID: accessKeyId = "", EXPORTS_S3_SECRET_ACCESS_KEY: secretAccessKey = "" } = config;
  return storeInS3({ bucket, region, endpoint, accessKeyId, secretAccessKey, faults });
}

/** Outside production a process makes up a secret of its own when it has none: its links end with it. */
function exportPolicyOf(config: Config): ExportPolicy {
  const { EXPORTS_SIGNING_SECRETS: given, NODE_ENV, EXPORTS_LINK_MINUTES, EXPORTS_KEEP_DAYS } = config;
  const isMadeUp = given.length === 0 && NODE_ENV !== "production";
  return {
    secrets: isMadeUp ? [randomBytes(32).toString("hex")] : given,
    linkMs: EXPORTS_LINK_MINUTES * MINUTE_MS,
    keepMs: EXPORTS_KEEP_DAYS * DAY_MS,
    publicUrl: (config.PUBLIC_URL ?? localUrl(config.HOST, config.PORT)).replace(/\/+$/, ""),
  };
}

function observers(
  metrics: Metrics,
  log: Logger,
): Pick<
  TopUpDeps & WebhookDeps,
  | "onAutoTopUp"
  | "onLots"
  | "onEvent"
  | "onPaymentStatus"
  | "onSubscriptionStatus"
  | "onInvoiceStatus"
  | "onDunning"
  | "onWebhookEvent"
  | "onWebhookRefused"
  | "onWebhookHealed"
  | "onWebhookFailure"
  | "onBrokenAsking"
> {
  return {
    onEvent: (type) => metrics.events.inc({ type }),
    onAutoTopUp: (outcome) => metrics.autoTopUps.inc({ outcome }),
    onLots: ({ settled, expired }) => {
      metrics.lots.inc({ outcome: "settled" }, settled);
      metrics.lots.inc({ outcome: "expired" }, expired);
    },
    onSubscriptionStatus: (status) => metrics.subscriptions.inc({ status }),
    onInvoiceStatus: (status) => metrics.invoices.inc({ status }),
    onDunning: (outcome) => metrics.dunning.inc({ outcome }),
    onPaymentStatus: (provider, status) => metrics.payments.inc({ provider, status }),
    onWebhookEvent: (provider, status, afterMs) => {
      metrics.inboxEvents.inc({ provider, status });
      metrics.inboxLag.observe({ provider }, Math.max(0, afterMs) / 1_000);
    },
    onBrokenAsking: ({ act, id, error }) => log.warn({ err: error, act, id }, "asking a provider broke off"),
    onWebhookFailure: (id, error) => log.warn({ err: error, id }, "a webhook could not be settled"),
    onWebhookHealed: (provider) => metrics.webhooksHealed.inc({ provider }),
    onWebhookRefused: (provider, reason) => metrics.webhookRefusals.inc({ provider, reason }),
  };
}

async function closeAll(
  base: Pick<TopUpDeps, "poster" | "db" | "topUpWatch">,
  inbox: Inbox,
  providers: Providers,
): Promise<void> {
  await Promise.all([base.poster.drain(), inbox.drain()]);
  await base.topUpWatch.drain();
  await providers.close();
  await base.db.close();
}

function jwtVerifier(config: Config, clock: Clock) {
  const { AUTH_JWT_ISSUER: issuer, AUTH_JWT_AUDIENCE: audience } = config;
  if (issuer === undefined || audience === undefined) return undefined;
  if (config.AUTH_JWT_SECRET === undefined && config.AUTH_JWKS_URL === undefined) return undefined;
  return createJwtVerifier({
    secret: config.AUTH_JWT_SECRET,
    jwksUrl: config.AUTH_JWKS_URL,
    issuer,
    audience,
    maxAgeSeconds: config.AUTH_JWT_MAX_AGE_SECONDS,
    now: () => clock.now(),
  });
}
