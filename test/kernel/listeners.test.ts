import t from "tap";
import { newId, systemIds } from "../../src/core/ids.js";
import { tell } from "../../src/kernel/listeners.js";
import { startTestService } from "../helpers/service.js";

t.test("what a module tells becomes jobs of those above it, and none when it is undone", async (t) => {
  const { deps, sql } = await startTestService(t);
  const jobs = async () => {
    const { rows } = await sql.query("SELECT task_identifier AS name FROM graphile_worker.jobs ORDER BY 1");
    await sql.query("SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs");
    return rows.map(({ name }) => name);
  };
  const paymentId = newId(systemIds, "pay");
  const credited = { paymentId, hasRefunds: false, hasPayout: false };
  await jobs();
  await deps.db.transaction((tx) => tell(deps, tx, "payment.credited", credited));
  t.strictSame(await jobs(), []);
  await deps.db.transaction((tx) => tell(deps, tx, "payment.credited", { ...credited, hasRefunds: true }));
  t.strictSame(await jobs(), ["refunds:look"]);
  await deps.db.transaction((tx) => tell(deps, tx, "payment.credited", { ...credited, hasPayout: true }));
  t.strictSame(await jobs(), ["payouts:start"]);
  await deps.db.transaction((tx) => tell(deps, tx, "payment.moved_off_session", { paymentId }));
  await deps.db.transaction((tx) => tell(deps, tx, "payment_method.changed", { methodId: "pm_1" }));
  t.strictSame(await jobs(), ["top-ups:follow", "top-ups:method-changed"]);
  const undone = deps.db.transaction(async (tx) => {
    await tell(deps, tx, "payment.credited", { ...credited, hasRefunds: true });
    throw new Error("undone");
  });
  await t.rejects(undone, { message: "undone" });
  t.strictSame(await jobs(), []);
});
