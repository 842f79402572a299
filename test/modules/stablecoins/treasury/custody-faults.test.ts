import t from "tap";
import { eventually } from "../../../helpers/service.js";
import { fundedCustomer, SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";

type Row = Record<string, unknown>;
const MINUTE_MS = 60_000;
const TIMEOUT_MS = 700;

/** What can go wrong with a question that moves nothing. */
const TROUBLE: Readonly<Record<string, object>> = {
  "a timeout": { kind: "delay", delayMs: 1_100 },
  "a connection cut before": { kind: "cut_before" },
  "a connection cut after": { kind: "cut_after" },
  "500": { kind: "status", status: 500 },
  "503 after": { kind: "status_after", status: 503 },
  "429": { kind: "rate_limit" },
  "401": { kind: "status", status: 401 },
  "404": { kind: "status", status: 404 },
  "a redirect": { kind: "status", status: 302 },
  "an unreadable reply": { kind: "malformed_after" },
};

t.test("trouble with a question that a payout needs: nothing is written, and asking again works", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: TIMEOUT_MS } });
  const { fault, fund, call, balanceOf, chain, expectStatus } = service;
  const { request } = await fundedCustomer(service, "ada");
  await fund("ada", 1_000_000, "USD");
  const inUsd = { asset: "USD", payoutAsset: "USDC", amount: 10_000 };
  const questions = [
    ["POST", "/network-fee$", {}],
    ["GET", "/v1/aml", {}],
    ["GET", "/v1/assets", inUsd],
  ] as const;
  let payouts = 0;
  for (const [method, path, change] of questions) {
    for (const [name, trouble] of Object.entries(TROUBLE)) {
      await fault(method, path, trouble);
      const what = `${path}: ${name}`;
      const send = () => request({ amount: 10_000_000, ...change }, { key: `asked-${payouts}` });
      const code = /^(provider\.unavailable|treasury\.rate_not_available)$/;
      t.match(await send(), { status: 503, body: { code } }, what);
      const { data } = await expectStatus(200, call("GET", "/v1/payouts?limit=100"));
      t.equal((data as Row[]).length, payouts, "no payout");
      t.equal((await send()).status, 201, `${what}, asked again under the same key`);
      payouts += 1;
    }
  }
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000 - 20 * 10_000_000);
  t.equal(await balanceOf("ada", "USD"), 1_000_000 - 10 * 10_000);
  t.strictSame(await chain.references(), {});
  await fault("GET", "/balances$", { kind: "status", status: 500 });
  t.match(await call("GET", "/v1/treasury"), { status: 503, body: { code: "provider.unavailable" } });
});

t.test("trouble while an address is made or looked for ends in one address", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: TIMEOUT_MS } });
  const { chain, fault, call, walletOf, expectStatus, advance, job } = service;
  const ask = (walletId: string) => call("POST", `/v1/wallets/${walletId}/addresses`, { body: { network: "base" } });
  for (const [index, [name, trouble]] of Object.entries(TROUBLE).entries()) {
    const walletId = await walletOf(`customer-${index}`);
    await fault("POST", "/addresses$", trouble);
    t.equal((await ask(walletId)).status, 503, name);
    // What is slow is still on its way when we have given up on it.
    if (name === "a timeout") {
      await eventually(async () => {
        const { addresses = {} } = (await chain.get("effects")) as { addresses?: object };
        return Object.keys(addresses).length === index + 1;
      });
    }
    await fault("GET", "/addresses$", trouble);
    t.equal((await ask(walletId)).status, 503, `${name}, and the list has it too`);
    const given = await expectStatus(201, ask(walletId));
    t.match(await expectStatus(201, ask(walletId)), { id: given.id, address: given.address });
    const { data } = await expectStatus(200, call("GET", `/v1/wallets/${walletId}/addresses`));
    t.equal((data as Row[]).length, 1, "one, as the customer sees it");
  }
  const { addresses } = (await chain.get("effects")) as { addresses: Record<string, Row> };
  t.equal(Object.keys(addresses).length, Object.keys(TROUBLE).length, "and one each at the provider");

  const walletId = await walletOf("nobody-asks-again");
  await fault("POST", "/addresses$", { kind: "cut_after" });
  await ask(walletId);
  advance(2 * MINUTE_MS);
  await job("deposits:sweep");
  const { data } = await expectStatus(200, call("GET", `/v1/wallets/${walletId}/addresses`));
  t.match(data, [{ status: "active" }], "the sweeper finishes it");
});

t.test("trouble while a payout is followed or called off", async (t) => {
  const service = await startSteppedCoins(t, { overrides: { providerTimeoutMs: TIMEOUT_MS } });
  const { chain, fault, submit, sweep, payout, advance, call, balanceOf, eventsOf } = service;
  const { ask } = await fundedCustomer(service, "ada");
  const cancel = (id: unknown) => call("POST", `/v1/payouts/${id}/cancel`, { body: { reason: "not any more" } });
  const sent = async () => {
    const { id } = await ask();
    await submit(id);
    const { attempts } = await payout(id);
    return { id, reference: (attempts as { id: string }[]).at(-1)?.id ?? "" };
  };
  for (const [name, trouble] of Object.entries(TROUBLE)) {
    const { id, reference } = await sent();
    advance(2 * MINUTE_MS);
    await fault("GET", "/transactions/.+$", trouble);
    await sweep();
    t.match(await payout(id), { status: "submitted" }, `${name} while it is followed`);
    await fault("POST", "/cancel$", trouble);
    await fault("GET", "/transactions/.+$", trouble);
    const unsure = await cancel(id);
    t.match(unsure.status, /^(409|503)$/, `${name} while it is called off, and while it is looked at`);
    // What did not get through gets through now; what had been done is found.
    const done = await cancel(id);
    t.ok(done.status === 200 || (await payout(id)).status === "canceled", `${name}: canceled in the end`);
    t.match((await chain.references())[reference], { accepted: 1, sent: 0 });
    t.equal(await balanceOf("ada", "USDC"), 5_000_000_000, "given back once");
  }
  const stuck = await sent();
  await chain.settle(stuck.reference, { status: "processing" });
  t.match(await cancel(stuck.id), { status: 409, body: { code: "payouts.wrong_status" } }, "broadcast: too late");
  advance(16 * MINUTE_MS);
  await sweep();
  advance(16 * MINUTE_MS);
  await sweep();
  t.match(await eventsOf("payout.stuck"), [{ resource: stuck.id }], "an alarm, once");
  await chain.settle(stuck.reference, { status: "success" });
  advance(61 * MINUTE_MS);
  await sweep();
  t.match(await payout(stuck.id), { status: "confirmed", address: SOMEWHERE });
});
