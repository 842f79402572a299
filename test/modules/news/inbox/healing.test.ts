import { readFileSync } from "node:fs";
import path from "node:path";
import Stripe from "stripe";
import t, { type Test } from "tap";
import { MINUTE_MS } from "../../../../src/core/clock.js";
import type { FaultHook } from "../../../../src/core/faults.js";
import { STRIPE_EVENT_TYPES } from "../../../../src/providers/stripe/events.js";
import { interpretStripeEvent } from "../../../../src/providers/stripe/webhook.js";
import { movableClock } from "../../../helpers/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { STRIPE_WEBHOOK_SECRET } from "../../../helpers/service.js";
import { startShop } from "../../../helpers/stripe-shop.js";

// What was told and never arrived is found in the provider's own list, and counts as though it had come.

async function startHealing(t: Test, faults?: FaultHook) {
  const { clock, advance } = movableClock();
  const shop = await startShop(t, { overrides: { clock, ...(faults ? { faults } : {}) } });
  const { service, stripe, call } = shop;
  const checkout = async (customerId: string) => {
    const body = { customerId, package: "starter", provider: "stripe", flow: "checkout" };
    const { body: made } = await call("POST", "/v1/payments", { body });
    return String(made.providerReference);
  };
  const events = async (query = "") =>
    (await call("GET", `/v1/webhook-events?limit=100${query}`)).body.data as Record<string, unknown>[];
  const metric = async () => {
    const text = await service.deps.metrics.registry.metrics();
    return Number(/^coffer_webhooks_healed_total\{provider="stripe"\} (\d+)$/m.exec(text)?.[1]);
  };
  /** What Stripe has in its own list, newest first. */
  const listed = async () => {
    const init = { headers: { authorization: "Bearer sk_test_x" } };
    const reply = await fetch(`${service.stripe.url}/v1/events?limit=100`, init);
    return ((await reply.json()) as { data: { id: string; type: string }[] }).data;
  };
  const deliver = async (event: object) => {
    const payload = JSON.stringify(event);
    const timestamp = Math.floor(clock.now().getTime() / 1_000);
    const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: STRIPE_WEBHOOK_SECRET, timestamp });
    const headers = { "content-type": "application/json", "stripe-signature": header };
    return (await fetch(`${service.url}/webhooks/stripe`, { method: "POST", headers, body: payload })).status;
  };
  const drop = (is: boolean) => stripe("webhooks/mode", { drop: is });
  const heal = () => jobsOf(service.deps)["webhooks:heal"]?.({});
  const pay = async (customerId: string) => {
    const session = await checkout(customerId);
    await stripe(`checkout/sessions/${session}/pay`);
    return session;
  };
  return { ...shop, advance, checkout, events, metric, listed, deliver, drop, heal, pay };
}

t.test("an event that was dropped is found once it is late, settled, shown and counted, once", async (t) => {
  const { advance, drop, pay, heal, metric, events, wallet, until, quiet } = await startHealing(t);
  await pay("bob");
  await until(async () => (await wallet("bob")).balance > 0);
  await quiet();
  const granted = (await wallet("bob")).balance;
  await drop(true);
  await pay("ada");
  await heal();
  t.equal(await metric(), 0, "what is young may still be on its way");
  t.match(await wallet("ada"), { balance: 0 });
  advance(11 * MINUTE_MS);
  await heal();
  t.match(await wallet("ada"), { balance: granted }, "settled as it is found, without a look-up");
  const healed = await events("&healed=true");
  t.ok(
    healed.some(({ type, status, healed: is }) => type === "payment_intent.succeeded" && status === "processed" && is),
  );
  t.equal(healed.length, await metric());
  const before = (await events()).length;
  await heal();
  t.equal((await events()).length, before, "and not again");
  t.equal(await metric(), healed.length);
  t.ok((await events("&healed=false")).every(({ healed: is }) => is === false));
  t.match(await wallet("ada"), { balance: granted });
});

t.test("found and delivered at once, and delivered after all, it has one effect", async (t) => {
  const { advance, drop, pay, heal, metric, events, listed, deliver, wallet, until } = await startHealing(t);
  await drop(true);
  for (const customer of ["ada", "bob", "eve"]) await pay(customer);
  const told = (await listed()).filter(({ type }) => STRIPE_EVENT_TYPES.includes(type));
  advance(11 * MINUTE_MS);
  const [statuses] = await Promise.all([Promise.all(told.map(deliver)), heal(), heal()]);
  t.same([...new Set(statuses)], [200]);
  for (const event of told) t.equal(await deliver(event), 200);
  await until(async () => (await events("&status=pending")).length === 0);
  const kept = await events();
  t.same(kept.map(({ eventId }) => eventId).sort(), told.map(({ id }) => id).sort());
  t.equal(kept.filter(({ healed }) => healed).length, await metric());
  const balances = await Promise.all(["ada", "bob", "eve"].map(async (each) => (await wallet(each)).balance));
  t.ok((balances[0] ?? 0) > 0);
  t.same(new Set(balances), new Set([balances[0]]));
});

t.test("an event of another version of the API is looked up", async (t) => {
  const { advance, drop, pay, heal, events, stripe, wallet, until } = await startHealing(t);
  await stripe("account", { api_version: "2025-09-30.clover" });
  await drop(true);
  await pay("ada");
  advance(11 * MINUTE_MS);
  await heal();
  await until(async () => (await events("&status=pending")).length === 0);
  t.ok((await wallet("ada")).balance > 0);
});

t.test("what breaks off half-way is read again, and nothing of it counts twice", async (t) => {
  const broken = { cursor: true };
  const faults: FaultHook = ({ phase, name }) => {
    if (phase === "before" && broken.cursor && /insert (into )?"?webhook_cursors/i.test(name))
      throw new Error("it dies");
  };
  const { advance, drop, pay, heal, events, metric, stripe, wallet, service } = await startHealing(t, faults);
  await drop(true);
  await pay("ada");
  advance(11 * MINUTE_MS);
  await heal();
  const cursors = async () => (await service.sql.query("SELECT read_up_to FROM webhook_cursors")).rows;
  t.same(await cursors(), [], "it died before it had written how far it was");
  t.ok((await wallet("ada")).balance > 0);
  const found = await metric();
  broken.cursor = false;
  const match = { method: "GET", path: "/v1/events" };
  await stripe("faults", { match, kind: "status", status: 500, times: 1 });
  await pay("bob");
  advance(11 * MINUTE_MS);
  await heal();
  t.same(await cursors(), [], "Stripe did not answer");
  t.match(await wallet("bob"), { balance: 0 });
  await heal();
  t.equal((await cursors()).length, 1);
  t.match(await wallet("bob"), { balance: (await wallet("ada")).balance });
  t.ok((await metric()) > found);
  t.equal((await events("&healed=true")).length, await metric());
});

t.test("who is told by thin events misses no snapshots", async (t) => {
  const { advance, pay, heal, metric, stripe, wallet, until, quiet } = await startHealing(t);
  await stripe("webhooks/mode", { thin: "only" });
  await pay("ada");
  await until(async () => (await wallet("ada")).balance > 0);
  await quiet();
  advance(11 * MINUTE_MS);
  await heal();
  t.equal(await metric(), 0);
});

t.test("what is looked for is what an endpoint is told to subscribe to, and what we read", async (t) => {
  const docs = readFileSync(path.join(process.cwd(), "docs", "webhooks.md"), "utf8");
  const [, block = ""] = /these events:\n\n```\n(.*?)```/s.exec(docs) ?? [];
  t.same(block.split(/\s+/).filter(Boolean).sort(), [...STRIPE_EVENT_TYPES].sort());
  for (const type of STRIPE_EVENT_TYPES) {
    const object = { id: "obj_1", metadata: {}, payment_intent: null, mode: "payment", invoice: "in_1" };
    const told = { type, payload: { data: { object }, api_version: "2025-09-30.clover" } };
    const meaning = interpretStripeEvent(told, undefined);
    t.notMatch(meaning.kind === "ignored" ? meaning.reason : "", /^type /, type);
  }
});
