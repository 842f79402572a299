import t from "tap";
import { callJson } from "../../../helpers/sandbox-client.js";
import { BLOCKRADAR_KEY, eventually } from "../../../helpers/service.js";
import { fundedCustomer, SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";

const MINUTE_MS = 60_000;
// Only what is made slow may be late, on a busy machine too.
const TIMEOUT_MS = 3_000;
const SLOW = { delayMs: 4_000 };
const WITHDRAW = ["POST", "/withdraw$"] as const;

type Assets = Record<string, { id: string }>;
type Attempts = { id: string; status: string; failure: { code: string } | null }[];

/** After any of these nobody knows whether coins left. */
const UNCLEAR: Readonly<Record<string, { fault: object; happened: boolean }>> = {
  "a timeout, with the effect to come": { fault: { kind: "delay", ...SLOW }, happened: true },
  "a timeout after the effect": { fault: { kind: "cut_after", ...SLOW }, happened: true },
  "a connection cut before": { fault: { kind: "cut_before" }, happened: false },
  "a connection cut after": { fault: { kind: "cut_after" }, happened: true },
  "500 before": { fault: { kind: "status", status: 500 }, happened: false },
  "502 before": { fault: { kind: "status", status: 502 }, happened: false },
  "503 before": { fault: { kind: "status", status: 503 }, happened: false },
  "504 before": { fault: { kind: "status", status: 504 }, happened: false },
  "500 after": { fault: { kind: "status_after", status: 500 }, happened: true },
  "502 after": { fault: { kind: "status_after", status: 502 }, happened: true },
  "503 after": { fault: { kind: "status_after", status: 503 }, happened: true },
  "504 after": { fault: { kind: "status_after", status: 504 }, happened: true },
  "an unreadable reply": { fault: { kind: "malformed_after" }, happened: true },
  "a redirect": { fault: { kind: "status_after", status: 302 }, happened: true },
  "400 for no known reason": { fault: { kind: "status_after", status: 400 }, happened: true },
  "409 after": { fault: { kind: "status_after", status: 409 }, happened: true },
};

t.test("trouble while coins are sent is unknown, is looked for, and is never sent again by itself", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: TIMEOUT_MS } });
  const { chain, fault, submit, sweep, payout, advance, balanceOf, eventsOf, call, keyOf, expectStatus } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const cases: { name: string; id: unknown; reference: string; happened: boolean }[] = [];
  for (const [name, { fault: trouble, happened }] of Object.entries(UNCLEAR)) {
    const { id } = await ask();
    await fault(...WITHDRAW, trouble);
    await submit(id);
    const { status, attempts } = await payout(id);
    t.equal(status, "unknown", name);
    const [attempt] = attempts as Attempts;
    cases.push({ name, id, reference: attempt?.id ?? "", happened });
    await submit(id);
  }
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000 - cases.length * 100_000_000, "all are still set aside");
  const first = cases[0];
  await eventually(async () => (await chain.references())[first?.reference ?? ""]?.accepted === 1, 15_000);

  advance(MINUTE_MS + 1_000);
  // The list cannot be had either, at first: that is no "no".
  await fault("GET", "/transactions$", { kind: "rate_limit", times: 40 });
  await sweep();
  t.ok((await payout(first?.id)).status === "unknown", "no list, no verdict");
  await chain.delete("faults");
  for (const minutes of [6, 16, 61, 6 * 61, 25 * 60]) {
    advance(minutes * MINUTE_MS);
    await sweep();
  }
  for (const { name, id, happened } of cases) {
    t.match(await payout(id), { status: happened ? "submitted" : "unknown" }, `${name}, looked for`);
  }
  const counts = await chain.references();
  for (const { name, reference, happened } of cases) t.equal(counts[reference]?.accepted ?? 0, happened ? 1 : 0, name);
  const lost = cases.filter(({ happened }) => !happened);
  t.equal((await eventsOf("payout.needs_decision")).length, lost.length, "after a day a person is called, once");

  const [decided] = lost;
  const retry = (options: object) =>
    call("POST", `/v1/payouts/${decided?.id}/retry`, { body: { reason: "the provider says no" }, ...options });
  t.match(await retry({ key: null }), { status: 400 }, "a decision needs a key");
  t.match(await retry({}), { status: 403, body: { code: "payouts.second_person_required" } });
  const token = await keyOf("approver");
  await fault("GET", "/transactions$", { kind: "status", status: 503 });
  t.match(await retry({ token, key: "decided" }), { status: 503, body: { code: "provider.unavailable" } });
  t.match(
    await retry({ token, key: "decided" }),
    { status: 409, body: { code: "payouts.unclear_retry" } },
    "a decision that may have been carried out is not carried out again",
  );
  await expectStatus(200, retry({ token }));
  await submit(decided?.id);
  t.match(await payout(decided?.id), { status: "submitted", attempts: [{ status: "abandoned" }, { number: 2 }] });
});

t.test("what the provider refuses for good fails; what may work later waits; a refused key halts", async (t) => {
  const service = await startSteppedCoins(t);
  const { chain, fault, submit, sweep, payout, advance, balanceOf, call, expectStatus } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const refusals = [
    ["Insufficient balance", "approved", "insufficient_funds"],
    ["Insufficient native balance in master wallet to cover the network fee", "approved", "insufficient_gas"],
    ["Invalid address", "failed", "invalid_address"],
    ["Address is blacklisted", "failed", "address_blocked"],
  ] as const;
  for (const [reason, status, code] of refusals) {
    const { id } = await ask();
    await chain.rule({ outcome: "refused", reason, times: 1 });
    await submit(id);
    t.match(await payout(id), { status, failure: { code } }, reason);
    const isReleased = status === "failed";
    t.equal(await balanceOf("ada", "USDC"), isReleased ? 5_000_000_000 : 4_900_000_000, "set aside, or given back");
    if (isReleased) continue;
    advance(MINUTE_MS + 1_000);
    await sweep();
    await submit(id);
    t.match(await payout(id), { status: "submitted", attempts: [{ status: "failed" }, { status: "submitted" }] });
    const { attempts } = await payout(id);
    await chain.settle((attempts as Attempts).at(-1)?.id ?? "", { status: "failed" });
    advance(MINUTE_MS + 1_000);
    await sweep();
    t.equal(await balanceOf("ada", "USDC"), 5_000_000_000);
  }
  const limited = await ask();
  await fault(...WITHDRAW, { kind: "rate_limit" });
  await submit(limited.id);
  t.match(await payout(limited.id), { status: "approved", failure: { code: "rate_limited" } });
  await fault(...WITHDRAW, { kind: "status", status: 401 });
  await submit(limited.id);
  t.match(await payout(limited.id), { status: "approved", failure: { code: "unauthorized" } }, "nothing is given back");
  t.equal(await balanceOf("ada", "USDC"), 4_900_000_000);
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: true });
  await submit(limited.id);
  t.match(await payout(limited.id), { status: "approved" }, "halted");
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: false } }));
  await submit(limited.id);
  t.match(await payout(limited.id), { status: "submitted", attempts: [{}, {}, { status: "submitted" }] });
});

t.test("a provider that cannot be reached has sent nothing", async (t) => {
  const service = await startSteppedCoins(t);
  const { ask } = await fundedCustomer(service, "ada");
  const { id } = await ask();
  const env = { BLOCKRADAR_API_BASE: "http://127.0.0.1:9/v1" };
  const cutOff = await startSteppedCoins(t, { env, world: service });
  for (let turn = 0; turn < 10; turn += 1) await cutOff.submit(id);
  const { status, failure } = await service.payout(id);
  t.match({ status, failure }, { status: "approved", failure: { code: "not_sent" } }, "an open breaker included");
  t.strictSame(await service.chain.references(), {});
  await service.submit(id);
  t.match(await service.payout(id), { status: "submitted" });
});

t.test("a payout that appears at the provider only after it was not found", async (t) => {
  const service = await startSteppedCoins(t);
  const { blockradar, chain, fault, submit, sweep, payout, advance } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const { id } = await ask();
  await fault(...WITHDRAW, { kind: "cut_before" });
  await submit(id);
  advance(MINUTE_MS + 1_000);
  await sweep();
  t.match(await payout(id), { status: "unknown" }, "not found yet proves nothing");
  // What was on its way arrives: the same request, under the reference of the attempt.
  const { attempts } = await payout(id);
  const [base] = ((await chain.get("wallets")).data as { network: string; id: string; assets: Assets }[]).filter(
    ({ network }) => network === "base",
  );
  const late = { assetId: base?.assets.USDC?.id, address: SOMEWHERE, amount: "100" };
  const url = `${blockradar.url}/v1/wallets/${base?.id}/withdraw`;
  const reference = (attempts as Attempts)[0]?.id;
  await callJson("POST", url, { ...late, reference }, { "x-api-key": BLOCKRADAR_KEY });
  advance(6 * MINUTE_MS);
  await sweep();
  t.match(await payout(id), { status: "submitted", attempts: [{ status: "submitted" }] });
});
