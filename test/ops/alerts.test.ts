import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import t from "tap";
import { eventually, startTestService } from "../helpers/service.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const read = (name: string) => readFileSync(path.join(ROOT, name), "utf8");
const promtool = (args: string[], input?: string) =>
  spawnSync("promtool", args, {
    cwd: path.join(ROOT, "ops"),
    encoding: "utf8",
    ...(input === undefined ? {} : { input }),
  });
const skip =
  promtool(["--version"]).status === 0 ? false : "no promtool here (Debian has it in the package prometheus)";

t.test("H4: the shipped alerts fire in the outages that they are for", { skip }, async (t) => {
  for (const args of [
    ["check", "rules", "alerts.yml"],
    ["test", "rules", "alerts.test.yml"],
  ]) {
    const { status, stdout, stderr } = promtool(args);
    t.equal(status, 0, `promtool ${args.join(" ")}: ${stdout}${stderr}`);
  }
});

t.test("H4: the documentation speaks of every alert, and of no other", (t) => {
  const shipped = [...read("ops/alerts.yml").matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const said = [...read("docs/operations.md").matchAll(/^\| `(Coffer\w+)` \|/gm)].map(([, name]) => name);
  t.same(said, shipped);
  t.end();
});

t.test(
  "H4, H7: what can be counted is there at zero, by Prometheus's conventions, and what alerts ask for exists",
  async (t) => {
    const { call, url } = await startTestService(t);
    const scrape = async () => (await fetch(`${url}/metrics`)).text();
    await call("GET", "/readyz");
    const text = await scrape();
    for (const line of [
      'coffer_http_requests_total{kind="api",class="5xx"} 0',
      'coffer_http_requests_total{kind="probe",class="2xx"} 1',
      'coffer_payments_total{provider="stripe",status="succeeded"} 0',
      'coffer_webhook_refusals_total{provider="coinbase",reason="bad_signature"} 0',
      'coffer_provider_call_duration_seconds_count{provider="blockradar",outcome="open"} 0',
      'coffer_events_total{type="payout.needs_decision"} 0',
      'coffer_waiting_items{kind="payouts_unknown"} 0',
      'coffer_waiting_oldest_seconds{kind="webhooks"} 0',
      "coffer_database_up 1",
      "coffer_jobs_overdue 0",
    ])
      t.ok(text.includes(`\n${line}\n`), line);
    t.match(text, /coffer_build_info\{version="\d+\.\d+\.\d+",revision="\w+",node="\d+\./);
    t.match(text, /\nprocess_resident_memory_bytes \d/);
    const asked = read("ops/alerts.yml").match(/coffer_[a-z_]+/g) ?? [];
    for (const name of new Set(asked)) t.match(text, new RegExp(`\\n${name}[{ ]`), name);
    if (!skip) {
      const { status, stdout, stderr } = promtool(["check", "metrics"], text);
      t.equal(status, 0, `promtool check metrics: ${stdout}${stderr}`);
    }
  },
);

t.test("H4: while the database is away, coffer_database_up says so and what waits is absent", async (t) => {
  const { url, databaseUrl } = await startTestService(t);
  const elsewhere = new URL(databaseUrl);
  elsewhere.pathname = "/postgres";
  const sql = new pg.Client({ connectionString: elsewhere.href });
  await sql.connect();
  t.teardown(() => sql.end());
  const name = new URL(databaseUrl).pathname.slice(1);
  const scrape = async () => (await fetch(`${url}/metrics`)).text();
  t.match(await scrape(), /\ncoffer_jobs_overdue 0/);
  const end = () =>
    sql.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coffer' AND datname = $1",
      [name],
    );
  await sql.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await end();
  const away = await eventually(async () => {
    const text = await scrape();
    return text.includes("\ncoffer_database_up 0\n") && text;
  });
  t.notMatch(away, /\ncoffer_jobs_overdue /);
  t.notMatch(away, /\ncoffer_waiting_items\{/);
  t.notMatch(away, /NaN/);
  await sql.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await eventually(async () => (await scrape()).includes("\ncoffer_database_up 1\n"));
});
