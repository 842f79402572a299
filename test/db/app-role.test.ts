import pg from "pg";
import t from "tap";
import { createDatabase } from "../../src/db/client.js";
import { releaseAbandonedJobs } from "../../src/db/jobs.js";
import { migrate } from "../../src/db/migrate.js";
import { createTestDatabase } from "../helpers/cluster.js";

// As in production: the service connects as a login role that is a member of coffer_app, and only migrations as the owner.
t.test("the restricted role can work, and cannot rewrite the books", async (t) => {
  const { url, drop } = await createTestDatabase({ migrate });
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  const role = `coffer_app_test_${process.pid}`;
  await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test-only' IN ROLE coffer_app`);
  const restricted = new URL(url);
  restricted.username = role;
  restricted.password = "test-only";
  const app = new pg.Client({ connectionString: restricted.href });
  await app.connect();
  t.teardown(async () => {
    await app.end();
    await owner.query(`DROP ROLE ${role}`);
    await owner.end();
    await drop();
  });

  for (const statement of [
    "UPDATE ledger_transfers SET amount = 1",
    "DELETE FROM ledger_transfers",
    "TRUNCATE ledger_transfers",
    "DELETE FROM audit_events",
    "DELETE FROM payments",
    "DELETE FROM ledger_accounts",
    "ALTER TABLE ledger_transfers DISABLE TRIGGER ALL",
    "DROP TABLE ledger_transfers",
  ]) {
    await t.rejects(app.query(statement), { code: "42501" }, statement);
  }

  await app.query("SELECT ledger_take_snapshot(interval '5 seconds')");
  await app.query("SELECT graphile_worker.add_job('nothing', payload := '{}'::json, job_key := 'once')");
  const { rows } = await app.query("SELECT task_identifier FROM graphile_worker.jobs");
  t.same(rows, [{ task_identifier: "nothing" }], "row level security does not hide the queue");
  await owner.query(
    "UPDATE graphile_worker._private_jobs SET locked_by = 'worker-gone', locked_at = now() - interval '1 hour'",
  );
  const db = createDatabase({ url: restricted.href, poolSize: 1 });
  await db.transaction(releaseAbandonedJobs).finally(() => db.close());
  const { rows: released } = await app.query("SELECT locked_by FROM graphile_worker.jobs");
  t.same(released, [{ locked_by: null }], "it may hand on what a killed worker had taken");
  await migrate(url);
  t.pass("migrating again changes nothing");
});
