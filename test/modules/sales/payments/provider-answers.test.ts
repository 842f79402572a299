import t, { type Test } from "tap";
import { systemClock } from "../../../../src/core/clock.js";
import { encodeId } from "../../../../src/core/ids.js";
import { ANSWER_TIMEOUT_MS, answersOf, type Case, casesOf } from "../../../helpers/answers.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { startSteppedCoins } from "../../../helpers/stablecoins.js";

type Row = Record<string, unknown>;
const MINUTE_MS = 60_000;
const GRANTS = 100;
const PRICES = {
  coinbase: { amount: 10_000_000, currency: "USDC", half: 5_000_000 },
  stripe: { amount: 1_000, currency: "USD", half: 500 },
};

const COINBASE = answersOf((status) => {
  const types: Record<number, string> = { 400: "invalid_request", 401: "unauthorized", 403: "forbidden" };
  const more: Record<number, string> = { 404: "not_found", 409: "already_exists", 429: "rate_limit_exceeded" };
  return {
    errorType: types[status] ?? more[status] ?? "internal_server_error",
    errorMessage: "No.",
    correlationId: "x",
  };
});
const STRIPE = answersOf((status) => {
  const type = status === 500 ? "api_error" : "invalid_request_error";
  return { error: { type, message: "No.", ...(status === 404 ? { code: "resource_missing" } : {}) } };
});

/** A service in which time passes by hand, and one provider that answers as it is told to. */
async function open(t: Test, name: "stripe" | "coinbase") {
  const service = await startSteppedCoins(t, {
    overrides: { providerTimeoutMs: ANSWER_TIMEOUT_MS, worldClock: systemClock },
  });
  const { call, expectStatus, sql, job, advance, balanceOf } = service;
  const { url } = service[name];
  const control = async (route: string, body?: object) => {
    const reply = await callJson(body ? "POST" : "GET", `${url}/sandbox/${route}`, body);
    if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  /** What really happened to objects of one kind, by the id of ours that they carry. */
  const effectsOf = async (kind: string, key = "coffer_payment_id") => {
    const all = Object.entries((await control("effects"))[kind] ?? {}) as [string, Row][];
    const found = new Map<string, { id: string; counts: Row }[]>();
    for (const [id, { metadata, ...counts }] of all) {
      const ours = String((metadata as Row)[key]);
      found.set(ours, [...(found.get(ours) ?? []), { id, counts }]);
    }
    return found;
  };
  const work = async () => {
    await control("webhooks/flush", {});
    const { rows } = await sql.query("SELECT id FROM webhook_events WHERE status = 'pending' ORDER BY id");
    for (const { id } of rows) await job("webhooks:process", { eventId: encodeId("whe", id) });
  };
  /** Time in which what was not answered is asked for again, and looked up. */
  const later = async () => {
    for (const minutes of [2, 61, 25 * 60]) {
      advance(minutes * MINUTE_MS);
      await job("payments:sweep");
      await job("refunds:sweep");
    }
    await work();
  };
  const create = (customerId: string, flow = "checkout", key?: string) =>
    call("POST", "/v1/payments", {
      body: {
        customerId,
        amount: PRICES[name].amount,
        currency: PRICES[name].currency,
        grants: { asset: "CREDIT", amount: GRANTS },
        provider: name,
        flow,
      },
      ...(key ? { key } : {}),
    });
  const payment = async (id: string) => expectStatus(200, call("GET", `/v1/payments/${id}`));
  const paymentOf = async (customerId: string): Promise<Row> => {
    const { data } = await expectStatus(200, call("GET", `/v1/payments?customerId=${customerId}`));
    if ((data as Row[]).length !== 1) throw new Error(`${customerId} has ${(data as Row[]).length} payments`);
    return (data as [Row])[0];
  };
  /** The fault hits the next request; the caller asks twice under one key, as a client does that got no answer. */
  const twice = async ({ fault }: Case, path: string, ask: () => ReturnType<typeof call>) => {
    await control("faults", { match: { method: "POST", path }, times: 1, ...fault });
    const first = await ask();
    return [first, await ask()];
  };
  const credits = (customerId: string) => balanceOf(customerId, "CREDIT");
  return { ...service, control, effectsOf, work, later, create, payment, paymentOf, twice, credits };
}

t.test("a checkout at Coinbase is made once, whatever is answered, and what is paid is credited", async (t) => {
  const { control, effectsOf, work, later, create, paymentOf, twice, credits, call, expectStatus } = await open(
    t,
    "coinbase",
  );
  const cases = casesOf(COINBASE, "create");
  for (const each of cases)
    await twice(each, "/checkouts$", () => create(each.customerId, "checkout", each.customerId));
  await later();
  const made = await effectsOf("checkouts");
  for (const { name, customerId, done } of cases) {
    const { id, status } = await paymentOf(customerId);
    const checkouts = made.get(String(id)) ?? [];
    t.ok(checkouts.length <= 1, `${name}: ${checkouts.length} checkouts`);
    if (done) t.equal(checkouts.length, 1, name);
    else t.equal(checkouts.length === 1, status !== "failed", `${name}: ${status}`);
    for (const checkout of checkouts) await control(`checkouts/${checkout.id}/pay`, {});
  }
  await work();
  const { data } = await expectStatus(200, call("GET", "/v1/unexplained-receipts?limit=100"));
  const keptAside = new Set((data as Row[]).map(({ paymentId }) => paymentId));
  for (const { name, customerId } of cases) {
    const { id, status } = await paymentOf(customerId);
    // What was paid under another id than the provider answered is kept aside, and a person is told.
    const isPaid = made.has(String(id)) && !keptAside.has(id);
    if (keptAside.has(id)) t.match(name, /another object/);
    t.strictSame(
      [await credits(customerId), status === "succeeded"],
      [isPaid ? GRANTS : 0, isPaid],
      `${name}: ${status}`,
    );
  }
});

t.test("a refund at Coinbase goes out once, and is booked as it is", async (t) => {
  const { control, work, later, create, payment, twice, credits, call, effectsOf } = await open(t, "coinbase");
  const cases = casesOf(COINBASE, "refund");
  const paid = new Map<Case, { id: string; reference: string }>();
  for (const each of cases) {
    const { body } = await create(each.customerId);
    paid.set(each, { id: String(body.id), reference: String(body.providerReference) });
    await control(`checkouts/${body.providerReference}/pay`, {});
  }
  await work();
  for (const each of cases) {
    const { id } = paid.get(each) ?? { id: "" };
    await twice(each, "/refund$", () =>
      call("POST", `/v1/payments/${id}/refunds`, { body: { amount: PRICES.coinbase.half }, key: `refund-${id}` }),
    );
  }
  await later();
  const made = await effectsOf("refunds");
  for (const each of cases) {
    const { id, reference } = paid.get(each) ?? { id: "", reference: "" };
    const refunds = made.get(id) ?? [];
    t.ok(refunds.length <= 1, `${each.name}: ${refunds.length} refunds`);
    if (each.done) t.equal(refunds.length, 1, each.name);
    if (refunds.length > 0) await control(`checkouts/${reference}/refunds/complete`, {});
  }
  await work();
  await later();
  for (const each of cases) {
    const { id } = paid.get(each) ?? { id: "" };
    const gone = (made.get(id) ?? []).length > 0;
    const { amountRefunded } = await payment(id);
    t.strictSame(
      [amountRefunded, await credits(each.customerId)],
      gone ? [PRICES.coinbase.half, GRANTS / 2] : [0, GRANTS],
      `${each.name}: booked as it is`,
    );
  }
});

t.test("a checkout that was closed is canceled here, and one that was not can be paid", async (t) => {
  const { control, work, later, create, payment, twice, credits, call, effectsOf } = await open(t, "coinbase");
  const cases = casesOf(COINBASE, "cancel");
  const made = new Map<Case, { id: string; reference: string }>();
  for (const each of cases) {
    const { body } = await create(each.customerId);
    const id = String(body.id);
    made.set(each, { id, reference: String(body.providerReference) });
    await twice(each, "/deactivate$", () => call("POST", `/v1/payments/${id}/cancel`, { key: `cancel-${id}` }));
  }
  await later();
  const effects = await effectsOf("checkouts");
  for (const each of cases) {
    const { id, reference } = made.get(each) ?? { id: "", reference: "" };
    const counts = effects.get(id)?.[0]?.counts ?? {};
    const times = Number(counts.deactivated ?? 0);
    t.ok(times <= 1, `${each.name}: ${times} times`);
    if (each.done) t.equal(times, 1, each.name);
    if (times === 0) await control(`checkouts/${reference}/pay`, {});
  }
  await work();
  for (const each of cases) {
    const { id } = made.get(each) ?? { id: "" };
    const closed = Number(effects.get(id)?.[0]?.counts.deactivated ?? 0) === 1;
    const { status } = await payment(id);
    t.equal(status, closed ? "canceled" : "succeeded", each.name);
    t.equal((await credits(each.customerId)) > 0, !closed, `${each.name}: credits`);
  }
});

for (const [flow, path, kind] of [
  ["payment_intent", "/payment_intents$", "payment_intents"],
  ["checkout", "/checkout/sessions$", "checkout_sessions"],
] as const) {
  t.test(`a ${flow} at Stripe is made once, whatever is answered`, async (t) => {
    const { effectsOf, work, later, create, paymentOf, twice, credits, call } = await open(t, "stripe");
    const cases = casesOf(STRIPE, flow);
    for (const each of cases) await twice(each, path, () => create(each.customerId, flow, each.customerId));
    if (flow === "payment_intent") {
      for (const { customerId } of cases) {
        const { id, providerReference } = await paymentOf(customerId);
        if (providerReference !== null)
          await call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
      }
    }
    await work();
    await later();
    const made = await effectsOf(kind);
    for (const { name, customerId, done } of cases) {
      const { id, status } = await paymentOf(customerId);
      const objects = made.get(String(id)) ?? [];
      t.ok(objects.length <= 1, `${name}: ${objects.length} objects`);
      if (done) t.equal(objects.length, 1, name);
      const charged = Number(objects[0]?.counts.charged ?? 0);
      t.ok(charged <= 1, `${name}: charged ${charged} times`);
      t.equal(status === "succeeded", charged === 1, `${name}: ${status}`);
      t.equal((await credits(customerId)) > 0, charged === 1, `${name}: credits`);
    }
  });
}

t.test("confirming, canceling and refunding at Stripe have their effect once", async (t) => {
  const { effectsOf, work, later, create, payment, twice, credits, call } = await open(t, "stripe");
  const made: { each: Case; id: string; act: string }[] = [];
  for (const act of ["confirm", "cancel", "refund"]) {
    for (const each of casesOf(STRIPE, act)) {
      const id = String((await create(each.customerId, "payment_intent")).body.id);
      made.push({ each, id, act });
      const confirm = (key: string) =>
        call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" }, key });
      if (act === "refund") {
        await confirm(`first-${id}`);
        const body = { amount: PRICES.stripe.half };
        await twice(each, "/refunds$", () => call("POST", `/v1/payments/${id}/refunds`, { body, key: `refund-${id}` }));
      } else if (act === "cancel") {
        await twice(each, "/cancel$", () => call("POST", `/v1/payments/${id}/cancel`, { key: `cancel-${id}` }));
      } else await twice(each, "/confirm$", () => confirm(`confirm-${id}`));
    }
  }
  await work();
  await later();
  const intents = await effectsOf("payment_intents");
  const refunds = await effectsOf("refunds", "coffer_refund_id");
  for (const { each, id, act } of made) {
    const { charged = 0, canceled = 0 } = intents.get(id)?.[0]?.counts ?? {};
    const { status, amountRefunded } = await payment(id);
    const seen = `${each.name}: ${status}, ${charged} charged, ${canceled} canceled, ${amountRefunded} refunded`;
    t.ok(Number(charged) <= 1 && Number(canceled) <= 1, seen);
    t.equal((await credits(each.customerId)) > 0, charged === 1, `${seen}: credits`);
    if (act === "confirm") t.equal(status === "succeeded", charged === 1, seen);
    if (act === "cancel") t.equal(status === "canceled", canceled === 1, seen);
    if (each.done && act !== "refund") t.equal(act === "confirm" ? charged : canceled, 1, seen);
    if (act !== "refund") continue;
    const { data } = (await call("GET", `/v1/refunds?paymentId=${id}`)).body;
    const ours = (data as Row[]).map((refund) => (refunds.get(String(refund.id)) ?? []).length);
    const effects = ours.reduce((sum, count) => sum + count, 0);
    if (each.done) t.equal(effects, 1, seen);
    t.ok(effects <= 1, `${seen}: ${effects} refunds`);
    t.equal(amountRefunded, effects * PRICES.stripe.half, `${seen}: booked as it is`);
  }
});
