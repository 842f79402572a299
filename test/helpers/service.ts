import { appendFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BLOCKRADAR_WALLETS,
  generateCoinbaseKey,
  type Sandbox,
  startBlockradarSandbox,
  startCoinbaseSandbox,
  startStripeSandbox,
} from "@coffer/sandboxes";
import pg from "pg";
import type { Test } from "tap";
import { type BuiltApp, buildApp } from "../../src/app.js";
import { type Config, loadConfig } from "../../src/config.js";
import { migrate } from "../../src/db/migrate.js";
import { buildDeps, type Deps, type Overrides } from "../../src/deps.js";
import { createLogger } from "../../src/http/logging.js";
import { ensureBootstrapKey } from "../../src/modules/trust/access/index.js";
import { type Api, apiOf } from "./api.js";
import { createTestDatabase } from "./cluster.js";
import { assertBooks } from "./invariants.js";
import { callJson, type JsonReply } from "./sandbox-client.js";
import { watchAsking } from "./watch-asking.js";

export const ADMIN_KEY = "cfk_test_admin_0123456789abcdefghijklmnop";
export const STRIPE_WEBHOOK_SECRET = "whsec_test_0123456789abcdef0123456789abcdef";
export const STRIPE_THIN_WEBHOOK_SECRET = "whsec_thin_0123456789abcdef0123456789abcdef";
export const COINBASE_WEBHOOK_SECRET = "cb_hook_0123456789abcdef0123456789abcdef";
export const BLOCKRADAR_KEY = "br_key_0123456789abcdef0123456789abcdef";
export const JWT_SECRET = "jwt_test_0123456789abcdef0123456789abcdef";

/** Settings of a service under test; what a process of its own would get as its environment. */
export type TestEnv = Record<string, string>;

export interface TestWorld {
  readonly databaseUrl: string;
  readonly stripe: Sandbox;
  readonly coinbase: Sandbox;
  /** Its withdrawals are confirmed after 100 ms unless a rule says otherwise (`/sandbox/withdrawals/rules`). */
  readonly blockradar: Sandbox;
  readonly env: TestEnv;
  /** A connection that no fault touches, for looking at what is really there. */
  readonly sql: pg.Pool;
}

/** A migrated database of its own and all sandboxes; gone after the test. */
export async function createWorld(t: Test, { retryScheduleMs = [200, 500, 1_000] } = {}): Promise<TestWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-test-"));
  const coinbaseKey = generateCoinbaseKey();
  const [database, stripe, coinbase, blockradar] = await Promise.all([
    createTestDatabase({ migrate }),
    startStripeSandbox({
      dataDir: path.join(folder, "stripe"),
      webhookUrl: undefined,
      webhookSecret: STRIPE_WEBHOOK_SECRET,
      thinWebhookSecret: STRIPE_THIN_WEBHOOK_SECRET,
      retryScheduleMs,
    }),
    startCoinbaseSandbox({
      dataDir: path.join(folder, "coinbase"),
      webhookUrl: undefined,
      webhookSecret: COINBASE_WEBHOOK_SECRET,
      retryScheduleMs,
      ...coinbaseKey,
    }),
    startBlockradarSandbox({
      dataDir: path.join(folder, "blockradar"),
      webhookUrl: undefined,
      apiKey: BLOCKRADAR_KEY,
      withdrawalMs: 100,
      retryScheduleMs,
    }),
  ]);
  const sql = new pg.Pool({ connectionString: database.url, max: 3 });
  sql.on("error", () => undefined);
  t.teardown(async () => {
    await Promise.all([stripe.stop(), coinbase.stop(), blockradar.stop()]);
    await sql.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  const env: TestEnv = {
    NODE_ENV: "test",
    PORT: "0",
    LOG_LEVEL: "silent",
    DATABASE_URL: database.url,
    BOOTSTRAP_API_KEY: ADMIN_KEY,
    AUTH_JWT_SECRET: JWT_SECRET,
    AUTH_JWT_ISSUER: "test-issuer",
    AUTH_JWT_AUDIENCE: "coffer",
    // Limits are loosened at once, unless a test is about that.
    PAYOUT_LOOSENING_DELAY_MINUTES: "0",
    RATE_LIMIT_KEY_PER_MINUTE: "0",
    RATE_LIMIT_CUSTOMER_PER_MINUTE: "0",
    RATE_LIMIT_ADDRESS_PER_MINUTE: "0",
    RATE_LIMIT_CUSTOMER_WRITES_PER_HOUR: "0",
    EXPORTS_PATH: path.join(folder, "exports"),
    STRIPE_SECRET_KEY: "sk_test_0123456789",
    STRIPE_PUBLISHABLE_KEY: "pk_test_0123456789",
    STRIPE_WEBHOOK_SECRET,
    STRIPE_THIN_WEBHOOK_SECRET,
    STRIPE_API_BASE: stripe.url,
    COINBASE_API_KEY_ID: coinbaseKey.apiKeyId,
    COINBASE_API_KEY_SECRET: coinbaseKey.apiKeySecret,
    COINBASE_WEBHOOK_SECRET,
    COINBASE_API_BASE: `${coinbase.url}/api/v1`,
    BLOCKRADAR_API_KEY: BLOCKRADAR_KEY,
    BLOCKRADAR_WALLET_ID: Object.values(BLOCKRADAR_WALLETS).join(","),
    BLOCKRADAR_API_BASE: `${blockradar.url}/v1`,
  };
  return { databaseUrl: database.url, stripe, coinbase, blockradar, env, sql };
}

export interface TestService extends TestWorld {
  readonly url: string;
  readonly deps: Deps;
  readonly config: Config;
  readonly built: BuiltApp;
  /** Everything the service logged, one parsed line each. */
  readonly logs: Record<string, unknown>[];
  /** Sends a request as the admin, unless other headers say otherwise. */
  call(method: string, path: string, options?: CallOptions): Promise<JsonReply>;
  /** The same by the name of an operation, typed from the OpenAPI document; throws on a refusal. */
  readonly api: Api;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Idempotency key; a fresh one for each POST when absent, none when null. */
  readonly key?: string | null;
  /** Bearer token; null sends none. */
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

let keys = 0;

/** A whole service in this process, listening, with its world. After the test its books are checked. */
export async function startTestService(
  t: Test,
  options: { env?: TestEnv; overrides?: Overrides; world?: TestWorld } = {},
): Promise<TestService> {
  const world = options.world ?? (await createWorld(t));
  const config = loadConfig({ ...world.env, ...options.env });
  const logs: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void logs.push(JSON.parse(line)) };
  const watch = watchAsking();
  const overrides = { ...options.overrides, faults: watch.faults(options.overrides?.faults) };
  const deps = watch.db(buildDeps(config, createLogger({ level: config.LOG_LEVEL, destination }), overrides));
  await ensureBootstrapKey(deps, ADMIN_KEY);
  const built = await buildApp(deps);
  const url = await built.app.listen({ port: 0, host: "127.0.0.1" });
  if (!options.world) {
    world.stripe.setWebhookUrl(`${url}/webhooks/stripe`);
    world.coinbase.setWebhookUrl(`${url}/webhooks/coinbase`);
    world.blockradar.setWebhookUrl(`${url}/webhooks/blockradar`);
  }
  t.teardown(async () => {
    await built.app.close();
    await deps.close();
    await assertBooks(t, world.sql);
    if (watch.asked.length > 0) t.fail("a provider was asked while a transaction was open", { calls: watch.asked });
  });
  const call = caller(url);
  return { ...world, url, deps, config, built, logs, call, api: apiOf(call) };
}

/** Requests against a service, as the admin by default. */
export function caller(url: string): TestService["call"] {
  return async (method, route, { body, key, token = ADMIN_KEY, headers = {} } = {}) => {
    keys += 1;
    const idempotencyKey = key === undefined && method === "POST" ? `auto-${process.pid}-${keys}` : key;
    const reply = await callJson(method as "GET", `${url}${route}`, body, {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(idempotencyKey ? { "idempotency-key": idempotencyKey } : {}),
      ...headers,
    });
    record(method, route, reply);
    assertDeclared(method, route, reply);
    return reply;
  };
}

// Any request may meet these.
const OF_EVERY_REQUEST = /^(request\.|service\.|access\.(unauthorized|forbidden|keys_unavailable)$)/;

/** Fails on a refusal that the OpenAPI document does not list for its operation. */
function assertDeclared(method: string, route: string, { status, body }: JsonReply): void {
  const code = body?.code;
  if (status < 400 || typeof code !== "string" || OF_EVERY_REQUEST.test(code)) return;
  // Read by providers, who look at the status alone.
  if (route.startsWith("/webhooks/")) return;
  const operation = declaredOperations().find(
    (each) => each.method === method && each.path.test(route.replace(/\?.*/, "")),
  );
  if (operation && !operation.refusals.includes(code)) {
    throw new Error(`${method} ${route} refused with ${code}, which its operation does not list`);
  }
}

interface DeclaredOperation {
  readonly method: string;
  readonly path: RegExp;
  readonly refusals: readonly string[];
}
let declared: readonly DeclaredOperation[] | undefined;

/** The operations of openapi/openapi.json, those without parameters first: `/payouts/quote` is no payout. */
function declaredOperations(): readonly DeclaredOperation[] {
  const file = new URL("../../../openapi/openapi.json", import.meta.url);
  declared ??= Object.entries(
    (JSON.parse(readFileSync(file, "utf8")) as { paths: Record<string, Record<string, { "x-refusals"?: string[] }>> })
      .paths,
  )
    .sort(([a], [b]) => Number(a.includes("{")) - Number(b.includes("{")))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
        refusals: operation["x-refusals"] ?? [],
      })),
    );
  return declared;
}

/** For `npm run examples`: with `COFFER_RECORD_REPLIES` set, what succeeded is appended to that file, one JSON object a line. */
function record(method: string, route: string, { status, body }: JsonReply): void {
  const file = process.env.COFFER_RECORD_REPLIES;
  if (!file || status >= 300) return;
  appendFileSync(file, `${JSON.stringify({ method, path: route.replace(/\?.*/, ""), status, body })}\n`);
}

/** Waits until `probe` answers something, or fails after `timeoutMs`. */
export async function eventually<T>(probe: () => Promise<T | undefined | false>, timeoutMs = 5_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
