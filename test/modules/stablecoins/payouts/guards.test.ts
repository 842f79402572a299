import { createHmac } from "node:crypto";
import { BLOCKRADAR_WALLETS } from "@coffer/sandboxes";
import t, { type Test } from "tap";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { BLOCKRADAR_KEY, eventually, startTestService } from "../../../helpers/service.js";
import { coinHelpers, SOMEWHERE, startCoinService } from "../../../helpers/stablecoins.js";

// What hostile or unlucky timing once did to deposits, payouts and the treasury, each with the harm that it did.

const ELSEWHERE = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

/** A service whose customer `ada` has 5,000 USDC and a usable address. */
async function start(t: Test, options: Parameters<typeof startCoinService>[1] = {}) {
  const service = await startCoinService(t, options);
  const { call, expectStatus } = service;
  await service.noCooling();
  const walletId = await service.walletOf("ada");
  await service.fund("ada", 5_000_000_000);
  await service.listAddress("ada");
  const body = { walletId, asset: "USDC", amount: 100_000_000, network: "base", address: SOMEWHERE };
  const request = (change: object = {}, options: object = {}) =>
    call("POST", "/v1/payouts", { body: { ...body, ...change }, ...options });
  const policy = async (change: object) => {
    const { data } = await expectStatus(200, call("GET", "/v1/payout-policies"));
    const usdc = (data as Record<string, unknown>[]).find((each) => each.asset === "USDC") ?? {};
    const { asset: _, updatedBy: __, updatedAt: ___, ...known } = usdc;
    return call("PUT", "/v1/payout-policies/USDC", { body: { ...known, ...change } });
  };
  /** A card payment that puts dollars into ada's wallet. */
  const dollars = async (amount = 10_000) => {
    const asked = await expectStatus(
      201,
      call("POST", "/v1/payments", {
        body: { customerId: "ada", amount, currency: "USD", provider: "stripe", flow: "payment_intent" },
      }),
    );
    await expectStatus(
      200,
      call("POST", `/v1/payments/${asked.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } }),
    );
    return asked;
  };
  const stripe = (route: string, sent: object = {}) => callJson("POST", `${service.stripe.url}/sandbox/${route}`, sent);
  const balance = async (asset: string, customerId = "ada") => {
    const { balances } = await expectStatus(200, call("GET", `/v1/customers/${customerId}/wallet`));
    const found = (balances as { asset: string; balance: number; owed: number }[]).find((b) => b.asset === asset);
    return { balance: found?.balance ?? 0, owed: found?.owed ?? 0 };
  };
  /** News as Blockradar signs it. */
  const tell = (event: string, data: Record<string, unknown>) => {
    const text = JSON.stringify({ event, data });
    return fetch(`${service.url}/webhooks/blockradar`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-blockradar-signature": createHmac("sha512", BLOCKRADAR_KEY).update(text).digest("hex"),
      },
      body: text,
    });
  };
  const addressOf = (id = walletId) =>
    expectStatus(201, call("POST", `/v1/wallets/${id}/addresses`, { body: { network: "base" } }));
  return { ...service, walletId, body, request, policy, dollars, stripe, balance, tell, addressOf };
}

const WAIT = 15_000;
const reason = { reason: "a test" };

t.test(
  "a payment is paid out once, whoever asks for it at the same time, and however an earlier try ended",
  async (t) => {
    const { call, chain, dollars, payoutIs, expectStatus } = await start(t);
    const { id: paymentId } = await dollars();
    const body = { paymentId, payoutAsset: "USDC", network: "base", address: SOMEWHERE };
    await chain.rule({ outcome: "failed", times: 1 });
    const failed = await expectStatus(201, call("POST", "/v1/payouts", { body }));
    await payoutIs(failed.id, "failed");
    const replies = await Promise.all(Array.from({ length: 8 }, () => call("POST", "/v1/payouts", { body })));
    t.strictSame(replies.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
    const again = await call("POST", `/v1/payouts/${failed.id}/retry`, { body: reason });
    t.match(again, { status: 409, body: { code: "payouts.already_paid_out" } });
  },
);

t.test("coins of a failed payout that leave after the payment was paid out again are booked", async (t) => {
  const { call, chain, dollars, payoutIs, expectStatus, systemBalances } = await start(t);
  const { id: paymentId } = await dollars();
  const body = { paymentId, payoutAsset: "USDC", network: "base", address: SOMEWHERE };
  await chain.rule({ outcome: "failed", times: 1 });
  const first = await expectStatus(201, call("POST", "/v1/payouts", { body }));
  const failed = await payoutIs(first.id, "failed");
  const second = await expectStatus(201, call("POST", "/v1/payouts", { body }));
  await payoutIs(second.id, "confirmed");
  const [attempt] = failed.attempts as { id: string }[];
  await chain.settle(attempt?.id ?? "", { status: "success" });
  await eventually(async () => (await call("GET", "/v1/payout-controls")).body.halted === true, WAIT);
  t.match(await systemBalances(), { "exchange USDC": 198_000_000, "customer_debt USD": -10_000 });
  const late = (await call("GET", `/v1/payouts/${first.id}`)).body;
  t.match(late, { status: "confirmed", reviewReason: "paid_out_again" });
});

t.test("what comes back from a canceled payout repays what was run up meanwhile", async (t) => {
  const { call, dollars, stripe, expectStatus, balance, policy } = await start(t);
  await expectStatus(200, policy({ approvalAbove: 0 }));
  const { id, providerReference } = await dollars();
  const asked = await expectStatus(
    201,
    call("POST", "/v1/payouts", {
      body: { paymentId: id, payoutAsset: "USDC", network: "base", address: SOMEWHERE },
    }),
  );
  const paid = await expectStatus(200, call("GET", `/v1/payments/${id}`));
  await stripe("disputes", { payment_intent: paid.providerReference ?? providerReference });
  await eventually(async () => (await balance("USD")).owed === 10_000, WAIT);
  await expectStatus(200, call("POST", `/v1/payouts/${asked.id}/cancel`, { body: reason }));
  t.strictSame(await balance("USD"), { balance: 0, owed: 0 });
});

t.test("a payout that failed is not sent again to an address that was taken off the list", async (t) => {
  const { call, chain, expectStatus, request, payoutIs, balance } = await start(t);
  await chain.rule({ outcome: "failed", times: 1 });
  const asked = await expectStatus(201, request());
  await payoutIs(asked.id, "failed");
  const { data } = await expectStatus(200, call("GET", "/v1/customers/ada/payout-addresses"));
  const [entry] = data as { id: string }[];
  await expectStatus(200, call("DELETE", `/v1/customers/ada/payout-addresses/${entry?.id}`));
  const again = await call("POST", `/v1/payouts/${asked.id}/retry`, { body: reason });
  t.match(again, { status: 422, body: { code: "payouts.address_not_listed" } });
  t.match(await balance("USDC"), { balance: 5_000_000_000 });
});

t.test("a stablecoin of another currency is not taken for dollars", async (t) => {
  const { call, expectStatus, fund, walletId } = await start(t);
  for (const [asset, scale] of [
    ["EURC", 6],
    ["CNGN", 6],
  ] as const) {
    await expectStatus(
      201,
      call("POST", "/v1/assets", { body: { code: asset, kind: "stablecoin", scale, name: asset } }),
    );
    await fund("ada", 100_000_000, asset);
    const reply = await call("POST", `/v1/wallets/${walletId}/conversions`, { body: { asset, amount: 50_000_000 } });
    t.match(reply, { status: 422, body: { code: "wallets.asset_not_convertible" } });
  }
});

t.test("what a deposit comes to is what is there when it is final", async (t) => {
  const { chain, tell, addressOf, balance, walletOf, call, expectStatus } = await start(t);
  const { address } = await addressOf();
  const made = await chain.deposit({ address: address as string, asset: "USDC", amount: "100", status: "processing" });
  await eventually(async () => ((await call("GET", "/v1/deposits")).body.data as object[]).length === 1, WAIT);
  await tell("deposit.processing", made);
  await tell("deposit.success", { ...made, amount: "10", amountPaid: "10", status: "SUCCESS" });
  const first = async () => ((await call("GET", "/v1/deposits")).body.data as Record<string, unknown>[])[0];
  await eventually(async () => (await first())?.status === "credited", WAIT);
  t.match(await first(), { amount: 10_000_000 });
  t.match(await balance("USDC"), { balance: 5_010_000_000 });

  // Its first news named no token, and its last does.
  const bare = { ...made, id: "0f0e0d0c-0000-4000-8000-000000000001", hash: `0x${"ab".repeat(32)}`, logIndex: 7 };
  const {
    tokenAddress: _,
    asset,
    ...rest
  } = bare as unknown as Record<string, unknown> & { asset: Record<string, unknown> };
  await tell("deposit.processing", { ...rest, asset: { ...asset, address: null } });
  await eventually(async () => (await first())?.amount === 0, WAIT);
  await tell("deposit.success", { ...bare, status: "SUCCESS", amount: "7", amountPaid: "7" });
  await eventually(async () => (await first())?.status === "credited", WAIT);
  t.match(await balance("USDC"), { balance: 5_017_000_000 });

  // The provider's id of one address beside the text of another: nobody can say whose it is.
  const bob = await addressOf(await walletOf("bob"));
  const mixed = { ...bare, id: "0f0e0d0c-0000-4000-8000-000000000002", logIndex: 8, recipientAddress: bob.address };
  await tell("deposit.success", { ...mixed, status: "SUCCESS" });
  await eventually(async () => ((await call("GET", "/v1/deposits")).body.data as object[]).length === 3, WAIT);
  t.match(await first(), { status: "quarantined" });
  t.match(await balance("USDC"), { balance: 5_017_000_000 });
  t.match(await balance("USDC", "bob"), { balance: 0 });
  t.ok(expectStatus);
});

t.test("announced fundings of one amount that come at once are all found", async (t) => {
  const { call, chain, expectStatus } = await start(t);
  const body = { network: "base", asset: "USDC", amount: 50_000_000 };
  for (let i = 0; i < 20; i += 1) await expectStatus(201, call("POST", "/v1/treasury/fundings", { body }));
  await Promise.all(
    Array.from({ length: 20 }, () =>
      chain.post(`wallets/${BLOCKRADAR_WALLETS.base}/fund`, { asset: "USDC", amount: "50" }),
    ),
  );
  await eventually(async () => {
    const { data } = (await call("GET", "/v1/treasury/fundings")).body as { data: { status: string }[] };
    return data.every(({ status }) => status === "received");
  }, WAIT).catch(async () => t.fail("not all", (await call("GET", "/v1/treasury/fundings")).body));
});

t.test("prices that cannot be are refused, and none is a 500", async (t) => {
  const { call, chain, dollars, policy, expectStatus } = await start(t);
  await expectStatus(200, policy({ perPayoutMax: null, customerDayMax: null, globalDayMax: null }));
  const { id: paymentId } = await dollars();
  const body = { paymentId, payoutAsset: "USDC", network: "base", address: SOMEWHERE };
  for (const rate of [0.000001, 0.0000000001, 1e-18, 1e5, 1e21]) {
    await chain.post("rates", { asset: "USDC", currency: "USD", rate });
    for (const path of ["/v1/payouts/quote", "/v1/payouts"]) {
      const reply = await call("POST", path, { body });
      t.ok(reply.status < 500 || reply.status === 503, `${rate}: ${reply.status} ${JSON.stringify(reply.body)}`);
      t.not(reply.status, 201, `${rate} pays nothing out`);
    }
  }
});

t.test("policies, edits and approvals: nobody gets around the second person", async (t) => {
  const { call, expectStatus, request, keyOf, payoutIs, policy, chain } = await start(t);
  const approver = await keyOf("approver");
  const other = await keyOf("approver");
  t.match(await policy({ minimum: 0 }), { status: 400 });
  t.match(await policy({ feeBasisPoints: 10_000 }), { status: 400 });
  t.match(await policy({ approvalAbove: -1 }), { status: 400 });
  t.equal((await call("PUT", "/v1/payout-policies/NOPE", { body: {} })).status, 400);
  const big = await expectStatus(201, request({ amount: 2_000_000_000 }));
  t.equal(big.status, "awaiting_approval");
  t.match(await call("POST", `/v1/payouts/${big.id}/approve`, { body: { termsHash: big.termsHash } }), { status: 403 });
  // An edit that brings it below the threshold, then the race of everything at once.
  const edit = { token: approver, body: { amount: 50_000_000 } };
  const edited = await expectStatus(200, call("PATCH", `/v1/payouts/${big.id}`, edit));
  t.match(edited, { status: "awaiting_approval", needsApproval: true });
  const approve = (token: string, termsHash: unknown) =>
    call("POST", `/v1/payouts/${big.id}/approve`, { token, body: { termsHash } });
  t.match(await approve(other, big.termsHash), { status: 409, body: { code: "payouts.terms_changed" } });
  t.match(await approve(approver, edited.termsHash), { status: 403 });
  const race = await Promise.all([
    approve(other, edited.termsHash),
    call("PATCH", `/v1/payouts/${big.id}`, { token: approver, body: { amount: 60_000_000 } }),
    call("POST", `/v1/payouts/${big.id}/cancel`, { body: reason }),
    call("PUT", "/v1/payout-controls", { body: { halted: true } }),
    call("PUT", "/v1/payout-controls", { body: { halted: false } }),
  ]);
  t.ok(
    race.every(({ status }) => status < 500),
    JSON.stringify(race.map(({ status, body }) => [status, body.code])),
  );
  await call("PUT", "/v1/payout-controls", { body: { halted: false } });
  const end = await payoutIs(big.id, "confirmed", "canceled", "awaiting_approval");
  const sent = Object.values(await chain.references()).reduce((sum, each) => sum + each.sent, 0);
  t.equal(sent, end.status === "confirmed" ? 1 : 0);
});

t.test("a customer's token acts on its own money only", async (t) => {
  const { call, expectStatus, request, body, walletOf, fund, listAddress } = await start(t);
  const mallory = await customerToken("mallory");
  const walletId = await walletOf("mallory");
  await fund("mallory", 500_000_000);
  const asked = await expectStatus(201, request({ amount: 2_000_000_000 }));
  const { data } = await expectStatus(200, call("GET", "/v1/customers/ada/payout-addresses"));
  const [entry] = data as { id: string }[];
  const tries = await Promise.all([
    call("POST", `/v1/payouts/${asked.id}/cancel`, { token: mallory, body: reason }),
    call("POST", `/v1/payouts/${asked.id}/approve`, { token: mallory, body: { termsHash: asked.termsHash } }),
    call("PATCH", `/v1/payouts/${asked.id}`, { token: mallory, body: { amount: 1 } }),
    call("DELETE", `/v1/customers/ada/payout-addresses/${entry?.id}`, { token: mallory }),
    call("DELETE", `/v1/customers/mallory/payout-addresses/${entry?.id}`, { token: mallory }),
    call("POST", "/v1/payouts/quote", { token: mallory, body }),
    // Ada's address is not on mallory's list.
    call("POST", "/v1/payouts", { token: mallory, body: { ...body, walletId } }),
  ]);
  t.strictSame(
    tries.map(({ status }) => status),
    [404, 403, 403, 404, 404, 404, 422],
  );
  // One spelling only.
  const lower = await listAddress("mallory", ELSEWHERE.toLowerCase());
  t.equal((await listAddress("mallory", ELSEWHERE)).id, lower.id);
  const shouted = `0x${ELSEWHERE.slice(2).toUpperCase()}`;
  t.match(await call("POST", "/v1/payouts", { body: { ...body, walletId, address: shouted } }), {
    status: 201,
    body: { address: ELSEWHERE },
  });
  await expectStatus(200, call("DELETE", `/v1/customers/mallory/payout-addresses/${lower.id}`));
  t.match(await call("POST", "/v1/payouts", { body: { ...body, walletId, address: shouted } }), { status: 422 });
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { coolingOffSeconds: 60 } }));
  await listAddress("mallory", ELSEWHERE);
  t.match(await call("POST", "/v1/payouts", { body: { ...body, walletId, address: shouted } }), {
    body: { code: "payouts.address_cooling_off" },
  });
});

t.test("amounts at the edge of what can be counted", async (t) => {
  const { call, tell, chain, addressOf, balance, walletId } = await start(t);
  const { address } = await addressOf();
  const made = await chain.deposit({ address: address as string, asset: "USDC", amount: "1" });
  await eventually(async () => (await balance("USDC")).balance === 5_001_000_000, WAIT);
  const amounts = [
    "0",
    "0.0000001",
    "1e6",
    "-1",
    `1${"0".repeat(30)}`,
    "9007199254.740991",
    "9007199254.740992",
    "",
    "0x10",
  ];
  for (const [index, amount] of amounts.entries()) {
    const id = `0f0e0d0c-0000-4000-8000-0000000001${String(index).padStart(2, "0")}`;
    const reply = await tell("deposit.success", {
      ...made,
      id,
      amount,
      amountPaid: amount,
      hash: `0x${String(index).repeat(64)}`,
    });
    t.ok(reply.status < 300, `${amount}: ${reply.status}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  t.match(await balance("USDC"), { balance: 5_001_000_000 });
  const list = await call("GET", "/v1/deposits");
  t.equal(list.status, 200);
  const events = (await call("GET", "/v1/webhook-events?limit=100")).body.data as Record<string, unknown>[];
  for (const event of events) if (event.status !== "processed") t.comment(`${event.status}: ${event.note}`);
  for (const amount of [Number.MAX_SAFE_INTEGER, 1]) {
    const body = { asset: "USDC", amount };
    const reply = await call("POST", `/v1/wallets/${walletId}/conversions`, { body });
    t.ok([402, 422].includes(reply.status), `${amount}: ${reply.status} ${JSON.stringify(reply.body)}`);
    const dry = await call("POST", `/v1/wallets/${walletId}/conversions?dryRun=true`, { body, key: null });
    t.ok(dry.status < 500, `${amount}: ${dry.status} ${JSON.stringify(dry.body)}`);
  }
  const same = Array.from({ length: 6 }, () =>
    call("POST", `/v1/wallets/${walletId}/conversions`, { body: { asset: "USDC", package: "starter" }, key: "one" }),
  );
  t.ok((await Promise.all(same)).every(({ status }) => status === 201 || status === 409));
  t.match(await balance("CREDIT"), { balance: 10 });
  t.match(await balance("USDC"), { balance: 4_991_010_000 });
});

t.test("a late answer to one attempt does not touch the next, and a late no is taken for what it is", async (t) => {
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  // No worker: the jobs are run by hand.
  const started = await startTestService(t, { overrides: { clock } });
  const service = { ...started, ...coinHelpers(started) };
  const { call, chain, expectStatus, deps, payoutIs, balanceOf, keyOf } = service;
  await service.noCooling();
  const walletId = await service.walletOf("ada");
  await service.fund("ada", 5_000_000_000);
  await service.listAddress("ada");
  const approver = await keyOf("approver");
  const jobs = jobsOf(deps);
  const body = { walletId, asset: "USDC", amount: 100_000_000, network: "base", address: SOMEWHERE };
  const withdrawal = { method: "POST", path: "/withdraw$" };
  for (const again of [false, true]) {
    const asked = await expectStatus(201, call("POST", "/v1/payouts", { body }));
    // The first attempt is refused, and the refusal takes its time.
    await chain.rule({ outcome: "refused", times: 1 });
    await chain.post("faults", { match: withdrawal, kind: "delay", delayMs: 1_500, times: 1 });
    const first = jobs["payouts:submit"]?.({ payoutId: asked.id });
    await payoutIs(asked.id, "submitting");
    ahead += 61_000;
    await jobs["payouts:sweep"]?.({});
    await payoutIs(asked.id, "unknown");
    if (again) {
      await expectStatus(
        200,
        call("POST", `/v1/payouts/${asked.id}/retry`, { token: approver, body: { reason: "not in the list" } }),
      );
      await chain.delete("withdrawals/rules");
      await chain.rule({ outcome: "refused", times: 1 });
      await chain.post("faults", { match: withdrawal, kind: "delay", delayMs: 3_000, times: 1 });
      const second = jobs["payouts:submit"]?.({ payoutId: asked.id });
      await first;
      const between = await payoutIs(asked.id, "submitting", "failed", "unknown");
      t.equal(between.status, "submitting", "the second is still being asked");
      await chain.delete("withdrawals/rules");
      await second;
    }
    await first;
    const end = await payoutIs(asked.id, ...(again ? ["submitted", "confirmed"] : ["approved"]), "failed");
    t.not(end.status, "failed");
  }
  t.equal(await balanceOf("ada", "USDC"), 4_800_000_000, "one waits, one went, each once");
});
