import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { sqlState } from "./client.js";

interface Migration {
  readonly file: string;
  /** Names it in the database, as the migrator that wrote the table first did. */
  readonly when: number;
  readonly hash: string;
  /** Contents that it had in a release and that did the same; see decision 0030. */
  readonly formerHashes: readonly string[];
  readonly statements: readonly string[];
  /** Some statements, like CREATE INDEX CONCURRENTLY, cannot run in a transaction. A file says so in its first line. */
  readonly isTransactional: boolean;
}

const OUTSIDE_TRANSACTION = "-- coffer:no-transaction";

/** The numbered files of a folder, in order. */
export function readMigrations(folder: string): Migration[] {
  const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
  const journal = JSON.parse(read("meta/_journal.json")) as { entries: { tag: string; when: number }[] };
  const checksums = existsSync(path.join(folder, "checksums.json"))
    ? (JSON.parse(read("checksums.json")) as Record<string, string[]>)
    : {};
  return journal.entries.map(({ tag, when }) => {
    const text = read(`${tag}.sql`);
    return {
      file: `${tag}.sql`,
      when,
      hash: createHash("sha256").update(text).digest("hex"),
      formerHashes: checksums[tag] ?? [],
      statements: text.split("--> statement-breakpoint").filter((statement) => statement.trim() !== ""),
      isTransactional: !text.startsWith(OUTSIDE_TRANSACTION),
    };
  });
}

export interface MigrationOptions {
  /** Told of what a person may have to see to. */
  readonly log?: ((message: string) => void) | undefined;
  /** How long others may have to wait behind a statement of ours that waits for a lock. */
  readonly lockTimeoutMs?: number;
  /** How long a lock is asked for again and again. */
  readonly patienceMs?: number;
}

const LOCK_TIMEOUT_MS = 1_000;
const PATIENCE_MS = 600_000;
const PAUSE_MIN_MS = 500;
const PAUSE_MAX_MS = 10_000;

/** Carries out what the database has not had yet. Each file is a transaction of its own. Throws when one had another content. */
export async function applyMigrations(
  client: pg.Client,
  migrations: readonly Migration[],
  options: MigrationOptions = {},
): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS drizzle`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
  );
  const { rows } = await client.query<{ hash: string; created_at: bigint | string }>(
    "SELECT hash, created_at FROM drizzle.__drizzle_migrations",
  );
  const applied = new Map(rows.map((row) => [Number(row.created_at), row.hash]));
  const others = migrations.filter(({ when, hash, formerHashes }) => {
    const known = applied.get(when);
    return known !== undefined && known !== hash && !formerHashes.includes(known);
  });
  if (others.length > 0)
    throw new Error(
      `this database was migrated with another content of ${others.map(({ file }) => file).join(", ")}: it belongs to another build, and its tables may differ from what this one expects.`,
    );
  for (const migration of migrations)
    if (!applied.has(migration.when)) await applyPatiently(client, migration, options);
}

// A statement that waits for a table's lock makes everybody wait who comes after it. So it waits briefly, lets the others
// through, and asks again: a dump or a report that reads for an hour delays a deployment and nobody's requests.
async function applyPatiently(client: pg.Client, migration: Migration, options: MigrationOptions): Promise<void> {
  const { lockTimeoutMs = LOCK_TIMEOUT_MS, patienceMs = PATIENCE_MS, log } = options;
  const giveUpAt = performance.now() + patienceMs;
  for (let pauseMs = PAUSE_MIN_MS; ; pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2)) {
    try {
      return await apply(client, migration, lockTimeoutMs);
    } catch (error) {
      const state = sqlState(error);
      if (state !== "55P03" && state !== "40P01") throw named(error, migration.file);
      if (performance.now() > giveUpAt)
        throw new Error(
          `${migration.file} got no lock in ${Math.round(patienceMs / 1_000)} s: somebody holds one for longer.`,
          {
            cause: error,
          },
        );
      log?.(`${migration.file} waits for a lock that somebody else holds, e.g. a dump; it is tried again`);
    }
    await sleep(pauseMs);
  }
}

async function apply(client: pg.Client, migration: Migration, lockTimeoutMs: number): Promise<void> {
  const { statements, isTransactional, hash, when } = migration;
  if (isTransactional) await client.query("BEGIN");
  try {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
    for (const statement of statements) await client.query(statement);
    await client.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)", [hash, when]);
    if (isTransactional) await client.query("COMMIT");
  } catch (error) {
    if (isTransactional) await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    await client.query("SET lock_timeout = 0").catch(() => undefined);
  }
}

function named(error: unknown, file: string): Error {
  return new Error(`${file} cannot be carried out: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}
