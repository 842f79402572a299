import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { enqueueJob } from "../src/db/jobs.js";
import { startWorker } from "../src/worker.js";
import { startDatabaseProxy } from "./helpers/proxy.js";
import { eventually, startTestService } from "./helpers/service.js";

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
  const ask = (name: string) => service.deps.db.transaction((tx) => enqueueJob(tx, "probe", { name }, { key: name }));
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
