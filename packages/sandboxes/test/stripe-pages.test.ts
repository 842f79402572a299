import type Stripe from "stripe";
import t from "tap";
import { request } from "undici";
import { press } from "../src/testing/client.js";
import { failure, payingCustomer, planPrice, type StripeSandboxWorld, world } from "./helpers/stripe-sandbox.js";

// The pages that an invoice and the billing portal have, by pressing their buttons; what comes of it is read with the SDK.

async function read(url: string) {
  const reply = await request(url);
  const body = Buffer.from(await reply.body.arrayBuffer());
  return { status: reply.statusCode, type: String(reply.headers["content-type"]), body, text: body.toString("latin1") };
}

async function subscribed({ stripe }: StripeSandboxWorld, more: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const { customer, method } = await payingCustomer(stripe);
  const { id: price } = await planPrice(stripe);
  const subscription = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    expand: ["latest_invoice"],
    ...more,
  });
  return { customer, method, subscription, invoice: subscription.latest_invoice as Stripe.Invoice };
}

t.test("an open invoice is paid on its page, and its subscription begins", async (t) => {
  const there = await world(t);
  const { stripe } = there;
  const { subscription, invoice } = await subscribed(there, { payment_behavior: "default_incomplete" });
  const page = invoice.hosted_invoice_url ?? "";
  const before = await read(page);
  t.match(before.text, /\$20\.00|20\.00 USD/);
  t.match(before.text, invoice.number as string);
  t.match((await press(page, "decline")).html, "Your card was declined.");
  t.match((await press(page, "async")).html, "Please choose one of the buttons.");
  const challenge = (await press(page, "three_d_secure")).location as string;
  t.match(challenge, /\/sandbox\/3ds\/pi_/);
  t.match((await press(challenge, "fail")).location, page);
  t.equal((await stripe.invoices.retrieve(invoice.id ?? "")).status, "open");
  const paid = await press(page, "pay");
  t.match(paid.html, /Paid on/);
  t.notMatch(paid.html, /Due/, "nothing is due any more");
  t.notMatch(paid.html, /<button/, "nothing is left to press");
  t.match(await stripe.invoices.retrieve(invoice.id ?? ""), { status: "paid", amount_paid: 2_000 });
  t.match(await stripe.subscriptions.retrieve(subscription.id), { status: "active" });
  t.match((await press(page, "pay")).html, /Paid on/, "twice is once");
  t.equal((await read(`${there.sandbox.url}/sandbox/invoices/in_none`)).status, 404);
});

t.test("what a customer wrote is text on the pages, not HTML", async (t) => {
  const there = await world(t);
  const { customer, invoice } = await subscribed(there);
  await there.stripe.customers.update(customer, { email: `<img src=x onerror="alert(1)">@b.test` });
  const portal = await there.stripe.billingPortal.sessions.create({
    customer,
    return_url: `https://shop.test/?a="><b>`,
  });
  for (const url of [invoice.hosted_invoice_url ?? "", portal.url]) {
    const { text } = await read(url);
    t.notMatch(text, /<img|"><b>/);
    t.match(text, "&#60;img");
  }
});

t.test("an invoice has a PDF, whose table says where its objects are", async (t) => {
  const there = await world(t);
  const { customer, invoice } = await subscribed(there);
  await there.stripe.customers.update(customer, { email: "a(d)a\\ü€@b.test" });
  const { status, type, text, body } = await read(invoice.invoice_pdf ?? "");
  t.match({ status, type }, { status: 200, type: "application/pdf" });
  t.match(text, /^%PDF-1\.4\n/);
  t.match(text, /%%EOF\n$/);
  t.equal(body.length, text.length);
  t.match(
    text,
    `(For a\\(d\\)a\\\\ü?@b.test) Tj`,
    "brackets end no string, and other letters are no bytes of their own",
  );
  const start = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  t.equal(text.slice(start, start + 4), "xref");
  const offsets = [...text.slice(start).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
  t.equal(offsets.length, 5);
  for (const [index, offset] of offsets.entries()) {
    t.equal(text.slice(offset).split("\n", 1)[0], `${index + 1} 0 obj`);
  }
  const length = Number(/\/Length (\d+)/.exec(text)?.[1]);
  t.equal(/stream\n([\s\S]*)\nendstream/.exec(text)?.[1]?.length, length);
});

t.test("the portal: methods are added, made default and removed", async (t) => {
  const there = await world(t);
  const { stripe } = there;
  const { customer, method } = await payingCustomer(stripe);
  const session = await stripe.billingPortal.sessions.create({ customer, return_url: "https://shop.test/account" });
  t.match(session, { object: "billing_portal.session", customer, return_url: "https://shop.test/account" });
  t.match((await read(session.url)).text, /href="https:\/\/shop\.test\/account"/);
  t.match(await press(session.url, "add pm_card_mastercard"), { status: 303, location: session.url });
  const [added] = (await stripe.customers.listPaymentMethods(customer)).data;
  t.match(added, { card: { brand: "mastercard" } });
  await press(session.url, `default ${added?.id}`);
  t.match(await stripe.customers.retrieve(customer), { invoice_settings: { default_payment_method: added?.id } });
  await press(session.url, `detach ${method}`);
  t.match((await stripe.customers.listPaymentMethods(customer)).data, [{ id: added?.id }]);
  t.match(await press(session.url, "add pm_card_chargeDeclined"), { status: 200, html: /declined/ });
  t.match(await press(session.url, "constructor x"), { status: 200, html: /choose one/ });
  const stranger = await payingCustomer(stripe);
  const tried = await press(session.url, `detach ${stranger.method}`);
  t.match(tried, { status: 200, html: /No such object/ });
  t.match(await stripe.paymentMethods.retrieve(stranger.method), { customer: stranger.customer });
  await stripe.customers.del(customer);
  t.equal((await read(session.url)).status, 404);
});

t.test("the portal: a subscription ends with its period, and does not", async (t) => {
  const there = await world(t);
  const { stripe, control } = there;
  const flexible = await subscribed(there);
  const classic = await subscribed(there, { billing_mode: { type: "classic" } });
  for (const { customer, subscription, invoice } of [flexible, classic]) {
    const { url } = await stripe.billingPortal.sessions.create({ customer });
    const end = subscription.items.data[0]?.current_period_end;
    const isFlexible = subscription.billing_mode.type === "flexible";
    t.match((await read(url)).text, invoice.number as string);
    await press(url, `cancel ${subscription.id}`);
    const canceling = { status: "active", cancel_at: end, cancel_at_period_end: !isFlexible };
    t.match(await stripe.subscriptions.retrieve(subscription.id), canceling);
    t.match((await read(url)).text, /ends on/);
    await press(url, `resume ${subscription.id}`);
    const kept = { status: "active", cancel_at: null, cancel_at_period_end: false };
    t.match(await stripe.subscriptions.retrieve(subscription.id), kept);
    await press(url, `cancel ${subscription.id}`);
  }
  await control("clock/advance", { by: { days: 32 } });
  for (const { subscription } of [flexible, classic]) {
    t.match(await stripe.subscriptions.retrieve(subscription.id), { status: "canceled" });
  }
  t.match(await failure(stripe.billingPortal.sessions.create({ customer: "cus_none" })), { code: "resource_missing" });
  t.match(
    await failure(
      stripe.billingPortal.sessions.create({ customer: flexible.customer, return_url: "javascript:alert(1)" }),
    ),
    { param: "return_url" },
  );
});
