import type Stripe from "stripe";
import t from "tap";
import { press } from "../src/testing/client.js";
import { failure, payingCustomer, planPrice, world } from "./helpers/stripe-sandbox.js";

const RETURN = { return_url: "https://shop.test/back" } as const;
const CONFIRMABLE = { expand: ["latest_invoice.confirmation_secret", "pending_setup_intent"] };

/** The one object of `list`. */
function only<T>(list: readonly T[]): T {
  if (list.length !== 1 || list[0] === undefined) throw new Error(`expected one, got ${list.length}`);
  return list[0];
}

function invoiceOf(subscription: Stripe.Subscription): Stripe.Invoice {
  const invoice = subscription.latest_invoice;
  if (typeof invoice !== "object" || invoice === null) throw new Error("the latest invoice is not expanded");
  return invoice;
}

t.test("products and prices: an id of ours, a lookup key that only one active price has", async (t) => {
  const { stripe, flush, types } = await world(t);
  const product = await stripe.products.create({ id: "pln_1", name: "Pro", metadata: { a: "1" } });
  t.equal(product.id, "pln_1");
  const twice = await failure(stripe.products.create({ id: "pln_1", name: "Pro" }));
  t.match({ status: twice.statusCode, code: twice.code }, { status: 400, code: "resource_already_exists" });
  const renamed = await stripe.products.update("pln_1", { name: "Pro 2", active: false, description: "" });
  t.match(renamed, { name: "Pro 2", active: false, description: null, metadata: { a: "1" } });
  t.equal((await failure(stripe.products.retrieve("pln_2"))).code, "resource_missing");
  t.equal((await stripe.products.list({ active: true })).data.length, 0);

  const monthly = { product: "pln_1", currency: "usd", unit_amount: 2_000, recurring: { interval: "month" } } as const;
  const price = await stripe.prices.create({ ...monthly, lookup_key: "pro:2000" });
  t.match(price, { type: "recurring", active: true, recurring: { interval: "month", interval_count: 1 } });
  t.equal(String(price.unit_amount_decimal), "2000");
  t.match(await failure(stripe.prices.create({ ...monthly, lookup_key: "pro:2000" })), { param: "lookup_key" });
  const next = await stripe.prices.create({ ...monthly, lookup_key: "pro:2000", transfer_lookup_key: true });
  t.equal((await stripe.prices.retrieve(price.id)).lookup_key, null);
  const found = await stripe.prices.list({ lookup_keys: ["pro:2000"], expand: ["data.product"] });
  t.match(found.data, [{ id: next.id, product: { id: "pln_1", name: "Pro 2" } }]);
  await stripe.prices.update(next.id, { active: false });
  t.equal((await stripe.prices.list({ product: "pln_1", active: false })).data.length, 1);
  const third = await stripe.prices.create({ ...monthly, lookup_key: "pro:2000" });
  t.match(
    await failure(stripe.prices.update(next.id, { active: true })),
    { param: "lookup_key" },
    "the archived price gave its key up to the new one",
  );
  t.match(await failure(stripe.prices.retrieve(third.id, { expand: ["recurring"] })), { param: "expand" });
  t.match(await failure(stripe.products.del("pln_1")), { statusCode: 400 });
  t.match(await failure(stripe.prices.create({ ...monthly, unit_amount: -1 })), { param: "unit_amount" });
  t.match(await failure(stripe.prices.create({ ...monthly, product: "none" })), { code: "resource_missing" });
  await flush();
  const expected = ["price.created", "price.updated", "product.created", "product.updated"];
  t.same([...new Set(types())].sort(), expected);
});

t.test("payment methods: one of them is the default, until it is detached", async (t) => {
  const { stripe, flush, events, control } = await world(t);
  const { customer, method } = await payingCustomer(stripe);
  const other = await stripe.paymentMethods.attach("pm_card_mastercard", { customer });
  const listed = await stripe.customers.listPaymentMethods(customer);
  t.same(
    listed.data.map(({ id }) => id),
    [other.id, method],
  );
  t.equal(
    (await stripe.paymentMethods.update(other.id, { card: { exp_month: 2, exp_year: 2031 } })).card?.exp_month,
    2,
  );
  await control(`payment_methods/${other.id}/renew`, { exp_year: 2035, last4: "0001" });
  t.match(await stripe.paymentMethods.retrieve(other.id), { card: { exp_year: 2035, last4: "0001" } });
  const stranger = await stripe.customers.create();
  t.match(
    await failure(stripe.customers.update(stranger.id, { invoice_settings: { default_payment_method: method } })),
    { code: "resource_missing" },
  );
  const before = await stripe.customers.retrieve(customer, { expand: ["invoice_settings.default_payment_method"] });
  t.match(before, { invoice_settings: { default_payment_method: { id: method, card: { last4: "4242" } } } });
  await stripe.paymentMethods.detach(method);
  t.match(await stripe.customers.retrieve(customer), { invoice_settings: { default_payment_method: null } });
  await flush();
  const detached = events().find(({ type }) => type === "payment_method.detached");
  t.match(detached?.data, { object: { id: method, customer: null }, previous_attributes: { customer } });
  t.ok(events().some(({ type }) => type === "payment_method.automatically_updated"));
});

t.test("setup intents save a card: at once, after 3-D Secure, or not", async (t) => {
  const { stripe, flush, types, control } = await world(t);
  const { id: customer } = await stripe.customers.create();
  const saved = async (id: string) => (await stripe.setupIntents.retrieve(id)).status;
  const plain = await stripe.setupIntents.create({ customer, metadata: { a: "1" } });
  t.match(plain, { status: "requires_payment_method", usage: "off_session", metadata: { a: "1" } });
  const done = await stripe.setupIntents.confirm(plain.id, { payment_method: "pm_card_visa", ...RETURN });
  t.equal(done.status, "succeeded");
  t.equal((await failure(stripe.setupIntents.cancel(plain.id))).code, "setup_intent_unexpected_state");

  const asked = await stripe.setupIntents.create({
    customer,
    confirm: true,
    payment_method: "pm_card_authenticationRequiredOnSetup",
    ...RETURN,
  });
  t.equal(asked.status, "requires_action");
  const back = await press(asked.next_action?.redirect_to_url?.url ?? "", "complete");
  t.match(back.location, /redirect_status=succeeded/);
  t.equal(await saved(asked.id), "succeeded");
  const away = await stripe.paymentIntents.create({
    amount: 999,
    currency: "usd",
    customer,
    payment_method: String((await stripe.setupIntents.retrieve(asked.id)).payment_method),
    confirm: true,
    off_session: true,
    ...RETURN,
  });
  t.equal(away.status, "succeeded", "a card that was set up is charged while its owner is away");

  const refused = await stripe.setupIntents.create({ customer });
  const decline = await failure(
    stripe.setupIntents.confirm(refused.id, { payment_method: "pm_card_chargeDeclined", ...RETURN }),
  );
  t.match(decline, { statusCode: 402, code: "card_declined", setup_intent: { id: refused.id } });
  t.match(await stripe.setupIntents.retrieve(refused.id), { last_setup_error: { code: "card_declined" } });
  t.equal((await stripe.setupIntents.cancel(refused.id)).status, "canceled");
  const second = await stripe.setupIntents.create({ customer });
  await control(`setup_intents/${second.id}/fail`);
  t.equal(await saved(second.id), "requires_payment_method");
  await control(`setup_intents/${second.id}/succeed`, { payment_method: "pm_card_chargeCustomerFail" });
  t.equal(await saved(second.id), "succeeded", "this card can be saved, but not charged");
  t.equal((await stripe.customers.listPaymentMethods(customer)).data.length, 3);
  await flush();
  for (const type of ["created", "requires_action", "succeeded", "setup_failed", "canceled"]) {
    t.ok(types().includes(`setup_intent.${type}`), type);
  }
  t.equal(types().filter((type) => type === "payment_method.attached").length, 3);
});

t.test("charges while the customer is away: what each card says", async (t) => {
  const { stripe, control } = await world(t);
  const { id: customer } = await stripe.customers.create();
  const charge = (payment_method: string) =>
    stripe.paymentIntents.create({
      amount: 999,
      currency: "usd",
      customer,
      payment_method,
      confirm: true,
      off_session: true,
      ...RETURN,
    });
  const attach = async (name: string) => (await stripe.paymentMethods.attach(name, { customer })).id;
  for (const name of ["pm_card_authenticationRequired", "pm_card_authenticationRequiredOnSetup"]) {
    const refusal = await failure(charge(await attach(name)));
    t.match(refusal, { statusCode: 402, code: "authentication_required", type: "StripeCardError" });
    t.match(refusal.payment_intent, { status: "requires_payment_method", customer });
  }
  t.match(await failure(charge(await attach("pm_card_chargeCustomerFail"))), { decline_code: "generic_decline" });
  t.equal((await charge(await attach("pm_card_authenticationRequiredSetupForOffSession"))).status, "succeeded");
  const visa = await attach("pm_card_visa");
  await control(`customers/${customer}/charges`, { outcome: "decline", decline_code: "insufficient_funds", times: 1 });
  t.match(await failure(charge(visa)), { decline_code: "insufficient_funds" });
  t.equal((await charge(visa)).status, "succeeded", "the rule was for one charge");
});

t.test("a subscription is confirmed in the front end, and its invoice says what was paid", async (t) => {
  const { stripe, flush, types, events } = await world(t);
  const price = await planPrice(stripe);
  const { id: customer } = await stripe.customers.create();
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id, quantity: 2 }],
    payment_behavior: "default_incomplete",
    payment_settings: { save_default_payment_method: "on_subscription" },
    metadata: { ours: "sub_1" },
    ...CONFIRMABLE,
  });
  t.match(subscription, { status: "incomplete", metadata: { ours: "sub_1" }, billing_mode: { type: "flexible" } });
  const item = only(subscription.items.data);
  t.equal(item.current_period_end - item.current_period_start >= 28 * 86_400, true);
  t.notOk("current_period_end" in subscription, "periods are the items'");
  const open = invoiceOf(subscription);
  t.match(open, { status: "open", amount_due: 4_000, billing_reason: "subscription_create", attempted: false });
  t.match(open.number, /-0001$/);
  const secret = open.confirmation_secret?.client_secret ?? "";
  const intentId = secret.split("_secret_")[0] ?? "";
  t.match(await stripe.paymentIntents.retrieve(intentId), { amount: 4_000, metadata: {}, client_secret: secret });
  t.match(await failure(stripe.paymentIntents.cancel(intentId)), { code: "payment_intent_unexpected_state" });

  t.match(await failure(stripe.paymentIntents.confirm(intentId, { payment_method: "pm_card_chargeDeclined" })), {
    code: "card_declined",
  });
  const asked = await stripe.paymentIntents.confirm(intentId, {
    payment_method: "pm_card_authenticationRequiredOnSetup",
    ...RETURN,
  });
  t.equal(asked.status, "requires_action");
  await press(asked.next_action?.redirect_to_url?.url ?? "", "complete");
  const active = await stripe.subscriptions.retrieve(subscription.id, { expand: ["default_payment_method"] });
  t.match(active, { status: "active", default_payment_method: { card: { last4: "3155" }, customer } });
  const paid = await stripe.invoices.retrieve(open.id ?? "", { expand: ["payments", "confirmation_secret"] });
  t.match(paid, { status: "paid", amount_paid: 4_000, amount_remaining: 0, attempt_count: 1 });
  t.match(only(paid.payments?.data ?? []), {
    status: "paid",
    amount_paid: 4_000,
    payment: { type: "payment_intent", payment_intent: intentId },
  });
  const line = only(paid.lines.data);
  t.match(line, {
    amount: 4_000,
    quantity: 2,
    period: { start: item.current_period_start, end: item.current_period_end },
  });
  t.equal(line.pricing?.price_details?.price, price.id);
  t.match(line.parent?.subscription_item_details, {
    subscription: subscription.id,
    subscription_item: item.id,
    proration: false,
  });
  t.match(paid.parent?.subscription_details, { subscription: subscription.id, metadata: { ours: "sub_1" } });
  t.match(paid.hosted_invoice_url, /^http:.*\/sandbox\/invoices\//);
  t.notOk("payments" in (await stripe.invoices.retrieve(open.id ?? "")), "only when asked for");
  const found = await stripe.invoicePayments.list({ payment: { type: "payment_intent", payment_intent: intentId } });
  t.equal(only(found.data).invoice, open.id);

  const refund = await stripe.refunds.create({ payment_intent: intentId, amount: 1_500 });
  t.equal(refund.status, "succeeded");
  await flush();
  const order = events()
    .map((event, index) => ({ event, index }))
    .filter(({ event }) => /^(customer\.subscription|invoice)/.test(event.type));
  t.ok(order.length > 0);
  for (const type of [
    "customer.subscription.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "invoice_payment.paid",
    "invoice.updated",
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.subscription.updated",
    "refund.created",
  ]) {
    t.ok(types().includes(type), type);
  }
  t.equal(types().filter((type) => type === "invoice.paid").length, 1);
  const listed = await stripe.events.list({ limit: 100 });
  const inOrder = listed.data.map(({ type }) => type).reverse();
  t.ok(inOrder.indexOf("invoice.created") < inOrder.indexOf("invoice.finalized"));
  t.ok(inOrder.indexOf("payment_intent.succeeded") < inOrder.indexOf("invoice.paid"));
});

t.test("a saved card pays at once, or what it says decides", async (t) => {
  const { stripe } = await world(t);
  const price = await planPrice(stripe);
  const start = async (card: string, behavior: "allow_incomplete" | "error_if_incomplete") => {
    const { customer, method } = await payingCustomer(stripe, card);
    const items = [{ price: price.id }];
    const params = { customer, items, payment_behavior: behavior, default_payment_method: method };
    return stripe.subscriptions.create({ ...params, expand: ["latest_invoice"] });
  };
  const active = await start("pm_card_visa", "allow_incomplete");
  t.match(active, { status: "active", latest_invoice: { status: "paid", amount_paid: 2_000 } });
  const declined = await start("pm_card_chargeCustomerFail", "allow_incomplete");
  t.match(declined, { status: "incomplete", latest_invoice: { status: "open", attempted: true, attempt_count: 1 } });
  t.equal(invoiceOf(declined).next_payment_attempt, null, "a first invoice is not tried again by itself");
  const asks = await start("pm_card_authenticationRequired", "allow_incomplete");
  t.equal(asks.status, "incomplete");
  const refusal = await failure(start("pm_card_chargeCustomerFail", "error_if_incomplete"));
  t.match(refusal, { statusCode: 402, code: "card_declined" });
  t.equal((await stripe.subscriptions.list({ status: "all", limit: 100 })).data.length, 3, "nothing is left of it");
  const nobody = await stripe.customers.create();
  t.match(await failure(stripe.subscriptions.create({ customer: nobody.id, items: [{ price: price.id }] })), {
    statusCode: 400,
    code: "resource_missing",
  });

  t.match(await failure(stripe.invoices.pay(invoiceOf(asks).id ?? "")), {
    statusCode: 402,
    code: "invoice_payment_intent_requires_action",
  });
  t.match(await failure(stripe.invoices.pay(invoiceOf(declined).id ?? "")), { code: "card_declined" });
  const paid = await stripe.invoices.pay(invoiceOf(declined).id ?? "", { payment_method: "pm_card_visa" });
  t.equal(paid.status, "paid");
  t.equal((await stripe.subscriptions.retrieve(declined.id)).status, "active");
  t.match(await failure(stripe.invoices.pay(paid.id ?? "")), { code: "invoice_already_paid" });
  const later = await stripe.subscriptions.create({
    customer: nobody.id,
    items: [{ price: price.id }],
    payment_behavior: "default_incomplete",
    expand: ["latest_invoice"],
  });
  t.match(await failure(stripe.invoices.pay(invoiceOf(later).id ?? "")), { statusCode: 400 });
  t.match(await stripe.invoices.retrieve(invoiceOf(later).id ?? ""), { attempted: false }, "nothing was tried");
  const voided = await stripe.invoices.voidInvoice(invoiceOf(asks).id ?? "");
  t.equal(voided.status, "void");
  t.equal((await stripe.subscriptions.retrieve(asks.id)).status, "incomplete_expired");
});

t.test("what a subscription may not be is refused", async (t) => {
  const { stripe } = await world(t);
  const { customer, method } = await payingCustomer(stripe);
  const price = await planPrice(stripe);
  const euros = await stripe.prices.create({
    product: String(price.product),
    currency: "eur",
    unit_amount: 900,
    recurring: { interval: "month" },
  });
  const once = await stripe.prices.create({ product: String(price.product), currency: "usd", unit_amount: 900 });
  const create = (params: Partial<Stripe.SubscriptionCreateParams>) =>
    failure(stripe.subscriptions.create({ customer, items: [{ price: price.id }], ...params }));
  t.match(await create({ items: [{ price: once.id }] }), { param: "items[0][price]" });
  t.match(await create({ items: [] }), { code: "parameter_missing" });
  t.match(await create({ items: [{ price: price.id }, { price: euros.id }] }), { param: "items" });
  t.match(await create({ customer: "cus_none" }), { code: "resource_missing" });
  t.match(await create({ default_payment_method: "pm_none" }), { param: "default_payment_method" });
  t.match(await create({ discounts: [{ coupon: "none" }] }), { code: "resource_missing" });
  t.match(await create({ trial_period_days: 1_000 }), { param: "trial_period_days" });
  t.match(await create({ payment_behavior: "pending_if_incomplete" }), { param: "payment_behavior" });
  const active = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
  t.match(await create({ items: [{ price: euros.id }] }), { message: /cannot combine currencies/ });
  const item = only(active.items.data).id;
  const update = (params: Stripe.SubscriptionUpdateParams) => failure(stripe.subscriptions.update(active.id, params));
  t.match(await update({ items: [{ id: item, price: euros.id }] }), { param: "items" });
  t.match(await update({ items: [{ id: "si_none", quantity: 2 }] }), { code: "resource_missing" });
  t.match(await update({ items: [{ id: item, quantity: 2 }], proration_date: 1_000 }), { param: "proration_date" });
  t.match(await update({ payment_behavior: "pending_if_incomplete", default_payment_method: method }), {
    param: "default_payment_method",
  });
  await stripe.prices.update(price.id, { active: false });
  t.match(await create({}), { param: "items[0][price]" });
  t.equal(
    (await stripe.subscriptions.update(active.id, { items: [{ id: item, quantity: 3 }] })).items.data[0]?.quantity,
    3,
  );
  await stripe.subscriptions.cancel(active.id);
  t.match(await failure(stripe.subscriptions.cancel(active.id)), { code: "resource_missing" });
  t.match(await update({ cancel_at_period_end: true }), { statusCode: 400 });
  t.match(await failure(stripe.subscriptions.retrieve("sub_none")), { statusCode: 404 });
});

t.test("a hundred per cent off, a trial, and a balance in the customer's favour: nothing is to be paid", async (t) => {
  const { stripe, flush, events } = await world(t);
  const price = await planPrice(stripe);
  await stripe.coupons.create({ id: "ALL", percent_off: 100, duration: "once" });
  await stripe.coupons.create({ id: "FIVE", amount_off: 500, currency: "usd", duration: "forever" });
  const { id: customer } = await stripe.customers.create();
  const free = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    payment_behavior: "default_incomplete",
    discounts: [{ coupon: "ALL" }],
    expand: ["latest_invoice.confirmation_secret", "latest_invoice.payments", "pending_setup_intent"],
  });
  t.match(free, { status: "active", discounts: [], pending_setup_intent: { status: "requires_payment_method" } });
  const invoice = invoiceOf(free);
  t.match(invoice, { status: "paid", total: 0, subtotal: 2_000, amount_paid: 0, confirmation_secret: null });
  t.match(invoice.lines.data, [{ amount: 2_000, discount_amounts: [{ amount: 2_000 }] }]);
  t.same(invoice.payments?.data, []);
  const less = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    payment_behavior: "default_incomplete",
    discounts: [{ coupon: "FIVE" }],
    expand: ["latest_invoice", "discounts.source.coupon"],
  });
  t.match(less, { latest_invoice: { amount_due: 1_500 }, discounts: [{ source: { coupon: { amount_off: 500 } } }] });

  const trial = await stripe.subscriptions.create({
    customer,
    items: [{ price: price.id }],
    trial_period_days: 14,
    payment_behavior: "default_incomplete",
    ...CONFIRMABLE,
  });
  const zero = invoiceOf(trial);
  t.match(trial, { status: "trialing", billing_cycle_anchor: trial.trial_end });
  t.match(zero, { status: "paid", total: 0, amount_due: 0, billing_reason: "subscription_create" });
  t.match(zero.lines.data, [{ amount: 0, period: { start: trial.trial_start, end: trial.trial_end } }]);
  const setup = trial.pending_setup_intent as Stripe.SetupIntent;
  await stripe.setupIntents.confirm(setup.id, { payment_method: "pm_card_visa", ...RETURN });
  const ready = await stripe.subscriptions.retrieve(trial.id, { expand: ["default_payment_method"] });
  t.match(ready, { pending_setup_intent: null, default_payment_method: { card: { last4: "4242" } } });
  await flush();
  const paidTypes = events().filter(({ type }) => type === "invoice.paid" || type === "payment_intent.created");
  t.equal(paidTypes.filter(({ type }) => type === "invoice.paid").length, 2, "invoices of nothing are paid, too");
  t.equal(paidTypes.filter(({ type }) => type === "payment_intent.created").length, 1);
});
