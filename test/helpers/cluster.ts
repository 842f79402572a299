import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isMarkAlive, markOf, type ProcessMark, withLock } from "@coffer/postgres";
import pg from "pg";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const KEEPER = fileURLToPath(new URL("./cluster-keeper.js", import.meta.url));
const START_TIMEOUT_MS = 180_000;

/** What a keeper says about the cluster it keeps, in a file that only we can read. */
export interface ClusterNote {
  /** Address of a database from which others can be created. */
  readonly adminUrl: string;
  readonly kind: "embedded" | "testcontainers";
  readonly keeper: ProcessMark;
  /** The process for which the cluster runs: tap, or a test file that was run by itself. */
  readonly client: ProcessMark;
  readonly error?: string;
}

/** Where the keeper for this process leaves its note. */
export function noteFile(clientPid: number): string {
  return path.join(ROOT, ".tap", "clusters", `${clientPid}.json`);
}

/** The note of a cluster that is up for this process. A note of an earlier process with the same pid does not count. */
export function readNote(clientPid: number): ClusterNote | undefined {
  try {
    const note = JSON.parse(fs.readFileSync(noteFile(clientPid), "utf8")) as ClusterNote;
    return isMarkAlive(note.client) && (note.error !== undefined || isMarkAlive(note.keeper)) ? note : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts a cluster that lives as long as a process does. A keeper of its own watches over it, because the test file
 * that starts it ends before others do, and whoever uses it may be killed at any moment and must leave nothing behind.
 */
async function startClusterFor(clientPid: number): Promise<ClusterNote> {
  fs.rmSync(noteFile(clientPid), { force: true });
  const keeper = spawn(process.execPath, [KEEPER, JSON.stringify(markOf(clientPid))], {
    detached: true,
    stdio: "ignore",
  });
  keeper.unref();
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const note = readNote(clientPid);
    if (note?.error !== undefined) throw new Error(`No PostgreSQL for the tests: ${note.error}`);
    if (note !== undefined) return note;
    if (keeper.exitCode !== null) throw new Error(`The keeper of the test cluster ended with ${keeper.exitCode}.`);
    await sleep(5);
  }
  throw new Error(`No PostgreSQL for the tests within ${START_TIMEOUT_MS} ms.`);
}

let adminUrl: Promise<string> | undefined;

/**
 * The cluster of this run: `TEST_DATABASE_URL`, else the one of the tap that runs us, else one for this file alone.
 * The first file that needs it starts it. (tap's `before` and `after` would do, but tap measures their coverage even
 * when coverage is off, finds it incomplete, and ends with 1.)
 */
function clusterUrl(): Promise<string> {
  adminUrl ??= (async () => {
    const given = process.env.TEST_DATABASE_URL;
    if (given) return given;
    const client = process.env.TAP === "1" ? process.ppid : process.pid;
    const folder = path.dirname(noteFile(client));
    fs.mkdirSync(folder, { recursive: true });
    const note = readNote(client) ?? (await withLock(folder, async () => readNote(client) ?? startClusterFor(client)));
    return note.adminUrl;
  })();
  return adminUrl;
}

async function asAdmin<Result>(action: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: await clusterUrl() });
  await client.connect();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}

async function urlOf(database: string): Promise<string> {
  const url = new URL(await clusterUrl());
  url.pathname = `/${database}`;
  return url.href;
}

/** Names a template by what is in it, so that a changed migration never meets an old schema. */
function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  const files = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  for (const name of files.sort()) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isFile()) hash.update(`${name}\0`).update(fs.readFileSync(file)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

/** Builds the migrated template unless it is there. Only a finished one is marked as a template. */
async function ensureTemplate(migrate: (url: string) => Promise<void>, migrations: string): Promise<string> {
  const name = `coffer_template_${fingerprint(migrations)}`;
  await asAdmin(async (client) => {
    const isReady = async (): Promise<boolean> =>
      (await client.query("SELECT FROM pg_database WHERE datname = $1 AND datistemplate", [name])).rowCount === 1;
    if (await isReady()) return;
    // Test files run in processes of their own. The lock goes with the connection, so a killed builder holds up nobody.
    await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [name]);
    if (await isReady()) return;
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${name}`);
    await migrate(await urlOf(name));
    // Closed to connections: a single open one would make every CREATE DATABASE from it fail.
    await client.query(`ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`);
  });
  return name;
}

export type TestDatabaseOptions =
  | { readonly template: "empty" }
  | {
      readonly template?: "migrated";
      /** Brings an empty database up to date and closes its connections. */
      readonly migrate: (url: string) => Promise<void>;
      /** The folder that decides whether a template is still good. Default: the project's `migrations`. */
      readonly migrations?: string;
    };

/** A fresh database for one test file, made from the template; dropped at the end. */
export async function createTestDatabase(
  options: TestDatabaseOptions,
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `coffer_test_${randomUUID().replaceAll("-", "")}`;
  const template =
    options.template === "empty"
      ? "template1"
      : await ensureTemplate(options.migrate, options.migrations ?? path.join(ROOT, "migrations"));
  // Copied as files: through the WAL, which nobody replays here, it takes half as long again.
  await asAdmin((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`));
  return {
    url: await urlOf(name),
    drop: async () => {
      await asAdmin((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
