import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { addJob } from "../src/db/jobs.js";
import { startWorker } from "../src/worker.js";
import { jobsOf } from "./helpers/jobs.js";
import { startDatabaseProxy } from "./helpers/proxy.js";
import { createWorld, eventually, startTestService } from "./helpers/service.js";

t.test("a network that swallowed a question of the queue does not stop the worker for ever", async (t) => {
  const service = await startTestService(t);
  const proxy = await startDatabaseProxy(t, service.databaseUrl);
  const done: string[] = [];
  const config = { ...service.config, DATABASE_URL: proxy.url };
  const jobs = {
    probe: async (payload: unknown) => {
      const { name } = payload as { name: string };
      done.push(name);
      // Nothing is cut, nothing comes through: that this job is done reaches nobody either.
      if (name === "before") proxy.mode = "blackhole";
    },
  };
  const worker = await startWorker({ ...service.deps, config }, { jobs, queryTimeoutMs: 300 });
  t.teardown(() => worker.stop());
  t.setTimeout(60_000);
  const ask = (name: string) => service.deps.db.transaction((tx) => addJob(tx, "probe", { name }, { key: name }));
  const isDone = (name: string) => eventually(async () => done.includes(name), 30_000);

  await ask("before");
  await isDone("before");
  await ask("meanwhile");
  // By now each of its connections waits for an answer that was never sent.
  await sleep(5_000);
  t.notOk(done.includes("meanwhile"));
  proxy.mode = "pass";
  await isDone("meanwhile");
  await ask("after");
  await isDone("after");
  t.same(done, ["before", "meanwhile", "after"]);
});

t.test("what a killed worker had taken is handed to another within minutes", async (t) => {
  const service = await startTestService(t);
  const done: string[] = [];
  const jobs: ReturnType<typeof jobsOf> = {
    ...jobsOf(service.deps),
    probe: async (payload: unknown) => void done.push((payload as { name: string }).name),
  };
  for (const name of ["taken long ago", "taken just now", "taken and replaced", "never taken"])
    await service.deps.db.transaction((tx) => addJob(tx, "probe", { name }, { key: name }));
  const take = (name: string, minutesAgo: number) =>
    service.sql.query(
      `UPDATE graphile_worker._private_jobs SET locked_by = 'worker-gone', attempts = 1,
              locked_at = now() - make_interval(mins => $2) WHERE key = $1`,
      [name, minutesAgo],
    );
  await take("taken long ago", 11);
  await take("taken just now", 9);
  await service.sql.query(
    `UPDATE graphile_worker._private_jobs SET locked_by = 'worker-gone-too' WHERE key = 'taken just now'`,
  );
  await take("taken and replaced", 11);
  await service.deps.db.transaction((tx) =>
    addJob(tx, "probe", { name: "the replacement" }, { key: "taken and replaced" }),
  );
  await service.sql.query(`UPDATE graphile_worker._private_jobs SET run_at = now() - interval '11 minutes'`);
  const overdue = async () =>
    /^coffer_jobs_overdue (\S+)$/m.exec(await (await fetch(`${service.url}/metrics`)).text())?.[1];
  t.equal(await overdue(), "2", "the replacement and what nobody took; nobody works yet");

  await jobs["jobs:release"]?.(undefined);
  const worker = await startWorker(service.deps, { jobs });
  t.teardown(() => worker.stop());
  await eventually(async () => done.length >= 3);
  t.same(done.sort(), ["never taken", "taken long ago", "the replacement"]);
  await eventually(async () => (await overdue()) === "0");
  const { rows } = await service.sql.query("SELECT key FROM graphile_worker.jobs WHERE task_identifier = 'probe'");
  t.same(rows, [{ key: "taken just now" }], "it may still be worked on; nothing that is over lies about");
});

t.test("a scrape comes back while the database is silent, and says of no count that it is the last one", async (t) => {
  const world = await createWorld(t);
  const proxy = await startDatabaseProxy(t, world.databaseUrl);
  const service = await startTestService(t, { world, env: { DATABASE_URL: proxy.url } });
  const scrape = async () => (await fetch(`${service.url}/metrics`, { signal: AbortSignal.timeout(9_000) })).text();
  t.match(await scrape(), /^coffer_webhook_inbox_events\{status="dead"\} 0$/m);
  proxy.mode = "blackhole";
  const blind = await scrape();
  t.match(blind, /^coffer_database_up 0$/m);
  t.notMatch(blind, /^coffer_jobs_overdue /m);
  t.notMatch(blind, /^coffer_webhook_inbox_events\{/m);
  t.match(blind, /^coffer_http_request_duration_seconds_count/m);
  proxy.mode = "pass";
  proxy.reset();
  await eventually(async () => /^coffer_jobs_overdue 0$/m.test(await scrape()));
});
