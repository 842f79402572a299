import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmbeddedPostgres } from "@coffer/postgres";
import pg from "pg";
import { migrate } from "../../src/db/migrate.js";
import { sleep } from "../stats.js";
import { type Child, type Generator, nextMessage, processorMs, startChild, startGenerator } from "./processes.js";

export const API_KEY = "cfk_bench_admin_Xq7Tn2Lw9Vb4Rk8Mz3Hs6Yd1";
export const STRIPE_SECRET = "whsec_bench_Jf5Pc8Ge2Nu7Wa4Qx9Bt3Kv6";

export interface Server extends Child {
  readonly port: number;
}

/** Everything one run of the benchmarks needs: PostgreSQL as in production, the service, the baseline, the generator. */
export interface World {
  readonly folder: string;
  /** Of the service. */
  readonly databaseUrl: string;
  readonly sql: pg.Pool;
  readonly service: Server;
  readonly baseline: Server;
  readonly baselineSql: pg.Pool;
  readonly generator: Generator;
  readonly postgresVersion: string;
  readonly postgresPid: number;
  stop(): Promise<void>;
}

// Durable: a reply means that the commit is on disk. The rest is what `npm start` uses.
const DURABLE = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  autovacuum: "on",
  max_wal_size: "4GB",
};

/** Starts everything in a temporary folder. `profile` lets the service write a CPU profile there when it ends. */
export async function createWorld(options: { profile?: string | undefined } = {}): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-bench-"));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataDir: path.join(folder, "postgres"), settings: DURABLE });
    stops.push(() => postgres.stop());
    const sql = openPool(postgres.url);
    stops.push(() => sql.end());
    await sql.query("CREATE DATABASE baseline");
    const baselineUrl = new URL(postgres.url);
    baselineUrl.pathname = "/baseline";
    const baselineSql = openPool(baselineUrl.href);
    stops.push(() => baselineSql.end());
    const baseline = await startBaseline(baselineUrl.href);
    stops.push(baseline.stop);
    // As a deployment does, before the processes that serve.
    await migrate(postgres.url);
    const service = await startService(postgres.url, options.profile);
    stops.push(service.stop);
    const generator = startGenerator();
    stops.push(generator.stop);
    const { rows } = await sql.query<{ server_version: string }>("SHOW server_version");
    const postgresVersion = rows[0]?.server_version ?? "unknown";
    const postgresPid = postgres.pid;
    const { url: databaseUrl } = postgres;
    return { folder, databaseUrl, sql, service, baseline, baselineSql, generator, postgresVersion, postgresPid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Processor time in microseconds for one request of some work: of the server's process, and of PostgreSQL. */
export interface Cost {
  readonly node: number;
  readonly postgres: number;
}

/** Does work that sends requests, and says what each cost. */
export async function withCost<T extends { readonly sent: number }>(
  world: World,
  server: Server,
  work: () => Promise<T>,
): Promise<{ result: T; cost: Cost }> {
  const look = () => [processorMs(server.process.pid), processorMs(world.postgresPid, true)] as const;
  const before = look();
  const result = await work();
  const after = look();
  const each = (part: 0 | 1) => ((after[part] - before[part]) * 1_000) / result.sent;
  return { result, cost: { node: each(0), postgres: each(1) } };
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 2 });
  pool.on("error", () => undefined);
  return pool;
}

async function startBaseline(url: string): Promise<Server> {
  const child = startChild("bench/baseline.js", { DATABASE_URL: url, STRIPE_WEBHOOK_SECRET: STRIPE_SECRET });
  const { port } = await nextMessage<{ port: number }>(child);
  return { ...child, port };
}

/** The service as in production: the same entry, settings and log level; only the rate limits are off. */
async function startService(url: string, profile: string | undefined): Promise<Server> {
  const port = await freePort();
  const child = startChild(
    "src/server.js",
    {
      NODE_ENV: "production",
      COFFER_ROLE: "api",
      PORT: String(port),
      LOG_LEVEL: "info",
      DATABASE_URL: url,
      BOOTSTRAP_API_KEY: API_KEY,
      STRIPE_SECRET_KEY: "sk_test_bench_0123456789",
      STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
      PROVIDERS_TEST_MODE: "true",
      PUBLIC_URL: "https://pay.example",
      RATE_LIMIT_KEY_PER_MINUTE: "0",
      RATE_LIMIT_ADDRESS_PER_MINUTE: "0",
    },
    profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`],
  );
  await answers(`http://127.0.0.1:${port}/readyz`, 30_000);
  return { ...child, port };
}

/** Waits for a 200. */
export async function answers(url: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const reply = await fetch(url).catch(() => undefined);
    if (reply?.ok) return;
    await sleep(2);
  }
  throw new Error(`${url} does not answer`);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
