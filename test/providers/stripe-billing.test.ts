import { startStripeSandbox } from "@coffer/sandboxes";
import t, { type Test } from "tap";
import type { BillingProvider, ProviderResult } from "../../src/providers/ports/index.js";
import { buildProviders } from "../../src/providers/registry.js";
import { controlOf, receiveWebhooks, TIMEOUT_MS, TOO_LONG_MS, temporaryFolder } from "./harness.js";

const API_KEY = "sk_test_billing";
const SECRET = "whsec_billing";
const PLAN = "pln_01jd5v0000e0000000000000pl";
const MONTHLY = { interval: "month", count: 1 } as const;

function valueIn<T>(result: ProviderResult<T>): T {
  if (result.outcome !== "accepted") throw new Error(JSON.stringify(result));
  return result.value;
}

async function start(t: Test) {
  const webhooks = await receiveWebhooks(t);
  const sandbox = await startStripeSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: webhooks.url,
    webhookSecret: SECRET,
    apiKey: API_KEY,
  });
  t.teardown(() => sandbox.stop());
  const providers = buildProviders(
    { stripe: { secretKey: API_KEY, webhookSecrets: [SECRET], apiBase: sandbox.url }, publicUrl: "http://shop.test" },
    { timeoutMs: TIMEOUT_MS },
  );
  t.teardown(() => providers.close());
  const payments = providers.payments.get("stripe");
  const billing = providers.billing.get("stripe");
  if (!billing || !payments?.customers) throw new Error("not built");
  const { customerReference } = valueIn(
    await payments.customers.createCustomer({ customerId: "ada", idempotencyKey: "customer-ada" }),
  );
  return { billing, payments, customerReference, control: controlOf(sandbox.url) };
}

/** A plan's price of so many cents a month. */
async function priced(billing: BillingProvider, cents: number): Promise<string> {
  const product = valueIn(await billing.ensureProduct({ productId: PLAN, name: "Pro", active: true }));
  const price = await billing.ensurePrice({
    productReference: product.productReference,
    lookupKey: `${PLAN}:${cents}`,
    price: { amount: (cents / 100).toFixed(2), asset: "USD" },
    recurrence: MONTHLY,
  });
  return valueIn(price).priceReference;
}

async function saved(billing: BillingProvider, customerReference: string, name = "pm_card_visa"): Promise<string> {
  const method = await billing.attachMethod({
    customerReference,
    methodReference: name,
    idempotencyKey: `attach-${name}-${customerReference}`,
  });
  return valueIn(method).methodReference;
}

t.test("a product and its prices are made once, changed, archived, and listed", async (t) => {
  const { billing } = await start(t);
  const ask = { productId: PLAN, name: "Pro", description: "A hundred credits", active: true };
  const product = valueIn(await billing.ensureProduct(ask));
  t.match(product, { productId: PLAN, productReference: PLAN, name: "Pro", active: true });
  t.match(valueIn(await billing.ensureProduct({ ...ask, name: "Pro plan", description: undefined })), {
    name: "Pro plan",
    description: undefined,
  });
  const price = {
    productReference: PLAN,
    lookupKey: "pro:USD:5999:month",
    price: { amount: "59.99", asset: "USD" },
    recurrence: MONTHLY,
  };
  const made = valueIn(await billing.ensurePrice(price));
  t.match(made, { productReference: PLAN, price: price.price, recurrence: MONTHLY, active: true });
  t.equal(valueIn(await billing.ensurePrice(price)).priceReference, made.priceReference, "found again");
  t.match(valueIn(await billing.archivePrice(made.priceReference)), { active: false });
  t.match(valueIn(await billing.ensurePrice(price)), { priceReference: made.priceReference, active: true });
  t.same(
    valueIn(await billing.listProducts()).map(({ productId }) => productId),
    [PLAN],
  );
  t.equal(valueIn(await billing.listPrices()).length, 1);
  t.match(await billing.archivePrice("price_nobody"), { outcome: "notFound" });
});

t.test("methods are set up, attached, made the default, and detached", async (t) => {
  const { billing, customerReference } = await start(t);
  const setup = valueIn(await billing.createSetup({ customerReference, idempotencyKey: "setup" }));
  t.match(setup, { customerReference, status: "requires_payment_method", clientSecret: /_secret_/ });
  t.equal(valueIn(await billing.getSetup(setup.setupReference)).setupReference, setup.setupReference);
  const method = await saved(billing, customerReference);
  t.match(valueIn(await billing.getMethod(method)), { type: "card", card: { brand: "visa", last4: "4242" } });
  valueIn(await billing.setDefaultMethod({ customerReference, methodReference: method, idempotencyKey: "default" }));
  t.match(valueIn(await billing.listMethods(customerReference)), {
    methods: [{ methodReference: method, customerReference }],
    defaultReference: method,
  });
  valueIn(await billing.detachMethod({ methodReference: method, idempotencyKey: "detach" }));
  t.match(valueIn(await billing.listMethods(customerReference)), { methods: [] });
  const declined = await billing.attachMethod({
    customerReference,
    methodReference: "pm_card_chargeDeclined",
    idempotencyKey: "declined",
  });
  t.match(declined, { outcome: "rejected", failure: { code: "card_declined" } });
  t.match(await billing.listMethods("cus_nobody"), { outcome: "notFound" });
});

t.test("a saved method is charged without its owner, or wants them", async (t) => {
  const { billing, payments, customerReference } = await start(t);
  const charge = async (paymentMethodId: string) =>
    valueIn(
      await payments.createPayment({
        paymentId: `pay_${paymentMethodId}`,
        idempotencyKey: paymentMethodId,
        flow: "payment_intent",
        price: { amount: "9.99", asset: "USD" },
        description: "Top-up",
        metadata: {},
        customerReference,
        paymentMethodId,
        offSession: true,
      }),
    );
  t.match(await charge(await saved(billing, customerReference)), {
    status: "succeeded",
    received: { amount: "9.99", asset: "USD" },
  });
  t.match(await charge(await saved(billing, customerReference, "pm_card_authenticationRequired")), {
    failure: { code: "authentication_required" },
  });
  t.match(await charge(await saved(billing, customerReference, "pm_card_chargeCustomerFail")), {
    status: "pending",
    failure: { code: "card_declined" },
  });
});

t.test("a subscription is made, paid, changed, previewed, canceled, and resumed", async (t) => {
  const { billing, customerReference } = await start(t);
  const basic = await priced(billing, 1_999);
  const pro = await priced(billing, 5_999);
  const methodReference = await saved(billing, customerReference);
  const made = valueIn(
    await billing.createSubscription({
      subscriptionId: "sub_ours",
      idempotencyKey: "subscribe",
      customerReference,
      priceReference: basic,
      quantity: 1,
      methodReference,
      metadata: { team: "blue" },
    }),
  );
  const { providerReference } = made;
  t.match(made, { subscriptionId: "sub_ours", customerReference, status: "active", currency: "USD" });
  const [item] = made.items;
  if (!item) throw new Error("no item");
  t.match(item, { priceReference: basic, quantity: 1 });
  t.ok(item.periodEnd > item.periodStart, "periods are the item's");

  const invoice = valueIn(await billing.getInvoice(made.latestInvoiceReference ?? ""));
  t.match(invoice, {
    subscriptionReference: providerReference,
    subscriptionId: "sub_ours",
    status: "paid",
    billingReason: "subscription_create",
    amountPaid: { amount: "19.99", asset: "USD" },
    moneyReference: /^pi_/,
    lines: [{ amount: { amount: "19.99", asset: "USD" }, priceReference: basic, quantity: 1, proration: false }],
    hostedUrl: /^http/,
    pdfUrl: /^http/,
  });

  const change = {
    providerReference,
    itemReference: item.itemReference,
    priceReference: pro,
    quantity: 1,
    proration: "invoice_now",
  } as const;
  const preview = valueIn(await billing.previewChange(change));
  t.same(
    preview.lines.map(({ proration }) => proration),
    [true, true],
    "unused time back, the new plan's rest",
  );
  const { prorationDate } = preview;
  const changed = valueIn(await billing.changeSubscription({ ...change, prorationDate, idempotencyKey: "upgrade" }));
  t.match(changed, { status: "active", hasPendingUpdate: false, items: [{ priceReference: pro }] });
  const second = valueIn(await billing.getInvoice(changed.latestInvoiceReference ?? ""));
  t.match(second, { billingReason: "subscription_update", status: "paid" });
  t.same(second.amountPaid, preview.amountDue, "charged as shown");
  t.match(valueIn(await billing.previewNext(providerReference)), { total: { amount: "59.99", asset: "USD" } });

  const asked = { providerReference, at: "period_end", idempotencyKey: "cancel" } as const;
  const ending = valueIn(await billing.cancelSubscription(asked));
  t.same(ending.cancelAt, ending.items[0]?.periodEnd);
  const resumed = valueIn(await billing.resumeSubscription({ providerReference, idempotencyKey: "resume" }));
  t.equal(resumed.cancelAt, undefined);
  t.equal(
    valueIn(await billing.resumeSubscription({ providerReference, idempotencyKey: "resume" })).cancelAt,
    undefined,
  );
  const paused = valueIn(await billing.pauseSubscription({ providerReference, idempotencyKey: "pause" }));
  t.equal(paused.collectionPaused, true);
  const going = valueIn(await billing.resumeSubscription({ providerReference, idempotencyKey: "go-on" }));
  t.equal(going.collectionPaused, false);
  const ended = valueIn(await billing.cancelSubscription({ ...asked, at: "now", idempotencyKey: "end" }));
  t.match(ended, { status: "canceled", endedAt: Date });
  t.same(
    valueIn(await billing.listSubscriptions(customerReference)).map(({ subscriptionId }) => subscriptionId),
    ["sub_ours"],
  );
  const invoices = valueIn(await billing.listInvoices({ customerReference }));
  t.same(
    invoices.data.map(({ billingReason }) => billingReason),
    ["subscription_update", "subscription_create"],
    "newest first",
  );
  t.match(await billing.previewNext(providerReference), { outcome: /notFound|rejected/ });
});

t.test("without a method the front end pays the first invoice; a failing card says why", async (t) => {
  const { billing, customerReference } = await start(t);
  const priceReference = await priced(billing, 1_999);
  const request = { customerReference, priceReference, quantity: 2, metadata: {} };
  const open = valueIn(
    await billing.createSubscription({ ...request, subscriptionId: "sub_open", idempotencyKey: "open" }),
  );
  t.match(open, { status: "incomplete", clientSecret: /_secret_/, items: [{ quantity: 2 }] });
  const invoice = valueIn(await billing.getInvoice(open.latestInvoiceReference ?? ""));
  t.match(invoice, { status: "open", amountRemaining: { amount: "39.98" }, clientSecret: open.clientSecret });
  t.equal(invoice.moneyReference, undefined);

  const methodReference = await saved(billing, customerReference, "pm_card_chargeCustomerFail");
  const failing = { ...request, subscriptionId: "sub_fail", idempotencyKey: "fail", methodReference };
  const failed = valueIn(await billing.createSubscription(failing));
  t.equal(failed.status, "incomplete");
  const unpaid = valueIn(await billing.getInvoice(failed.latestInvoiceReference ?? ""));
  t.match(unpaid, { status: "open", failure: { code: "card_declined" }, requiresAction: false });
  const providerReference = unpaid.providerReference;
  t.match(await billing.payInvoice({ providerReference, methodReference, idempotencyKey: "again" }), {
    outcome: "rejected",
    failure: { code: "card_declined" },
  });
  const good = await saved(billing, customerReference);
  const paid = valueIn(await billing.payInvoice({ providerReference, methodReference: good, idempotencyKey: "good" }));
  t.match(paid, { status: "paid", moneyReference: /^pi_/ });
  t.equal(valueIn(await billing.getSubscription(failed.providerReference)).status, "active");
});

t.test("what is cut, late or refused is said as such, and asking again is the same request", async (t) => {
  const { billing, customerReference, control } = await start(t);
  const priceReference = await priced(billing, 1_999);
  const methodReference = await saved(billing, customerReference);
  const request = {
    subscriptionId: "sub_once",
    idempotencyKey: "once",
    customerReference,
    priceReference,
    quantity: 1,
    methodReference,
    metadata: {},
  };
  const match = { method: "POST", path: "/v1/subscriptions" };
  await control.fault({ match, kind: "cut_after", times: 1 });
  t.match(await billing.createSubscription(request), { outcome: "unknown" });
  await control.fault({ match, kind: "delay", delayMs: TOO_LONG_MS, times: 1 });
  t.match(await billing.createSubscription({ ...request, idempotencyKey: "late", subscriptionId: "sub_late" }), {
    outcome: "unknown",
  });
  const made = valueIn(await billing.createSubscription(request));
  const all = valueIn(await billing.listSubscriptions(customerReference));
  t.equal(all.filter(({ subscriptionId }) => subscriptionId === "sub_once").length, 1);
  t.equal(all.find(({ subscriptionId }) => subscriptionId === "sub_once")?.providerReference, made.providerReference);
  t.match(await billing.getSubscription("sub_nobody"), { outcome: "notFound" });
  t.match(await billing.getInvoice("in_nobody"), { outcome: "notFound" });
  t.match(await billing.listInvoices({ cursor: "; DROP" }), { outcome: "rejected" });
});
