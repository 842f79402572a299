import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import t, { type Test } from "tap";
import { migrate } from "../../src/db/migrate.js";
import { checkDatabase } from "../../src/db/session.js";
import { createTestDatabase } from "../helpers/cluster.js";
import { eventually } from "../helpers/service.js";

const hasPgbouncer = spawnSync("pgbouncer", ["--version"]).status === 0;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** A PgBouncer in front of a database, in one of its modes. */
async function startPooler(t: Test, url: string, mode: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-pooler-"));
  chmodSync(folder, 0o755);
  const { hostname, port, username, password, pathname } = new URL(url);
  const listen = await freePort();
  const name = pathname.slice(1);
  writeFileSync(
    path.join(folder, "pgbouncer.ini"),
    `[databases]\n${name} = host=${hostname} port=${port} user=${username} password=${password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${listen}\nauth_type = any\npool_mode = ${mode}\nunix_socket_dir =\n`,
  );
  const isRoot = process.getuid?.() === 0;
  const child = spawn("pgbouncer", [...(isRoot ? ["-u", "nobody"] : []), path.join(folder, "pgbouncer.ini")], {
    stdio: "ignore",
  });
  t.teardown(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const through = `postgres://${username}:x@127.0.0.1:${listen}/${name}`;
  await eventually(async () => {
    const client = new pg.Client({ connectionString: through });
    client.on("error", () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  }, 10_000);
  return through;
}

t.test(
  "F5: a transaction pooler is found at start, with one clear message",
  { skip: !hasPgbouncer && "no pgbouncer here" },
  async (t) => {
    const database = await createTestDatabase({ migrate });
    t.teardown(() => database.drop());
    const pooled = await startPooler(t, database.url, "transaction");
    for (let round = 0; round < 3; round += 1)
      await t.rejects(checkDatabase(pooled), { message: /^DATABASE_URL: .*transaction pooler/ });
  },
);

t.test(
  "F5: a session pooler is fine, and needs no settings of its own",
  { skip: !hasPgbouncer && "no pgbouncer here" },
  async (t) => {
    const database = await createTestDatabase({ migrate });
    t.teardown(() => database.drop());
    const pooled = await startPooler(t, database.url, "session");
    await checkDatabase(pooled);
    const { createDatabase } = await import("../../src/db/client.js");
    const db = createDatabase({ url: pooled, poolSize: 2 });
    t.teardown(() => db.close());
    t.same((await db.pool.query("SHOW lock_timeout")).rows, [{ lock_timeout: "5s" }]);
  },
);

t.test("F5: PostgreSQL itself is fine; a database that is not UTF-8 is not", async (t) => {
  const database = await createTestDatabase({ migrate });
  t.teardown(() => database.drop());
  t.same(await checkDatabase(database.url), [
    "PostgreSQL runs with fsync=off: an answered request may be lost with the power",
  ]);
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const name = `coffer_ascii_${process.pid}`;
  await admin.query(
    `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'`,
  );
  const other = new URL(database.url);
  other.pathname = `/${name}`;
  await t.rejects(checkDatabase(other.href), /encoding is SQL_ASCII/);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});
