import type Stripe from "stripe";
import t from "tap";
import { press } from "../src/testing/client.js";
import { failure, planPrice, type StripeSandboxWorld, world } from "./helpers/stripe-sandbox.js";

// Checkout with mode=subscription, driven with the real SDK and by pressing the buttons of the page.

/** A page that subscribes a customer to a plan of 20 dollars a month. */
async function openPage({ stripe }: StripeSandboxWorld, more: Stripe.Checkout.SessionCreateParams = {}) {
  const { id: customer } = await stripe.customers.create({ email: "ada@b.test" });
  const { id: price } = await planPrice(stripe);
  const session = await stripe.checkout.sessions.create({
    mode: "subscription",
    customer,
    line_items: [{ price, quantity: 2 }],
    metadata: { page: "1" },
    subscription_data: { metadata: { ours: "1" }, ...more.subscription_data },
    success_url: "https://shop.test/done?session={CHECKOUT_SESSION_ID}",
    cancel_url: "https://shop.test/plans",
  });
  return { customer, price, session, url: session.url ?? "" };
}

const subscriptionsOf = async (stripe: Stripe, customer: string) =>
  (await stripe.subscriptions.list({ customer, status: "all" })).data;

t.test("a page that is paid makes an active subscription, its paid invoice, and a default card", async (t) => {
  const there = await world(t);
  const { stripe, flush, types, effects } = there;
  const { customer, session, url } = await openPage(there);
  t.match(session, {
    mode: "subscription",
    status: "open",
    payment_status: "unpaid",
    amount_total: 4_000,
    subscription: null,
    invoice: null,
    payment_intent: null,
    payment_method_collection: "always",
  });
  t.same(await subscriptionsOf(stripe, customer), []);
  const declined = await press(url, "decline");
  t.match(declined.html, "Your card was declined.");
  t.match((await press(url, "async")).html, "Please choose one of the buttons.", "a subscription begins with a card");
  t.same(await subscriptionsOf(stripe, customer), [], "nothing comes of a decline");
  t.match(await press(url, "pay"), { status: 303, location: `https://shop.test/done?session=${session.id}` });
  const done = await stripe.checkout.sessions.retrieve(session.id);
  t.match(done, { status: "complete", payment_status: "paid", payment_intent: null, url: null });
  const subscription = await stripe.subscriptions.retrieve(String(done.subscription), {
    expand: ["latest_invoice.payments"],
  });
  const methods = await stripe.customers.listPaymentMethods(customer);
  t.match(subscription, {
    status: "active",
    customer,
    metadata: { ours: "1" },
    default_payment_method: methods.data[0]?.id,
    items: { data: [{ quantity: 2 }] },
  });
  t.match(subscription.latest_invoice, { id: done.invoice, status: "paid", amount_paid: 4_000, total: 4_000 });
  const [payment] = (subscription.latest_invoice as Stripe.Invoice).payments?.data ?? [];
  const intent = await stripe.paymentIntents.retrieve(String(payment?.payment.payment_intent));
  t.match(intent, { status: "succeeded", amount_received: 4_000, customer });
  t.same(intent.metadata, {}, "what is said of the subscription is not said of its payment");
  t.match(await press(url, "pay"), { html: /This checkout is complete/ });
  t.match(await effects("subscriptions", subscription.id), { created: 1, activated: 1 });
  t.match(await effects("checkout_sessions", session.id), { created: 1, paid: 1 });
  await flush();
  for (const type of ["checkout.session.completed", "customer.subscription.created", "invoice.paid"]) {
    t.equal(types().filter((each) => each === type).length, 1, type);
  }
  t.match((await stripe.checkout.sessions.list({ subscription: subscription.id })).data, [{ id: session.id }]);
});

t.test("3-D Secure comes first, and a subscription only after it", async (t) => {
  const there = await world(t);
  const { stripe, control } = there;
  const { customer, url, session } = await openPage(there);
  const challenge = (await press(url, "three_d_secure")).location as string;
  t.match(challenge, /\/sandbox\/3ds\/pi_/);
  t.same(await subscriptionsOf(stripe, customer), []);
  t.equal((await press(challenge, "fail")).location, url);
  t.same(await subscriptionsOf(stripe, customer), []);
  const again = (await press(url, "three_d_secure")).location as string;
  t.match((await press(again, "complete")).location, session.id);
  t.match(await subscriptionsOf(stripe, customer), [{ status: "active" }]);
  const other = await openPage(there);
  await control(`checkout/sessions/${other.session.id}/decline`);
  await control(`checkout/sessions/${other.session.id}/complete_3ds`);
  t.match(await subscriptionsOf(stripe, other.customer), [{ status: "active" }]);
});

t.test("a trial takes no money but a card, and the card pays when it is over", async (t) => {
  const there = await world(t);
  const { stripe, control } = there;
  const trial = { subscription_data: { trial_period_days: 7 } };
  const { customer, session, url } = await openPage(there, trial);
  t.match(session, { amount_total: 0 });
  t.match((await press(url, "decline")).html, "Your card was declined.");
  t.match((await control(`checkout/sessions/${session.id}/pay`)).session, {
    status: "complete",
    payment_status: "no_payment_required",
  });
  t.match(await subscriptionsOf(stripe, customer), [{ status: "trialing", default_payment_method: /^pm_/ }]);
  const other = await openPage(there, trial);
  const challenge = (await press(other.url, "three_d_secure")).location as string;
  t.equal((await press(challenge, "fail")).location, other.url);
  const again = (await press(other.url, "three_d_secure")).location as string;
  t.match((await press(again, "complete")).location, other.session.id);
  await control("clock/advance", { by: { days: 8 } });
  t.match(await subscriptionsOf(stripe, customer), [{ status: "active" }]);
  t.match((await stripe.invoices.list({ customer })).data, [{ amount_paid: 4_000 }, { amount_paid: 0 }]);
  t.match(
    await subscriptionsOf(stripe, other.customer),
    [{ status: "past_due" }],
    "this bank wants to be asked each time",
  );
});

t.test("a page that is left, expires, and nothing comes of it", async (t) => {
  const there = await world(t);
  const { stripe, control, flush, types } = there;
  const [left, closed, trial] = [
    await openPage(there),
    await openPage(there),
    await openPage(there, { subscription_data: { trial_period_days: 7 } }),
  ];
  t.match(await press(left.url, "cancel"), { location: "https://shop.test/plans" });
  for (const page of [closed, trial]) {
    await press(page.url, "decline");
    t.match(await stripe.checkout.sessions.expire(page.session.id), { status: "expired", url: null });
    t.match(await press(page.url, "pay"), { html: /This checkout has expired/ });
  }
  await control("clock/advance", { by: { hours: 25 } });
  for (const { session, customer } of [left, closed, trial]) {
    t.match(await stripe.checkout.sessions.retrieve(session.id), { status: "expired", subscription: null });
    t.same(await subscriptionsOf(stripe, customer), []);
    t.same((await stripe.invoices.list({ customer })).data, []);
  }
  await flush();
  t.equal(types().filter((type) => type === "checkout.session.expired").length, 3);
});

t.test("nothing is taken on a page whose price was archived meanwhile", async (t) => {
  const there = await world(t);
  const { stripe, control } = there;
  const { customer, price, session, url } = await openPage(there);
  await stripe.prices.update(price, { active: false });
  t.match(await press(url, "pay"), { status: 200, html: /The price specified is inactive/ });
  await t.rejects(control(`checkout/sessions/${session.id}/pay`), /inactive/);
  t.same((await stripe.charges.list({ customer })).data, []);
  t.match(await stripe.checkout.sessions.retrieve(session.id), { status: "open", subscription: null });
  await stripe.prices.update(price, { active: true });
  await press(url, "pay");
  t.match(await subscriptionsOf(stripe, customer), [{ status: "active" }]);
});

t.test("what a page of a subscription cannot be", async (t) => {
  const there = await world(t);
  const { stripe } = there;
  const { customer, price, session } = await openPage(there);
  const page = { mode: "subscription" as const, customer, line_items: [{ price, quantity: 1 }] };
  const once = await stripe.prices.create({ product_data: { name: "x" }, currency: "usd", unit_amount: 100 });
  const refusals: [Stripe.Checkout.SessionCreateParams, RegExp][] = [
    [{ ...page, line_items: [{ price: once.id, quantity: 1 }] }, /price/],
    [{ ...page, line_items: [] }, /items/],
    [{ ...page, customer_creation: "always" }, /customer_creation/],
    [{ ...page, payment_intent_data: { metadata: { a: "1" } } }, /payment_intent_data/],
    [{ ...page, subscription_data: { trial_period_days: 1_000 } }, /trial_period_days/],
    [{ ...page, mode: "setup" }, /mode/],
  ];
  for (const [params, param] of refusals) {
    const refused = await failure(stripe.checkout.sessions.create(params));
    t.match(refused, { statusCode: 400, param }, String(param));
  }
  await t.rejects(
    there.control(`checkout/sessions/${session.id}/pay`, { amount_received: 1 }),
    /takes what it asks for/,
  );
});
