import t, { type Test } from "tap";
import type { Listeners, MethodUse } from "../../../../src/kernel/listeners.js";
import { startWorker } from "../../../../src/worker.js";
import { movableClock } from "../../../helpers/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { eventually, startTestService } from "../../../helpers/service.js";

interface Method {
  id: string;
  status: string;
  default: boolean;
  card: { brand: string; last4: string; expMonth: number; expYear: number; fingerprint: string | null };
}
interface Methods {
  data: Method[];
  defaultPaymentMethodId: string | null;
  stale: boolean;
}

const DAY_MS = 86_400_000;

/** A service whose time can be moved, and Stripe's own dashboard beside it. */
async function start(t: Test, { worker = false } = {}) {
  const { clock, advance } = movableClock();
  const service = await startTestService(t, { overrides: { clock } });
  const { call, deps, sql } = service;
  if (worker) {
    const running = await startWorker(deps);
    t.teardown(() => running.stop());
  }
  const stripe = async (method: "GET" | "POST" | "DELETE", route: string, params: Record<string, string> = {}) => {
    const reply = await fetch(`${service.stripe.url}/v1/${route}`, {
      method,
      headers: { authorization: `Bearer ${service.env.STRIPE_SECRET_KEY}` },
      ...(method === "POST" ? { body: new URLSearchParams(params) } : {}),
    });
    if (reply.status !== 200) throw new Error(await reply.text());
    return (await reply.json()) as Record<string, unknown>;
  };
  const control = (route: string, body: object = {}) =>
    callJson("POST", `${service.stripe.url}/sandbox/${route}`, body);
  const base = (customerId: string) => `/v1/customers/${customerId}/payment-methods`;
  const attach = async (customerId: string, body: object = { paymentMethodId: "pm_card_visa" }) => {
    const reply = await call("POST", base(customerId), { body });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.body));
    return reply.body as unknown as Method;
  };
  const list = async (customerId: string, options: object = {}) =>
    (await call("GET", base(customerId), options)).body as unknown as Methods;
  const events = async (customerId: string) => {
    const { rows } = await sql.query(
      "SELECT type FROM outbox_events WHERE customer_id = $1 AND type LIKE 'payment_method.%' ORDER BY id",
      [customerId],
    );
    return rows.map(({ type }) => (type as string).replace("payment_method.", ""));
  };
  const linkOf = async (customerId: string): Promise<string> => {
    const { rows } = await sql.query("SELECT reference FROM customer_links WHERE customer_id = $1", [customerId]);
    return rows[0]?.reference;
  };
  const run = (job: string) => jobsOf(deps)[job]?.(undefined);
  return { ...service, atStripe: stripe, control, base, attach, list, events, linkOf, run, advance };
}

t.test("a card is saved in the front end, and is the customer's own", async (t) => {
  const { call, base, list, control, events } = await start(t);
  const token = await customerToken("ada");
  const setup = await call("POST", `${base("ada")}/setups`, { token });
  t.match(setup, { status: 201, body: { status: "requires_payment_method", clientSecret: /^seti_.+_secret_/ } });
  await control(`setup_intents/${setup.body.id}/succeed`, { payment_method: "pm_card_visa" });
  t.match(await call("GET", `${base("ada")}/setups/${setup.body.id}`, { token }), {
    status: 200,
    body: { status: "succeeded", paymentMethodId: /^pm_/ },
  });
  const mine = await list("ada", { token });
  t.match(mine, { stale: false, data: [{ status: "attached", card: { brand: "visa", last4: "4242" } }] });
  t.equal(mine.data[0]?.card.fingerprint, null, "who has the same card is not for customers");
  t.type((await list("ada")).data[0]?.card.fingerprint, "string");
  t.strictSame(await events("ada"), ["attached"]);

  const other = await customerToken("mallory");
  const id = mine.data[0]?.id;
  await call("POST", `${base("mallory")}/setups`, { token: other });
  for (const [method, route, body] of [
    ["GET", base("ada"), undefined],
    ["POST", base("ada"), { paymentMethodId: "pm_card_visa" }],
    ["POST", `${base("ada")}/setups`, undefined],
    ["GET", `${base("ada")}/setups/${setup.body.id}`, undefined],
    ["GET", `${base("mallory")}/setups/${setup.body.id}`, undefined],
    ["PUT", `${base("ada")}/default`, { paymentMethodId: id }],
    ["PUT", `${base("mallory")}/default`, { paymentMethodId: id }],
    ["DELETE", `${base("ada")}/${id}`, undefined],
    ["DELETE", `${base("mallory")}/${id}`, undefined],
  ] as const) {
    t.match(await call(method, route, { token: other, body }), { status: 404 }, `${method} ${route}`);
  }
  t.match(await list("ada"), { data: [{ id, status: "attached" }] });
});

t.test("attach, default, detach", async (t) => {
  const { call, base, attach, list, events } = await start(t);
  const first = await attach("ada");
  t.equal(first.default, false);
  const second = await attach("ada", { paymentMethodId: "pm_card_mastercard", default: true });
  t.equal(second.default, true);
  t.match(await list("ada"), { defaultPaymentMethodId: second.id, data: { length: 2 } });
  t.match(await call("PUT", `${base("ada")}/default`, { body: { paymentMethodId: first.id } }), {
    status: 200,
    body: { defaultPaymentMethodId: first.id },
  });
  t.match(await call("DELETE", `${base("ada")}/${first.id}`), { status: 200, body: { status: "detached" } });
  t.match(await call("DELETE", `${base("ada")}/${first.id}`), { status: 200, body: { status: "detached" } }, "twice");
  t.match(await list("ada"), { defaultPaymentMethodId: null, data: [{ id: second.id, default: false }] });
  t.match(await call("PUT", `${base("ada")}/default`, { body: { paymentMethodId: first.id } }), {
    status: 404,
    body: { code: "payment_methods.not_found" },
  });
  t.strictSame(await events("ada"), ["attached", "attached", "updated", "detached"]);

  t.match(await call("POST", base("ada"), { body: { paymentMethodId: "pm_card_chargeDeclined" } }), {
    status: 422,
    body: { code: "payment_methods.rejected", providerCode: "card_declined" },
  });
  t.match(await call("POST", base("ada"), { body: { paymentMethodId: "pm_nothing" } }), { status: 422 });
  t.match(await call("DELETE", `${base("ada")}/pm_nothing`), { status: 404 });
  t.match(await call("GET", base("nobody")), { status: 404, body: { code: "customers.not_found" } });
  const key = "attach-once";
  const once = await call("POST", base("bob"), { body: { paymentMethodId: "pm_card_visa" }, key });
  const again = await call("POST", base("bob"), { body: { paymentMethodId: "pm_card_visa" }, key });
  t.equal(again.body.id, once.body.id);
  t.match(await list("bob"), { data: { length: 1 } });
});

t.test("what happens in the dashboard or at the bank is followed by webhook", async (t) => {
  const { attach, atStripe, control, events, call, sql } = await start(t, { worker: true });
  const { id } = await attach("ada");
  const card = async () =>
    (await sql.query("SELECT * FROM payment_methods WHERE id = $1", [id])).rows[0] as Record<string, unknown>;
  await control(`payment_methods/${id}/renew`, { exp_month: 3, exp_year: 2_040, last4: "1111" });
  await eventually(async () => (await card()).last4 === "1111", 15_000);
  t.match(await card(), { exp_month: 3, exp_year: 2_040, expires_at: new Date("2040-04-01T00:00:00Z") });
  await atStripe("POST", `payment_methods/${id}/detach`);
  await eventually(async () => (await card()).status === "detached", 15_000);
  t.strictSame(await events("ada"), ["attached", "updated", "detached"]);
  const processed = await eventually(async () => {
    const { body } = await call("GET", "/v1/webhook-events?limit=100");
    const about = (body.data as { type: string; status: string }[]).filter(({ type }) =>
      type.startsWith("payment_method."),
    );
    return about.length >= 3 && about.every(({ status }) => status === "processed") && about;
  }, 15_000);
  t.ok(processed);
});

t.test("many looks at once agree, and announce once", async (t) => {
  const { atStripe, attach, list, events, linkOf } = await start(t);
  await attach("ada");
  await atStripe("POST", "payment_methods/pm_card_mastercard/attach", { customer: await linkOf("ada") });
  const lists = await Promise.all(Array.from({ length: 12 }, () => list("ada")));
  t.ok(lists.every(({ data, stale }) => data.length === 2 && !stale));
  t.strictSame(await events("ada"), ["attached", "attached"]);
});

t.test("a list survives the provider, and says that it is old", async (t) => {
  const { attach, list, control, call, base } = await start(t);
  const { id } = await attach("ada");
  await control("faults", { match: { path: "/v1/customers" }, kind: "status", status: 500, times: 3 });
  t.match(await list("ada"), { stale: true, data: [{ id }] });
  t.match(await call("POST", `${base("ada")}/setups`, { key: "later" }), { status: 201 }, "needs no list");
});

t.test("an answer that was lost: the same request again, or the sweeper, finds out", async (t) => {
  const { call, base, list, control, attach, sql, run, advance } = await start(t);
  const { id } = await attach("ada");
  await control("faults", { match: { path: "/v1/payment_methods" }, kind: "status_after", status: 500, times: 1 });
  const body = { paymentMethodId: "pm_card_mastercard" };
  t.match(await call("POST", base("ada"), { body, key: "k" }), { status: 503, body: { code: "provider.unavailable" } });
  t.match(await list("ada"), { data: { length: 2 } }, "it was done all the same");

  await control("faults", { match: { path: `/v1/payment_methods/${id}/detach` }, kind: "cut_after", times: 1 });
  t.match(await call("DELETE", `${base("ada")}/${id}`), { status: 503 });
  t.match(await call("DELETE", `${base("ada")}/${id}`), { status: 200, body: { status: "detached" } });

  const { id: kept } = await attach("bob");
  await control("faults", { match: { path: `/v1/payment_methods/${kept}/detach` }, kind: "cut_before", times: 1 });
  t.match(await call("DELETE", `${base("bob")}/${kept}`), { status: 503 });
  const status = async () => (await sql.query("SELECT status FROM payment_methods WHERE id = $1", [kept])).rows[0];
  t.match(await list("bob"), { data: [{ status: "detaching" }] }, "a look proves nothing while it may be under way");
  await run("payment-methods:sweep");
  t.match(await status(), { status: "detaching" });
  advance(2 * 60_000);
  await run("payment-methods:sweep");
  t.match(await status(), { status: "attached" }, "nothing came of it");
  t.match((await sql.query("SELECT count(*)::int AS due FROM payment_method_lists WHERE refresh_at < now()")).rows, [
    { due: 0 },
  ]);
});

t.test("a customer that is gone at the provider gets a new one there, without the old one's methods", async (t) => {
  const { attach, list, atStripe, linkOf, call, base } = await start(t);
  await attach("ada");
  const before = await linkOf("ada");
  await atStripe("DELETE", `customers/${before}`);
  const { id } = await attach("ada", { paymentMethodId: "pm_card_mastercard", default: true });
  t.not(await linkOf("ada"), before);
  t.match(await list("ada"), { data: [{ id, default: true }] });
  await atStripe("DELETE", `customers/${await linkOf("ada")}`);
  t.match(await list("ada"), { stale: false, data: { length: 0 } });
  t.match(await call("POST", `${base("ada")}/setups`), { status: 201 });
});

t.test("the last method of what is paid with it stays, whoever asks at once", async (t) => {
  const { attach, call, base, deps, list } = await start(t);
  const ids = [(await attach("ada")).id, (await attach("ada", { paymentMethodId: "pm_card_mastercard" })).id];
  let uses: MethodUse[] = [{ kind: "auto_top_up", id: "atu_1" }];
  const listener: Listeners = {
    "payment_method.last_leaving": async (_tx, { needs }) => uses.forEach(needs),
  };
  (deps.listeners as Listeners[]).push(listener);
  const replies = await Promise.all(ids.map((id) => call("DELETE", `${base("ada")}/${id}`)));
  t.strictSame(replies.map(({ status }) => status).sort(), [200, 409]);
  t.match(
    replies.find(({ status }) => status === 409),
    { body: { code: "payment_methods.in_use", usedBy: "atu_1" } },
  );
  const { data } = await list("ada");
  t.equal(data.length, 1);
  t.match(data, [{ status: "attached" }], "nothing changed");
  uses = [];
  t.match(await call("DELETE", `${base("ada")}/${data[0]?.id}`), { status: 200 });
});

t.test("a card that expires soon is announced once", async (t) => {
  const { attach, control, list, events, run, advance, sql } = await start(t);
  const { id } = await attach("ada");
  await attach("bob");
  const soon = new Date(Date.now() + 20 * DAY_MS);
  // The last day of that month is at most 31 days later.
  await control(`payment_methods/${id}/renew`, { exp_month: soon.getUTCMonth() + 1, exp_year: soon.getUTCFullYear() });
  await list("ada");
  await run("payment-methods:expiring");
  advance(21 * DAY_MS);
  await run("payment-methods:expiring");
  await run("payment-methods:expiring");
  t.equal((await events("ada")).filter((type) => type === "expiring").length, 1);
  t.notOk((await events("bob")).includes("expiring"));
  const { rows } = await sql.query("SELECT data FROM outbox_events WHERE type = 'payment_method.expiring'");
  t.match(rows, [{ data: { last4: "4242", expMonth: soon.getUTCMonth() + 1 } }]);
  // Another end is other news.
  const later = new Date(soon.getTime() + 40 * DAY_MS);
  const renewed = { exp_month: later.getUTCMonth() + 1, exp_year: later.getUTCFullYear() };
  await control(`payment_methods/${id}/renew`, renewed);
  await list("ada");
  advance(DAY_MS);
  const end = Date.UTC(renewed.exp_year, renewed.exp_month, 1);
  advance(end - 5 * DAY_MS - (Date.now() + 22 * DAY_MS));
  await run("payment-methods:expiring");
  t.equal((await events("ada")).filter((type) => type === "expiring").length, 2);
});

t.test("without Stripe there are no payment methods", async (t) => {
  const service = await startTestService(t, { env: { STRIPE_SECRET_KEY: "" } });
  const { status, body } = await service.call("POST", "/v1/customers/ada/payment-methods/setups");
  t.match({ status, body }, { status: 503, body: { code: "provider.not_configured" } });
});
