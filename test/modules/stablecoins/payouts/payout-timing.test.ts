import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { startDatabaseProxy } from "../../../helpers/proxy.js";
import { createWorld } from "../../../helpers/service.js";
import { fundedCustomer, SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";

const MINUTE_MS = 60_000;
const HELD_MS = 10_500;

/** A service that stops where it is told to, until it is let go: as a machine that is paused. */
function stoppable() {
  let stopAt: string | undefined;
  let release = () => {};
  let stopped = () => {};
  const faults = async ({ phase, name }: { phase: string; name: string }) => {
    if (phase !== "before" || name !== stopAt) return;
    stopAt = undefined;
    stopped();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  };
  const stop = (name: string) => {
    stopAt = name;
    return new Promise<void>((resolve) => {
      stopped = resolve;
    });
  };
  return { faults, stop, release: () => release() };
}

const PLACES = {
  "after it promised the attempt": { name: "sql:update payout_attempts", swept: "approved" },
  "right before it sends": { name: "http:blockradar POST /wallets/{id}/withdraw", swept: "unknown" },
};
for (const [place, { name, swept }] of Object.entries(PLACES)) {
  t.test(`C2: a worker is stopped ${place}, another attempt is made, and it wakes: one leaves`, async (t) => {
    const { faults, stop, release } = stoppable();
    const service = await startSteppedCoins(t, { overrides: { faults } });
    const { chain, submit, sweep, payout, advance, call, keyOf, expectStatus } = service;
    const { ask } = await fundedCustomer(service, "ada");
    const token = await keyOf("approver");
    const { id } = await ask();
    const isStopped = stop(name);
    const held = submit(id);
    await isStopped;
    const waited = sleep(HELD_MS);
    advance(2 * MINUTE_MS);
    await sweep();
    t.match(await payout(id), { status: swept });
    if (swept === "unknown") {
      await expectStatus(200, call("POST", `/v1/payouts/${id}/retry`, { body: { reason: "not there" }, token }));
    }
    await submit(id);
    t.match(await payout(id), { status: "submitted", attempts: [{}, { status: "submitted" }] });
    await waited;
    release();
    await held;
    t.match(await payout(id), { status: "submitted", attempts: [{}, { status: "submitted" }] });
    const counts = Object.values(await chain.references());
    t.strictSame(counts, [{ accepted: 1, sent: 0, confirmed: 0 }]);
  });
}

t.test("C2: nobody decides on an attempt while it may still reach the provider", async (t) => {
  const service = await startSteppedCoins(t);
  const { fault, submit, payout, advance, call, keyOf } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const token = await keyOf("approver");
  const { id } = await ask();
  await fault("POST", "/withdraw$", { kind: "cut_before" });
  await submit(id);
  const retry = () => call("POST", `/v1/payouts/${id}/retry`, { body: { reason: "not there" }, token });
  t.match(await retry(), { status: 409, body: { code: "payouts.too_early" } });
  advance(30_000);
  t.match(await retry(), { status: 409, body: { code: "payouts.too_early" } });
  t.match(await payout(id), { status: "unknown" });
  advance(11_000);
  t.match(await retry(), { status: 200 });
});

t.test("C9: whichever COMMIT of a payout is not acknowledged, it leaves once and nobody must decide", async (t) => {
  const world = await createWorld(t);
  const proxy = await startDatabaseProxy(t, world.databaseUrl);
  const service = await startSteppedCoins(t, { world, env: { DATABASE_URL: proxy.url } });
  const { chain, submit, sweep, payout, advance } = service;
  const { ask } = await fundedCustomer(service, "ada");
  for (let skip = 0; skip < 4; skip += 1) {
    const { id } = await ask();
    proxy.dropReplyOf("COMMIT\0", { skip });
    await submit(id).catch(() => undefined);
    proxy.dropReplyOf("COMMIT\0", { times: 0 });
    for (const minutes of [1.1, 1.1, 6]) {
      advance(minutes * MINUTE_MS);
      await sweep();
      await submit(id);
    }
    const { status, attempts } = await payout(id);
    t.equal(status, "submitted", `commit ${skip + 1}`);
    const counts = await chain.references();
    const sent = (attempts as { id: string }[]).filter((each) => counts[each.id]?.accepted === 1);
    t.equal(sent.length, 1, `commit ${skip + 1}: once`);
  }
  t.ok(proxy.dropped >= 3, `${proxy.dropped} were not acknowledged`);
  t.equal(Object.values(await chain.references()).length, 4);
});

t.test("C4: an address that a sanctions list names after the request is not paid", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, fault, submit, payout, balanceOf, call, keyOf, expectStatus } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const token = await keyOf("approver");
  const small = await ask();
  const large = await ask({ amount: 2_000_000_000 });
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: true, reason: "a drill" } }));
  await chain.post("blacklist", { address: SOMEWHERE });
  await expectStatus(
    200,
    call("POST", `/v1/payouts/${large.id}/approve`, { body: { termsHash: large.termsHash }, token }),
  );
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: false } }));
  await fault("GET", "/aml/lookup$", { kind: "status", status: 503 });
  await submit(small.id);
  t.match(await payout(small.id), { status: "approved", attempts: [] }, "a list that says nothing clears nobody");
  for (const { id } of [small, large]) {
    await submit(id);
    t.match(await payout(id), { status: "failed", failure: { code: "address_refused" }, attempts: [] });
  }
  t.strictSame(await chain.references(), {});
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000, "what was set aside came back");
});
