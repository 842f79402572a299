import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import t from "tap";
import { isAlive, sleep } from "../../src/dev/postgres/process.js";
import { createTestDatabase, readNote } from "./cluster.js";

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

t.test("an empty database, gone when it is dropped", async (t) => {
  const database = await createTestDatabase({ template: "empty" });
  t.same(await query(database.url, "SELECT 1 AS one"), [{ one: 1 }]);
  await database.drop();
  await t.rejects(query(database.url, "SELECT 1"), { code: "3D000" });
});

t.test("callers at once get databases of their own from one migrated template", async (t) => {
  const migrations = t.testdir({ "0000_first.sql": `-- ${Math.random()}\nCREATE TABLE things (n int);` });
  let runs = 0;
  const migrate = async (url: string): Promise<void> => {
    runs += 1;
    await query(url, fs.readFileSync(path.join(migrations, "0000_first.sql"), "utf8"));
  };
  const databases = await Promise.all([1, 2, 3, 4].map(() => createTestDatabase({ migrate, migrations })));
  t.equal(runs, 1);
  for (const { url } of databases) await query(url, "INSERT INTO things VALUES (1)");
  t.same(await query(databases[0]?.url ?? "", "SELECT count(*)::int AS n FROM things"), [{ n: 1 }]);

  fs.writeFileSync(path.join(migrations, "0001_second.sql"), "ALTER TABLE things ADD m int;");
  databases.push(await createTestDatabase({ migrate, migrations }));
  t.equal(runs, 2, "other migrations, other template");

  const failing = path.join(migrations, "failing");
  const refuse = (): Promise<void> => Promise.reject(new Error("no"));
  await t.rejects(createTestDatabase({ migrate: refuse, migrations: failing }), /no/);
  databases.push(await createTestDatabase({ migrate, migrations: failing }));
  t.equal(runs, 3, "a half-made template is made again");
  await Promise.all(databases.map((database) => database.drop()));
});

const given = process.env["TEST_DATABASE_URL"];
t.test("a file that is run by itself has a cluster that ends with it", { skip: Boolean(given) }, async (t) => {
  // Its parent is this process, for which no cluster runs unless this file is itself run alone.
  const helper = fileURLToPath(new URL("./cluster.js", import.meta.url));
  const script = `
    const { createTestDatabase, readNote } = await import(${JSON.stringify(helper)});
    await createTestDatabase({ template: "empty" });
    console.log(JSON.stringify({ own: readNote(process.pid), shared: readNote(process.ppid) }));
    process.kill(process.pid, "SIGKILL");`;
  const alone = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  const { own, shared } = JSON.parse(alone.stdout) as { own?: ReturnType<typeof readNote>; shared?: unknown };
  if (shared !== undefined) return t.pass("this file was run by itself: its own cluster was shared");
  const deadline = Date.now() + 10_000;
  while (isAlive(own?.keeper.pid ?? 0) && Date.now() < deadline) await sleep(10);
  t.equal(isAlive(own?.keeper.pid ?? 0), false, "killed or not, the keeper follows");
  await t.rejects(query(own?.adminUrl ?? "", "SELECT 1"), { code: "ECONNREFUSED" });
  return undefined;
});

t.test(
  "an engine that does not answer costs nothing",
  { skip: Boolean(given) || os.platform() === "win32" },
  async (t) => {
    t.match(readNote(process.ppid) ?? readNote(process.pid), { kind: /embedded|testcontainers/ });
  },
);
