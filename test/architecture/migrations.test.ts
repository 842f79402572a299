import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import t from "tap";
import { migrate, WORKER_SCHEMA_VERSION } from "../../src/db/migrate.js";
import { createTestDatabase } from "../helpers/cluster.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

t.test("the migrations and the modules' tables say the same", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-migrations-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(ROOT, "migrations"), path.join(folder, "out"), { recursive: true });
  const before = readdirSync(path.join(folder, "out")).sort();
  // drizzle-kit takes paths relative to where it runs, and puts "./" before absolute ones.
  const out = path.relative(ROOT, path.join(folder, "out"));
  const config = path.join(folder, "config.json");
  writeFileSync(config, JSON.stringify({ dialect: "postgresql", schema: "./src/modules/*/*/tables.ts", out }));
  const kit = path.join(ROOT, "node_modules", "drizzle-kit", "bin.cjs");
  const said = execFileSync(process.execPath, [kit, "generate", "--config", config], {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  // It ends with 0 even when it fails, so its words count.
  t.match(said, /No schema changes, nothing to migrate/);
  t.strictSame(readdirSync(path.join(folder, "out")).sort(), before);
});

/** Columns, constraints and indexes, as the database itself says them. */
const SCHEMA = `
  SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
         || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS said
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  UNION ALL
  SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL
  SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`;

t.test("the numbered files make what the modules' tables declare", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-declared-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const config = path.join(folder, "config.json");
  const out = path.relative(ROOT, path.join(folder, "out"));
  writeFileSync(config, JSON.stringify({ dialect: "postgresql", schema: "./src/modules/*/*/tables.ts", out }));
  const kit = path.join(ROOT, "node_modules", "drizzle-kit", "bin.cjs");
  execFileSync(process.execPath, [kit, "generate", "--config", config, "--name", "declared"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH },
  });
  const declared = readFileSync(path.join(folder, "out", "0000_declared.sql"), "utf8");
  const schemaOf = async (fill: (client: pg.Client, url: string) => Promise<unknown>) => {
    const database = await createTestDatabase({ template: "empty" });
    t.teardown(() => database.drop());
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await fill(client, database.url);
    const { rows } = await client.query<{ said: string }>(SCHEMA);
    await client.end();
    return rows.map(({ said }) => said);
  };
  const made = await schemaOf((_, url) => migrate(url));
  const wanted = await schemaOf(async (client) => {
    // A default of the declarations names it.
    await client.query("CREATE FUNCTION current_event_epoch() RETURNS integer LANGUAGE sql AS 'SELECT 1'");
    for (const statement of declared.split("--> statement-breakpoint")) await client.query(statement);
  });
  t.ok(made.length > 500, `${made.length} columns, constraints and indexes`);
  t.strictSame(made, wanted);
});

t.test("the newest migration of the job queue is the one we know", async (t) => {
  const files = readdirSync(path.join(ROOT, "node_modules/graphile-worker/sql"));
  const newest = Math.max(...files.map((file) => Number.parseInt(file, 10)).filter(Number.isFinite));
  t.equal(WORKER_SCHEMA_VERSION, newest);
});

t.test("migrating twice, and by three processes at once, is migrating once", async (t) => {
  const database = await createTestDatabase({ template: "empty" });
  t.teardown(() => database.drop());
  await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  await migrate(database.url);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS applied FROM drizzle.__drizzle_migrations");
  const journal = JSON.parse(readFileSync(path.join(ROOT, "migrations/meta/_journal.json"), "utf8"));
  t.equal(rows[0].applied, journal.entries.length);
  const { rows: packages } = await client.query("SELECT code FROM packages ORDER BY id");
  t.strictSame(
    packages.map((row) => row.code),
    ["starter", "professional", "enterprise"],
  );
  await client.end();
});
