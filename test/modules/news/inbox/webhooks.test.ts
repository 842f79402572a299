import { createHmac } from "node:crypto";
import Stripe from "stripe";
import t from "tap";
import { MINUTE_MS } from "../../../../src/core/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import {
  BLOCKRADAR_KEY,
  eventually,
  STRIPE_WEBHOOK_SECRET,
  startTestService,
  type TestService,
} from "../../../helpers/service.js";

let events = 0;

/** A PaymentIntent event as Stripe would send it. */
function stripeEvent(type: string, object: object, extra: object = {}): string {
  events += 1;
  return JSON.stringify({
    id: `evt_test_${events}`,
    object: "event",
    api_version: "2026-10-28.endive",
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    type,
    data: { object },
    ...extra,
  });
}

const intent = (fields: object) => ({
  id: "pi_test_1",
  object: "payment_intent",
  status: "succeeded",
  amount: 999,
  amount_received: 999,
  currency: "usd",
  client_secret: "pi_test_1_secret",
  metadata: {},
  next_action: null,
  last_payment_error: null,
  ...fields,
});

async function deliver(
  service: TestService,
  body: string,
  options: { secret?: string; header?: string; at?: number } = {},
) {
  const { secret = STRIPE_WEBHOOK_SECRET, at = Math.floor(Date.now() / 1_000) } = options;
  const header = options.header ?? Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at });
  const reply = await fetch(`${service.url}/webhooks/stripe`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(header === "" ? {} : { "stripe-signature": header }) },
    body,
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const inbox = async (service: TestService, query: string) =>
  (await service.call("GET", `/v1/webhook-events?${query}`)).body.data as Record<string, unknown>[];

t.test("forged, stale and strange deliveries", async (t) => {
  const service = await startTestService(t);
  const body = stripeEvent("payment_intent.succeeded", intent({}));
  const now = Math.floor(Date.now() / 1_000);

  await t.test("are refused, and leave no row", async (t) => {
    t.match(await deliver(service, body, { header: "" }), { status: 401, body: { code: "webhooks.bad_signature" } });
    t.match(await deliver(service, body, { secret: "whsec_wrong" }), { status: 401 });
    t.match(await deliver(service, body, { header: "t=1,v1=00" }), { status: 401 });
    t.match(await deliver(service, body, { header: "x".repeat(9_000) }), { status: 401 });
    t.match(await deliver(service, body, { at: now - 302 }), { status: 401 });
    t.match(await deliver(service, body, { at: now + 310 }), { status: 401 });
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret: STRIPE_WEBHOOK_SECRET });
    t.match(await deliver(service, `${body} `, { header }), { status: 401 });
    t.match(await deliver(service, JSON.stringify(JSON.parse(body), null, 1), { header }), { status: 401 });
    t.strictSame(await inbox(service, ""), []);
    t.equal((await fetch(`${service.url}/webhooks/stripe`)).status, 405);
    t.equal((await fetch(`${service.url}/webhooks/stripe`, { method: "POST", body: "x".repeat(600_000) })).status, 413);
    t.equal((await fetch(`${service.url}/webhooks/paypal`, { method: "POST", body: "{}" })).status, 404);
  });

  await t.test("authentic but not JSON: 400, kept for a person", async (t) => {
    t.match(await deliver(service, "{not json"), { status: 400, body: { code: "webhooks.unreadable" } });
    t.match(await inbox(service, "status=dead"), [{ type: "unreadable" }]);
  });

  await t.test("of types we do nothing about: 200, kept", async (t) => {
    t.match(await deliver(service, stripeEvent("charge.succeeded", { id: "cus_1", object: "customer" })), {
      status: 200,
    });
    t.match(await inbox(service, "type=charge.succeeded"), [{ status: "ignored" }]);
  });

  await t.test("about payments that are not ours: 200, kept, nobody credited", async (t) => {
    t.match(await deliver(service, stripeEvent("payment_intent.succeeded", intent({ id: "pi_foreign" }))), {
      status: 200,
    });
    t.match(await inbox(service, "type=payment_intent.succeeded"), [{ status: "ignored" }]);
  });

  await t.test("from the other mode: 200, no effect", async (t) => {
    const live = stripeEvent("payment_intent.succeeded", intent({ id: "pi_live" }), { livemode: true });
    t.match(await deliver(service, live), { status: 200 });
    t.match((await inbox(service, "status=ignored&type=payment_intent.succeeded"))[0], { note: /mode/ });
  });

  await t.test("with amounts that are no amounts: 200, dead letter", async (t) => {
    const created = await service.call("POST", "/v1/payments", {
      body: { customerId: "victim", package: "starter", provider: "stripe", flow: "payment_intent" },
    });
    const ours = { id: created.body.providerReference, metadata: { coffer_payment_id: created.body.id } };
    for (const amount of ['"999"', "9.99", "-999", "1e400", "9223372036854775808"]) {
      const text = stripeEvent("payment_intent.succeeded", intent({ ...ours, amount_received: "AMOUNT" })).replace(
        '"AMOUNT"',
        amount,
      );
      t.match(await deliver(service, text), { status: 200 }, amount);
    }
    const dead = await inbox(service, "status=dead&type=payment_intent.succeeded");
    t.equal(dead.length, 5);
    t.equal((await service.call("GET", `/v1/payments/${created.body.id}`)).body.status, "pending");
    t.match((await service.call("GET", "/v1/customers/victim/wallet")).body.balances, [{ balance: 0 }]);

    const one = dead[0]?.id as string;
    const whole = await service.call("GET", `/v1/webhook-events/${one}`);
    t.match(whole.body, { status: "dead", payload: /payment_intent\.succeeded/ });
    t.match((await service.call("POST", `/v1/webhook-events/${one}/replay`)).body, { status: "pending", attempts: 1 });
  });
});

t.test("an event that comes again changes nothing", async (t) => {
  const service = await startTestService(t);
  const created = await service.call("POST", "/v1/payments", {
    body: { customerId: "twice", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  const ours = { id: created.body.providerReference, metadata: { coffer_payment_id: created.body.id } };
  const body = stripeEvent("payment_intent.succeeded", intent(ours));
  for (let i = 0; i < 5; i += 1) t.match(await deliver(service, body), { status: 200 });
  // Another event about the same money: the effect is keyed by the money.
  t.match(await deliver(service, stripeEvent("payment_intent.succeeded", intent(ours))), { status: 200 });
  t.match((await service.call("GET", "/v1/customers/twice/wallet")).body.balances, [{ balance: 10 }]);
  const [event] = await inbox(service, `resource=${created.body.id}`);
  const replayed = await service.call("POST", `/v1/webhook-events/${event?.id}/replay`);
  t.match(replayed.body, { status: "processed", resource: created.body.id });
  t.match((await service.call("GET", "/v1/customers/twice/wallet")).body.balances, [{ balance: 10 }]);
});

t.test("secrets rotate: each of several is accepted", async (t) => {
  const service = await startTestService(t, {
    env: { STRIPE_WEBHOOK_SECRET: `whsec_new_secret,${STRIPE_WEBHOOK_SECRET}` },
  });
  t.match(await deliver(service, stripeEvent("charge.succeeded", {}), { secret: "whsec_new_secret" }), { status: 200 });
  t.match(await deliver(service, stripeEvent("charge.succeeded", {})), { status: 200 });
  t.match(await deliver(service, stripeEvent("charge.succeeded", {}), { secret: "whsec_older" }), { status: 401 });
});

t.test("an event that names a payment we do not know yet waits, and settles once it is known", async (t) => {
  let now = Date.now();
  const service = await startTestService(t, { overrides: { clock: { now: () => new Date(now) } } });
  const jobs = jobsOf(service.deps);
  const created = await service.call("POST", "/v1/payments", {
    body: { customerId: "early", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  // As if the webhook had overtaken the row: the row is put away, and comes back.
  await service.sql.query("CREATE TABLE put_away AS SELECT * FROM payments");
  await service.sql.query("DELETE FROM payments");
  const metadata = { coffer_payment_id: created.body.id, coffer_installation: await service.deps.installation.get() };
  const ours = { id: created.body.providerReference, metadata };
  t.match(await deliver(service, stripeEvent("payment_intent.succeeded", intent(ours))), { status: 200 });
  const [event] = await inbox(service, "status=pending");
  t.match(event, { note: "the payment is not known yet" });
  await jobs["webhooks:process"]?.({ eventId: event?.id });
  t.match((await inbox(service, "status=pending"))[0], { attempts: 1 });
  await service.sql.query("INSERT INTO payments SELECT * FROM put_away");
  await service.sql.query("DROP TABLE put_away");
  now += MINUTE_MS;
  await jobs["webhooks:process"]?.({ eventId: event?.id });
  t.match((await inbox(service, "status=processed&type=payment_intent.succeeded"))[0], { resource: created.body.id });
  t.match((await service.call("GET", "/v1/customers/early/wallet")).body.balances, [{ balance: 10 }]);
});

t.test("an event that always fails becomes a dead letter and does not hold up the others", async (t) => {
  let now = Date.now();
  const service = await startTestService(t, { overrides: { clock: { now: () => new Date(now) } } });
  const jobs = jobsOf(service.deps);
  // Named as this installation's, and not in its books: a person must look.
  const coffer_installation = await service.deps.installation.get();
  const metadata = { coffer_payment_id: "pay_01h455vb4pex5vsknk084sn02q", coffer_installation };
  const ghost = { id: "pi_ghost", metadata };
  await deliver(service, stripeEvent("payment_intent.succeeded", intent(ghost)));
  const [event] = await inbox(service, "status=pending");
  for (let i = 0; i < 9; i += 1) {
    await jobs["webhooks:process"]?.({ eventId: event?.id });
    now += 12 * 60 * MINUTE_MS;
  }
  t.match(await inbox(service, "status=dead"), [{ id: event?.id, attempts: 9 }]);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  t.match(metrics, /coffer_webhook_inbox_events\{status="dead"\} 1/);
});

t.test("blockradar's webhooks are verified and kept", async (t) => {
  const service = await startTestService(t);
  const body = JSON.stringify({
    event: "staking.success",
    data: { id: "8c392ba5-253f-4148-aa8e-b58b4a265ef6", status: "SUCCESS" },
  });
  const send = (signature: string) =>
    fetch(`${service.url}/webhooks/blockradar`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-blockradar-signature": signature },
      body,
    });
  const signature = createHmac("sha512", BLOCKRADAR_KEY).update(body).digest("hex");
  t.equal((await send(signature)).status, 200);
  t.equal((await send(signature)).status, 200);
  t.equal((await send(createHmac("sha256", BLOCKRADAR_KEY).update(body).digest("hex"))).status, 401);
  t.match(await inbox(service, "provider=blockradar"), [{ type: "staking.success", status: "ignored" }]);
});

t.test("the worker settles what could not be settled at once", async (t) => {
  const { startWorker } = await import("../../../../src/worker.js");
  const service = await startTestService(t);
  const worker = await startWorker(service.deps);
  t.teardown(() => worker.stop());
  const created = await service.call("POST", "/v1/payments", {
    body: { customerId: "jobs", package: "starter", provider: "stripe", flow: "payment_intent" },
  });
  const reference = created.body.providerReference;
  const ours = { id: reference, metadata: { coffer_payment_id: created.body.id } };
  // An older API version says nothing that can be relied on: the object is fetched.
  await deliver(
    service,
    stripeEvent("payment_intent.processing", intent({ ...ours, status: "processing" }), { api_version: "2019-01-01" }),
  );
  await eventually(async () => (await inbox(service, "type=payment_intent.processing"))[0]?.status === "processed");
  t.equal(
    (await service.call("GET", `/v1/payments/${created.body.id}`)).body.status,
    "pending",
    "what Stripe really says",
  );
});

t.test("a locked account keeps back its own webhook and no other that came with it", async (t) => {
  const service = await startTestService(t);
  const names = Array.from({ length: 8 }, (_, index) => `${index % 2 === 0 ? "free" : "stuck"}-${index}`);
  const bodies: string[] = [];
  for (const customerId of names) {
    const { body } = await service.call("POST", "/v1/payments", {
      body: { customerId, package: "starter", provider: "stripe", flow: "payment_intent" },
    });
    const ours = { id: body.providerReference, metadata: { coffer_payment_id: body.id } };
    bodies.push(stripeEvent("payment_intent.succeeded", intent(ours)));
  }
  const holder = await service.sql.connect();
  await holder.query("BEGIN");
  await holder.query(
    `SELECT 1 FROM ledger_accounts WHERE wallet_id IN (SELECT id FROM wallets WHERE customer_id LIKE 'stuck-%') FOR UPDATE`,
  );
  const replies = await Promise.all(bodies.map((body) => deliver(service, body)));
  t.ok(
    replies.every(({ status }) => status === 200),
    "all of them are kept",
  );
  // The account is still locked: whose money could be credited has been credited all the same.
  const balance = async (customerId: string) =>
    ((await service.call("GET", `/v1/customers/${customerId}/wallet`)).body.balances as { balance: number }[])[0]
      ?.balance;
  const credited = await Promise.all(names.map(balance));
  t.strictSame(credited, [10, 0, 10, 0, 10, 0, 10, 0]);
  const waiting = await inbox(service, "status=pending");
  t.match(waiting, [{ attempts: 1, note: /lock/ }, {}, {}, {}]);
  await holder.query("ROLLBACK");
  holder.release();
  const jobs = jobsOf(service.deps);
  for (const { id } of waiting) await jobs["webhooks:process"]?.({ eventId: id });
  t.ok((await Promise.all(names.map(balance))).every((each) => each === 10));
});

t.test("an id with a NUL in it is an id like any other", async (t) => {
  const service = await startTestService(t);
  const body = stripeEvent("charge.succ\0eeded", { id: "cus_1" }, { id: "evt_nul\0_1" });
  t.match(await deliver(service, body), { status: 200 });
  t.match(await deliver(service, body), { status: 200 });
  const kept = await inbox(service, "");
  t.match(kept, [{ eventId: "evt_nul_1", type: "charge.succeeded", status: "ignored" }]);
  t.equal(kept.length, 1);
});

t.test("what a webhook said is for back ends and administrators", async (t) => {
  const service = await startTestService(t);
  await deliver(service, stripeEvent("charge.succeeded", { id: "cus_1", email: "canary@example.com" }));
  const [event] = await inbox(service, "");
  for (const [role, sees] of [
    ["admin", true],
    ["service", true],
    ["finance", false],
    ["approver", false],
    ["support", false],
  ] as const) {
    const key = await service.call("POST", "/v1/api-keys", { body: { name: role, role } });
    const token = key.body.secret as string;
    const read = await service.call("GET", `/v1/webhook-events/${event?.id}`, { token });
    t.match(read, { status: 200, body: { type: "charge.succeeded", payload: sees ? /canary/ : null } }, role);
    t.equal(JSON.stringify(read.body).includes("canary"), sees, role);
    t.notMatch(JSON.stringify((await service.call("GET", "/v1/webhook-events", { token })).body), "canary", role);
  }
});
