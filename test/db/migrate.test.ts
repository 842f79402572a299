import { createHash } from "node:crypto";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import t, { type Test } from "tap";
import { MIGRATIONS_FOLDER, migrate } from "../../src/db/migrate.js";
import { readLivingFiles } from "../../src/db/migrations.js";
import { createTestDatabase } from "../helpers/cluster.js";
import { createLoginRole } from "../helpers/roles.js";

async function emptyDatabase(t: Test) {
  const database = await createTestDatabase({ template: "empty" });
  t.teardown(() => database.drop());
  const sql = new pg.Pool({ connectionString: database.url, max: 3 });
  t.teardown(() => sql.end());
  return { url: database.url, sql };
}

/** The project's migrations with one more. */
function withMigration(t: Test, text: string): string {
  const folder = path.join(t.testdir(), "migrations");
  cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
  const journal = JSON.parse(readFileSync(path.join(folder, "meta/_journal.json"), "utf8"));
  journal.entries.push({ idx: 9_999, version: "7", when: 1_900_000_000_000, tag: "9999_more", breakpoints: true });
  writeFileSync(path.join(folder, "meta/_journal.json"), JSON.stringify(journal));
  writeFileSync(path.join(folder, "9999_more.sql"), text);
  return folder;
}

t.test("F3: a migration that waits for a dump lets everybody else through, and goes on when it ends", async (t) => {
  const { url, sql } = await emptyDatabase(t);
  await migrate(url);
  const folder = withMigration(t, 'ALTER TABLE customers ADD COLUMN "nickname" text;');
  const dump = await sql.connect();
  await dump.query("BEGIN; LOCK TABLE customers IN ACCESS SHARE MODE");
  const said: string[] = [];
  const migrated = migrate(url, { folder, lockTimeoutMs: 150, log: (message) => said.push(message) });
  const waits: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const startedAt = performance.now();
    await sql.query("SELECT count(*) FROM customers");
    waits.push(performance.now() - startedAt);
    await sleep(50);
  }
  t.ok(Math.max(...waits) < 1_000, `longest wait ${Math.round(Math.max(...waits))} ms`);
  t.match(said, [/9999_more.sql waits for a lock/]);
  await dump.query("COMMIT");
  dump.release();
  await migrated;
  t.equal((await sql.query("SELECT nickname FROM customers")).rowCount, 0);
});

t.test("F3: it gives up after a while, by the file's name", async (t) => {
  const { url, sql } = await emptyDatabase(t);
  await migrate(url);
  const folder = withMigration(t, 'ALTER TABLE customers ADD COLUMN "nickname" text;');
  const dump = await sql.connect();
  await dump.query("BEGIN; LOCK TABLE customers IN ACCESS SHARE MODE");
  await t.rejects(migrate(url, { folder, lockTimeoutMs: 50, patienceMs: 0 }), /9999_more.sql got no lock/);
  await dump.query("COMMIT");
  dump.release();
});

t.test("F3: a file may ask to run outside a transaction", async (t) => {
  const { url, sql } = await emptyDatabase(t);
  const folder = withMigration(
    t,
    "-- coffer:no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS more ON customers (name);\n--> statement-breakpoint\nCOMMENT ON INDEX more IS 'x';",
  );
  await migrate(url, { folder });
  t.equal((await sql.query("SELECT FROM pg_class WHERE relname = 'more'")).rowCount, 1);
});

t.test("H5: a database that was migrated with another content is refused by the file's name", async (t) => {
  const { url } = await emptyDatabase(t);
  await migrate(url, { folder: withMigration(t, 'ALTER TABLE payments ADD COLUMN "other" text;') });
  const other = withMigration(t, 'ALTER TABLE payments ADD COLUMN "another" text;');
  await t.rejects(migrate(url, { folder: other }), /another content of 9999_more.sql/);
  await migrate(url);
  t.pass("one that is newer than we are is fine: a release may be taken back");
});

t.test("H5: every migration has the content it was released with", (t) => {
  const checksums = JSON.parse(readFileSync(path.join(MIGRATIONS_FOLDER, "checksums.json"), "utf8"));
  const files = readdirSync(MIGRATIONS_FOLDER).filter((name) => name.endsWith(".sql"));
  t.ok(files.length > 0);
  for (const file of files) {
    const hash = createHash("sha256")
      .update(readFileSync(path.join(MIGRATIONS_FOLDER, file)))
      .digest("hex");
    t.equal(
      checksums[file.slice(0, -".sql".length)]?.[0],
      hash,
      `${file}: merged migrations are never edited; \`node scripts/checksums.mjs\` adds new ones`,
    );
  }
  t.end();
});

t.test("the content of every living file is noted last, and is none that it had before", (t) => {
  const checksums = JSON.parse(readFileSync(path.join(MIGRATIONS_FOLDER, "checksums.json"), "utf8"));
  for (const { file, hash } of readLivingFiles(MIGRATIONS_FOLDER)) {
    const noted: string[] = checksums[file.slice(0, -".sql".length)] ?? [];
    t.equal(noted.at(-1), hash, `${file}: \`node scripts/checksums.mjs\` notes it`);
    t.equal(new Set(noted).size, noted.length, `${file}: a database that had a content is not given it again`);
  }
  t.end();
});

t.test(
  "H1: the role that is made after the first start gets its rights at the next, and the log says that it is missing",
  async (t) => {
    const { url, sql } = await emptyDatabase(t);
    // Roles belong to the cluster, which other tests use: the role is as good as missing once nothing is granted to it.
    await migrate(url);
    await sql.query("DROP OWNED BY coffer_app");
    const login = await createLoginRole(t, url, { memberOf: "coffer_app" });
    const app = new pg.Client({ connectionString: login.url });
    await app.connect();
    t.teardown(() => app.end());
    await t.rejects(app.query("SELECT FROM api_keys"), { code: "42501" });
    await migrate(url);
    t.equal((await app.query("SELECT FROM api_keys")).rowCount, 0);
    await app.query("SELECT graphile_worker.add_job('nothing')");
    t.equal((await app.query("SELECT FROM graphile_worker.jobs")).rowCount, 1);
  },
);

t.test(
  "H9: an owner who is no superuser migrates, also where somebody else's functions are in the schema",
  async (t) => {
    const { url, sql } = await emptyDatabase(t);
    const owner = await createLoginRole(t, url, { owner: true });
    await sql.query(`
    CREATE FUNCTION public.somebody_elses() RETURNS int LANGUAGE sql AS 'SELECT 1';
    REVOKE ALL ON FUNCTION public.somebody_elses() FROM PUBLIC;
    CREATE TABLE public.somebody_elses_table (n int)`);
    await migrate(owner.url);
    await migrate(owner.url);
    const { rows } = await sql.query(
      "SELECT has_function_privilege('coffer_app', 'somebody_elses()', 'EXECUTE') AS may",
    );
    t.same(rows, [{ may: false }]);
    await sql.query("DROP TABLE public.somebody_elses_table");
  },
);

t.test("H10: a snapshot leaves out what a prepared transaction may still bring", async (t) => {
  const { url, sql } = await emptyDatabase(t);
  await migrate(url);
  const { rows: settings } = await sql.query("SHOW max_prepared_transactions");
  if (settings[0].max_prepared_transactions === "0")
    return void t.pass("skipped: this server prepares no transactions");
  const { openBook } = await import("../modules/books/ledger/book.js");
  const book = await openBook(sql, { customers: 1 });
  const client = await sql.connect();
  await client.query("BEGIN");
  await book.post(
    [{ from: book.issued, to: book.customers[0] ?? "", amount: 777n, key: "prepared" }],
    client as unknown as pg.Pool,
  );
  const name = `coffer-${process.pid}`;
  await client.query(`PREPARE TRANSACTION '${name}'`);
  client.release();
  await sql.query("SELECT ledger_take_snapshot(interval '0')");
  await sql.query(`COMMIT PREPARED '${name}'`);
  await sql.query("SELECT ledger_take_snapshot(interval '0')");
  const { rows } = await sql.query("SELECT sum(balance)::int AS balance FROM ledger_snapshots WHERE balance < 0");
  t.same(rows, [{ balance: -777 }]);
});

t.test("a database of 0.1 is refused with a clear message, and nothing in it changes", async (t) => {
  const { url, sql } = await emptyDatabase(t);
  // What 0.1 leaves: its bookkeeping, and tables of which ours have the same names.
  await sql.query(`
    CREATE SCHEMA drizzle;
    CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint);
    INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('5f7c', 1788000000000);
    CREATE TABLE ledger_accounts (id uuid PRIMARY KEY, kind text NOT NULL);
    INSERT INTO ledger_accounts VALUES (gen_random_uuid(), 'system')`);
  const picture = async () =>
    (
      await sql.query(
        "SELECT n.nspname, c.relname, c.xmin FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'drizzle', 'graphile_worker') ORDER BY 1, 2",
      )
    ).rows;
  const before = await picture();
  await t.rejects(migrate(url), /made by Coffer 0\.1, which this version does not upgrade\. Nothing was changed/);
  t.same(await picture(), before);
});

const FUNCTIONS = `
  SELECT p.proname AS name, pg_get_functiondef(p.oid) AS definition FROM pg_proc p
    LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e'
   WHERE p.pronamespace = 'public'::regnamespace AND d.objid IS NULL
  UNION ALL SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'
  UNION ALL SELECT t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t WHERE NOT t.tgisinternal
     AND t.tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1, 2`;

t.test("the functions, views and triggers of a migrated database are those of the living files", async (t) => {
  const { url, sql } = await emptyDatabase(t);
  await migrate(url);
  const { rows: migrated } = await sql.query(FUNCTIONS);
  for (const { statements } of readLivingFiles(MIGRATIONS_FOLDER))
    for (const statement of statements) await sql.query(statement);
  t.same((await sql.query(FUNCTIONS)).rows, migrated, "carried out again they change nothing");
  const text = readLivingFiles(MIGRATIONS_FOLDER)
    .flatMap(({ statements }) => statements)
    .join("\n");
  const said = [...text.matchAll(/CREATE OR REPLACE (?:FUNCTION|VIEW|TRIGGER) (\w+)/g)].map(([, name]) => name).sort();
  t.same(
    migrated.map(({ name }) => name),
    said,
    "and there is nothing else",
  );
});

t.test(
  "a living file that changed is carried out again; a process of the older version does not put the old one back",
  async (t) => {
    const { url, sql } = await emptyDatabase(t);
    await migrate(url);
    const folder = path.join(t.testdir(), "migrations");
    cpSync(MIGRATIONS_FOLDER, folder, { recursive: true });
    const file = path.join(folder, "living", "event_order.sql");
    writeFileSync(file, readFileSync(file, "utf8").replace("max(e.epoch)", "max(e.epoch) + 0"));
    const source = async () =>
      (await sql.query("SELECT prosrc FROM pg_proc WHERE proname = 'current_event_epoch'")).rows[0].prosrc;
    await migrate(url, { folder });
    t.match(await source(), /\+ 0/);
    await migrate(url);
    t.match(await source(), /\+ 0/, "the newer one stays");
  },
);
