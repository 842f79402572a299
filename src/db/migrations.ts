import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
const BREAKPOINT = "--> statement-breakpoint";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const statementsOf = (text: string): string[] => text.split(BREAKPOINT).filter((statement) => statement.trim() !== "");

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
      hash: sha256(text),
      formerHashes: checksums[tag] ?? [],
      statements: statementsOf(text),
      isTransactional: !text.startsWith(OUTSIDE_TRANSACTION),
    };
  });
}

interface LivingFile {
  readonly file: string;
  readonly hash: string;
  readonly statements: readonly string[];
}

/** Functions, views and triggers, as they are now: each file may be carried out again and again. */
export function readLivingFiles(folder: string): LivingFile[] {
  const living = path.join(folder, "living");
  const names = existsSync(living) ? readdirSync(living).filter((name) => name.endsWith(".sql")) : [];
  return names.sort().map((name) => {
    const text = readFileSync(path.join(living, name), "utf8");
    return { file: `living/${name}`, hash: sha256(text), statements: statementsOf(text) };
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
  const applied = await readApplied(client);
  const oldest = migrations[0]?.when ?? 0;
  if ([...applied.keys()].some((when) => when < oldest))
    throw new Error(
      "this database was made by Coffer 0.1, which this version does not upgrade. Nothing was changed. Start with an empty database, or go on with 0.1; docs/operations.md says more.",
    );
  const others = migrations.filter(({ when, hash, formerHashes }) => {
    const known = applied.get(when);
    return known !== undefined && known !== hash && !formerHashes.includes(known);
  });
  if (others.length > 0)
    throw new Error(
      `this database was migrated with another content of ${others.map(({ file }) => file).join(", ")}: it belongs to another build, and its tables may differ from what this one expects.`,
    );
  await client.query(BOOKKEEPING);
  for (const migration of migrations)
    if (!applied.has(migration.when))
      await applyPatiently(client, { ...migration, done: [NOTE_MIGRATION, migration.hash, migration.when] }, options);
}

/**
 * Carries out the living files whose content this database has not had yet. One that it had, and that a newer build has
 * replaced, is left as it is: a process of the older version may start again beside the newer one.
 */
export async function applyLivingFiles(
  client: pg.Client,
  files: readonly LivingFile[],
  options: MigrationOptions = {},
): Promise<void> {
  const { rows } = await client.query<{ hash: string }>("SELECT hash FROM drizzle.living_files");
  const had = new Set(rows.map(({ hash }) => hash));
  for (const file of files)
    if (!had.has(file.hash))
      await applyPatiently(
        client,
        { ...file, isTransactional: true, done: [NOTE_LIVING, file.hash, file.file] },
        options,
      );
}

const BOOKKEEPING = `
  CREATE SCHEMA IF NOT EXISTS drizzle;
  CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint);
  CREATE TABLE IF NOT EXISTS drizzle.living_files (hash text PRIMARY KEY, file text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;
const NOTE_MIGRATION = "INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)";
const NOTE_LIVING = "INSERT INTO drizzle.living_files (hash, file) VALUES ($1, $2)";

/** Hashes of what was carried out, by the number that names it. */
async function readApplied(client: pg.Client): Promise<Map<number, string>> {
  const { rows: found } = await client.query<{ present: boolean }>(
    "SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS present",
  );
  if (!found[0]?.present) return new Map();
  const { rows } = await client.query<{ hash: string; created_at: bigint | string }>(
    "SELECT hash, created_at FROM drizzle.__drizzle_migrations",
  );
  return new Map(rows.map((row) => [Number(row.created_at), row.hash]));
}

/** A file to be carried out, and the statement that notes that it was. */
interface Step {
  readonly file: string;
  readonly statements: readonly string[];
  readonly isTransactional: boolean;
  readonly done: readonly [text: string, ...values: unknown[]];
}

// A statement that waits for a table's lock makes everybody wait who comes after it. So it waits briefly, lets the others
// through, and asks again: a dump or a report that reads for an hour delays a deployment and nobody's requests.
async function applyPatiently(client: pg.Client, migration: Step, options: MigrationOptions): Promise<void> {
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

async function apply(client: pg.Client, migration: Step, lockTimeoutMs: number): Promise<void> {
  const { statements, isTransactional, done } = migration;
  const [note, ...values] = done;
  if (isTransactional) await client.query("BEGIN");
  try {
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`);
    for (const statement of statements) await client.query(statement);
    await client.query(note, values);
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
