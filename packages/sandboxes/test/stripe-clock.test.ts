import { setTimeout as sleep } from "node:timers/promises";
import type Stripe from "stripe";
import t, { type Test } from "tap";
import { startStripeSandbox } from "../src/index.js";
import { press } from "../src/testing/client.js";
import { client, failure, payingCustomer, planPrice, SECRET, world } from "./helpers/stripe-sandbox.js";

/** What an update and its preview have in common. */
interface Change {
  items: { id: string; price: string }[];
  proration_behavior: "always_invoice" | "create_prorations";
}

const day = (at: number) => new Date(at * 1_000).toISOString().slice(0, 10);

/** A sandbox whose clock stands at a time, and short words for what these tests do all the time. */
async function at(t: Test, start: string) {
  const made = await world(t);
  const { stripe, control } = made;
  const to = (time: string) => control("clock/advance", { to: time });
  await to(start);
  return {
    ...made,
    to,
    by: (units: Record<string, number>) => control("clock/advance", { by: units }),
    get: (id: string) => stripe.subscriptions.retrieve(id, { expand: ["latest_invoice"] }),
    /** Every event so far, oldest first, as `type@day`. */
    history: async (pattern: RegExp) => {
      const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
      return events
        .reverse()
        .filter(({ type }) => pattern.test(type))
        .map(({ type, created }) => `${type}@${day(created)}`);
    },
  };
}

async function subscribe(stripe: Stripe, params: Partial<Stripe.SubscriptionCreateParams> = {}, card?: string) {
  const price = await planPrice(stripe);
  const payer = await payingCustomer(stripe, card);
  const items = [{ price: price.id }];
  const subscription = await stripe.subscriptions.create({ customer: payer.customer, items, ...params });
  const [item] = subscription.items.data;
  if (!item) throw new Error("no item");
  return { ...payer, price, id: subscription.id, item: item.id, subscription };
}

function period({ items }: Stripe.Subscription): string {
  const [item] = items.data;
  return item ? `${day(item.current_period_start)}..${day(item.current_period_end)}` : "none";
}

const latest = ({ latest_invoice }: Stripe.Subscription) => latest_invoice as Stripe.Invoice;

t.test("the clock runs with the real one until it is moved, and then stands", async (t) => {
  const { stripe, control, sandbox } = await world(t);
  const near = Number((await control("clock", undefined, "GET")).now);
  t.ok(Math.abs(near - Date.now() / 1_000) < 5);
  const moved = await control("clock/advance", { by: { days: 40, hours: 1 } });
  t.match(moved, { frozen: true, done: 0 });
  await sleep(1_100);
  const customer = await stripe.customers.create();
  t.equal(customer.created, moved.now);
  await t.rejects(control("clock/advance", { to: "2020-01-01" }), /400/);
  await t.rejects(control("clock/advance", { by: { years: 1 } }), /400/);
  const session = await stripe.checkout.sessions.create({
    mode: "payment",
    line_items: [{ price_data: { currency: "usd", unit_amount: 999, product_data: { name: "x" } } }],
    success_url: "https://shop.test/done",
  });
  await control("clock/advance", { by: { hours: 25 } });
  t.equal((await stripe.checkout.sessions.retrieve(session.id)).status, "expired");
  t.match(await control("clock/run"), { frozen: false });
  t.equal((await client(sandbox).customers.create()).created >= Number(moved.now) + 25 * 3_600, true);
});

t.test("months are reckoned from the first day, and every renewal is invoiced and collected in its turn", async (t) => {
  const { stripe, to, get, history } = await at(t, "2027-01-31T10:00:00Z");
  const { id, customer } = await subscribe(stripe);
  t.equal(period(await get(id)), "2027-01-31..2027-02-28");
  await to("2027-03-01T00:00:00Z");
  t.equal(period(await get(id)), "2027-02-28..2027-03-31");
  await to("2027-06-15T00:00:00Z");
  const now = await get(id);
  t.equal(period(now), "2027-05-31..2027-06-30");
  const invoices = await stripe.invoices.list({ subscription: id });
  t.same(
    invoices.data.map((invoice) => `${invoice.billing_reason} ${day(invoice.created)} ${invoice.status}`),
    [
      "subscription_cycle 2027-05-31 paid",
      "subscription_cycle 2027-04-30 paid",
      "subscription_cycle 2027-03-31 paid",
      "subscription_cycle 2027-02-28 paid",
      "subscription_create 2027-01-31 paid",
    ],
  );
  const [newest] = invoices.data;
  t.same(
    newest?.lines.data.map((line) => `${day(line.period.start)}..${day(line.period.end)}`),
    ["2027-05-31..2027-06-30"],
  );
  t.equal(newest?.id, latest(now).id);
  const first = (await history(/invoice\.|subscription\./)).slice(0, 16);
  t.same(first, [
    "customer.subscription.created@2027-01-31",
    "invoice.created@2027-01-31",
    "invoice.finalized@2027-01-31",
    "invoice.updated@2027-01-31",
    "invoice.paid@2027-01-31",
    "invoice.payment_succeeded@2027-01-31",
    "customer.subscription.updated@2027-01-31",
    "invoice.upcoming@2027-02-21",
    "invoice.created@2027-02-28",
    "customer.subscription.updated@2027-02-28",
    "invoice.finalized@2027-02-28",
    "invoice.updated@2027-02-28",
    "invoice.paid@2027-02-28",
    "invoice.payment_succeeded@2027-02-28",
    "invoice.upcoming@2027-03-24",
    "invoice.created@2027-03-31",
  ]);
  const upcoming = await stripe.events.list({ type: "invoice.upcoming" });
  t.notOk("id" in (upcoming.data[0]?.data.object ?? { id: 1 }), "an upcoming invoice has no id");
  t.equal((await stripe.charges.list({ customer })).data.filter(({ paid }) => paid).length, 5);
});

t.test("a renewal that fails is tried again after 3, 5 and 7 days, and then the subscription ends", async (t) => {
  const { stripe, to, get, history, control, effects } = await at(t, "2027-01-01T00:00:00Z");
  const { id, customer } = await subscribe(stripe);
  await control(`customers/${customer}/charges`, { outcome: "decline", decline_code: "insufficient_funds" });
  await to("2027-02-02");
  const failed = await get(id);
  t.match(failed, { status: "past_due", latest_invoice: { status: "open", attempt_count: 1 } });
  t.equal(day(latest(failed).next_payment_attempt ?? 0), "2027-02-04");
  t.equal(period(failed), "2027-02-01..2027-03-01", "the period goes on");
  await to("2027-02-12");
  t.match(latest(await get(id)), { attempt_count: 3 });
  await to("2027-02-17");
  const over = await get(id);
  t.match(over, { status: "canceled", cancellation_details: { reason: "payment_failed" } });
  t.match(latest(over), { status: "open", attempt_count: 4, next_payment_attempt: null });
  await to("2027-12-31");
  t.same(await history(/payment_failed|deleted/), [
    "payment_intent.payment_failed@2027-02-01",
    "invoice.payment_failed@2027-02-01",
    "payment_intent.payment_failed@2027-02-04",
    "invoice.payment_failed@2027-02-04",
    "payment_intent.payment_failed@2027-02-09",
    "invoice.payment_failed@2027-02-09",
    "payment_intent.payment_failed@2027-02-16",
    "invoice.payment_failed@2027-02-16",
    "customer.subscription.deleted@2027-02-16",
  ]);
  t.match(await effects("subscriptions", id), { created: 1, renewed: 1, canceled: 1 });
});

t.test("a failed renewal recovers: by the schedule, by a new card, by the customer's authentication", async (t) => {
  const { stripe, to, get, control } = await at(t, "2027-01-01T00:00:00Z");
  await control("dunning", { retry_days: [2, 2], final_action: "unpaid" });
  const once = await subscribe(stripe);
  const card = await subscribe(stripe);
  const asks = await subscribe(stripe);
  const unpaid = await subscribe(stripe);
  await control(`customers/${once.customer}/charges`, { outcome: "decline", times: 1 });
  const bad = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: card.customer });
  await stripe.subscriptions.update(card.id, { default_payment_method: bad.id });
  const secure = await stripe.paymentMethods.attach("pm_card_authenticationRequired", { customer: asks.customer });
  await stripe.subscriptions.update(asks.id, { default_payment_method: secure.id });
  await control(`customers/${unpaid.customer}/charges`, { outcome: "decline" });
  await to("2027-02-02");
  for (const { id } of [once, card, asks, unpaid]) t.equal((await get(id)).status, "past_due");
  const waiting = latest(await get(asks.id));
  const { payments } = await stripe.invoices.retrieve(waiting.id ?? "", {
    expand: ["payments.data.payment.payment_intent"],
  });
  const intent = payments?.data[0]?.payment.payment_intent as Stripe.PaymentIntent;
  t.match(intent, { status: "requires_action", metadata: {} });
  const page = intent.next_action as { use_stripe_sdk?: { stripe_js?: string } };
  await press(String(page.use_stripe_sdk?.stripe_js), "complete");
  t.match(await get(asks.id), { status: "active", latest_invoice: { status: "paid" } });

  await stripe.subscriptions.update(card.id, { default_payment_method: card.method });
  t.equal((await get(card.id)).status, "past_due", "a new card is only used at the next attempt");
  t.equal((await stripe.invoices.pay(latest(await get(card.id)).id ?? "")).status, "paid");
  t.equal((await get(card.id)).status, "active");
  await to("2027-02-04");
  t.match(await get(once.id), { status: "active", latest_invoice: { attempt_count: 2 } });
  await to("2027-02-06");
  t.equal((await get(unpaid.id)).status, "unpaid");
  await to("2027-03-02");
  t.match(await get(unpaid.id), { status: "unpaid", latest_invoice: { status: "draft" } });
});

t.test("what is never paid for expires after 23 hours", async (t) => {
  const { stripe, by, get, history } = await at(t, "2027-01-01T00:00:00Z");
  const { id } = await subscribe(stripe, { payment_behavior: "default_incomplete" });
  await by({ hours: 22 });
  t.equal((await get(id)).status, "incomplete");
  await by({ hours: 1 });
  const expired = await get(id);
  t.match(expired, { status: "incomplete_expired", latest_invoice: { status: "void" } });
  t.same(await history(/voided|canceled|subscription/), [
    "customer.subscription.created@2027-01-01",
    "invoice.voided@2027-01-01",
    "payment_intent.canceled@2027-01-01",
    "customer.subscription.updated@2027-01-01",
  ]);
});

t.test("a trial is announced, ends, and is paid for, or not", async (t) => {
  const { stripe, to, get, history } = await at(t, "2027-01-01T00:00:00Z");
  const paid = await subscribe(stripe, { trial_period_days: 14 });
  await to("2027-01-13");
  t.equal((await get(paid.id)).status, "trialing");
  await to("2027-01-15");
  const active = await get(paid.id);
  t.match(active, { status: "active", latest_invoice: { billing_reason: "subscription_cycle", amount_paid: 2_000 } });
  t.equal(period(active), "2027-01-15..2027-02-15");
  t.same(await history(/trial_will_end|invoice.paid/), [
    "invoice.paid@2027-01-01",
    "customer.subscription.trial_will_end@2027-01-12",
    "invoice.paid@2027-01-15",
  ]);
  const { id: customer } = await stripe.customers.create();
  const items = [{ price: paid.price.id }];
  const end = (missing_payment_method: "cancel" | "pause" | "create_invoice") =>
    stripe.subscriptions.create({
      customer,
      items,
      trial_period_days: 2,
      trial_settings: { end_behavior: { missing_payment_method } },
    });
  const [cancel, pause, invoice] = [await end("cancel"), await end("pause"), await end("create_invoice")];
  t.equal((await history(/trial_will_end/)).length, 4, "short trials are announced at once");
  await to("2027-01-18");
  t.equal((await get(cancel.id)).status, "canceled");
  t.equal((await get(pause.id)).status, "paused");
  t.match(await get(invoice.id), { status: "past_due", latest_invoice: { status: "open", attempted: true } });
  const method = await stripe.paymentMethods.attach("pm_card_visa", { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
  t.equal((await stripe.subscriptions.resume(pause.id)).status, "active");
  t.equal(period(await get(pause.id)), "2027-01-18..2027-02-18");
  const early = await subscribe(stripe, { trial_period_days: 30 });
  const now = await stripe.subscriptions.update(early.id, { trial_end: "now", expand: ["latest_invoice"] });
  t.match(now, { status: "active", latest_invoice: { amount_paid: 2_000 } });
  t.equal(period(now), "2027-01-18..2027-02-18");
});

t.test("an upgrade in the middle of a period costs what its preview says", async (t) => {
  const { stripe, to, get } = await at(t, "2027-04-01T00:00:00Z");
  const { id, item, price: small } = await subscribe(stripe);
  const big = await planPrice(stripe, 5_000);
  await to("2027-04-16T00:00:00Z");
  const change: Change = { items: [{ id: item, price: big.id }], proration_behavior: "always_invoice" };
  const asked = { subscription: id, subscription_details: change };
  const preview = await stripe.invoices.createPreview(asked);
  t.match(preview, { status: "draft", amount_due: 1_500, total: 1_500 });
  t.same(
    preview.lines.data.map((line) => line.amount),
    [-1_000, 2_500],
    "half a month of each",
  );
  for (const line of preview.lines.data) t.equal(line.parent?.subscription_item_details?.proration, true);
  t.equal((await get(id)).items.data[0]?.price.id, small.id, "a preview changes nothing");
  const real = Math.floor(Date.now() / 1_000);
  const byOwnClock = { ...asked, subscription_details: { ...change, proration_date: real } };
  t.equal((await stripe.invoices.createPreview(byOwnClock)).total, 1_500, "the real time is the account's time");
  const changed = await stripe.subscriptions.update(id, { ...change, expand: ["latest_invoice"] });
  t.match(changed, { status: "active", items: { data: [{ id: item, price: { id: big.id } }] } });
  t.match(latest(changed), { billing_reason: "subscription_update", status: "paid", amount_paid: 1_500 });
  t.equal(period(changed), "2027-04-01..2027-05-01");

  const down: Change = { items: [{ id: item, price: small.id }], proration_behavior: "create_prorations" };
  const next = await stripe.invoices.createPreview({ subscription: id, subscription_details: down });
  t.same(
    next.lines.data.map((line) => line.amount),
    [-2_500, 1_000, 2_000],
    "the next invoice begins with what the change gives back",
  );
  await stripe.subscriptions.update(id, down);
  t.equal(latest(await get(id)).id, latest(changed).id, "no invoice yet");
  await to("2027-05-01T00:00:01Z");
  const cycle = latest(await get(id));
  t.match(cycle, { total: 500, amount_paid: 500, billing_reason: "subscription_cycle" });
  t.same(
    cycle.lines.data.map((line) => line.amount),
    [-2_500, 1_000, 2_000],
  );
});

t.test("a downgrade that is invoiced at once leaves a balance that later invoices use up", async (t) => {
  const { stripe, to, get } = await at(t, "2027-04-01T00:00:00Z");
  const { id, item, customer } = await subscribe(stripe);
  await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 5 }], proration_behavior: "none" });
  t.equal((await get(id)).items.data[0]?.quantity, 5);
  await to("2027-05-01T00:00:00Z");
  t.match(latest(await get(id)), { amount_paid: 10_000 });
  await stripe.subscriptions.update(id, { items: [{ id: item, quantity: 1 }], proration_behavior: "always_invoice" });
  const credit = latest(await get(id));
  t.match(credit, { status: "paid", total: -8_000, amount_due: 0, starting_balance: 0, ending_balance: -8_000 });
  t.match(await stripe.customers.retrieve(customer), { balance: -8_000 });
  await to("2027-06-01T00:00:00Z");
  t.match(latest(await get(id)), {
    status: "paid",
    total: 2_000,
    amount_due: 0,
    amount_paid: 0,
    ending_balance: -6_000,
  });
  await to("2027-09-01T00:00:00Z");
  t.match(latest(await get(id)), { total: 2_000, amount_paid: 0, ending_balance: 0 });
  await to("2027-10-01T00:00:00Z");
  t.match(latest(await get(id)), { amount_paid: 2_000 });
});

t.test("another interval starts a new period, and what was paid for the old one is given back", async (t) => {
  const { stripe, to, get } = await at(t, "2027-04-01T00:00:00Z");
  const { id, item } = await subscribe(stripe);
  const yearly = await planPrice(stripe, 20_000, "year");
  await to("2027-04-16T00:00:00Z");
  await stripe.subscriptions.update(id, { items: [{ id: item, price: yearly.id }] });
  const changed = await get(id);
  t.equal(period(changed), "2027-04-16..2028-04-16");
  t.same(
    latest(changed).lines.data.map((line) => [line.amount, line.parent?.subscription_item_details?.proration]),
    [
      [-1_000, true],
      [20_000, false],
    ],
  );
});

t.test("an update that waits for its payment is applied when it is paid, or dropped after 23 hours", async (t) => {
  const { stripe, by, get, history, control } = await at(t, "2027-04-01T00:00:00Z");
  const { id, item, customer, price: small } = await subscribe(stripe);
  const big = await planPrice(stripe, 5_000);
  const change: Stripe.SubscriptionUpdateParams = {
    items: [{ id: item, price: big.id }],
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
  };
  await control(`customers/${customer}/charges`, { outcome: "require_action", times: 1 });
  const waiting = await stripe.subscriptions.update(id, { ...change, expand: ["latest_invoice.payments"] });
  t.match(waiting, { status: "active", items: { data: [{ price: { id: small.id } }] } });
  t.match(waiting.pending_update, { subscription_items: [{ id: item, price: { id: big.id } }] });
  const invoice = latest(waiting);
  t.match(invoice, { status: "open", amount_due: 3_000, next_payment_attempt: null });
  await stripe.paymentIntents.confirm(String(invoice.payments?.data[0]?.payment.payment_intent), {
    payment_method: "pm_card_visa",
  });
  t.match(await get(id), { pending_update: null, items: { data: [{ price: { id: big.id } }] } });

  await control(`customers/${customer}/charges`, { outcome: "decline", times: 1 });
  const more = { ...change, items: [{ id: item, quantity: 3 }] };
  t.ok((await stripe.subscriptions.update(id, more)).pending_update);
  await by({ hours: 23 });
  const dropped = await get(id);
  t.match(dropped, { status: "active", pending_update: null, items: { data: [{ quantity: 1 }] } });
  t.equal(latest(dropped).status, "void");
  const paid = await stripe.subscriptions.update(id, more);
  t.match(paid, { pending_update: null, items: { data: [{ quantity: 3 }] } });
  t.same(await history(/pending_update/), [
    "customer.subscription.pending_update_applied@2027-04-01",
    "customer.subscription.pending_update_expired@2027-04-01",
  ]);
  await control(`customers/${customer}/charges`, { outcome: "decline", times: 2 });
  const refused = await failure(
    stripe.subscriptions.update(id, {
      ...more,
      items: [{ id: item, quantity: 4 }],
      payment_behavior: "error_if_incomplete",
    }),
  );
  t.match(refused, { statusCode: 402, code: "card_declined" });
  t.match(await get(id), { status: "active", items: { data: [{ quantity: 3 }] } });
  const kept = await stripe.subscriptions.update(id, {
    ...more,
    items: [{ id: item, quantity: 5 }],
    payment_behavior: "allow_incomplete",
  });
  t.match(kept, { status: "past_due", items: { data: [{ quantity: 5 }] } });
});

t.test("cancellation: at the end of the period, taken back, at once, with and without money back", async (t) => {
  const { stripe, to, get, history } = await at(t, "2027-04-01T00:00:00Z");
  const { id } = await subscribe(stripe);
  const [end] = (await get(id)).items.data.map((item) => item.current_period_end);
  const asked = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  t.match(asked, { status: "active", cancel_at_period_end: true, cancel_at: end });
  t.match(await failure(stripe.invoices.createPreview({ subscription: id })), {
    statusCode: 404,
    code: "invoice_upcoming_none",
  });
  const kept = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
  t.match(kept, { cancel_at_period_end: false, cancel_at: null, canceled_at: null });
  t.match(await stripe.invoices.createPreview({ subscription: id }), { amount_due: 2_000 });
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  await to("2027-05-02");
  t.match(await get(id), {
    status: "canceled",
    ended_at: end,
    latest_invoice: { billing_reason: "subscription_create" },
  });
  t.same(await history(/deleted|upcoming/), ["customer.subscription.deleted@2027-05-01"]);

  const now = await subscribe(stripe);
  await to("2027-05-17T12:00:00Z");
  const refunded = await stripe.invoices.createPreview({
    subscription: now.id,
    subscription_details: { cancel_now: true },
  });
  t.equal(refunded.total, -1_000);
  t.equal((await stripe.subscriptions.cancel(now.id, { prorate: true, invoice_now: true })).status, "canceled");
  t.match(latest(await get(now.id)), { status: "paid", total: -1_000 });
  t.match(await stripe.customers.retrieve(now.customer), { balance: -1_000 });
  t.equal((await stripe.subscriptions.list({ customer: now.customer })).data.length, 0);
  t.equal((await stripe.subscriptions.list({ customer: now.customer, status: "all" })).data.length, 1);

  const first = await subscribe(stripe, { payment_behavior: "default_incomplete" });
  await stripe.customers.del(first.customer);
  t.equal((await get(first.id)).status, "incomplete_expired", "what never began expires");
  const other = await subscribe(stripe, { payment_behavior: "default_incomplete" });
  t.equal((await stripe.subscriptions.cancel(other.id)).status, "incomplete_expired");
  t.match(latest(await get(other.id)), { status: "void" });
});

t.test("collection that is paused voids its invoices, until it goes on", async (t) => {
  const { stripe, to, get, history } = await at(t, "2027-04-01T00:00:00Z");
  const { id } = await subscribe(stripe);
  const paused = await stripe.subscriptions.update(id, { pause_collection: { behavior: "void" } });
  t.match(paused, { status: "active", pause_collection: { behavior: "void" } });
  await to("2027-06-02");
  t.match(await get(id), { status: "active", latest_invoice: { status: "void" } });
  t.equal((await history(/voided/)).length, 2);
  await stripe.subscriptions.update(id, { pause_collection: "" });
  await to("2027-07-02");
  t.match(await get(id), { pause_collection: null, latest_invoice: { status: "paid" } });
  const soon = Math.floor(Date.parse("2027-07-20") / 1_000);
  await stripe.subscriptions.update(id, { pause_collection: { behavior: "keep_as_draft", resumes_at: soon } });
  await to("2027-08-02");
  t.match(await get(id), { pause_collection: null, latest_invoice: { status: "paid" } });
});

t.test("a subscription that is paused has no periods; waking it up starts one", async (t) => {
  const { stripe, to, get } = await at(t, "2027-04-01T00:00:00Z");
  const { id } = await subscribe(stripe);
  await to("2027-04-16T00:00:00Z");
  t.equal((await stripe.subscriptions.pause(id)).status, "paused");
  await to("2027-08-10T00:00:00Z");
  t.equal(period(await get(id)), "2027-04-01..2027-05-01");
  const resumed = await stripe.subscriptions.resume(id, { expand: ["latest_invoice"] });
  t.equal(resumed.status, "active");
  t.equal(period(resumed), "2027-08-10..2027-09-10");
  t.match(latest(resumed), { amount_paid: 1_000 }, "what was left of the old period is taken off");
});

t.test("an invoice shows ten of its lines; the rest are listed", async (t) => {
  const { stripe, to, by, get } = await at(t, "2027-04-01T00:00:00Z");
  const { id, item } = await subscribe(stripe);
  for (let quantity = 2; quantity <= 8; quantity += 1) {
    await by({ days: 2 });
    await stripe.subscriptions.update(id, { items: [{ id: item, quantity }] });
  }
  await to("2027-05-01T00:00:00Z");
  const invoice = latest(await get(id));
  t.match(invoice.lines, { has_more: true });
  t.equal(invoice.lines.data.length, 10);
  const all = await stripe.invoices.listLineItems(invoice.id ?? "", { limit: 4 }).autoPagingToArray({ limit: 100 });
  t.equal(all.length, 15);
  t.same(
    all.slice(0, 10).map((line) => line.id),
    invoice.lines.data.map((line) => line.id),
  );
  t.equal(
    all.reduce((sum, line) => sum + line.amount, 0),
    invoice.total,
  );
  const { payments } = await stripe.invoices.retrieve(invoice.id ?? "", { expand: ["payments"] });
  t.equal(payments?.data[0]?.amount_paid, invoice.total);
});

t.test("disputes and refunds of a renewal act as on any charge", async (t) => {
  const { stripe, to, get } = await at(t, "2027-04-01T00:00:00Z");
  const { id, customer } = await subscribe(stripe);
  const bad = await stripe.paymentMethods.attach("pm_card_createDispute", { customer });
  await stripe.subscriptions.update(id, { default_payment_method: bad.id });
  await to("2027-05-02");
  const { id: invoiceId = "" } = latest(await get(id));
  const [payment] = (await stripe.invoicePayments.list({ invoice: invoiceId })).data;
  const intent = String(payment?.payment.payment_intent);
  const [dispute] = (await stripe.disputes.list({ payment_intent: intent })).data;
  t.match(dispute, { amount: 2_000, status: "needs_response" });
  t.equal(day(dispute?.created ?? 0), "2027-05-01");
  t.equal((await get(id)).status, "active");
});

t.test("a restarted sandbox knows its time", async (t) => {
  const { stripe, to, sandbox, dataDir } = await at(t, "2027-04-01T00:00:00Z");
  const { id } = await subscribe(stripe);
  await to("2027-04-20T00:00:00Z");
  await sandbox.stop();
  const again = await startStripeSandbox({ dataDir, webhookUrl: undefined, webhookSecret: SECRET });
  t.teardown(() => again.stop());
  t.equal(day((await client(again).customers.create()).created), "2027-04-20");
  t.equal((await client(again).subscriptions.retrieve(id)).status, "active");
});
