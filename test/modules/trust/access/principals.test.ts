import t from "tap";
import { eventually, startTestService, type TestService } from "../../../helpers/service.js";
import { SOMEWHERE, startSteppedCoins } from "../../../helpers/stablecoins.js";

// Who acts is a principal, a person or a back end, whatever key it uses.

interface Key {
  readonly id: string;
  readonly principalId: string;
  readonly secret: string;
}

/** Makes a key as the administrator, or as the holder of another key. */
const keyMaker =
  ({ call }: Pick<TestService, "call">) =>
  async (body: object, token?: string): Promise<Key> => {
    const reply = await call("POST", "/v1/api-keys", { body, ...(token === undefined ? {} : { token }) });
    if (reply.status !== 201) throw new Error(`${reply.status}: ${JSON.stringify(reply.body)}`);
    return reply.body as unknown as Key;
  };

t.test("B4: a retry under another key of the same back end is the same request", async (t) => {
  const service = await startTestService(t);
  const { call, sql } = service;
  const make = keyMaker(service);
  const first = await make({ name: "shop backend", role: "service" });
  const second = await make({ name: "Shop Backend", role: "service" });
  t.equal(second.principalId, first.principalId, "keys of one name are one principal's");
  const third = await make({ name: "replica 3", role: "service", principalId: first.principalId });
  const stranger = await make({ name: "another shop", role: "service" });

  const grant = { customerId: "ada", asset: "CREDIT", amount: 100, note: "a present" };
  await call("POST", "/v1/grants", { body: grant });
  const { id: walletId } = (await call("GET", "/v1/customers/ada/wallet")).body;
  const debit = (token: string, key = "spend-1") =>
    call("POST", `/v1/wallets/${walletId}/debits`, { token, key, body: { asset: "CREDIT", amount: 10 } });
  const spent = await debit(first.secret);
  t.equal(spent.status, 201);
  for (const { secret } of [second, third]) {
    const again = await debit(secret);
    t.match(again, { status: 201, body: { id: spent.body.id, balanceAfter: 90 } });
    t.equal(again.headers["idempotency-replayed"], "true");
  }
  t.not((await debit(stranger.secret)).body.id, spent.body.id, "another principal's keys are its own");

  const pay = (token: string) => {
    const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
    return call("POST", "/v1/payments", { token, key: "buy-1", body });
  };
  const bought = await pay(first.secret);
  const raced = await Promise.all([second, third, first].map(({ secret }) => pay(secret)));
  t.strictSame(new Set(raced.map(({ body }) => body.id)), new Set([bought.body.id]));
  const { rows } = await sql.query("SELECT count(*)::int AS payments FROM payments");
  t.equal(rows[0].payments, 1);
});

t.test("keys are rotated with an overlap, and a retry under the new one is the same request", async (t) => {
  const service = await startTestService(t);
  const { call } = service;
  const make = keyMaker(service);
  const old = await make({ name: "shop", role: "service" });
  const other = await make({ name: "other shop", role: "service" });
  const rotate = (token: string, overlapSeconds: number, id = old.id) =>
    call("POST", `/v1/api-keys/${id}/rotate`, { token, body: { overlapSeconds } });
  t.match(await rotate(other.secret, 0), { status: 403, body: { code: "access.forbidden" } }, "of others: no");
  const rotated = await rotate(old.secret, 1);
  t.match(rotated, { status: 201, body: { principalId: old.principalId, role: "service" } });
  const next = rotated.body as unknown as Key;
  t.equal((await call("GET", "/v1/packages", { token: old.secret })).status, 200, "both work for a while");
  t.equal((await call("GET", "/v1/packages", { token: next.secret })).status, 200);
  await eventually(async () => (await call("GET", "/v1/packages", { token: old.secret })).status === 401);
  t.match(await rotate(next.secret, 0), { status: 409, body: { code: "access.key_ended" } });
  t.equal((await call("GET", "/v1/packages", { token: next.secret })).status, 200);
  const unknown = "key_01h455vb4pex5vsknk084sn02q";
  t.equal((await call("POST", `/v1/api-keys/${unknown}/rotate`, { body: {} })).status, 404);
});

t.test("GET /v1/principals shows who may do what, with which keys, last used when", async (t) => {
  const service = await startTestService(t);
  const { call } = service;
  const make = keyMaker(service);
  const alice = await make({ name: "Alice", role: "finance" });
  await make({ name: "alice", role: "support", principalId: alice.principalId });
  t.match(await call("POST", "/v1/api-keys", { body: { name: "ALICE", role: "finance", kind: "service" } }), {
    status: 409,
    body: { code: "access.principal_kind_differs" },
  });
  const nobody = "prn_01h455vb4pex5vsknk084sn02q";
  t.match(await call("POST", "/v1/api-keys", { body: { name: "x", role: "finance", principalId: nobody } }), {
    status: 404,
  });
  t.equal((await call("GET", "/v1/packages", { token: alice.secret })).status, 200);
  const shown = await eventually(async () => {
    const { data } = (await call("GET", "/v1/principals")).body as { data: Record<string, unknown>[] };
    const found = data.find(({ id }) => id === alice.principalId);
    return found?.lastUsedAt !== null && found;
  });
  t.match(shown, {
    name: "Alice",
    kind: "person",
    roles: ["finance", "support"],
    keys: [
      { id: alice.id, role: "finance", lastUsedAt: /^20/ },
      { role: "support", lastUsedAt: null },
    ],
  });
  t.notMatch(JSON.stringify(shown), alice.secret);
  t.match(await call("GET", `/v1/principals/${alice.principalId}`), { status: 200, body: { name: "Alice" } });
  t.equal((await call("GET", `/v1/principals/${nobody}`)).status, 404);
  t.equal((await call("GET", "/v1/principals", { token: alice.secret })).status, 403);
});

/** A payout of 2,000 USDC, which needs a second person. */
async function startFourEyes(t: Parameters<typeof startSteppedCoins>[0], env: Record<string, string> = {}) {
  const service = await startSteppedCoins(t, { env });
  const { call, expectStatus } = service;
  const walletId = await service.walletOf("ada");
  await service.fund("ada", 20_000_000_000);
  // Before anything else, and without the change of settings that this would be.
  await service.sql.query("UPDATE payout_controls SET cooling_off_seconds = 0");
  await service.listAddress("ada");
  const ask = (token?: string, amount = 2_000_000_000) => {
    const body = { walletId, asset: "USDC", amount, network: "base", address: SOMEWHERE };
    return expectStatus(201, call("POST", "/v1/payouts", { body, ...(token === undefined ? {} : { token }) }));
  };
  const approve = (payout: Record<string, unknown>, token?: string) => {
    const body = { termsHash: payout.termsHash };
    return call("POST", `/v1/payouts/${payout.id}/approve`, { body, ...(token === undefined ? {} : { token }) });
  };
  return { ...service, make: keyMaker(service), ask, approve };
}

const FOUR_EYES = { status: 403, body: { code: "payouts.four_eyes" } };

t.test("B5: four eyes are two people's, whatever keys they hold", async (t) => {
  const { make, ask, approve, call } = await startFourEyes(t);
  const carol = await make({ name: "Carol", role: "admin" });
  const alice = await make({ name: "Alice", role: "service" }, carol.secret);
  const bob = await make({ name: "Bob", role: "approver" });

  await t.test("a key that the requester made for itself, or for another name", async (t) => {
    const asked = await ask();
    const own = await make({ name: "bootstrap", role: "approver" });
    t.match(await approve(asked, own.secret), FOUR_EYES, "the same principal");
    const made = await make({ name: "Mallory", role: "approver" });
    t.match(await approve(asked, made.secret), FOUR_EYES, "another name, the same hands");
    const admin = await make({ name: "Trent", role: "admin" });
    const twice = await make({ name: "Peggy", role: "approver" }, admin.secret);
    t.match(await approve(asked, twice.secret), FOUR_EYES, "made with a key that was made");
  });

  await t.test("a key that the approver made, and asked with", async (t) => {
    const asked = await ask(alice.secret);
    t.match(await approve(asked, carol.secret), FOUR_EYES);
    t.match(await approve(asked), FOUR_EYES, "whoever made the key of who made it");
    const rotated = (await call("POST", `/v1/api-keys/${alice.id}/rotate`, { token: alice.secret, body: {} })).body;
    t.match(await approve(await ask(rotated.secret as string), carol.secret), FOUR_EYES, "also after a rotation");
    t.match(await approve(asked, bob.secret), {
      status: 200,
      body: { status: "approved", approvedBy: bob.principalId },
    });
  });

  await t.test("whoever asked does not approve what somebody else edited", async (t) => {
    const dan = await make({ name: "Dan", role: "approver" });
    const asked = await ask(alice.secret);
    const change = { token: dan.secret, body: { amount: 1_500_000_000 } };
    const edited = (await call("PATCH", `/v1/payouts/${asked.id}`, change)).body;
    t.match(await approve(edited, dan.secret), FOUR_EYES, "who edited");
    t.match(await approve(edited, bob.secret), { status: 200 });
  });
});

t.test("B5: who loosens a limit or the cooling-off time needs a second person, or time", async (t) => {
  const service = await startFourEyes(t, { PAYOUT_LOOSENING_DELAY_MINUTES: "60" });
  const { make, ask, approve, call, expectStatus, job, advance } = service;
  const finance = await make({ name: "Fran", role: "finance" });
  const alice = await make({ name: "Alice", role: "approver" });
  const bob = await make({ name: "Bob", role: "approver" });
  const { data } = await expectStatus(200, call("GET", "/v1/payout-policies"));
  const usdc = (data as Record<string, unknown>[]).find(({ asset }) => asset === "USDC");
  const { asset: _, updatedBy: __, updatedAt: ___, ...policy } = usdc ?? {};
  const put = (change: object, token: string) =>
    call("PUT", "/v1/payout-policies/USDC", { body: { ...policy, ...change }, token });
  const controls = (body: object, token: string) => call("PUT", "/v1/payout-controls", { body, token });
  const usdcNow = async () =>
    ((await call("GET", "/v1/payout-policies")).body.data as Record<string, unknown>[]).find((p) => p.asset === "USDC");
  const decide = (id: unknown, verb: string, token: string) =>
    call("POST", `/v1/payout-setting-changes/${id}/${verb}`, { token });

  await t.test("who may grant money sets no limits", async (t) => {
    t.equal((await put({ perPayoutMax: null }, finance.secret)).status, 403);
    t.equal((await controls({ halted: true, reason: "an alarm" }, finance.secret)).status, 200, "but stops payouts");
    t.equal((await controls({ halted: false }, finance.secret)).status, 403, "and does not let them go on");
    t.equal((await controls({ halted: false }, alice.secret)).status, 200);
    const grant = { customerId: "eve", asset: "USDC", amount: 1_000_000, note: "for me" };
    t.equal((await call("POST", "/v1/grants", { body: grant, token: alice.secret })).status, 403);
  });

  await t.test("what is stricter holds at once; what is looser waits for another person", async (t) => {
    const mixed = await put({ perPayoutMax: null, customerDayMax: 1_000_000_000 }, alice.secret);
    t.match(mixed, {
      status: 202,
      body: {
        perPayoutMax: policy.perPayoutMax,
        customerDayMax: 1_000_000_000,
        pendingChange: { subject: "policy:USDC", status: "pending", after: { perPayoutMax: null } },
      },
    });
    const { id } = mixed.body.pendingChange as { id: string };
    t.match(await decide(id, "approve", alice.secret), {
      status: 403,
      body: { code: "payouts.second_person_required" },
    });
    const own = await make({ name: "alice", role: "admin" });
    t.equal((await decide(id, "approve", own.secret)).status, 403, "another key of the same person");
    t.match(await usdcNow(), { perPayoutMax: policy.perPayoutMax });
    t.match(await decide(id, "approve", bob.secret), { status: 200, body: { status: "applied" } });
    t.match(await usdcNow(), { perPayoutMax: null, customerDayMax: 1_000_000_000 });
    t.match(await decide(id, "approve", bob.secret), { status: 200 }, "the same decision again");
    t.match(await decide(id, "cancel", bob.secret), { status: 409 });
    const back = await put({}, alice.secret);
    t.equal(back.status, 202, "back to the looser limit of a day");
    t.match(await decide((back.body.pendingChange as { id: string }).id, "cancel", alice.secret), { status: 200 });
    t.match(await usdcNow(), { perPayoutMax: policy.perPayoutMax, customerDayMax: 1_000_000_000 });
  });

  await t.test("or for its time, and a stricter change calls it off", async (t) => {
    const waits = await controls({ coolingOffSeconds: 60 }, alice.secret);
    t.equal(waits.status, 200, "more than the nothing of before");
    const looser = await controls({ coolingOffSeconds: 0 }, alice.secret);
    t.match(looser, {
      status: 202,
      body: { coolingOffSeconds: 60, pendingChange: { after: { coolingOffSeconds: 0 } } },
    });
    await controls({ coolingOffSeconds: 120 }, bob.secret);
    advance(61 * 60_000);
    await job("payouts:sweep");
    t.match(await call("GET", "/v1/payout-controls"), { body: { coolingOffSeconds: 120 } });
    await controls({ coolingOffSeconds: 0 }, alice.secret);
    await job("payouts:sweep");
    t.match(await call("GET", "/v1/payout-controls"), { body: { coolingOffSeconds: 120 } }, "not yet");
    advance(61 * 60_000);
    await job("payouts:sweep");
    t.match(await call("GET", "/v1/payout-controls"), { body: { coolingOffSeconds: 0 } });
  });

  await t.test("whoever loosened a limit does not approve what goes through because of it", async (t) => {
    const { pendingChange } = (await put({}, alice.secret)).body as { pendingChange: { id: string } };
    t.match(await decide(pendingChange.id, "approve", bob.secret), { status: 200 });
    const asked = await ask();
    const refused = await approve(asked, alice.secret);
    t.equal(refused.status, 403);
    t.match((await call("GET", "/v1/payout-setting-changes")).body.data, [{ status: "applied" }]);
  });
});

t.test("a first policy of a stablecoin holds everything to a second person until it is approved", async (t) => {
  const { make, call } = await startFourEyes(t, { PAYOUT_LOOSENING_DELAY_MINUTES: "60" });
  const alice = await make({ name: "Alice", role: "approver" });
  const body = {
    minimum: 1_000_000,
    perPayoutMax: null,
    customerDayMax: null,
    globalDayMax: null,
    approvalAbove: null,
    feeBasisPoints: 0,
    feeMinimum: 0,
  };
  t.match(await call("PUT", "/v1/payout-policies/EURC", { body, token: alice.secret }), {
    status: 202,
    body: { approvalAbove: 0, pendingChange: { after: { approvalAbove: null } } },
  });
});
