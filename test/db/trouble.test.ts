import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";
import { errorMessage } from "../../src/core/errors.js";
import { createDatabase } from "../../src/db/client.js";
import { startWorker } from "../../src/worker.js";
import { jobsOf } from "../helpers/jobs.js";
import { createWorld, eventually, startTestService } from "../helpers/service.js";

/** A way to the database that can be told to answer as a server does whose disk is full. */
async function fullDiskProxy(t: Test, url: string): Promise<{ url: string; setFull(full: boolean): void }> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let isFull = false;
  const fields = [
    "SFATAL",
    "VFATAL",
    "CXX000",
    'Mcould not write to file "base/pgsql_tmp": No space left on device',
    "",
  ];
  const body = Buffer.from(`${fields.join("\0")}\0`);
  const refusal = Buffer.concat([Buffer.from("E"), Buffer.alloc(4), body]);
  refusal.writeUInt32BE(body.length + 4, 1);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    if (isFull) return void socket.once("data", () => socket.end(refusal));
    const upstream = connect(Number(port), hostname);
    sockets.add(upstream);
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const through = new URL(url);
  const address = server.address();
  through.host = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  return {
    url: through.href,
    setFull: (full) => {
      isFull = full;
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    },
  };
}

t.test(
  "F11: whatever keeps us from a connection is 503, also an internal error of a server whose disk is full",
  async (t) => {
    const world = await createWorld(t);
    const proxy = await fullDiskProxy(t, world.databaseUrl);
    const { call } = await startTestService(t, { world, env: { DATABASE_URL: proxy.url } });
    t.equal((await call("GET", "/readyz")).status, 200);
    proxy.setFull(true);
    await sleep(50);
    const grant = { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" };
    for (const reply of [
      await call("GET", "/readyz"),
      await call("GET", "/v1/packages"),
      await call("POST", "/v1/grants", { body: grant }),
      await call("POST", "/webhooks/stripe", { body: {}, token: null }),
    ]) {
      if (reply.status === 401 || reply.status === 400) continue;
      t.match(reply, { status: 503, body: { code: "service.unavailable" }, headers: { "retry-after": "1" } });
    }
    proxy.setFull(false);
    await eventually(async () => (await call("GET", "/readyz")).status === 200);
    t.equal((await call("POST", "/v1/grants", { body: grant })).status, 201);
  },
);

t.test(
  "F1: a connection that a fail-over left on a read-only server is closed, and readiness asks whether we can write",
  async (t) => {
    const { call, sql } = await startTestService(t);
    const { rows } = await sql.query("SELECT current_database() AS name");
    const cut = () =>
      sql.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coffer' AND datname = $1",
        [rows[0].name],
      );
    const put = (id: string) => call("PUT", `/v1/customers/${id}`, { body: { name: "Ada" } });
    await sql.query(`ALTER DATABASE ${rows[0].name} SET default_transaction_read_only = on`);
    await cut();
    await eventually(async () => (await call("GET", "/readyz")).status === 503);
    // The pool is full of sessions that began read-only.
    await Promise.all(Array.from({ length: 12 }, (_, index) => call("GET", `/v1/customers/c${index}`)));
    t.match(await put("ada"), { status: 503, body: { code: "service.unavailable" } });
    await sql.query(`ALTER DATABASE ${rows[0].name} RESET default_transaction_read_only`);
    const statuses = [];
    for (let index = 0; index < 30; index += 1) statuses.push((await put(`later-${index}`)).status);
    t.ok(statuses.filter((status) => status !== 503).length >= 15, statuses.join(" "));
    t.notOk(statuses.slice(15).includes(503), "at the latest when each old connection was used once");
    await eventually(async () => (await call("GET", "/readyz")).status === 200);
  },
);

t.test("F5: sessions set what they rely on, whatever the database's defaults are", async (t) => {
  const world = await createWorld(t);
  const { rows } = await world.sql.query("SELECT current_database() AS name");
  for (const [name, value] of [
    ["datestyle", "'German, DMY'"],
    ["default_transaction_isolation", "'serializable'"],
    ["array_nulls", "off"],
    ["search_path", "'nowhere'"],
    ["standard_conforming_strings", "off"],
    ["bytea_output", "'escape'"],
    ["timezone", "'Asia/Kathmandu'"],
  ])
    await world.sql.query(`ALTER DATABASE ${rows[0].name} SET ${name} = ${value}`);
  const { call, config } = await startTestService(t, { world });
  const grant = await call("POST", "/v1/grants", {
    body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" },
  });
  t.equal(grant.status, 201);
  const debits = `/v1/wallets/${grant.body.walletId}/debits`;
  const spent = await Promise.all(
    Array.from({ length: 8 }, () => call("POST", debits, { body: { asset: "CREDIT", amount: 1 } })),
  );
  t.same(
    spent.map((reply) => reply.status),
    Array(8).fill(201),
  );
  const { body } = await call("GET", `/v1/wallets/${grant.body.walletId}/entries`);
  const entries = body.data as { createdAt: string }[];
  t.equal(entries.length, 9);
  t.match(entries[0]?.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.ok(Math.abs(Date.parse(entries[0]?.createdAt ?? "") - Date.now()) < 60_000);
  const db = createDatabase({ url: config.DATABASE_URL ?? "", poolSize: 1 });
  t.teardown(() => db.close());
  const { rows: isolation } = await db.pool.query("SHOW transaction_isolation");
  t.same(isolation, [{ transaction_isolation: "read committed" }]);
});

t.test("F13: failed occurrences of schedules are removed, and other failed jobs stay for a person", async (t) => {
  const { deps, sql } = await startTestService(t);
  await sql.query("SELECT graphile_worker.add_job('payments:sweep', max_attempts := 1)");
  await sql.query("SELECT graphile_worker.add_job('webhooks:process', max_attempts := 1)");
  await sql.query("SELECT graphile_worker.add_job('refunds:sweep', max_attempts := 1)");
  await sql.query("UPDATE graphile_worker._private_jobs SET attempts = 1, last_error = 'x'");
  await sql.query("SELECT graphile_worker.add_job('payouts:sweep', max_attempts := 1)");
  await jobsOf(deps)["jobs:release"]?.({});
  const { rows } = await sql.query("SELECT task_identifier FROM graphile_worker.jobs ORDER BY 1");
  t.same(
    rows.map((row) => row.task_identifier),
    ["payouts:sweep", "webhooks:process"],
  );
});

t.test("H2: what is kept and logged of a database error names table and cause, and never a parameter", async (t) => {
  const { deps, sql, logs, call } = await startTestService(t, { env: { LOG_LEVEL: "warn" } });
  const secret = "4b7557-canary-of-a-value";
  const failed = await deps.db
    .transaction((tx) => tx.execute(`INSERT INTO nowhere (x) VALUES ('${secret}')`))
    .catch((error) => error);
  t.match(errorMessage(failed), /relation "nowhere" does not exist \(42P01, routine \w+\)/);
  t.notMatch(errorMessage(failed), secret);
  const { sql: tag } = await import("drizzle-orm");
  const wrong = await deps.db.transaction((tx) => tx.execute(tag`SELECT ${secret}::uuid`)).catch((error) => error);
  t.equal(errorMessage(wrong).includes(secret), false, errorMessage(wrong));
  t.match(errorMessage(wrong), /22P02/);

  const worker = await startWorker(deps, {
    jobs: {
      "test:fails": async () => {
        await deps.db.transaction((tx) => tx.execute(tag`INSERT INTO payments (id) VALUES (${secret})`));
      },
    },
  });
  t.teardown(() => worker.stop());
  await sql.query("SELECT graphile_worker.add_job('test:fails')");
  const [job] = await eventually(async () => {
    const { rows } = await sql.query("SELECT last_error FROM graphile_worker.jobs WHERE last_error IS NOT NULL");
    return rows.length > 0 && rows;
  });
  t.match(job.last_error, /22P02/);
  t.notMatch(job.last_error, secret);
  t.notMatch(job.last_error, /insert into/i);

  await sql.query("ALTER TABLE customers RENAME COLUMN country TO land");
  t.equal((await call("GET", "/v1/customers/ada")).status, 500);
  const line = logs.find((each) => each.msg === "unexpected error") as { err?: { cause?: Record<string, unknown> } };
  t.match(line.err?.cause, {
    code: "42703",
    severity: "ERROR",
    routine: String,
    text: /column "country" does not exist/,
  });
  t.notMatch(JSON.stringify(logs), secret);
});
