import t from "tap";
import { encodeId } from "../../../../src/core/ids.js";
import { fundedCustomer, startSteppedCoins } from "../../../helpers/stablecoins.js";

const MINUTE_MS = 60_000;
const TIMEOUT_MS = 700;
const SLOW = { delayMs: 1_100 };
const HTML = { body: "<html><h1>Request blocked</h1></html>", contentType: "text/html" };
const said = (status: number, message: string) => ({ status, body: { statusCode: status, message } });

/** What is answered to a withdrawal, when it was carried out and when it was not. */
const ANSWERS: Readonly<Record<string, { done: object; undone: object }>> = {
  "200": {
    done: { kind: "status_after", status: 200, keepBody: true },
    undone: { kind: "status", ...said(200, "ok") },
  },
  "200, unreadable": { done: { kind: "malformed_after" }, undone: { kind: "status", status: 200, ...HTML } },
  "201": {
    done: { kind: "status_after", status: 201, keepBody: true },
    undone: { kind: "status", ...said(201, "ok") },
  },
  "202": {
    done: { kind: "status_after", status: 202, keepBody: true },
    undone: { kind: "status", ...said(202, "ok") },
  },
  ...both("400, a documented refusal that may pass", said(400, "Insufficient balance")),
  ...both("400, a documented refusal for good", said(400, "Invalid address")),
  ...both("400, another text", said(400, "Something went wrong")),
  ...both("400 of somebody else", { status: 400, body: { error: "Insufficient balance" } }),
  ...both("401", said(401, "Unauthorized")),
  ...both("403, a firewall's page", { status: 403, ...HTML }),
  ...both("404", said(404, "Not Found")),
  ...both("409", said(409, "Conflict")),
  ...both("429", said(429, "Too Many Requests")),
  ...both("429, a balancer's page", { status: 429, ...HTML }),
  ...both("500", said(500, "Internal server error")),
  ...both("502", { status: 502, ...HTML }),
  ...both("503", { status: 503, ...HTML }),
  "a connection that is reset": { done: { kind: "cut_after" }, undone: { kind: "cut_before" } },
  "a time-out": { done: { kind: "cut_after", ...SLOW }, undone: { kind: "cut_before", ...SLOW } },
};

function both(name: string, answer: object) {
  return { [name]: { done: { kind: "status_after", ...answer }, undone: { kind: "status", ...answer } } };
}

t.test("C1: whatever is answered to a withdrawal, and whatever became of it, it leaves once at most", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: TIMEOUT_MS } });
  const { chain, fault, submit, sweep, payout, advance, call, expectStatus, sql, job, balanceOf } = service;
  const { ask } = await fundedCustomer(service, "ada", 9_000_000_000);
  const resume = () => expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: false } }));
  const cases: { name: string; id: unknown; done: boolean }[] = [];
  for (const [name, answer] of Object.entries(ANSWERS)) {
    for (const done of [true, false]) {
      const { id } = await ask();
      await fault("POST", "/withdraw$", done ? answer.done : answer.undone);
      await submit(id);
      cases.push({ name: `${name}, ${done ? "and done" : "and not done"}`, id, done });
      await resume();
      await submit(id);
    }
  }
  await chain.delete("faults");
  for (const minutes of [1, 6, 16, 61, 25 * 60]) {
    advance(minutes * MINUTE_MS);
    await resume();
    await sweep();
    for (const { id } of cases) await submit(id);
  }
  const counts = await chain.references();
  for (const { name, id, done } of cases) {
    const { status, attempts } = await payout(id);
    const effects = (attempts as { id: string }[]).reduce((sum, each) => sum + (counts[each.id]?.accepted ?? 0), 0);
    t.ok(effects <= 1, `${name}: ${effects} effects`);
    if (done) t.match({ effects, status }, { effects: 1, status: "submitted" }, name);
    else t.equal(effects === 1, status === "submitted", `${name}: ${status}`);
  }
  await chain.post("webhooks/mode", { drop: false });
  for (const reference of Object.keys(counts)) await chain.settle(reference, { status: "success" });
  await chain.post("webhooks/flush");
  const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending'");
  for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
  const ends = await Promise.all(cases.map(async ({ id }) => (await payout(id)).status));
  const confirmed = ends.filter((status) => status === "confirmed").length;
  t.equal(confirmed, Object.keys(counts).length, "what left is confirmed");
  const back = ends.filter((status) => status === "failed").length;
  t.equal(await balanceOf("ada", "USDC"), 9_000_000_000 - (cases.length - back) * 100_000_000);
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: false });
});

t.test("C1: nothing is sent, or given back, while an earlier attempt cannot be looked for", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, fault, submit, payout, call, expectStatus } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const { id } = await ask();
  await fault("POST", "/withdraw$", { kind: "status_after", ...said(429, "Too Many Requests") });
  await submit(id);
  t.match(await payout(id), { status: "approved", failure: { code: "rate_limited" } });
  const cancel = () => call("POST", `/v1/payouts/${id}/cancel`, { body: { reason: "no" } });
  await fault("GET", "/transactions$", { kind: "status", status: 503, times: 3 });
  await submit(id);
  t.match(await cancel(), { status: 503, body: { code: "provider.unavailable" } });
  await submit(id);
  t.match(await payout(id), { status: "approved", attempts: [{ number: 1 }] });
  t.match(await cancel(), { status: 409, body: { code: "payouts.found_at_provider" } });
  t.match(await payout(id), { status: "submitted" });
  const counts = await chain.references();
  t.strictSame(
    Object.values(counts).map(({ accepted }) => accepted),
    [1],
  );
  await expectStatus(200, call("GET", "/v1/payout-controls"));
});
