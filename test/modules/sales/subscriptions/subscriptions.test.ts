import t from "tap";
import { key, startBilling } from "../../../helpers/billing.js";
import { customerToken } from "../../../helpers/jwt.js";
import { press } from "../../../helpers/sandbox-client.js";
import { eventually } from "../../../helpers/service.js";

t.test("a subscription is paid and renews, and each paid invoice grants its cycle once", async (t) => {
  const { plan, subscribe, subscription, balanceIs, advance, invoices, must, sql } = await startBilling(t);
  await plan("basic");
  const made = await subscribe("ada", "basic");
  t.match(made, { status: "active", quantity: 1, paused: false, changePending: false });
  await balanceIs("ada", 100);
  await advance({ days: 32 });
  await balanceIs("ada", 200);
  await eventually(async () => (await subscription(made.id)).currentPeriodEnd > made.currentPeriodEnd, 15_000);
  const [second, first] = await invoices("ada");
  t.match(first, { status: "paid", billingReason: "subscription_create", amountPaid: 2000 });
  t.match(second, { status: "paid", billingReason: "subscription_cycle", grants: [{ asset: "CREDIT", amount: 100 }] });
  t.match(second?.lines, [{ amount: 2000, credits: 100, proration: false }]);
  const payment = await must("GET", `/v1/payments/${second?.paymentId}`);
  t.match(payment, { status: "succeeded", flow: "invoice", amount: 2000, grants: { amount: 100 } });
  const { rows } = await sql.query("SELECT count(*)::int AS n FROM payments WHERE flow = 'invoice'");
  t.equal(rows[0].n, 2);
});

t.test("without a saved method the front end pays with the client secret", async (t) => {
  const { plan, must, call, subscriptionIs, balanceIs, doAtStripe, wallet, invoices } = await startBilling(t);
  await plan("basic");
  const body = { customerId: "ada", plan: "basic", quantity: 3, flow: "payment_intent" };
  const dry = await call("POST", "/v1/subscriptions?dryRun=true", { body, key: null });
  t.match(dry, { status: 200, body: { dryRun: true, amount: 6000, grants: { amount: 300 }, trialDays: 0 } });
  const made = await must("POST", "/v1/subscriptions", body);
  t.match(made, { status: "incomplete", clientSecret: /^pi_.*_secret_/ });
  t.match(await wallet("ada"), { balance: 0 }, "nothing is granted before it is paid");
  const [open] = await eventually(async () => {
    const all = await invoices("ada");
    return all.length === 1 && all;
  }, 15_000);
  t.match(open, { status: "open", clientSecret: made.clientSecret });
  const [intent] = String(made.clientSecret).split("_secret_");
  await doAtStripe(`payment_intents/${intent}/confirm`, {
    payment_method: "pm_card_visa",
    return_url: "https://shop.example",
  });
  await subscriptionIs(made.id as string, { status: "active" });
  await balanceIs("ada", 300);
  t.match(await must("GET", `/v1/subscriptions/${made.id}`), { clientSecret: null });
  t.match(await invoices("ada"), [{ status: "paid", clientSecret: null }]);
});

t.test("sokosumi#1846: a checkout page and its invoice are both told, and grant once", async (t) => {
  const { plan, must, subscriptionIs, balanceIs, invoices, sql } = await startBilling(t);
  await plan("basic");
  const made = await must("POST", "/v1/subscriptions", { customerId: "ada", plan: "basic", flow: "checkout" });
  t.match(made, { status: "incomplete", checkoutUrl: /^http/, expiresAt: /Z$/, providerReference: null });
  await press(made.checkoutUrl as string, "pay");
  const paid = await subscriptionIs(made.id as string, { status: "active" });
  t.match(paid, { providerReference: /^sub_/, checkoutUrl: null, expiresAt: null }, "the page has done its work");
  await balanceIs("ada", 100);
  await eventually(async () => {
    const { rows } = await sql.query(
      "SELECT count(*)::int AS n FROM webhook_events WHERE type = 'checkout.session.completed' AND status = 'processed'",
    );
    return rows[0].n === 1;
  });
  await balanceIs("ada", 100);
  t.equal((await invoices("ada")).length, 1);
});

t.test("a checkout page can be closed", async (t) => {
  const { plan, must, call, subscription } = await startBilling(t);
  await plan("basic");
  const made = await must("POST", "/v1/subscriptions", { customerId: "ada", plan: "basic", flow: "checkout" });
  const dry = await must("POST", `/v1/subscriptions/${made.id}/cancel?dryRun=true`, { at: "now" });
  t.match(dry, { status: "incomplete", dryRun: true });
  const closed = await must("POST", `/v1/subscriptions/${made.id}/cancel`, { at: "now" });
  t.match(closed, { status: "incomplete_expired", dryRun: undefined });
  t.match(await subscription(made.id as string), { status: "incomplete_expired", checkoutUrl: null });
  const again = await call("POST", `/v1/subscriptions/${made.id}/cancel`, { body: {} });
  t.match(again, { status: 409, body: { code: "subscriptions.wrong_state" } });
});

t.test("a page whose time is over leaves nothing, and a card that is declined on it may be tried again", async (t) => {
  const { plan, must, subscriptionIs, balanceIs, control, advance, subscription, wallet } = await startBilling(t);
  await plan("basic");
  const open = async (customerId: string) =>
    must("POST", "/v1/subscriptions", { customerId, plan: "basic", flow: "checkout" });
  const [left, tried] = [await open("ada"), await open("bob")];
  t.match(await press(tried.checkoutUrl as string, "decline"), { html: /declined/ });
  t.match(await subscription(tried.id as string), { status: "incomplete", providerReference: null });
  const challenge = (await press(tried.checkoutUrl as string, "three_d_secure")).location as string;
  await press(challenge, "complete");
  await subscriptionIs(tried.id as string, { status: "active" });
  await balanceIs("bob", 100);
  await advance({ hours: 25 });
  await subscriptionIs(left.id as string, { status: "incomplete_expired" });
  await control("webhooks/flush");
  t.match(await wallet("ada"), { balance: 0 });
  await balanceIs("bob", 100);
});

t.test("a trial that begins on a page gives what the plan says, once it has a card", async (t) => {
  const { plan, must, subscriptionIs, balanceIs, advance } = await startBilling(t);
  await plan("tried", { trialDays: 7, trialGrants: 10 });
  const made = await must("POST", "/v1/subscriptions", { customerId: "ada", plan: "tried", flow: "checkout" });
  await press(made.checkoutUrl as string, "pay");
  await subscriptionIs(made.id as string, { status: "trialing" });
  await balanceIs("ada", 10);
  await advance({ days: 8 });
  await subscriptionIs(made.id as string, { status: "active" });
  await balanceIs("ada", 110);
});

t.test("a trial gives what the plan says, once for a customer, and then the cycle", async (t) => {
  const { plan, subscribe, balanceIs, advance, subscriptionIs, invoices, must, saveCard } = await startBilling(t);
  await plan("tried", { trialDays: 7, trialGrants: 10 });
  const made = await subscribe("ada", "tried");
  t.match(made, { status: "trialing" });
  await balanceIs("ada", 10);
  t.match(await invoices("ada"), [{ status: "paid", total: 0, paymentId: null, lines: [{ amount: 0, credits: 10 }] }]);
  await advance({ days: 8 });
  await subscriptionIs(made.id, { status: "active" });
  await balanceIs("ada", 110);
  t.match(await subscribe("ada", "tried"), { status: "active" }, "no second trial");
  const paymentMethodId = await saveCard("bob");
  const body = { customerId: "bob", plan: "tried", flow: "payment_intent", paymentMethodId };
  const both = await Promise.all([must("POST", "/v1/subscriptions", body), must("POST", "/v1/subscriptions", body)]);
  t.strictSame(both.map(({ status }) => status).sort(), ["active", "trialing"], "also when two are asked for at once");
});

t.test(
  "an upgrade that is invoiced at once grants exactly what was paid for, and a downgrade takes it back",
  async (t) => {
    const { plan, subscribe, balanceIs, must, invoices, subscriptionIs, call, advance } = await startBilling(t);
    await plan("small", { grants: { asset: "CREDIT", amount: 25 }, prices: [{ amount: 1999, currency: "USD" }] });
    await plan("large", { grants: { asset: "CREDIT", amount: 100 }, prices: [{ amount: 5999, currency: "USD" }] });
    const { id } = await subscribe("ada", "small");
    await balanceIs("ada", 25);
    await advance({ days: 10 });
    const change = { plan: "large", proration: "invoice_now" };
    const shown = await must("POST", `/v1/subscriptions/${id}/preview`, change);
    const dry = await call("PATCH", `/v1/subscriptions/${id}?dryRun=true`, { body: change });
    t.match(dry, { status: 200, body: { ...shown, dryRun: true } });
    const changed = await call("PATCH", `/v1/subscriptions/${id}`, {
      body: { ...change, prorationDate: shown.prorationDate },
      key: key(),
    });
    t.match(changed, { status: 200, body: { status: "active", quantity: 1, changePending: false } });
    const grants = shown.grants as { amount: number }[];
    const granted = grants[0]?.amount ?? 0;
    t.ok(granted > 30 && granted < 75, `part of the difference: ${granted}`);
    await balanceIs("ada", 25 + granted);
    const [upgrade] = await invoices("ada");
    t.match(upgrade, { billingReason: "subscription_update", status: "paid", amountPaid: shown.amountDue });
    t.match(upgrade?.grants, [{ amount: granted }]);
    t.equal(
      upgrade?.lines.reduce((sum, { credits }) => sum + (credits ?? 0), 0),
      granted,
    );
    t.match(await must("GET", `/v1/payments/${upgrade?.paymentId}`), { grants: { amount: granted } });

    await must("PATCH", `/v1/subscriptions/${id}`, { plan: "small", proration: "invoice_now" });
    const back = await eventually(async () => {
      const [latest] = await invoices("ada");
      return latest?.id !== upgrade?.id && latest?.status === "paid" && latest;
    }, 15_000);
    t.ok(back.total < 0, "money is given back, to the next invoice");
    t.match(back, { paymentId: null });
    t.ok((back.grants[0]?.amount ?? 0) < 0);
    await balanceIs("ada", 25 + granted + (back.grants[0]?.amount ?? 0));
    await subscriptionIs(id, { status: "active" });
  },
);

t.test("prorations of a change wait for the next invoice, and the quantity counts", async (t) => {
  const { plan, subscribe, balanceIs, must, invoices, advance, wallet } = await startBilling(t);
  await plan("seats", { grants: { asset: "CREDIT", amount: 10 }, prices: [{ amount: 1000, currency: "USD" }] });
  const { id } = await subscribe("ada", "seats", { quantity: 2 });
  await balanceIs("ada", 20);
  await advance({ days: 10 });
  t.match(await must("PATCH", `/v1/subscriptions/${id}`, { quantity: 5, proration: "create" }), { quantity: 5 });
  t.match(await wallet("ada"), { balance: 20 }, "nothing is granted before it is paid");
  const next = await must("POST", `/v1/subscriptions/${id}/preview`, {});
  await advance({ days: 22 });
  const [latest] = await eventually(async () => {
    const all = await invoices("ada");
    return all.length === 2 && all[0]?.status === "paid" && all;
  }, 15_000);
  t.match(latest?.grants, next.grants as object[], "as the preview said");
  await balanceIs("ada", 20 + (latest?.grants[0]?.amount ?? 0));
  t.ok((latest?.grants[0]?.amount ?? 0) > 50, "a whole cycle of five, and the rest of the last one of three more");
  await must("PATCH", `/v1/subscriptions/${id}`, { quantity: 1, proration: "none" });
  await advance({ days: 31 });
  await eventually(async () => (await invoices("ada")).length === 3, 15_000);
  t.match((await invoices("ada"))[0]?.grants, [{ amount: 10 }]);
});

t.test("it ends with its period, also when the portal says so by cancel_at alone, and can be taken back", async (t) => {
  const { plan, subscribe, must, subscriptionIs, doAtStripe, advance, balanceIs, call } = await startBilling(t);
  await plan("basic");
  const made = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  const ending = await must("POST", `/v1/subscriptions/${made.id}/cancel`, {});
  t.match(ending, { status: "active", cancelAt: made.currentPeriodEnd });
  t.match(await must("POST", `/v1/subscriptions/${made.id}/resume`), { cancelAt: null });
  const nothing = await call("POST", `/v1/subscriptions/${made.id}/resume`);
  t.match(nothing, { status: 409, body: { code: "subscriptions.wrong_state" } });

  // Portal, flexible billing mode: cancel_at is set and cancel_at_period_end stays false.
  const end = String(Date.parse(made.currentPeriodEnd) / 1_000);
  await doAtStripe(`subscriptions/${made.providerReference}`, { cancel_at: end });
  await subscriptionIs(made.id, { cancelAt: made.currentPeriodEnd });
  t.match(await must("POST", `/v1/subscriptions/${made.id}/resume`), { cancelAt: null });
  await must("POST", `/v1/subscriptions/${made.id}/cancel`, { at: "period_end" });
  await advance({ days: 32 });
  await subscriptionIs(made.id, { status: "canceled" });
  await balanceIs("ada", 100);
  t.match(await must("POST", `/v1/subscriptions/${made.id}/cancel`, {}), { status: "canceled" }, "twice is once");
});

t.test("what a customer does in the portal is mirrored: an end with the period, and its taking back", async (t) => {
  const { plan, subscribe, must, subscriptionIs, advance, balanceIs } = await startBilling(t);
  await plan("basic");
  const made = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  const { url } = await must("POST", "/v1/customers/ada/portal-sessions", { returnUrl: "https://shop.test/account" });
  await press(url as string, `cancel ${made.providerReference}`);
  await subscriptionIs(made.id, { status: "active", cancelAt: made.currentPeriodEnd });
  await press(url as string, `resume ${made.providerReference}`);
  await subscriptionIs(made.id, { status: "active", cancelAt: null });
  await press(url as string, `cancel ${made.providerReference}`);
  await subscriptionIs(made.id, { cancelAt: made.currentPeriodEnd });
  await advance({ days: 32 });
  await subscriptionIs(made.id, { status: "canceled" });
  await balanceIs("ada", 100);
});

t.test("nothing is collected or granted in a pause, and a customer cannot end it", async (t) => {
  const { plan, subscribe, must, call, advance, invoices, balanceIs, wallet } = await startBilling(t);
  await plan("basic");
  const made = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  t.match(await must("POST", `/v1/subscriptions/${made.id}/pause`), { paused: true });
  t.match(await must("POST", `/v1/subscriptions/${made.id}/pause`), { paused: true }, "twice is once");
  await advance({ days: 32 });
  await eventually(async () => (await invoices("ada"))[0]?.status === "void", 15_000);
  t.match(await wallet("ada"), { balance: 100 });
  const token = await customerToken("ada");
  const tried = await call("POST", `/v1/subscriptions/${made.id}/resume`, { token });
  t.match(tried, { status: 403, body: { code: "subscriptions.pause_not_allowed" } });
  t.match(await must("POST", `/v1/subscriptions/${made.id}/resume`), { paused: false });
  await advance({ days: 31 });
  await balanceIs("ada", 200);
});

t.test("set and top_up_to bring the balance to the cycle's credits, add and a cap leave some", async (t) => {
  const { plan, subscribe, balanceIs, advance, spend, invoices, must, wallet } = await startBilling(t);
  await plan("setting", { renewal: { mode: "set" } });
  await plan("filling", { renewal: { mode: "top_up_to" } });
  await plan("capped", { renewal: { mode: "add", rolloverCap: 30 } });
  for (const name of ["setting", "filling", "capped"]) await subscribe(name, name);
  for (const name of ["setting", "filling", "capped"]) await balanceIs(name, 100);
  await must("POST", `/v1/wallets/${(await wallet("setting")).id}/credits`, {
    asset: "CREDIT",
    amount: 50,
    reason: "test",
  });
  for (const name of ["filling", "capped"]) await spend(name, 40);
  await advance({ days: 32 });
  await balanceIs("setting", 100);
  t.match((await invoices("setting"))[0]?.grants, [{ amount: 0, expired: 50 }]);
  await balanceIs("filling", 100);
  t.match((await invoices("filling"))[0]?.grants, [{ amount: 40, expired: 0 }]);
  await balanceIs("capped", 130);
  t.match((await invoices("capped"))[0]?.grants, [{ amount: 100, expired: 30 }]);
});

t.test("an invoice that a discount made free grants by rule", async (t) => {
  const { plan, subscribe, balanceIs, advance, invoices, doAtStripe, wallet } = await startBilling(t);
  await plan("given");
  await plan("withheld", { freeInvoices: "skip" });
  await doAtStripe("coupons", { id: "all", percent_off: "100", duration: "forever" });
  for (const name of ["given", "withheld"]) {
    const { providerReference } = await subscribe(name, name);
    await balanceIs(name, 100);
    await doAtStripe(`subscriptions/${providerReference}`, { "discounts[0][coupon]": "all" });
  }
  await advance({ days: 32 });
  await balanceIs("given", 200);
  await eventually(async () => (await invoices("withheld")).length === 2, 15_000);
  t.match((await invoices("withheld"))[0], { status: "paid", total: 0, paymentId: null });
  t.match(await wallet("withheld"), { balance: 100 });
});

t.test("what cannot be done is said, and changes nothing", async (t) => {
  const { plan, subscribe, saveCard, call, must, subscription, balanceIs } = await startBilling(t);
  await plan("basic");
  await plan("old");
  await plan("euro", { prices: [{ amount: 1000, currency: "EUR" }] });
  const made = await subscribe("ada", "basic");
  await balanceIs("ada", 100);
  await must("PATCH", "/v1/plans/old", { status: "retired" });
  const patch = (body: object) => call("PATCH", `/v1/subscriptions/${made.id}`, { body, key: key() });
  const create = (body: object, options: object = {}) =>
    call("POST", "/v1/subscriptions", {
      body: { customerId: "bob", plan: "basic", flow: "payment_intent", ...body },
      ...options,
    });
  for (const [reply, status, code] of [
    [await patch({ plan: "basic" }), 409, "subscriptions.no_change"],
    [await patch({ plan: "old" }), 409, "catalog.plan_retired"],
    [await patch({ plan: "euro" }), 422, "catalog.no_price"],
    [await patch({ plan: "nothing" }), 404, "catalog.plan_not_found"],
    [await patch({}), 400, "request.invalid"],
    [await create({ plan: "old" }), 409, "catalog.plan_retired"],
    [await create({ currency: "EUR" }), 422, "catalog.no_price"],
    [await create({ flow: "checkout", paymentMethodId: "pm_1" }), 400, "request.invalid"],
    [await create({ customerId: "ada" }, { token: await customerToken("bob") }), 404, "customers.not_found"],
    [await create({ trialDays: 30 }, { token: await customerToken("bob") }), 403, "subscriptions.trial_not_allowed"],
  ] as const) {
    t.match(reply, { status, body: { code } }, code);
  }
  const token = await customerToken("ada");
  const backdated = await call("PATCH", `/v1/subscriptions/${made.id}`, {
    body: { quantity: 2, prorationDate: "2026-01-01T00:00:00Z" },
    key: key(),
    token,
  });
  t.match(backdated, { status: 403, body: { code: "subscriptions.proration_date_not_allowed" } });
  const [method] = (await must("GET", "/v1/customers/ada/payment-methods")).data as { id: string }[];
  const detached = await call("DELETE", `/v1/customers/ada/payment-methods/${method?.id}`, { key: key() });
  t.match(
    detached,
    { status: 409, body: { code: "payment_methods.in_use" } },
    "it is what the subscription is paid with",
  );
  // Bob is nobody yet; carl has a customer of his own at the provider.
  await saveCard("carl");
  for (const customerId of ["bob", "carl"]) {
    for (const paymentMethodId of ["pm_unknown", method?.id]) {
      const refused = { status: 404, body: { code: "payment_methods.not_found" } };
      t.match(await create({ customerId, paymentMethodId }), refused, "unknown, or another customer's");
      const body = { customerId, plan: "basic", flow: "payment_intent", paymentMethodId };
      t.match(await call("POST", "/v1/subscriptions?dryRun=true", { body }), refused);
    }
    t.match(await must("GET", `/v1/subscriptions?customerId=${customerId}`), { data: [] }, "nothing is left of it");
  }
  const { updatedAt: _, ...before } = made as unknown as Record<string, unknown>;
  t.match(await subscription(made.id), { ...before, clientSecret: null });
  const mallory = await customerToken("mallory");
  t.match(await call("GET", `/v1/subscriptions/${made.id}`, { token: mallory }), { status: 404 });
  t.match(await call("GET", "/v1/subscriptions?customerId=ada", { token: mallory }), { body: { data: [] } });
  t.match(await call("GET", "/v1/customers/ada/invoices", { token: mallory }), { status: 404 });
});

t.test("a summary says what a customer has and owes", async (t) => {
  const { plan, subscribe, must, balanceIs } = await startBilling(t);
  await plan("basic");
  await plan("yearly", { interval: "year" });
  await subscribe("ada", "basic", { quantity: 2 });
  await subscribe("ada", "yearly");
  await balanceIs("ada", 300);
  t.match(await must("GET", "/v1/customers/ada/subscriptions/summary"), {
    customerId: "ada",
    subscriptions: [{ status: "active" }, { status: "active" }],
    cycles: [
      { amount: 100, interval: "year" },
      { amount: 200, interval: "month" },
    ],
    pastDue: false,
    frozenAssets: [],
    openInvoices: [],
  });
});
