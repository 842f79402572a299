import t from "tap";
import { encodeId } from "../../../../src/core/ids.js";
import { eventually } from "../../../helpers/service.js";
import { fundedCustomer, startSteppedCoins } from "../../../helpers/stablecoins.js";

type Coins = Awaited<ReturnType<typeof startSteppedCoins>>;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WITHDRAW = ["POST", "/withdraw$"] as const;

t.test("two people who decide at once about an unknown payout make one attempt", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, chain, fault, submit, payout, keyOf, advance } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const [first, second] = [await keyOf("approver"), await keyOf("approver")];
  const { id } = await ask();
  await fault(...WITHDRAW, { kind: "cut_before" });
  await submit(id);
  advance(MINUTE_MS);
  const retry = (token: string) => call("POST", `/v1/payouts/${id}/retry`, { body: { reason: "not there" }, token });
  await fault("GET", "/transactions$", { kind: "delay", delayMs: 1_500 });
  const slow = retry(second);
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.match(await retry(first), { status: 200 });
  await fault(...WITHDRAW, { kind: "cut_after" });
  await submit(id);
  t.match(await payout(id), { status: "unknown" }, "the second attempt was sent, and nobody knows");
  t.match(await slow, { status: 409 }, "who looked for the first attempt did not look for this one");
  await submit(id);
  t.match(await payout(id), { status: "unknown", attempts: [{ status: "abandoned" }, { status: "unknown" }] });
  t.equal(Object.keys(await chain.references()).length, 1);
});

t.test("an attempt that was given up and turns up before the next one is made takes its place", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: 700 } });
  const { call, chain, expectStatus, fault, submit, payout, keyOf, advance } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const token = await keyOf("approver");
  const { id } = await ask();
  await fault(...WITHDRAW, { kind: "delay", delayMs: 3_000 });
  await submit(id);
  advance(MINUTE_MS);
  const halted = (value: boolean) =>
    expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: value, reason: "to be sure" } }));
  await halted(true);
  await expectStatus(200, call("POST", `/v1/payouts/${id}/retry`, { body: { reason: "not there" }, token }));
  const [reference] = await eventually(async () => {
    const references = Object.keys(await chain.references());
    return references.length > 0 && references;
  });
  await halted(false);
  await submit(id);
  t.match(await payout(id), { status: "submitted", attempts: [{ status: "submitted" }] });
  t.strictSame(Object.keys(await chain.references()), [reference], "nothing is sent a second time");
  await chain.post("webhooks/mode", { drop: false });
  await chain.settle(reference ?? "", { status: "success" });
  await work(service);
  t.match(await payout(id), { status: "confirmed", reviewReason: null });
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: false });
});

t.test("what waits to be sent counts against the limits of a day, however long it has waited", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, expectStatus, advance, submit, payout, keyOf } = service;
  const { ask, request } = await fundedCustomer(service, "ada");
  const token = await keyOf("approver");
  const { data } = await expectStatus(200, call("GET", "/v1/payout-policies"));
  const usdc = (data as Record<string, unknown>[]).find(({ asset }) => asset === "USDC");
  const { asset, updatedBy, updatedAt, ...policy } = usdc ?? {};
  t.ok(asset && updatedBy && updatedAt);
  const body = {
    ...policy,
    feeBasisPoints: 0,
    feeMinimum: 0,
    customerDayMax: 1_000_000_000,
    approvalAbove: 500_000_000,
  };
  await expectStatus(200, call("PUT", "/v1/payout-policies/USDC", { body }));

  const { id, termsHash } = await ask({ amount: 900_000_000 });
  const more = () => request({ amount: 200_000_000 });
  const tooMuch = {
    status: 422,
    body: { code: "payouts.limit_exceeded", limit: "customer_day", remaining: 100_000_000 },
  };
  t.match(await more(), tooMuch);
  advance(25 * HOUR_MS);
  t.match(await more(), tooMuch, "a day later it still waits for its approval");
  await expectStatus(200, call("POST", `/v1/payouts/${id}/approve`, { body: { termsHash }, token }));
  await submit(id);
  t.match(await payout(id), { status: "submitted" });
  t.match(await more(), tooMuch, "and now it has just left");
  advance(25 * HOUR_MS);
  t.match(await more(), { status: 201 });
});

t.test("called off, halted and sent at once: each payout is one of them", async (t) => {
  const service = await startSteppedCoins(t);
  const { call, chain, expectStatus, submit, payout, balanceOf } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const cancel = (id: unknown) => call("POST", `/v1/payouts/${id}/cancel`, { body: { reason: "no" } });
  const ids = (await Promise.all(Array.from({ length: 12 }, () => ask()))).map(({ id }) => id);
  const halt = () => call("PUT", "/v1/payout-controls", { body: { halted: true, reason: "an alarm" } });
  const acts = ids.flatMap((id, at) => [
    () => submit(id),
    () => submit(id),
    () => (at % 2 === 0 ? cancel(id) : submit(id)),
    ...(at === 6 ? [halt] : []),
  ]);
  await Promise.all(acts.map((act) => act()));
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: true });
  const sentBefore = Object.keys(await chain.references()).length;
  for (const id of ids) await submit(id);
  const after = await Promise.all(ids.map(payout));
  const sent = Object.keys(await chain.references());
  const attempts = after.flatMap((each) => each.attempts as { id: string }[]);
  t.same(attempts.map(({ id }) => id).sort(), sent.sort(), "what was sent is written down, once each");
  t.equal(sent.length, sentBefore, "nothing begins after the switch");
  const setAside = after.filter(({ status }) => status !== "canceled");
  t.ok(setAside.every(({ status }) => status === "submitted" || status === "approved"));
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000 - setAside.length * 100_000_000);
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: false } }));
});

/** Delivers what the provider has to say, and does the worker's part. */
async function work({ chain, sql, job }: Coins): Promise<void> {
  await chain.post("webhooks/flush");
  const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending'");
  for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
}
