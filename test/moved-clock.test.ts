import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { loadConfig } from "../src/config.js";
import { DAY_MS, HOUR_MS } from "../src/core/clock.js";
import { createLogger } from "../src/http/logging.js";
import { aheadMsOf, openFileClock } from "../src/moved-clock.js";
import { startService } from "../src/service.js";
import { caller, createWorld, eventually } from "./helpers/service.js";

const SERVER = fileURLToPath(new URL("../src/server.js", import.meta.url));

t.test("what a clock's file may say", (t) => {
  const now = new Date("2026-11-27T00:00:00Z");
  t.equal(aheadMsOf("", now), 0);
  t.equal(aheadMsOf("+90d\n", now), 90 * DAY_MS);
  t.equal(aheadMsOf("+1d +2h", now), DAY_MS + 2 * HOUR_MS);
  t.equal(aheadMsOf("-1h", now), -HOUR_MS);
  t.equal(aheadMsOf("2026-11-28T00:00:00Z", now), DAY_MS);
  for (const text of ["tomorrow", "+1y", "12", "2026"]) t.equal(aheadMsOf(text, now), undefined, text);
  t.end();
});

t.test("a clock that says nothing is refused, and one that stops making sense is told of", async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-clock-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "clock");
  for (const name of ["+30d", "garbage", path.join(folder, "no", "such")]) {
    t.throws(() => openFileClock(name), { name: "ConfigError", message: /COFFER_CLOCK: must be the path of a file/ });
  }
  t.throws(() => openFileClock(folder), { name: "ConfigError", message: /cannot be read/ });
  writeFileSync(file, "tomorrow");
  t.throws(() => openFileClock(file), {
    name: "ConfigError",
    message: /COFFER_CLOCK: the file must say how far ahead/,
  });
  const server = spawn(process.execPath, [SERVER], {
    env: { PATH: process.env.PATH, DATABASE_URL: "postgres://127.0.0.1:1/none", COFFER_CLOCK: file },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.on("data", (data) => {
      said += data;
    });
  }
  t.same(await once(server, "exit"), [78, null]);
  t.match(said, /COFFER_CLOCK/);
  writeFileSync(file, "+1d");
  const told: string[] = [];
  const { clock, close } = openFileClock(file, (message) => told.push(message));
  t.teardown(close);
  const isAhead = () => clock.now().getTime() > Date.now() + DAY_MS - HOUR_MS;
  t.ok(isAhead());
  writeFileSync(file, "soon");
  await eventually(async () => told.length > 0);
  t.equal(told.length, 1);
  t.ok(isAhead(), "the last word holds");
  const later = openFileClock(path.join(folder, "later"));
  t.teardown(later.close);
  t.ok(Math.abs(later.clock.now().getTime() - Date.now()) < HOUR_MS, "a file may be made later");
});

t.test("a moved clock takes jobs and schedules with it", async (t) => {
  const world = await createWorld(t);
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-clock-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "clock");
  writeFileSync(file, "");
  const service = await startService(
    loadConfig({ ...world.env, COFFER_CLOCK: file }),
    createLogger({ level: "silent" }),
  );
  t.teardown(() => service.stop());
  world.stripe.setWebhookUrl(`${service.url}/webhooks/stripe`);
  const call = caller(service.url ?? "");
  const key = "kept-for-thirty-days";
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const { body: payment } = await call("POST", "/v1/payments", { body, key });
  t.match(await call("POST", "/v1/payments", { body, key }), { headers: { "idempotency-replayed": "true" } });
  await world.sql.query(
    "SELECT graphile_worker.add_job('idempotency:purge', run_at := now() + interval '20 days', job_key := 'later')",
  );
  writeFileSync(file, "+31d");
  // Purged by the schedule of 03:17, which the jump passed.
  await eventually(
    async () => (await world.sql.query("SELECT FROM idempotency_keys WHERE key = $1", [key])).rowCount === 0,
    20_000,
  );
  await eventually(
    async () => (await world.sql.query("SELECT FROM graphile_worker.jobs WHERE key = 'later'")).rowCount === 0,
    20_000,
  );
  t.equal(
    (await call("POST", `/v1/payments/${payment.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } })).status,
    200,
  );
  const paid = await eventually(async () => {
    const reply = await call("GET", `/v1/payments/${payment.id}`);
    return reply.body.status === "succeeded" && reply.body;
  }, 10_000);
  t.ok(
    Date.parse(String(paid.updatedAt ?? paid.createdAt)) > 0,
    "webhooks that are signed by the world's time are taken",
  );
});

t.test("the process kills itself at the fault point that it is told, and carries on after a restart", async (t) => {
  const world = await createWorld(t);
  const folder = mkdtempSync(path.join(tmpdir(), "coffer-crash-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const log = path.join(folder, "points");
  const start = async (more: Record<string, string>) => {
    const child = spawn(process.execPath, [SERVER], {
      env: {
        PATH: process.env.PATH,
        ...world.env,
        COFFER_ROLE: "api",
        LOG_LEVEL: "info",
        NODE_ENV: "development",
        ...more,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    t.teardown(() => child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    const port = await eventually(async () => /"port":(\d+)/.exec(output)?.[1], 20_000);
    return { child, exited, call: caller(`http://127.0.0.1:${port}`) };
  };
  const grant = { body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" }, key: "one" };
  const at = "before sql:update idempotency_keys #1";
  const dying = await start({ COFFER_CRASH_AT: at, COFFER_FAULT_LOG: log });
  await t.rejects(dying.call("POST", "/v1/grants", grant));
  t.same(await dying.exited, [null, "SIGKILL"]);
  const points = readFileSync(log, "utf8").trim().split("\n");
  t.match(points.at(-1), /^\d+\tbefore sql:update idempotency_keys #1$/);
  const number = points.at(-1)?.split("\t")[0] ?? "";
  t.equal(Number(number), points.length);
  const living = await start({});
  const reply = await eventually(async () => {
    const each = await living.call("POST", "/v1/grants", grant);
    return each.status !== 409 && each;
  }, 15_000);
  t.equal(reply.status, 201, "F12: and its key is free after seconds");
  t.match((await living.call("GET", "/v1/customers/ada/wallet")).body.balances, [{ balance: 10 }]);
  living.child.kill("SIGTERM");
  t.same(await living.exited, [0, null]);
});

t.test("production has neither switch", async (t) => {
  for (const name of ["COFFER_CRASH_AT", "COFFER_FAULT_LOG", "COFFER_CLOCK"])
    t.throws(() => loadConfig({ NODE_ENV: "production", [name]: "1" }), new RegExp(`${name}: for tests`));
});
