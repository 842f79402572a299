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
