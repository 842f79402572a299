import { existsSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { APP_ROLE, grantToAppRole } from "./grants.js";
import {
  applyLivingFiles,
  applyMigrations,
  type MigrationOptions,
  readLivingFiles,
  readMigrations,
} from "./migrations.js";
import { SESSION_SETTINGS } from "./session.js";

/** The folder with the numbered SQL files: in the nearest folder above this file that has one. */
export const MIGRATIONS_FOLDER = findUpwards("migrations/meta/_journal.json", "../..");

function findUpwards(file: string, back: string): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, file))) return path.resolve(folder, file, back);
    if (folder === path.dirname(folder)) throw new Error(`no ${file} above ${import.meta.dirname}`);
  }
}

// Any number, the same in every process: whoever holds it migrates, the others wait and then find nothing to do.
const MIGRATION_LOCK = 7_263_001;

export interface MigrateOptions extends MigrationOptions {
  readonly folder?: string;
}

/**
 * Brings the database to the current schema: ours, then the job queue's, then the restricted role's grants. Safe when several
 * processes start at once. A second run on a current database costs a few milliseconds.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: "coffer-migrate" });
  // Without a listener a server restart during the migration would end the process with an unhandled error event.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(SESSION_SETTINGS);
    await client.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const folder = options.folder ?? MIGRATIONS_FOLDER;
    await applyMigrations(client, readMigrations(folder), options);
    await applyLivingFiles(client, readLivingFiles(folder), options);
    await client.query(NOTE_EPOCH);
    await migrateJobQueue(client, url);
    if (await grantToAppRole(client)) await admitAppRole(client);
    else
      options.log?.(
        `there is no role ${APP_ROLE}, so nothing is granted to it; docs/operations.md says how to run with less than the owner's rights`,
      );
  } finally {
    await client.end();
  }
}

// A dump that was restored into another cluster: its transactions are counted anew there, and the order of events goes by them.
const NOTE_EPOCH = `
  INSERT INTO event_epochs (cluster) SELECT c.system_identifier::text FROM pg_control_system() c
   WHERE c.system_identifier::text IS DISTINCT FROM (SELECT e.cluster FROM event_epochs e ORDER BY e.epoch DESC LIMIT 1)`;

// The queue's own migrator opens a pool; a look at its bookkeeping first saves that on every start but the first.
async function migrateJobQueue(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    "SELECT to_regclass('graphile_worker.migrations') IS NOT NULL AS present",
  );
  if (rows[0]?.present) {
    const { rows: applied } = await client.query<{ latest: number }>(
      "SELECT coalesce(max(id), 0)::int AS latest FROM graphile_worker.migrations",
    );
    if ((applied[0]?.latest ?? 0) >= WORKER_SCHEMA_VERSION) return;
  }
  // Loaded only when there is something to do: an API process needs no more of the queue than a function in the database.
  const { runMigrations } = await import("graphile-worker");
  await runMigrations({ connectionString: url });
}

// The queue's tables are its own, so our migrations cannot grant them. They have row level security, under which whoever is
// not their owner sees nothing without a policy.
const ADMIT_APP_ROLE = `
  DO $$
  DECLARE
    secured name;
  BEGIN
    GRANT USAGE ON SCHEMA graphile_worker TO coffer_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO coffer_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA graphile_worker TO coffer_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO coffer_app;
    FOR secured IN
      SELECT c.relname FROM pg_class c
       WHERE c.relnamespace = 'graphile_worker'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
         AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'coffer_app')
    LOOP
      EXECUTE format('CREATE POLICY coffer_app ON graphile_worker.%I TO coffer_app USING (true) WITH CHECK (true)', secured);
    END LOOP;
  END $$`;

/** Lets the restricted role work the job queue. Does nothing where it may already. */
async function admitAppRole(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ missing: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_class c
                     WHERE c.relnamespace = 'graphile_worker'::regnamespace AND c.relkind = 'r'
                       AND (NOT has_table_privilege((SELECT oid FROM pg_roles WHERE rolname = 'coffer_app'), c.oid, 'INSERT')
                            OR (c.relrowsecurity AND NOT EXISTS (
                                  SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'coffer_app')))) AS missing`,
  );
  if (rows[0]?.missing) await client.query(ADMIT_APP_ROLE);
}

/** The newest migration in graphile-worker 0.17.3; a test compares it with the installed package. */
export const WORKER_SCHEMA_VERSION = 19;
