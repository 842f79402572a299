import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isMarkAlive } from "@coffer/postgres";
import pg from "pg";
import t from "tap";
import { createTestDatabase, type readNote } from "./cluster.js";

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

  const failing = t.testdir({ "0000_first.sql": `-- ${Math.random()}` });
  const refuse = (): Promise<void> => Promise.reject(new Error("no"));
  await t.rejects(createTestDatabase({ migrate: refuse, migrations: failing }), /no/);
  databases.push(await createTestDatabase({ migrate, migrations: failing }));
  t.equal(runs, 3, "a half-made template is made again");
  await Promise.all(databases.map((database) => database.drop()));
});

const given = Boolean(process.env.TEST_DATABASE_URL);
t.test("a file that is run by itself has a cluster that ends with it", { skip: given }, async (t) => {
  const helper = new URL("./cluster.js", import.meta.url).href;
  const script = `
    const { createTestDatabase, readNote } = await import(${JSON.stringify(helper)});
    await createTestDatabase({ template: "empty" });
    console.log(JSON.stringify(readNote(process.pid)));
    process.kill(process.pid, "SIGKILL");`;
  const { TAP, ...env } = process.env;
  const alone = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", env });
  t.equal(alone.stderr, "");
  const note = JSON.parse(alone.stdout) as NonNullable<ReturnType<typeof readNote>>;
  t.match(note.kind, /embedded|testcontainers/);
  const deadline = Date.now() + 20_000;
  while (isMarkAlive(note.keeper) && Date.now() < deadline) await sleep(10);
  t.equal(isMarkAlive(note.keeper), false, "its keeper follows, even when it was killed");
  await t.rejects(query(note.adminUrl, "SELECT 1"), { code: "ECONNREFUSED" });
});
