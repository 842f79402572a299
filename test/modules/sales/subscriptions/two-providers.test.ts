import "../../../helpers/acme.js";
import { isDeepStrictEqual } from "node:util";
import t from "tap";
import { eventually } from "../../../helpers/service.js";
import { startTwoBillers } from "../../../helpers/two-billers.js";

t.test("two customers subscribe with two providers, and the news of each renews its own", async (t) => {
  const { plan, subscribe, subscribeAt, balanceIs, advance, acme, wallet, invoicesOf, must, sql } =
    await startTwoBillers(t);
  await plan("basic");
  const [ada, bob] = [await subscribe("ada", "basic"), await subscribeAt("acme", "bob", "basic")];
  t.match([ada, bob], [{ provider: "stripe" }, { provider: "acme", status: "active" }], "the first one by default");
  await balanceIs("ada", 100);
  await balanceIs("bob", 100);
  await acme.advance({ days: 32 });
  await balanceIs("bob", 200);
  t.match(await wallet("ada"), { balance: 100 }, "her provider's month is not over");
  await advance({ days: 32 });
  await balanceIs("ada", 200);
  t.match(await wallet("bob"), { balance: 200 });
  for (const [customerId, provider] of [
    ["ada", "stripe"],
    ["bob", "acme"],
  ] as const) {
    const invoices = await invoicesOf(customerId);
    t.match(invoices, [
      { provider, billingReason: "subscription_cycle" },
      { provider, billingReason: "subscription_create" },
    ]);
    t.match(await must("GET", `/v1/payments/${invoices[0]?.paymentId}`), { provider, flow: "invoice" });
  }
  const { rows } = await sql.query(
    `SELECT c.code, sum(e.amount)::int AS held FROM ledger_entries e JOIN ledger_chart c ON c.id = e.account_id
      WHERE c.code IN ('stripe_clearing', 'acme_clearing') GROUP BY 1 ORDER BY 1`,
  );
  t.strictSame(
    rows.map(({ code, held }) => [code, Math.abs(held)]),
    [
      ["acme_clearing", 4000],
      ["stripe_clearing", 4000],
    ],
    "each holds what it took",
  );
});

t.test("what a provider says of another's subscription is nobody's", async (t) => {
  const { plan, must, saveAt, customerAt, doAtStripe, control, sql, subscription, wallet } = await startTwoBillers(t);
  await plan("basic");
  const page = await must("POST", "/v1/subscriptions", {
    customerId: "bob",
    plan: "basic",
    provider: "acme",
    flow: "checkout",
  });
  t.match(page, { provider: "acme", status: "incomplete", providerReference: null });
  // Somebody copies the name of his subscription into one of Stripe's.
  const method = await saveAt("stripe", "mallory");
  const price = await doAtStripe("prices", {
    currency: "usd",
    unit_amount: "2000",
    "recurring[interval]": "month",
    "product_data[name]": "Copied",
  });
  await doAtStripe("subscriptions", {
    customer: await customerAt("mallory"),
    "items[0][price]": String(price.id),
    default_payment_method: method,
    "metadata[coffer_subscription_id]": String(page.id),
  });
  await control("webhooks/flush");
  await eventually(async () => {
    const { rows } = await sql.query(
      "SELECT DISTINCT provider, status, note FROM webhook_events WHERE type LIKE 'customer.subscription.%'",
    );
    const foreign = { provider: "stripe", status: "ignored", note: "foreign: no subscription of ours" };
    return isDeepStrictEqual(rows, [foreign]);
  });
  t.match(await subscription(String(page.id)), { status: "incomplete", providerReference: null });
  t.match(await wallet("bob"), { balance: 0 });
});

t.test("a provider that does not answer holds up nobody else", async (t) => {
  const { plan, subscribeAt, must, call, world, advance, invoicesOf, job, wallet, saveAt, acmeIsDown, sql } =
    await startTwoBillers(t, { quiet: true });
  await plan("basic");
  const ada = await subscribeAt("stripe", "ada", "basic");
  const bob = await subscribeAt("acme", "bob", "basic");
  await job("invoices:catch-up");
  t.match([await wallet("ada"), await wallet("bob")], [{ balance: 100 }, { balance: 100 }]);
  // No webhook comes either.
  world.stripe.setWebhookUrl("http://127.0.0.1:1/");
  await acmeIsDown();
  await advance({ days: 32 });
  await sql.query("UPDATE subscriptions SET next_check_at = now() - interval '1 minute'");
  await job("subscriptions:sweep");
  await job("invoices:catch-up");
  t.match(await wallet("ada"), { balance: 200 }, "her renewal is found in her provider's list");
  t.equal((await invoicesOf("ada")).length, 2);
  t.match(await must("GET", `/v1/subscriptions/${bob.id}`), { provider: "acme", status: "active" }, "as last heard");
  const paymentMethodId = await saveAt("stripe", "eve");
  const body = { customerId: "eve", plan: "basic", flow: "payment_intent", paymentMethodId };
  t.match(await call("POST", "/v1/subscriptions", { body }), { status: 201, body: { status: "active" } });
  const refused = await call("POST", "/v1/subscriptions", {
    body: { customerId: "eve", plan: "basic", provider: "acme", flow: "payment_intent" },
  });
  t.match(refused, { status: 503, body: { code: "provider.unavailable", detail: /^acme / } });
  t.match(await call("POST", `/v1/subscriptions/${bob.id}/cancel`, { body: { at: "now" } }), {
    status: 503,
    body: { code: "provider.unavailable", detail: /^acme / },
  });
  t.match(await must("POST", `/v1/subscriptions/${ada.id}/cancel`, { at: "now" }), { status: "canceled" });
});

t.test("a subscription whose provider is not set up any more is refused, and left alone", async (t) => {
  const { plan, subscribeAt, withoutAcme, job, sql } = await startTwoBillers(t, { quiet: true });
  await plan("basic");
  const { id } = await subscribeAt("acme", "bob", "basic");
  await job("invoices:catch-up");
  await sql.query("UPDATE subscriptions SET next_check_at = now() - interval '1 minute'");
  await sql.query("UPDATE invoices SET next_check_at = now() - interval '1 minute'");
  const standing = async () =>
    (
      await sql.query(
        "SELECT next_check_at, checks, status FROM subscriptions UNION ALL SELECT next_check_at, checks, status FROM invoices",
      )
    ).rows;
  const before = await standing();
  const { call, must, job: jobNow } = await withoutAcme();
  await jobNow("subscriptions:sweep");
  await jobNow("invoices:catch-up");
  t.strictSame(await standing(), before, "it is looked at again when its provider is back");
  t.match(await must("GET", `/v1/subscriptions/${id}`), { provider: "acme", status: "active" });
  const [invoice] = (await must("GET", "/v1/customers/bob/invoices")).data as { id: string }[];
  const off = { status: 503, body: { code: "provider.not_configured", detail: /acme/ } };
  t.match(await call("POST", `/v1/subscriptions/${id}/cancel`, { body: {} }), off);
  t.match(await call("POST", `/v1/subscriptions/${id}/preview`, { body: {}, key: null }), off);
  t.match(await must("GET", `/v1/invoices/${invoice?.id}`), { provider: "acme", status: "paid" });
  const another = { customerId: "bob", plan: "basic", provider: "acme", flow: "checkout" };
  t.match(await call("POST", "/v1/subscriptions", { body: another }), off);
  t.match(await call("POST", "/v1/customers/bob/portal-sessions", { body: { provider: "acme" } }), off);
});

t.test("each provider opens its own page for a customer", async (t) => {
  const { must, account, world } = await startTwoBillers(t, { quiet: true });
  await must("PUT", "/v1/customers/ada", {});
  const open = (body: object) => must("POST", "/v1/customers/ada/portal-sessions", body);
  const [first, second] = [await open({}), await open({ provider: "acme" })];
  t.match([first, second], [{ provider: "stripe" }, { provider: "acme" }]);
  t.ok(String(first.url).startsWith(world.stripe.url));
  t.ok(String(second.url).startsWith(account.url));
});
