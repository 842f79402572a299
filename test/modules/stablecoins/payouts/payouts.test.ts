import t from "tap";
import { eventually } from "../../../helpers/service.js";
import { SOMEWHERE, startCoinService } from "../../../helpers/stablecoins.js";

const ELSEWHERE = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";

/** A service whose customer `ada` has 5,000 USDC and a usable address. */
async function withFunds(
  t: Parameters<typeof startCoinService>[0],
  options: Parameters<typeof startCoinService>[1] = {},
) {
  const service = await startCoinService(t, options);
  await service.noCooling();
  const walletId = await service.walletOf("ada");
  await service.fund("ada", 5_000_000_000);
  await service.listAddress("ada");
  const body = { walletId, asset: "USDC", amount: 100_000_000, network: "base", address: SOMEWHERE };
  const request = (change: object = {}, options: object = {}) =>
    service.call("POST", "/v1/payouts", { body: { ...body, ...change }, ...options });
  return { ...service, walletId, body, request };
}

t.test("what cannot be paid out is refused, with nothing written and nothing set aside", async (t) => {
  const service = await withFunds(t);
  const { call, chain, expectStatus, walletId, request, balanceOf, listAddress } = service;
  const address = await expectStatus(
    201,
    call("POST", `/v1/wallets/${walletId}/addresses`, { body: { network: "base" } }),
  );
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { coolingOffSeconds: 3600 } }));
  await listAddress("ada", ELSEWHERE);
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { coolingOffSeconds: 0 } }));
  await chain.post("blacklist", { address: SOMEWHERE, listed: false });

  const refusals: [string, number, string, object][] = [
    ["a wrong checksum", 422, "payouts.invalid_address", { address: SOMEWHERE.replace("5aA", "5AA") }],
    [
      "an address of another kind of chain",
      422,
      "payouts.invalid_address",
      { address: "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW" },
    ],
    ["a chain without a master wallet", 422, "treasury.network_not_enabled", { network: "solana" }],
    ["an asset that is not enabled there", 422, "treasury.asset_not_enabled", { payoutAsset: "EUR" }],
    ["below the least", 422, "payouts.below_minimum", { amount: 1_500_000 }],
    ["less than the fee", 422, "payouts.fee_exceeds_amount", { amount: 900_000 }],
    ["more than there is", 402, "wallets.insufficient_balance", { amount: 6_000_000_000 }],
    ["more than one payout may be", 422, "payouts.limit_exceeded", { amount: 20_000_000_000 }],
    [
      "an address that is not listed",
      422,
      "payouts.address_not_listed",
      { address: "0x5e0bC1Ff1B2dA2Cb1b2Fe1E3E0C9b0D8C6a9f1e7".toLowerCase() },
    ],
    ["an address that is not cool", 422, "payouts.address_cooling_off", { address: ELSEWHERE }],
    ["less than expected", 422, "payouts.less_than_expected", { minimumReceived: 100_000_000 }],
    ["an unknown chain", 400, "request.invalid", { network: "dogechain" }],
    ["zero", 400, "request.invalid", { amount: 0 }],
    ["a fraction of a unit", 400, "request.invalid", { amount: 1.5 }],
    ["two sources", 400, "request.invalid", { paymentId: "pay_01h455vb4pex5vsknk084sn02q" }],
    ["somebody's wallet that is not there", 404, "wallets.not_found", { walletId: "wal_01h455vb4pex5vsknk084sn02q" }],
  ];
  for (const [what, status, code, change] of refusals) {
    const reply = await request(change);
    t.match(reply, { status, body: { code } }, what);
    t.match(reply.headers["content-type"], /^application\/problem\+json/);
  }
  for (const [what, own] of [
    ["our own deposit address", address.address],
    ["our own master wallet", await masterAddress(service)],
  ] as const) {
    const reply = await call("POST", "/v1/customers/ada/payout-addresses", { body: { network: "base", address: own } });
    t.match(reply, { status: 422, body: { code: "payouts.address_refused" } }, what);
  }
  await chain.post("blacklist", { address: SOMEWHERE });
  t.match(await request(), { status: 422, body: { code: "payouts.address_refused" } }, "a sanctioned address");
  const unsure = await call("POST", "/v1/payouts?dryRun=true", { body: { ...service.body }, key: null });
  t.equal(unsure.status, 422, "a dry run is refused alike");

  t.strictSame((await call("GET", "/v1/payouts")).body.data, [], "no payout was written");
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000, "nothing was set aside");
});

async function masterAddress({ call }: Pick<Awaited<ReturnType<typeof startCoinService>>, "call">): Promise<string> {
  const { body } = await call("GET", "/v1/treasury");
  const wallets = body.wallets as { network: string; address: string }[];
  return wallets.find((wallet) => wallet.network === "base")?.address ?? "";
}

t.test("four eyes", async (t) => {
  const { call, expectStatus, request, keyOf, payoutIs, balanceOf } = await withFunds(t);
  const approver = await keyOf("approver");
  const service = await keyOf("service");
  const asked = await expectStatus(201, request({ amount: 2_000_000_000 }));
  t.match(asked, { status: "awaiting_approval", needsApproval: true });
  t.equal(await balanceOf("ada", "USDC"), 3_000_000_000, "set aside at once");
  const approve = (token: string | undefined, termsHash: unknown, query = "") =>
    call("POST", `/v1/payouts/${asked.id}/approve${query}`, { body: { termsHash }, ...(token ? { token } : {}) });

  t.match(
    await approve(undefined, asked.termsHash),
    { status: 403, body: { code: "payouts.four_eyes" } },
    "by who asked",
  );
  t.equal((await approve(service, asked.termsHash)).status, 403, "by who may not approve");
  t.match(await approve(approver, "0".repeat(64)), { status: 409, body: { code: "payouts.terms_changed" } });

  const edited = await expectStatus(200, call("PATCH", `/v1/payouts/${asked.id}`, { body: { amount: 2_500_000_000 } }));
  t.not(edited.termsHash, asked.termsHash);
  t.equal(await balanceOf("ada", "USDC"), 2_500_000_000, "the difference is set aside too");
  t.match(
    await approve(approver, asked.termsHash),
    { status: 409, body: { code: "payouts.terms_changed" } },
    "after an edit",
  );
  const tried = await expectStatus(200, approve(approver, edited.termsHash, "?dryRun=true"));
  t.match(tried, { status: "approved", dryRun: true });
  t.equal(
    (await call("GET", `/v1/payouts/${asked.id}`)).body.status,
    "awaiting_approval",
    "a dry run approves nothing",
  );

  await expectStatus(200, approve(approver, edited.termsHash));
  const done = await payoutIs(asked.id, "confirmed");
  t.match(done, { amount: 2_500_000_000, platformFee: 25_000_000, payoutAmount: 2_475_000_000 });
  t.match(await approve(approver, edited.termsHash), { status: 409, body: { code: "payouts.wrong_status" } });
  const retried = await call("POST", `/v1/payouts/${asked.id}/retry`, { body: { reason: "once more" } });
  t.match(retried, { status: 409, body: { code: "payouts.wrong_status" } }, "a confirmed payout is not tried again");
});

t.test("rejected and canceled payouts give the money back", async (t) => {
  const { call, chain, expectStatus, request, keyOf, balanceOf, payoutIs } = await withFunds(t);
  const approver = await keyOf("approver");
  const first = await expectStatus(201, request({ amount: 2_000_000_000 }));
  const reason = { reason: "not like this" };
  const rejected = await expectStatus(
    200,
    call("POST", `/v1/payouts/${first.id}/reject`, { body: reason, token: approver }),
  );
  t.match(rejected, { status: "canceled", reason: reason.reason });
  const second = await expectStatus(201, request({ amount: 2_000_000_000 }));
  await expectStatus(200, call("POST", `/v1/payouts/${second.id}/cancel`, { body: reason }));
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000);

  await chain.rule({ outcome: "pending" });
  const third = await expectStatus(201, request());
  await payoutIs(third.id, "submitted");
  const canceled = await call("POST", `/v1/payouts/${third.id}/cancel`, { body: reason });
  t.match(canceled, { status: 200, body: { status: "canceled" } }, "the provider cancels what is not broadcast");
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000);
});

t.test("a definite failure gives the money back, and can be tried again", async (t) => {
  const { call, chain, expectStatus, request, balanceOf, payoutIs } = await withFunds(t);
  await chain.rule({ outcome: "failed", reason: "reverted", times: 1 });
  const asked = await expectStatus(201, request());
  t.match(await payoutIs(asked.id, "failed"), { attempts: [{ status: "failed" }] });
  t.equal(await balanceOf("ada", "USDC"), 5_000_000_000);
  await expectStatus(200, call("POST", `/v1/payouts/${asked.id}/retry`, { body: { reason: "gas was low" } }));
  const done = await payoutIs(asked.id, "confirmed");
  t.match(done.attempts, [{ status: "failed" }, { status: "confirmed", number: 2 }]);
  t.equal(await balanceOf("ada", "USDC"), 4_900_000_000);
});

t.test("the kill switch stops sending, and letting go sends what waited", async (t) => {
  const { call, chain, expectStatus, request, payoutIs } = await withFunds(t);
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: true, reason: "an alarm" } }));
  const asked = await expectStatus(201, request());
  // The job has run by now, for a later one of the same queue has.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  t.equal((await call("GET", `/v1/payouts/${asked.id}`)).body.status, "approved");
  t.strictSame(await chain.references(), {});
  await expectStatus(200, call("PUT", "/v1/payout-controls", { body: { halted: false } }));
  await payoutIs(asked.id, "confirmed");
});

t.test("a customer sees and moves only its own", async (t) => {
  const { call, expectStatus, request, body } = await withFunds(t);
  const { customerToken } = await import("../../../helpers/jwt.js");
  const [ada, mallory] = [await customerToken("ada"), await customerToken("mallory")];
  const asked = await expectStatus(201, request());
  t.equal((await call("GET", `/v1/payouts/${asked.id}`, { token: ada })).status, 200);
  t.equal((await call("GET", `/v1/payouts/${asked.id}`, { token: mallory })).status, 404);
  t.equal((await call("POST", "/v1/payouts", { body, token: mallory })).status, 404);
  t.strictSame((await call("GET", "/v1/payouts", { token: mallory })).body.data, []);
  const address = { network: "base", address: ELSEWHERE };
  t.equal((await call("POST", "/v1/customers/ada/payout-addresses", { body: address, token: mallory })).status, 404);
});

t.test("the same request again is the same payout", async (t) => {
  const { expectStatus, request, balanceOf } = await withFunds(t);
  const first = await expectStatus(201, request({}, { key: "once" }));
  const again = await request({}, { key: "once" });
  t.match(again, { status: 201, headers: { "idempotency-replayed": "true" }, body: { id: first.id } });
  t.match(await request({ amount: 200_000_000 }, { key: "once" }), { status: 422 }, "another body");
  t.equal(await balanceOf("ada", "USDC"), 4_900_000_000);
});

t.test("fifty at once never exceed the limit by a unit", async (t) => {
  const { call, expectStatus, request } = await withFunds(t);
  const policy = (await expectStatus(200, call("GET", "/v1/payout-policies"))).data as Record<string, unknown>[];
  const { asset, updatedBy, updatedAt, ...usdc } = policy.find((each) => each.asset === "USDC") ?? {};
  t.ok(asset && updatedBy && updatedAt);
  const body = { ...usdc, feeBasisPoints: 0, feeMinimum: 0, customerDayMax: 1_000_000_000 };
  await expectStatus(200, call("PUT", "/v1/payout-policies/USDC", { body }));
  const replies = await Promise.all(Array.from({ length: 50 }, () => request({ amount: 90_000_000 })));
  const accepted = replies.filter((reply) => reply.status === 201);
  t.equal(accepted.length, 11, "11 of 90 fit into 1,000");
  for (const reply of replies.filter((each) => each.status !== 201)) {
    t.match(reply, {
      status: 422,
      body: { code: "payouts.limit_exceeded", limit: "customer_day", remaining: 10_000_000 },
    });
  }
  const [last] = await Promise.all([request({ amount: 10_000_000 })]);
  t.equal(last?.status, 201, "exactly the rest fits");
});

t.test("what left for the wrong amount is booked, stops everything and calls a person", async (t) => {
  const { call, chain, expectStatus, request, systemBalances } = await withFunds(t);
  await chain.rule({ outcome: "success", amount: "120", times: 1 });
  const asked = await expectStatus(201, request());
  const payout = await eventually(async () => {
    const { body } = await call("GET", `/v1/payouts/${asked.id}`);
    return body.reviewReason !== null && body;
  }, 15_000);
  t.match(payout, { reviewReason: "wrong_amount" });
  t.match((await call("GET", "/v1/payout-controls")).body, { halted: true });
  t.match(await systemBalances(), { "unexplained USDC": 120_000_000, "payouts_in_flight USDC": 100_000_000 });
});

t.test("success that comes after we gave the money back is taken back, with debt for what was spent", async (t) => {
  const { call, chain, expectStatus, request, walletId, payoutIs, balanceOf, fund } = await withFunds(t);
  await chain.rule({ outcome: "failed", times: 1 });
  const asked = await expectStatus(201, request());
  const failed = await payoutIs(asked.id, "failed");
  await expectStatus(
    201,
    call("POST", `/v1/wallets/${walletId}/debits`, { body: { asset: "USDC", amount: 4_950_000_000 } }),
  );
  const [attempt] = failed.attempts as { id: string }[];
  await chain.settle(attempt?.id ?? "", { status: "success" });
  t.match(await payoutIs(asked.id, "confirmed"), { status: "confirmed" });
  const wallet = (await call("GET", "/v1/customers/ada/wallet")).body.balances as Record<string, unknown>[];
  t.match(
    wallet.find((each) => each.asset === "USDC"),
    { balance: 0, owed: 50_000_000 },
  );
  await fund("ada", 1);
  t.equal(await balanceOf("ada", "USDC"), 1, "a grant is a gift and repays nothing");
});
