import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Stripe from "stripe";
import t, { type Test } from "tap";
import { request } from "undici";
import { type Sandbox, startStripeSandbox } from "../src/index.js";
import { callJson, press } from "../src/testing/client.js";
import { startWebhookReceiver } from "../src/testing/webhook-receiver.js";
import { client, failure, SECRET, world } from "./helpers/stripe-sandbox.js";

const PRICE = { amount: 999, currency: "usd" } as const;
const RETURN = { return_url: "https://shop.test/back" } as const;

t.test("a card payment succeeds, is charged once and is announced with signed snapshots", async (t) => {
  const { stripe, events, flush, types, effects } = await world(t);
  const customer = await stripe.customers.create({ email: "a@b.test", metadata: { ours: "cus1" } });
  const intent = await stripe.paymentIntents.create({
    ...PRICE,
    customer: customer.id,
    metadata: { paymentId: "pay_1" },
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  });
  t.equal(intent.status, "requires_payment_method");
  t.match(intent.client_secret, new RegExp(`^${intent.id}_secret_`));
  const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" });
  t.equal(paid.status, "succeeded");
  t.equal(paid.amount_received, 999);
  t.match(paid.latest_charge, /^ch_/);
  t.match(paid.lastResponse.requestId, /^req_/);
  t.equal(paid.lastResponse.apiVersion, "2026-10-28.endive");
  await flush();
  // Deliveries run side by side, so the order in which they arrive is not the order of the events.
  const expected = ["charge.succeeded", "customer.created", "payment_intent.created", "payment_intent.succeeded"];
  t.same(types().sort(), expected);
  const last = events().find(({ type }) => type === "payment_intent.succeeded");
  t.equal(last?.api_version, "2026-10-28.endive");
  t.equal(last?.livemode, false);
  t.equal(last?.request?.id, paid.lastResponse.requestId);
  t.match(last?.data.object, { id: intent.id, status: "succeeded", metadata: { paymentId: "pay_1" } });
  t.match(await effects("payment_intents", intent.id), { created: 1, charged: 1, metadata: { paymentId: "pay_1" } });
  const expanded = await stripe.paymentIntents.retrieve(intent.id, { expand: ["latest_charge", "customer"] });
  t.match(expanded.latest_charge, { object: "charge", status: "succeeded", amount: 999 });
  t.match(expanded.customer, { id: customer.id });
});

t.test("declines are 402 with the intent as it then is", async (t) => {
  const { stripe, flush, types, effects } = await world(t);
  const cases: [string, string, string][] = [
    ["pm_card_visa_chargeDeclined", "card_declined", "generic_decline"],
    ["pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"],
    ["pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"],
    ["pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"],
    ["pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"],
    ["pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"],
    ["pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"],
    ["pm_card_radarBlock", "card_declined", "fraudulent"],
    ["pm_card_chargeCustomerFail", "card_declined", "generic_decline"],
  ];
  for (const [method, code, declineCode] of cases) {
    const refusal = await failure(
      stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: method }),
    );
    t.ok(refusal instanceof Stripe.errors.StripeCardError, method);
    t.equal(refusal.statusCode, 402);
    t.equal(refusal.code, code, method);
    t.equal(refusal.decline_code, declineCode, method);
    t.equal(refusal.payment_intent?.status, "requires_payment_method");
    t.equal(refusal.payment_intent?.last_payment_error?.code, code);
  }
  const refusal = await failure(
    stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: "pm_card_chargeDeclined" }),
  );
  const id = refusal.payment_intent?.id ?? "";
  const paid = await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_mastercard", ...RETURN });
  t.equal(paid.status, "succeeded", "another card may be tried on the same intent");
  t.equal(paid.last_payment_error, null);
  t.match(await effects("payment_intents", id), { created: 1, declined: 1, charged: 1 });
  await flush();
  t.ok(types().includes("charge.failed") && types().includes("payment_intent.payment_failed"));
});

t.test("3-D Secure: the customer completes or fails the page", async (t) => {
  const { stripe, types, flush } = await world(t);
  const start = (method = "pm_card_authenticationRequired") =>
    stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: method });
  const first = await start();
  t.equal(first.status, "requires_action");
  t.equal(first.next_action?.type, "redirect_to_url");
  const url = first.next_action?.redirect_to_url?.url ?? "";
  const page = await request(url);
  t.match(await page.body.text(), /9\.99 USD[\s\S]*Complete/);
  const done = await press(url, "complete");
  t.equal(done.status, 303);
  const back = new URL(String(done.location));
  t.equal(back.searchParams.get("redirect_status"), "succeeded");
  t.equal(back.searchParams.get("payment_intent"), first.id);
  t.equal((await stripe.paymentIntents.retrieve(first.id)).status, "succeeded");

  const second = await start();
  t.match((await press(second.next_action?.redirect_to_url?.url ?? "", "fail")).location, /redirect_status=failed/);
  const failed = await stripe.paymentIntents.retrieve(second.id);
  t.equal(failed.status, "requires_payment_method");
  t.equal(failed.last_payment_error?.code, "payment_intent_authentication_failure");

  const third = await start("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds");
  await press(third.next_action?.redirect_to_url?.url ?? "", "complete");
  const declined = await stripe.paymentIntents.retrieve(third.id);
  t.equal(declined.last_payment_error?.decline_code, "insufficient_funds");
  await flush();
  t.equal(types().filter((type) => type === "payment_intent.requires_action").length, 3);

  const away = await failure(
    stripe.paymentIntents.create({
      ...PRICE,
      ...RETURN,
      confirm: true,
      off_session: true,
      payment_method: "pm_card_authenticationRequired",
    }),
  );
  t.equal(away.code, "authentication_required");
  const sdk = await stripe.paymentIntents.create({
    ...PRICE,
    confirm: true,
    payment_method: "pm_card_authenticationRequired",
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
  });
  t.equal(sdk.next_action?.type, "use_stripe_sdk", "without redirects the front end is asked");
});

t.test("a card is saved with a payment, and then used while its owner is away", async (t) => {
  const { stripe } = await world(t);
  const customer = await stripe.customers.create({ name: "Ada" });
  const attached = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  t.match(attached, { customer: customer.id, card: { brand: "visa", last4: "4242" } });
  t.equal(
    (await failure(stripe.paymentMethods.attach("pm_card_chargeDeclined", { customer: customer.id }))).code,
    "card_declined",
  );
  const without = await failure(
    stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: attached.id }),
  );
  t.equal(without.statusCode, 400, "an attached method needs its customer");
  const saved = await stripe.paymentIntents.create({
    ...PRICE,
    ...RETURN,
    customer: customer.id,
    setup_future_usage: "off_session",
    confirm: true,
    payment_method: "pm_card_authenticationRequiredOnSetup",
  });
  t.equal(saved.status, "requires_action");
  await press(saved.next_action?.redirect_to_url?.url ?? "", "complete");
  const methods = await stripe.customers.listPaymentMethods(customer.id, { type: "card" });
  t.equal(methods.data.length, 2);
  const again = await stripe.paymentIntents.create({
    ...PRICE,
    ...RETURN,
    customer: customer.id,
    off_session: true,
    confirm: true,
    payment_method: methods.data[0]?.id ?? "",
  });
  t.equal(again.status, "succeeded");
  t.equal((await stripe.paymentMethods.detach(attached.id)).customer, null);
  const updated = await stripe.customers.update(customer.id, { email: "ada@b.test", metadata: { a: "1" } });
  t.match(updated, { email: "ada@b.test", name: "Ada", metadata: { a: "1" } });
  t.equal((await stripe.customers.list({ email: "ada@b.test" })).data[0]?.id, customer.id);
  const owned = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  t.match(await stripe.customers.del(customer.id), { id: customer.id, deleted: true });
  t.match(await stripe.customers.retrieve(customer.id), { deleted: true });
  t.equal((await stripe.paymentMethods.retrieve(owned.id)).customer, null);
  for (const repeated of [false, true]) {
    const params = { amount: 999, currency: "usd", customer: customer.id };
    const refused = await failure(stripe.paymentIntents.create(params, { idempotencyKey: "of a deleted customer" }));
    t.match(refused, { code: "resource_missing", param: "customer" });
    t.equal(refused.headers?.["idempotent-replayed"], repeated ? "true" : undefined);
  }
});

t.test("bank money arrives later, or is returned, by a control call", async (t) => {
  const { stripe, control, flush, types } = await world(t);
  const start = () =>
    stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: "pm_usBankAccount_success" });
  const first = await start();
  t.equal(first.status, "processing");
  await control(`payment_intents/${first.id}/succeed`, { amount_received: 500, currency: "eur" });
  const arrived = await stripe.paymentIntents.retrieve(first.id);
  t.match(
    arrived,
    { status: "succeeded", amount: 999, amount_received: 500, currency: "eur" },
    "a wrong amount can be simulated",
  );
  const second = await start();
  await control(`payment_intents/${second.id}/fail`);
  t.equal((await stripe.paymentIntents.retrieve(second.id)).status, "requires_payment_method");
  await t.rejects(control(`payment_intents/${first.id}/succeed`), /409/, "money is not taken twice");
  await flush();
  t.equal(types().filter((type) => type === "payment_intent.processing").length, 2);
});

t.test("what Stripe refuses is refused", async (t) => {
  const { stripe, sandbox } = await world(t, { apiKey: "sk_test_x" });
  t.equal((await failure(stripe.paymentIntents.create({ amount: 49, currency: "usd" }))).code, "amount_too_small");
  t.equal((await failure(stripe.paymentIntents.create({ amount: 100, currency: "xxx" }))).param, "currency");
  t.equal((await failure(stripe.paymentIntents.retrieve("pi_none"))).code, "resource_missing");
  const gone = await failure(
    stripe.paymentIntents.create({ ...PRICE, ...({ payment_method_types: ["card"] } as object) }),
  );
  t.equal(gone.code, "payment_method_types_no_longer_supported");
  t.equal(
    (await failure(stripe.paymentIntents.create({ ...PRICE, ...({ nonsense: 1 } as object) }))).code,
    "parameter_unknown",
  );
  t.equal((await failure(client(sandbox, "sk_test_other").customers.create())).statusCode, 401);
  t.ok(
    (await failure(client(sandbox, "pk_live_1").customers.create())) instanceof Stripe.errors.StripeAuthenticationError,
  );
  t.equal(
    (await failure(stripe.paymentIntents.create({ ...PRICE, confirm: true, payment_method: "pm_card_visa" }))).param,
    "return_url",
    "dynamic methods may redirect, so a return_url is needed",
  );
  const intent = await stripe.paymentIntents.create(PRICE);
  t.equal((await failure(stripe.paymentIntents.confirm(intent.id, RETURN))).code, "payment_intent_unexpected_state");
  t.equal((await stripe.paymentIntents.update(intent.id, { amount: 1200, metadata: { a: "b" } })).amount, 1200);
  t.equal((await stripe.paymentIntents.update(intent.id, { metadata: { a: "" } })).metadata.a, undefined);
  t.equal((await stripe.paymentIntents.cancel(intent.id)).status, "canceled");
  t.equal((await failure(stripe.paymentIntents.cancel(intent.id))).code, "payment_intent_unexpected_state");
  t.equal((await failure(stripe.paymentIntents.confirm(intent.id, RETURN))).payment_intent?.status, "canceled");
});

t.test("a refused request leaves nothing behind", async (t) => {
  const { stripe, control, flush } = await world(t);
  const customer = await stripe.customers.create();
  const attached = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  await flush();
  for (const method of ["pm_none", attached.id]) {
    const refusal = await failure(
      stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: method }),
    );
    t.equal(refusal.param, "payment_method");
  }
  await failure(
    stripe.paymentIntents.create({ ...PRICE, payment_method: "pm_card_visa", confirm: true, return_url: "x" }),
  );
  t.equal((await stripe.paymentIntents.list()).data.length, 0);
  t.equal((await stripe.events.list({ type: "payment_intent.created" })).data.length, 0);
  t.match(await flush(), { counts: { pending: 0 } });
  t.notOk("payment_intents" in (await control("effects", undefined, "GET")));
  const intent = await stripe.paymentIntents.create(PRICE);
  await failure(stripe.paymentIntents.confirm(intent.id, { payment_method: "pm_card_visa" }));
  t.equal((await stripe.paymentIntents.retrieve(intent.id)).payment_method, null);
});

t.test("lists page backwards and forwards", async (t) => {
  const { stripe } = await world(t);
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) ids.unshift((await stripe.paymentIntents.create(PRICE)).id);
  const first = await stripe.paymentIntents.list({ limit: 2 });
  t.same(
    first.data.map(({ id }) => id),
    ids.slice(0, 2),
  );
  t.equal(first.has_more, true);
  const all = await stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
  t.same(
    all.map(({ id }) => id),
    ids,
  );
  const newer = await stripe.paymentIntents.list({ limit: 2, ending_before: ids[4] ?? "" });
  t.same(
    newer.data.map(({ id }) => id),
    ids.slice(2, 4),
  );
  t.equal((await stripe.paymentIntents.list({ created: { gte: Math.floor(Date.now() / 1000) + 60 } })).data.length, 0);
});

t.test("an idempotency key replays its first answer", async (t) => {
  const { stripe, effects, control } = await world(t);
  const key = { idempotencyKey: "pay_1" };
  const first = await stripe.paymentIntents.create({ ...PRICE, metadata: { n: "1" } }, key);
  const again = await stripe.paymentIntents.create({ ...PRICE, metadata: { n: "1" } }, key);
  t.equal(again.id, first.id);
  t.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  t.ok(
    (await failure(stripe.paymentIntents.create({ ...PRICE, amount: 1000 }, key))) instanceof
      Stripe.errors.StripeIdempotencyError,
  );
  const decline = () =>
    failure(
      stripe.paymentIntents.confirm(
        first.id,
        { payment_method: "pm_card_chargeDeclined", ...RETURN },
        { idempotencyKey: "confirm_1" },
      ),
    );
  t.equal((await decline()).statusCode, 402);
  t.equal((await decline()).headers?.["idempotent-replayed"], "true", "a decline is replayed, not tried again");
  t.match(await effects("payment_intents", first.id), { created: 1, declined: 1 });
  const small = { idempotencyKey: "small" };
  await failure(stripe.paymentIntents.create({ amount: 1, currency: "usd" }, small));
  t.ok((await stripe.paymentIntents.create(PRICE, small)).id, "a refusal at the door does not use the key up");

  await control("faults", { match: { method: "POST" }, kind: "delay", delayMs: 1_500, times: 1 });
  const slow = stripe.paymentIntents.create(PRICE, { idempotencyKey: "slow" });
  await sleep(50);
  t.equal((await failure(stripe.paymentIntents.create(PRICE, { idempotencyKey: "slow" }))).statusCode, 409);
  t.equal(
    (await stripe.paymentIntents.create(PRICE, { idempotencyKey: "slow" }).catch(() => slow)).id,
    (await slow).id,
  );
});

t.test("it misbehaves as told, before and after the effect", async (t) => {
  const { stripe, control } = await world(t);
  const create = (key: string) =>
    stripe.paymentIntents.create({ ...PRICE, metadata: { key } }, { idempotencyKey: key });
  const made = async (key: string) => {
    const report = (await control("effects", undefined, "GET")) as Record<
      string,
      Record<string, { metadata: { key?: string } }>
    >;
    return Object.values(report.payment_intents ?? {}).filter(({ metadata }) => metadata.key === key).length;
  };
  const cases = [
    { kind: "status", status: 503, effect: 0, error: Stripe.errors.StripeAPIError },
    { kind: "rate_limit", effect: 0, error: Stripe.errors.StripeRateLimitError },
    { kind: "cut_before", effect: 0, error: Stripe.errors.StripeConnectionError },
    { kind: "cut_after", effect: 1, error: Stripe.errors.StripeConnectionError },
    { kind: "status_after", status: 502, effect: 1, error: Stripe.errors.StripeAPIError },
    { kind: "malformed_after", effect: 1, error: Stripe.errors.StripeAPIError },
  ];
  for (const { effect, error, ...fault } of cases) {
    // The SDK tries a connection that was reset a second time on its own, whatever its retry setting.
    await control("faults", { match: { method: "POST", path: "/v1/payment_intents" }, ...fault, times: 2 });
    const refusal = await failure(create(fault.kind));
    t.ok(refusal instanceof error, `${fault.kind}: ${refusal.constructor.name}`);
    t.equal(await made(fault.kind), effect, `${fault.kind} happened ${effect} times`);
    await control("faults", {}, "DELETE");
    const retried = await create(fault.kind);
    t.equal(await made(fault.kind), 1, `${fault.kind} happened once after the retry`);
    t.equal(retried.lastResponse.headers["idempotent-replayed"], effect === 1 ? "true" : undefined);
  }
  await control("faults", { match: { path: "^/v1/(customers|events)$" }, kind: "status", times: 1 });
  t.equal((await failure(stripe.customers.list())).statusCode, 500, "paths can be regular expressions");
  t.ok(await stripe.customers.list());
  await t.rejects(control("faults", { kind: "nonsense" }), /400/);
  const log = (await control("requests", undefined, "GET")) as {
    data: { fault: string | null; status: number | null; idempotencyKey: string }[];
  };
  t.ok(
    log.data.some(
      ({ fault, status, idempotencyKey }) => fault === "cut_after" && status === null && idempotencyKey === "cut_after",
    ),
  );
  await control("reset");
  t.equal((await stripe.paymentIntents.list()).data.length, 0);
});

t.test(
  "webhooks are retried with a fresh signature, repeated, reordered, dropped, and sent before the reply",
  async (t) => {
    const { stripe, receiver, control, types, events, flush } = await world(t, { retryScheduleMs: [1100, 50] });
    receiver.statuses = [500];
    await control("webhooks/mode", { delayMs: 60_000 });
    await stripe.customers.create();
    t.match(await flush(), { attempted: 1, refused: 1 });
    t.equal(receiver.received.length, 1);
    await receiver.until(2);
    t.equal(receiver.received.length, 2, "a refused delivery is tried again");
    t.equal(events()[0]?.id, events()[1]?.id);
    t.not(receiver.received[0]?.headers["stripe-signature"], receiver.received[1]?.headers["stripe-signature"]);

    receiver.received.length = 0;
    await control("webhooks/mode", { delayMs: 0, repeat: 1 });
    await stripe.customers.create();
    await flush();
    t.same(types(), ["customer.created", "customer.created"]);

    receiver.received.length = 0;
    await control("webhooks/mode", { repeat: 0, reorder: true });
    await stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: "pm_card_visa" });
    await receiver.until(3);
    t.same(types(), ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"], "newest first");

    receiver.received.length = 0;
    await control("webhooks/mode", { reorder: false, drop: true });
    const lost = await stripe.paymentIntents.create(PRICE);
    t.match(await flush(), { attempted: 0 });
    const missed = await stripe.events.list({ types: ["payment_intent.created"], delivery_success: false });
    t.same(
      missed.data.map(({ data }) => (data.object as { id: string }).id),
      [lost.id],
      "dropped news is found in the list",
    );
    t.equal((await stripe.events.retrieve(missed.data[0]?.id ?? "")).type, "payment_intent.created");

    await control("webhooks/mode", { drop: false, beforeReply: true });
    let beforeReply = 0;
    receiver.onDelivery = async () => {
      beforeReply += 1;
    };
    await stripe.paymentIntents.create({ ...PRICE, ...RETURN, confirm: true, payment_method: "pm_card_visa" });
    t.equal(beforeReply, 3, "all webhooks came before the reply");
    const seen = (await stripe.events.list({ limit: 1 })).data[0]?.id ?? "";
    await stripe.customers.create();
    t.same(
      (await stripe.events.list({ ending_before: seen })).data.map(({ type }) => type),
      ["customer.created"],
    );
  },
);

t.test("a webhook handler may call back while the reply waits for it", async (t) => {
  const { stripe, receiver, control, types } = await world(t);
  await control("webhooks/mode", { beforeReply: true });
  receiver.onDelivery = async () => {
    receiver.onDelivery = undefined;
    await stripe.paymentIntents.create(PRICE);
  };
  await stripe.customers.create();
  t.same(types().sort(), ["customer.created", "payment_intent.created"]);
});

t.test("Checkout: paid on the page, with the session's own metadata kept apart from the intent's", async (t) => {
  const { stripe, types, events, effects } = await world(t);
  const session = await createSession(stripe);
  t.match(session, { status: "open", payment_status: "unpaid", payment_intent: null, amount_total: 1998 });
  const page = await request(session.url ?? "");
  const html = await page.body.text();
  t.match(html, /19\.98 USD/);
  t.match(html, /2 × &#60;b&#62;Credits/, "the product's name is text, not HTML");
  const done = await press(session.url ?? "", "pay");
  t.equal(done.status, 303);
  t.equal(done.location, `https://shop.test/ok?s=${session.id}`);
  t.ok(types().includes("checkout.session.completed"), "webhooks were acknowledged before the redirect");
  const paid = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ["payment_intent.latest_charge", "line_items"],
  });
  t.match(paid, { status: "complete", payment_status: "paid", url: null });
  t.match(paid.payment_intent, {
    metadata: { paymentId: "pay_2" },
    amount_received: 1998,
    latest_charge: { paid: true },
  });
  t.equal(paid.line_items?.data[0]?.quantity, 2);
  t.same(paid.metadata, { sessionOnly: "1" });
  const told = events().find(({ type }) => type === "checkout.session.completed");
  t.match(told?.data.object, { payment_intent: (paid.payment_intent as Stripe.PaymentIntent).id });
  t.equal((await press(`${paid.success_url ? session.url : ""}`, "pay")).status, 200, "a second press pays nothing");
  t.match(await effects("payment_intents", (paid.payment_intent as Stripe.PaymentIntent).id), { charged: 1 });
  const direct = await failure(stripe.paymentIntents.cancel((paid.payment_intent as Stripe.PaymentIntent).id));
  t.equal(direct.statusCode, 400);
});

function createSession(stripe: Stripe, extra: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [
      { price_data: { currency: "usd", unit_amount: 999, product_data: { name: "<b>Credits" } }, quantity: 2 },
    ],
    metadata: { sessionOnly: "1" },
    payment_intent_data: { metadata: { paymentId: "pay_2" } },
    success_url: "https://shop.test/ok?s={CHECKOUT_SESSION_ID}",
    cancel_url: "https://shop.test/no",
    ...extra,
  });
}

t.test("Checkout: declined, then 3-D Secure, then paid, all on one intent", async (t) => {
  const { stripe, effects } = await world(t);
  const session = await createSession(stripe);
  const url = session.url ?? "";
  t.equal((await press(url, "cancel")).location, "https://shop.test/no");
  t.match((await press(url, "decline")).html, /role="alert">Your card was declined/);
  const challenge = await press(url, "three_d_secure");
  t.match(challenge.location, /\/sandbox\/3ds\/pi_/);
  t.equal((await press(String(challenge.location), "fail")).location, url, "back to the page");
  const again = await press(url, "three_d_secure");
  t.match((await press(String(again.location), "complete")).location, /^https:\/\/shop\.test\/ok/);
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  t.match(await effects("payment_intents", String(paid.payment_intent)), { created: 1, declined: 1, charged: 1 });
});

t.test("Checkout: later money, expiry, and the same without a browser", async (t) => {
  const { stripe, control, types, flush } = await world(t);
  const later = await createSession(stripe);
  t.match(await control(`checkout/sessions/${later.id}/async`), {
    session: { status: "complete", payment_status: "unpaid" },
  });
  await control(`checkout/sessions/${later.id}/pay`);
  const returned = await createSession(stripe);
  await control(`checkout/sessions/${returned.id}/async`);
  const { payment_intent: pi } = await stripe.checkout.sessions.retrieve(returned.id);
  await control(`payment_intents/${String(pi)}/fail`);
  const expired = await createSession(stripe);
  await control(`checkout/sessions/${expired.id}/decline`);
  t.equal((await stripe.checkout.sessions.expire(expired.id)).status, "expired");
  t.equal((await failure(stripe.checkout.sessions.expire(expired.id))).statusCode, 400);
  const secure = await createSession(stripe);
  t.match(await control(`checkout/sessions/${secure.id}/complete_3ds`), { session: { payment_status: "paid" } });
  const wrong = await createSession(stripe);
  t.match(await control(`checkout/sessions/${wrong.id}/pay`, { amount_received: 1 }), {
    payment_intent: { amount_received: 1 },
  });
  await flush();
  const sessions = types().filter((type) => type.startsWith("checkout."));
  t.same(sessions.sort(), [
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.completed",
    "checkout.session.completed",
    "checkout.session.completed",
    "checkout.session.expired",
  ]);
  t.equal((await stripe.checkout.sessions.list({ status: "expired" })).data[0]?.id, expired.id);
});

t.test("a restart loses nothing: objects, keys, pages and webhooks that are still to come", async (t) => {
  const { stripe, dataDir, receiver, sandbox, effects } = await world(t, { webhookUrl: undefined });
  const key = { idempotencyKey: "once" };
  const params = { ...PRICE, ...RETURN, confirm: true, payment_method: "pm_card_visa" };
  const paid = await stripe.paymentIntents.create(params, key);
  const session = await createSession(stripe);
  t.match(await effects("payment_intents", paid.id), { charged: 1 });
  if (process.platform !== "win32") t.equal(statSync(dataDir).mode & 0o777, 0o700);
  await sandbox.stop();
  const began = performance.now();
  const revived = await startStripeSandbox({ dataDir, webhookUrl: undefined, webhookSecret: SECRET });
  t.teardown(() => revived.stop());
  t.comment(`restarted in ${Math.round(performance.now() - began)} ms`);
  t.equal(revived.port, sandbox.port, "the old port is taken again when it is free");
  const again = await client(revived).paymentIntents.create(params, key);
  t.equal(again.id, paid.id);
  t.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  t.equal(receiver.received.length, 0);
  revived.setWebhookUrl(receiver.url);
  await callJson("POST", `${revived.url}/sandbox/webhooks/flush`, {});
  const types = receiver.received.map(({ body }) => JSON.parse(body).type);
  t.same(types.sort(), ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]);
  t.equal((await press(session.url ?? "", "pay")).status, 303, "an open page still works");
});

/** Starts the sandbox in a process of its own, to be killed. */
async function startToKill(t: Test, dataDir: string) {
  const module = new URL("../src/index.js", import.meta.url).href;
  const code = `import { startStripeSandbox } from ${JSON.stringify(module)};
    const { port } = await startStripeSandbox(${JSON.stringify({ dataDir, webhookSecret: SECRET })});
    console.log(port);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const stripe = client({ port: Number(line.toString()) } as Sandbox);
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { stripe, kill };
}

t.test("killed in the middle of a hundred payments, it charges each of them once", async (t) => {
  const dataDir = mkdtempSync(path.join(tmpdir(), "stripe-killed-"));
  t.teardown(() => rmSync(dataDir, { recursive: true }));
  const { stripe, kill } = await startToKill(t, dataDir);
  const keys = Array.from({ length: 100 }, (_, index) => `pay_${index}`);
  const charge = (api: Stripe, key: string) =>
    api.paymentIntents.create(
      { ...PRICE, ...RETURN, confirm: true, payment_method: "pm_card_visa", metadata: { key } },
      { idempotencyKey: key },
    );
  const answered = new Map<string, string>();
  const waiting = [...keys];
  const lanes = Array.from({ length: 8 }, async () => {
    for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
      answered.set(key, (await charge(stripe, key)).id);
      if (answered.size === 30) await kill();
    }
  });
  await Promise.allSettled(lanes);
  t.ok(answered.size < keys.length, `${answered.size} were answered before the kill`);
  appendFileSync(path.join(dataDir, "journal.jsonl"), '[["payment_intents","pi_torn",{"wire"');

  const receiver = await startWebhookReceiver();
  t.teardown(() => receiver.stop());
  const revived = await startStripeSandbox({ dataDir, webhookUrl: undefined, webhookSecret: SECRET });
  t.teardown(() => revived.stop());
  for (const key of keys) {
    const { id } = await charge(client(revived), key);
    if (answered.has(key)) t.equal(id, answered.get(key), `${key} is what was answered`);
  }
  const { body } = await callJson("GET", `${revived.url}/sandbox/effects`);
  const charged = Object.values(body.payment_intents as Record<string, { charged: number; metadata: { key: string } }>);
  t.same(charged.map(({ metadata }) => metadata.key).sort(), [...keys].sort());
  t.ok(charged.every((effect) => effect.charged === 1));
  revived.setWebhookUrl(receiver.url);
  await callJson("POST", `${revived.url}/sandbox/webhooks/flush`, {});
  const told = receiver.received
    .map(({ body }) => JSON.parse(body) as Stripe.Event)
    .filter(({ type }) => type === "payment_intent.succeeded");
  t.equal(told.length, keys.length, "every payment is announced, also those from before the kill");
});
