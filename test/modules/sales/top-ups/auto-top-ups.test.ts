import t, { type Test } from "tap";
import { startWorker } from "../../../../src/worker.js";
import { movableClock } from "../../../helpers/clock.js";
import { assertBooks } from "../../../helpers/invariants.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { eventually, startTestService } from "../../../helpers/service.js";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Attempt {
  status: string;
  paymentId: string;
  failureCode: string | null;
}
interface AutoTopUp {
  id: string;
  status: string;
  pausedReason: string | null;
  pausedUntil: string | null;
  failures: number;
  nextAttemptAt: string | null;
  openAttempt: Attempt | null;
  spentThisMonth: number;
}

/** A service with a worker, whose time can be moved, and customers with cards. */
async function start(t: Test, { worker = true } = {}) {
  const { clock, advance } = movableClock();
  const service = await startTestService(t, { overrides: { clock } });
  const { call, deps, sql } = service;
  if (worker) {
    const running = await startWorker(deps);
    t.teardown(() => running.stop());
  }
  const control = async (route: string, body: object = {}) => {
    const reply = await callJson("POST", `${service.stripe.url}/sandbox/${route}`, body);
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
    return reply.body;
  };
  const attach = async (customerId: string, method = "pm_card_visa") => {
    const body = { paymentMethodId: method, default: true };
    const reply = await call("POST", `/v1/customers/${customerId}/payment-methods`, { body });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
    return reply.body.id as string;
  };
  const wallet = async (customerId: string) => {
    const { body } = await call("GET", `/v1/customers/${customerId}/wallet`);
    const [credit] = body.balances as { balance: number }[];
    return { id: body.id as string, balance: credit?.balance ?? 0 };
  };
  const route = async (customerId: string) => `/v1/wallets/${(await wallet(customerId)).id}/auto-top-up`;
  const grant = async (customerId: string, amount: number) => {
    const body = { asset: "CREDIT", amount, reason: "test" };
    await call("POST", `/v1/wallets/${(await wallet(customerId)).id}/credits`, { body });
  };
  const spend = async (customerId: string, amount: number) =>
    call("POST", `/v1/wallets/${(await wallet(customerId)).id}/debits`, { body: { asset: "CREDIT", amount } });
  const put = async (customerId: string, change: object = {}, options: object = {}) =>
    call("PUT", await route(customerId), { body: { ...terms(clock.now()), ...change }, ...options });
  /** A customer with a card, 20 credits, and an auto top-up below 5 by the package of 10 for 9.99. */
  const enable = async (customerId: string, method?: string, change: object = {}) => {
    const methodId = await attach(customerId, method);
    await grant(customerId, 20);
    const reply = await put(customerId, change);
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
    return methodId;
  };
  const get = async (customerId: string) => (await call("GET", await route(customerId))).body as unknown as AutoTopUp;
  const history = async (customerId: string) =>
    (await call("GET", `${await route(customerId)}/history`)).body.data as Attempt[];
  const payment = async (id = "") => (await call("GET", `/v1/payments/${id}`)).body;
  const events = async (type: string) =>
    (await sql.query("SELECT data FROM outbox_events WHERE type = $1 ORDER BY id", [`auto_top_up.${type}`])).rows;
  const intents = async () =>
    Number((await sql.query("SELECT count(*) FROM payments WHERE off_session")).rows[0].count);
  const run = (job: string, payload?: object) => jobsOf(deps)[job]?.(payload);
  const is = (customerId: string, status: string) =>
    eventually(async () => {
      const now = await get(customerId);
      return now.status === status && now;
    }, 15_000);
  const attempts = (customerId: string, ...statuses: string[]) =>
    eventually(async () => {
      const all = await history(customerId);
      return all.map(({ status }) => status).join() === statuses.join() && all;
    }, 15_000);
  const helpers = { control, attach, wallet, route, grant, spend, put, enable, get, history, payment, events, intents };
  return { ...service, ...helpers, run, is, attempts, advance, clock };
}

const terms = (now: Date) => ({
  asset: "CREDIT",
  threshold: 5,
  package: "starter",
  monthlyCap: { amount: 10_000, currency: "USD" },
  consent: { acceptedAt: now.toISOString(), version: "auto-top-up-1", ip: "192.0.2.1", userAgent: "test" },
});

t.test(
  "polarsource/polar#9542: a balance that runs low is topped up without the customer, once for each time",
  async (t) => {
    const { enable, spend, attempts, wallet, payment, events, get, call, route, sql, url } = await start(t);
    await enable("ada");
    t.match(await spend("ada", 15), { status: 201 });
    t.match(await get("ada"), { status: "active", openAttempt: null, spentThisMonth: 0 }, "5 is not below 5");
    await spend("ada", 1);
    const [first] = await attempts("ada", "succeeded");
    t.equal((await wallet("ada")).balance, 14);
    t.match(await payment(first?.paymentId), {
      status: "succeeded",
      offSession: true,
      amount: 999,
      grants: { asset: "CREDIT", amount: 10 },
    });
    t.match(await get("ada"), { spentThisMonth: 999, failures: 0, consent: { version: "auto-top-up-1" } });
    await spend("ada", 10);
    await attempts("ada", "succeeded", "succeeded");
    t.equal((await wallet("ada")).balance, 14);
    t.equal((await events("started")).length, 2);
    t.match(await events("succeeded"), [{ data: { paymentId: first?.paymentId, amount: 999 } }, {}]);
    t.match(await (await fetch(`${url}/metrics`)).text(), /coffer_auto_top_ups_total\{outcome="succeeded"\} 2/);
    t.match(await call("GET", `${await route("ada")}/consents`), {
      body: {
        data: [{ version: "auto-top-up-1", ip: "192.0.2.1", terms: { threshold: 5, amount: 999, monthlyCap: 10_000 } }],
      },
    });
    for (const change of [
      "UPDATE auto_top_up_consents SET version = 'x'",
      "DELETE FROM auto_top_up_consents",
      "TRUNCATE auto_top_up_consents",
    ]) {
      await t.rejects(sql.query(change), { code: "55000" }, change);
    }
  },
);

t.test("what cannot be agreed to is refused, and nothing is kept of it", async (t) => {
  const { attach, put, call, route, sql, grant } = await start(t, { worker: false });
  await attach("ada");
  await grant("ada", 1);
  const refusals: [object, number, string, detail?: RegExp][] = [
    [{ consent: undefined }, 422, "auto_top_ups.consent_required"],
    [{ consent: { acceptedAt: "2026-01-01T00:00:00Z" } }, 422, "auto_top_ups.consent_required"],
    [{ consent: { acceptedAt: "2199-01-01T00:00:00Z", version: "1" } }, 422, "auto_top_ups.consent_implausible"],
    [{ threshold: 11 }, 422, "auto_top_ups.threshold_too_high", /^One top-up gives 10 CREDIT\./],
    [{ asset: "USD" }, 422, "auto_top_ups.other_asset"],
    [{ monthlyCap: { amount: 998, currency: "USD" } }, 422, "auto_top_ups.cap_too_low", /^One top-up costs 9\.99 USD,/],
    [{ monthlyCap: { amount: 9_980, currency: "EUR" } }, 422, "auto_top_ups.cap_currency"],
    [{ package: "nothing" }, 404, "catalog.package_not_found"],
    [{ paymentMethodId: "pm_nothing" }, 422, "auto_top_ups.no_payment_method"],
    [{ amount: 5, currency: "USD" }, 400, "request.invalid"],
  ];
  for (const [change, status, code, detail = /./] of refusals) {
    const reply = await put("ada", change);
    t.equal(reply.status, status, JSON.stringify(change));
    if (status !== 400) t.equal(reply.body.code, code);
    t.match(reply.body.detail, detail);
  }
  t.match(await call("GET", await route("ada")), { status: 404, body: { code: "auto_top_ups.not_found" } });
  const { rows } = await sql.query("SELECT count(*)::int AS n FROM auto_top_up_consents");
  t.match(rows, [{ n: 0 }]);
  const mallory = await customerToken("mallory");
  t.match(await put("ada", {}, { token: mallory }), { status: 404 });
  const own = await customerToken("ada");
  t.match(
    await put(
      "ada",
      { package: undefined, amount: 5, currency: "USD", grants: { asset: "CREDIT", amount: 9 } },
      { token: own },
    ),
    {
      status: 403,
    },
  );
  const mine = await put("ada", {}, { token: own });
  t.match(
    mine,
    { status: 200, body: { status: "active", consent: { ip: "127.0.0.1" } } },
    "where the request came from",
  );
});

t.test("50 spends at once that cross the threshold make one charge", async (t) => {
  const { enable, grant, wallet, call, attempts, intents, run, get } = await start(t);
  await enable("ada");
  await grant("ada", 34);
  const { id } = await wallet("ada");
  const replies = await Promise.all(
    Array.from({ length: 50 }, () =>
      call("POST", `/v1/wallets/${id}/debits`, { body: { asset: "CREDIT", amount: 1 } }),
    ),
  );
  t.ok(replies.every(({ status }) => status === 201));
  const { id: autoTopUpId } = await get("ada");
  await Promise.all(Array.from({ length: 8 }, () => run("top-ups:check", { autoTopUpId })));
  await run("top-ups:sweep");
  await attempts("ada", "succeeded");
  await run("top-ups:sweep");
  t.equal(await intents(), 1);
  t.equal((await wallet("ada")).balance, 14);
});

t.test(
  "managoat/fountain#1112: a bank that wants the customer gets them, and nothing is tried meanwhile",
  async (t) => {
    const { enable, spend, attempts, payment, call, run, advance, intents, events, wallet, get, control } =
      await start(t);
    const methodId = await enable("ada", "pm_card_authenticationRequired");
    await spend("ada", 16);
    const [open] = await attempts("ada", "action_required");
    const waiting = await payment(open?.paymentId);
    t.match(waiting, {
      status: "requires_action",
      clientSecret: /_secret_/,
      failure: { code: "authentication_required" },
      nextAction: { type: "use_provider_sdk" },
    });
    t.match(await events("action_required"), [{ data: { paymentId: open?.paymentId } }]);
    t.match(await get("ada"), { status: "active", openAttempt: { status: "action_required" } });
    await spend("ada", 1);
    advance(2 * DAY_MS);
    await run("payments:sweep");
    await run("top-ups:sweep");
    await spend("ada", 1);
    await run("top-ups:sweep");
    t.equal(await intents(), 1, "one charge, however long it takes");
    t.match(await payment(open?.paymentId), { status: "requires_action" });

    const body = { paymentMethodId: methodId };
    const asked = await call("POST", `/v1/payments/${open?.paymentId}/confirm`, { body });
    t.match(asked, { status: 200, body: { status: "requires_action" } });
    await control(`payment_intents/${waiting.providerReference}/succeed`);
    // The time of its webhook is days ago here.
    advance(120_000);
    await run("payments:sweep");
    await attempts("ada", "succeeded");
    t.equal((await wallet("ada")).balance, 12);
  },
);

t.test(
  "managoat/fountain#1112, recoupable/app#1960: declines are tried again later and later, then never; no session is left",
  async (t) => {
    const { enable, spend, attempts, history, payment, get, is, run, advance, events, intents, call, route } =
      await start(t);
    await enable("ada", "pm_card_chargeCustomerFail");
    await spend("ada", 16);
    await attempts("ada", "failed");
    const failed = await get("ada");
    t.match(failed, { status: "active", failures: 1, openAttempt: null });
    const tries = ["failed"];
    for (const wait of [HOUR_MS, 6 * HOUR_MS, DAY_MS]) {
      advance(wait - 60_000);
      await run("top-ups:sweep");
      t.equal(await intents(), tries.length, "not before its time");
      advance(120_000);
      await run("top-ups:sweep");
      tries.push("failed");
      await attempts("ada", ...tries);
    }
    t.match(await is("ada", "paused"), { pausedReason: "declined", pausedUntil: null });
    t.match(await events("paused"), [{ data: { reason: "declined" } }]);
    advance(40 * DAY_MS);
    await spend("ada", 1);
    await run("top-ups:sweep");
    t.equal(await intents(), 4, "2,779 dead sessions begin with the fifth");
    for (const { paymentId, failureCode } of await history("ada")) {
      const { status } = await payment(paymentId);
      t.equal(status, "canceled", "nobody can pay it by accident later");
      t.equal(failureCode, "generic_decline");
    }
    t.match(await call("POST", `${await route("ada")}/resume`), {
      status: 200,
      body: { status: "active", failures: 0 },
    });
    await attempts("ada", "failed", ...tries);
  },
);

t.test("a card that is lost is not tried again", async (t) => {
  const { enable, spend, control, is, sql, intents } = await start(t);
  await enable("ada");
  const { rows } = await sql.query("SELECT reference FROM customer_links WHERE customer_id = 'ada'");
  await control(`customers/${rows[0].reference}/charges`, { outcome: "decline", decline_code: "lost_card" });
  await spend("ada", 16);
  t.match(await is("ada", "paused"), { pausedReason: "declined", failures: 1 });
  t.equal(await intents(), 1);
});

t.test("no more is charged in a month than the cap, and the next month goes on", async (t) => {
  const { enable, spend, attempts, is, advance, run, clock, wallet } = await start(t);
  await enable("ada", undefined, { monthlyCap: { amount: 1_998, currency: "USD" } });
  await spend("ada", 16);
  await attempts("ada", "succeeded");
  await spend("ada", 10);
  await attempts("ada", "succeeded", "succeeded");
  await spend("ada", 10);
  const paused = await is("ada", "paused");
  const now = clock.now();
  const until = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  t.match(paused, { pausedReason: "monthly_cap", pausedUntil: until.toISOString(), spentThisMonth: 1_998 });
  await run("top-ups:sweep");
  t.equal((await wallet("ada")).balance, 4);
  advance(until.getTime() - now.getTime() + 1_000);
  await run("top-ups:sweep");
  await attempts("ada", "succeeded", "succeeded", "succeeded");
  t.match(await is("ada", "active"), { spentThisMonth: 999 });
});

t.test("a disputed payment stops its customer and its card, until an administrator decides", async (t) => {
  const { enable, spend, attempts, payment, is, call, route, control, put, grant, attach } = await start(t);
  await enable("ada");
  await enable("bob");
  await enable("eve", "pm_card_mastercard");
  await spend("ada", 16);
  const [paid] = await attempts("ada", "succeeded");
  const { providerReference } = await payment(paid?.paymentId);
  await control("disputes", { payment_intent: providerReference });
  t.match(await is("ada", "paused"), { pausedReason: "dispute" });
  t.match(await is("bob", "paused"), { pausedReason: "dispute" }, "the same card, by another customer");
  t.match(await is("eve", "active"), { pausedReason: null });
  t.match(await put("ada"), { status: 409, body: { code: "auto_top_ups.card_disputed" } });
  await attach("fay");
  await grant("fay", 1);
  t.match(await put("fay"), { status: 409, body: { code: "auto_top_ups.card_disputed" } }, "a card is a card");
  const decision = { despiteDispute: true };
  const asked = await put("fay", decision, { token: await customerToken("fay") });
  t.match(asked, { status: 409, body: { code: "auto_top_ups.card_disputed" } }, "a customer does not decide");
  const own = await customerToken("bob");
  const resume = `${await route("bob")}/resume`;
  t.match(await call("POST", resume, { token: own }), { status: 409, body: { code: "auto_top_ups.card_disputed" } });
  t.match(await call("POST", resume), { status: 200, body: { status: "active" } }, "an administrator");
});

t.test("an administrator sets up what a dispute of the card kept from being set up", async (t) => {
  const { enable, spend, attempts, payment, is, control, put, grant, attach, events } = await start(t);
  await enable("ada");
  await spend("ada", 16);
  const [paid] = await attempts("ada", "succeeded");
  await control("disputes", { payment_intent: (await payment(paid?.paymentId)).providerReference });
  await is("ada", "paused");
  await attach("fay");
  await grant("fay", 20);
  t.match(await put("fay"), { status: 409, body: { code: "auto_top_ups.card_disputed" } });
  t.match(await put("fay", { despiteDispute: true }), { status: 200, body: { status: "active" } });
  t.match((await events("enabled")).at(-1), { data: { despiteDispute: true } }, "and it is written down");
  t.match(await is("ada", "paused"), { pausedReason: "dispute" }, "the others are for somebody to resume");
});

t.test("a debt that one top-up would not pay off is not charged for", async (t) => {
  const { call, sql, attach, put, wallet, spend, is, run, route, attempts, intents } = await start(t);
  await attach("ada");
  const buy = async (grants: number) => {
    const before = (await wallet("ada")).balance;
    const body = {
      customerId: "ada",
      ...{ amount: 3_000, currency: "USD", grants: { asset: "CREDIT", amount: grants } },
      ...{ provider: "stripe", flow: "payment_intent" },
    };
    const { id } = (await call("POST", "/v1/payments", { body })).body;
    await call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    await eventually(async () => (await call("GET", `/v1/payments/${id}`)).body.status === "succeeded", 15_000);
    return { id, gained: (await wallet("ada")).balance - before };
  };
  const { id } = await buy(30);
  t.match(await put("ada"), { status: 200 });
  await spend("ada", 25);
  t.match(await call("POST", `/v1/payments/${id}/refunds`, { body: {} }), { status: 201 });
  await run("top-ups:sweep");
  t.match(await is("ada", "paused"), { pausedReason: "debt", pausedUntil: null, spentThisMonth: 0 });
  t.match(await call("POST", `${await route("ada")}/resume`), { status: 200 });
  t.match(await is("ada", "paused"), { pausedReason: "debt" }, "still so");
  t.equal(await intents(), 0, "nothing was charged");
  t.equal((await buy(20)).gained, 0, "it goes to the 25 that are owed");
  t.match(await call("POST", `${await route("ada")}/resume`), { status: 200 });
  await attempts("ada", "succeeded");
  t.match(await wallet("ada"), { balance: 5 }, "one charge pays the rest, and lifts the balance");
  await run("top-ups:sweep");
  t.equal(await intents(), 1);
  await assertBooks(t, sql);
});

t.test("a dispute that is won lifts the block, and somebody resumes", async (t) => {
  const { enable, spend, attempts, payment, is, call, route, control } = await start(t);
  await enable("ada");
  await spend("ada", 16);
  const [paid] = await attempts("ada", "succeeded");
  const { id } = await control("disputes", { payment_intent: (await payment(paid?.paymentId)).providerReference });
  await is("ada", "paused");
  await control(`disputes/${id}/win`);
  const token = await customerToken("ada");
  const resumed = await eventually(async () => {
    const reply = await call("POST", `${await route("ada")}/resume`, { token });
    return reply.status === 200 && reply;
  }, 15_000);
  t.match(resumed, { body: { status: "active" } });
});

t.test("another card is not what was agreed to; the last card stays", async (t) => {
  const { enable, attach, control, is, call, put, route } = await start(t);
  const methodId = await enable("ada");
  const base = "/v1/customers/ada/payment-methods";
  t.match(await call("DELETE", `${base}/${methodId}`), {
    status: 409,
    body: { code: "payment_methods.in_use", usedBy: /^atu_/ },
  });
  await control(`payment_methods/${methodId}/renew`, { exp_month: 5, exp_year: 2_041 });
  await control(`payment_methods/${methodId}/renew`, { last4: "1881" });
  t.match(await is("ada", "paused"), { pausedReason: "card_changed" });
  t.match(await call("POST", `${await route("ada")}/resume`), {
    status: 409,
    body: { code: "auto_top_ups.method_unfit" },
  });
  t.match(await put("ada"), { status: 200, body: { status: "active", cardLast4: "1881" } }, "agreed to anew");
  await attach("ada", "pm_card_mastercard");
  t.match(await call("DELETE", `${base}/${methodId}`), { status: 200 });
  t.match(await is("ada", "paused"), { pausedReason: "card_detached" });
});

t.test("nobody is charged another price than the one agreed to", async (t) => {
  const { enable, spend, is, call, intents } = await start(t);
  const body = {
    code: "mine",
    name: "Mine",
    grants: { asset: "CREDIT", amount: 10 },
    prices: [{ amount: 500, currency: "USD" }],
  };
  await call("POST", "/v1/packages", { body });
  await enable("ada", undefined, { package: "mine" });
  await enable("bob", "pm_card_mastercard", { package: "mine" });
  await call("PATCH", "/v1/packages/mine", { body: { prices: [{ amount: 600, currency: "USD" }] } });
  await spend("ada", 16);
  t.match(await is("ada", "paused"), { pausedReason: "terms_changed" });
  t.match((await call("GET", "/v1/events?type=auto_top_up.paused")).body.data, [
    { data: { detail: "6.00 USD for 10 CREDIT" } },
  ]);
  await call("PATCH", "/v1/packages/mine", { body: { status: "retired" } });
  await spend("bob", 16);
  t.match(await is("bob", "paused"), { pausedReason: "refused" });
  t.equal(await intents(), 0);
});

t.test("an answer that was lost is found out, and charges once", async (t) => {
  const { enable, spend, attempts, control, run, advance, wallet, intents } = await start(t);
  await enable("ada");
  await control("faults", {
    match: { method: "POST", path: "/v1/payment_intents" },
    kind: "status_after",
    status: 500,
    times: 1,
  });
  await spend("ada", 16);
  await eventually(async () => (await intents()) === 1, 15_000);
  advance(3 * 60_000);
  await run("payments:sweep");
  await run("top-ups:sweep");
  await attempts("ada", "succeeded");
  t.equal((await wallet("ada")).balance, 14);
  t.equal(await intents(), 1);
});

t.test("a process that died between its promise and the payment is carried on", async (t) => {
  const { enable, spend, sql, run, advance, attempts, wallet, get } = await start(t, { worker: false });
  await enable("ada");
  await spend("ada", 16);
  // What begin() had written when the process ended.
  await sql.query(
    `INSERT INTO auto_top_up_attempts (id, auto_top_up_id, wallet_id, status, payment_id, purchase, payment_method_id, amount,
            currency, available, created_at)
     SELECT gen_random_uuid(), id, wallet_id, 'in_flight', gen_random_uuid(), purchase, payment_method_id, amount, currency, 4, now()
       FROM auto_top_ups`,
  );
  await run("top-ups:sweep");
  t.match(await get("ada"), { openAttempt: { status: "in_flight" } }, "whoever began it may still be at it");
  advance(2 * 60_000);
  await run("top-ups:sweep");
  await attempts("ada", "succeeded");
  t.equal((await wallet("ada")).balance, 14);
});

t.test("a frozen balance is not topped up until it is thawed", async (t) => {
  const { enable, spend, sql, run, attempts, history } = await start(t, { worker: false });
  await enable("ada");
  await spend("ada", 16);
  await sql.query("UPDATE ledger_accounts SET frozen = true");
  await run("top-ups:sweep");
  t.same(await history("ada"), []);
  await sql.query("UPDATE ledger_accounts SET frozen = false");
  await run("top-ups:sweep");
  await attempts("ada", "succeeded");
});

t.test("switched off, nothing waits and nothing is charged", async (t) => {
  const { enable, spend, attempts, payment, call, route, run, intents, get } = await start(t);
  const methodId = await enable("ada", "pm_card_authenticationRequired");
  await spend("ada", 16);
  const [open] = await attempts("ada", "action_required");
  const token = await customerToken("ada");
  t.match(await call("DELETE", await route("ada"), { token }), { status: 200, body: { status: "off" } });
  await attempts("ada", "failed");
  t.match(await payment(open?.paymentId), { status: "canceled" });
  t.match(await call("DELETE", await route("ada"), { token }), { status: 200, body: { status: "off" } }, "twice");
  t.match(await call("POST", `${await route("ada")}/resume`), { status: 409, body: { code: "auto_top_ups.off" } });
  await spend("ada", 1);
  await run("top-ups:sweep");
  t.equal(await intents(), 1);
  t.match(await get("ada"), { status: "off", failures: 1 });
  t.match(await call("DELETE", `/v1/customers/ada/payment-methods/${methodId}`), { status: 200 }, "nothing needs it");
});
