import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { createWorld, eventually, startTestService } from "../../../helpers/service.js";

t.test(
  "F12: the key of a process that was killed is free after seconds, and that of a living one is not",
  async (t) => {
    const world = await createWorld(t);
    const [dying, living] = [await startTestService(t, { world }), await startTestService(t, { world })];
    for (const { deps } of [dying, living]) await eventually(async () => deps.lease.number);
    const print = Buffer.alloc(32, 1);
    const first = await dying.deps.idempotency.start("ada POST /x", "key", print);
    t.match(first, { state: "started", resumed: false });
    await living.deps.idempotency.start("ada POST /x", "other", print);
    // As the kernel does for a process that is killed.
    await dying.deps.lease.close();
    t.match(await living.deps.idempotency.start("ada POST /x", "key", print), { state: "in_flight", retryAfter: 2 });
    await sleep(2_100);
    const again = await living.deps.idempotency.start("ada POST /x", "key", print);
    t.match(again, { state: "started", resumed: true }, "and it goes on with the same resource");
    t.match(await living.deps.idempotency.start("ada POST /x", "key", print), { state: "in_flight" });
    t.match(await living.deps.idempotency.start("ada POST /x", "other", print), { state: "in_flight" });
  },
);

t.test("F12: a process that lost its connection says again that it lives", async (t) => {
  const { deps, sql } = await startTestService(t);
  const number = await eventually(async () => deps.lease.number);
  await sql.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coffer-lease' AND datname = current_database()",
  );
  await eventually(async () => deps.lease.number === undefined);
  t.equal(await eventually(async () => deps.lease.number), number);
});
