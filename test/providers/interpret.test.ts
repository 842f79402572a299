import Stripe from "stripe";
import t from "tap";
import { interpretCoinbaseEvent } from "../../src/providers/coinbase/webhook.js";
import { intentNews, parseIntent, parseSession, sessionNews } from "../../src/providers/stripe/news.js";
import { STRIPE_RELEASE } from "../../src/providers/stripe/release.js";
import { interpretStripeEvent } from "../../src/providers/stripe/webhook.js";

t.equal(STRIPE_RELEASE, Stripe.MAJOR_API_VERSION, "the release that the installed SDK speaks");

const OURS = { coffer_payment_id: "pay_1" };

const intent = (over: object = {}) => ({
  id: "pi_1",
  object: "payment_intent",
  status: "succeeded",
  amount: 1000,
  amount_received: 999,
  currency: "usd",
  metadata: OURS,
  ...over,
});
const session = (over: object = {}) => ({
  id: "cs_test_1",
  object: "checkout.session",
  mode: "payment",
  status: "complete",
  payment_status: "paid",
  amount_total: 999,
  currency: "usd",
  metadata: OURS,
  payment_intent: "pi_1",
  url: null,
  expires_at: 1_800_000_000,
  ...over,
});
const stripeEvent = (type: string, object: object, over: object = {}) => ({
  type,
  payload: { id: "evt_1", type, api_version: Stripe.API_VERSION, livemode: false, data: { object }, ...over },
});
const interpret = (type: string, object: object, over: object = {}, livemode?: boolean) =>
  interpretStripeEvent(stripeEvent(type, object, over), livemode);

t.test("stripe: every intent status has its meaning, and an unknown one is no end", async (t) => {
  const statuses = {
    requires_payment_method: "pending",
    requires_confirmation: "pending",
    requires_action: "requires_action",
    requires_capture: "processing",
    processing: "processing",
    succeeded: "succeeded",
    canceled: "canceled",
    status_of_2030: "processing",
  };
  for (const [status, expected] of Object.entries(statuses)) {
    const news = intentNews(parseIntent(intent({ status })));
    t.equal(news.status, expected, status);
    t.equal(news.received !== undefined, expected === "succeeded", `${status}: money only when it arrived`);
  }
});

t.test("stripe: what arrived is amount_received, in the currency of the intent", async (t) => {
  t.same(interpret("payment_intent.succeeded", intent()), {
    kind: "payment",
    mayBeForeign: true,
    news: {
      paymentId: "pay_1",
      providerReference: "pi_1",
      moneyReference: "pi_1",
      status: "succeeded",
      received: { amount: "9.99", asset: "USD" },
    },
  });
});

t.test("stripe: a decline leaves the payment open and says why", async (t) => {
  const last_payment_error = {
    type: "card_error",
    code: "card_declined",
    decline_code: "insufficient_funds",
    message: "Your card has insufficient funds.",
  };
  const declined = intent({ status: "requires_payment_method", amount_received: 0, last_payment_error });
  t.match(interpret("payment_intent.payment_failed", declined), {
    kind: "payment",
    news: {
      status: "pending",
      failure: {
        code: "card_declined",
        declineCode: "insufficient_funds",
        message: "Your card has insufficient funds.",
      },
    },
  });
  const paidAfterAll = intent({ last_payment_error });
  t.equal(intentNews(parseIntent(paidAfterAll)).failure, undefined, "an error that was overcome is no failure");
});

t.test("stripe: next actions", async (t) => {
  const action = (next_action: object | null) =>
    intentNews(parseIntent(intent({ status: "requires_action", amount_received: 0, next_action }))).nextAction;
  t.same(action({ type: "redirect_to_url", redirect_to_url: { url: "https://bank.example/3ds", return_url: "x" } }), {
    type: "redirect",
    url: "https://bank.example/3ds",
  });
  t.same(action({ type: "use_stripe_sdk", use_stripe_sdk: {} }), { type: "use_provider_sdk" });
  t.same(action({ type: "something_new" }), { type: "use_provider_sdk" });
  t.same(action(null), { type: "use_provider_sdk" });
});

t.test("stripe: sessions", async (t) => {
  const news = (over: object) => sessionNews(parseSession(session(over)));
  t.match(news({}), { status: "succeeded", moneyReference: "pi_1", received: { amount: "9.99", asset: "USD" } });
  t.match(news({ payment_status: "unpaid" }), { status: "processing", received: undefined });
  t.match(news({ status: "expired", payment_status: "unpaid", payment_intent: null }), {
    status: "expired",
    moneyReference: undefined,
  });
  t.match(news({ status: "open", payment_status: "unpaid", payment_intent: null, url: "https://c.example/1" }), {
    status: "pending",
    checkoutUrl: "https://c.example/1",
    expiresAt: new Date("2027-01-15T08:00:00Z"),
  });
  t.match(
    news({ payment_intent: intent({ amount_received: 500 }) }),
    { received: { amount: "5.00" }, moneyReference: "pi_1" },
    "the expanded intent says what really arrived",
  );
  const failed = intent({ status: "requires_payment_method", amount_received: 0 });
  t.equal(news({ payment_status: "unpaid", payment_intent: failed }).status, "failed", "a delayed payment that failed");
  t.throws(() => news({ amount_total: null }), RangeError, "paid, but how much?");
});

t.test("stripe: session events", async (t) => {
  t.match(interpret("checkout.session.completed", session()), { kind: "payment", news: { status: "succeeded" } });
  t.match(interpret("checkout.session.async_payment_succeeded", session()), { news: { status: "succeeded" } });
  t.match(interpret("checkout.session.async_payment_failed", session({ payment_status: "unpaid" })), {
    news: { status: "failed", failure: { code: "async_payment_failed" } },
  });
  t.match(interpret("checkout.session.expired", session({ status: "expired", payment_status: "unpaid" })), {
    news: { status: "expired" },
  });
  t.match(interpret("checkout.session.completed", session({ mode: "subscription" })), { kind: "ignored" });
});

t.test("stripe: what is not ours, not known or not of this mode is ignored", async (t) => {
  t.match(interpret("payment_intent.succeeded", intent({ metadata: {} })), { kind: "ignored", reason: /foreign/ });
  t.match(interpret("payment_intent.succeeded", intent({ metadata: null })), { kind: "ignored", reason: /foreign/ });
  t.match(
    interpret("payment_intent.succeeded", intent({ metadata: {}, amount: "odd", currency: 7 })),
    { kind: "ignored", reason: /foreign/ },
    "a foreign object is not even validated",
  );
  t.match(interpret("charge.succeeded", {}), { kind: "ignored" });
  t.match(interpretStripeEvent({ type: "anything", payload: null }, undefined), { kind: "ignored" });
  t.match(interpret("payment_intent.succeeded", intent(), { livemode: false }, true), { reason: "other_mode" });
  t.match(interpret("payment_intent.succeeded", intent(), { livemode: true }, false), { reason: "other_mode" });
  t.match(interpret("payment_intent.succeeded", intent(), { livemode: true }, true), { kind: "payment" });
  t.match(interpret("payment_intent.succeeded", intent(), { livemode: true }), { kind: "payment" });
});

t.test("stripe: a snapshot of another major version is looked up", async (t) => {
  const refetch = { kind: "refetch", providerReference: "pi_1", paymentId: "pay_1", mayBeForeign: true };
  for (const api_version of ["2025-03-31.basil", "2017-08-15", "", null]) {
    t.same(interpret("payment_intent.succeeded", intent(), { api_version }), refetch, String(api_version));
  }
  const sameMajor = { api_version: `2026-12-01.${Stripe.MAJOR_API_VERSION}` };
  t.match(interpret("payment_intent.succeeded", intent(), sameMajor), { kind: "payment" });
});

t.test("stripe: money that is not an exact integer is a schema violation", async (t) => {
  const huge = JSON.parse('{"value":1e400}').value;
  for (const value of ["999", 9.99, -1, huge, 2 ** 53, null, undefined, true, [1], {}]) {
    t.throws(() => interpret("payment_intent.succeeded", intent({ amount_received: value })), String(value));
    t.throws(() => interpret("payment_intent.succeeded", intent({ amount: value })), String(value));
    if (value == null) continue;
    t.throws(() => interpret("checkout.session.completed", session({ amount_total: value })), String(value));
  }
  for (const currency of ["", "usdollar", 840, null, "u$d"]) {
    t.throws(() => interpret("payment_intent.succeeded", intent({ currency })), String(currency));
  }
  t.throws(() => interpret("payment_intent.succeeded", intent({ id: "ch_1" })), "another kind of object");
  t.throws(() => interpretStripeEvent({ type: "payment_intent.succeeded", payload: {} }, undefined));
});

const BILLED = { coffer_subscription_id: "sub_1" };

t.test("stripe: events of billing say what to look up, and nothing more", async (t) => {
  const subscription = { id: "sub_x", object: "subscription", metadata: BILLED };
  t.same(interpret("customer.subscription.updated", subscription), {
    kind: "subscription",
    providerReference: "sub_x",
    subscriptionId: "sub_1",
  });
  t.match(interpret("customer.subscription.deleted", { ...subscription, metadata: {} }), { reason: /^foreign/ });
  const invoice = { id: "in_1", object: "invoice", parent: { subscription_details: { metadata: BILLED } } };
  t.same(interpret("invoice.paid", invoice), { kind: "invoice", providerReference: "in_1" });
  t.match(interpret("invoice.paid", { ...invoice, parent: null }), { reason: /^foreign/ }, "a one-off invoice");
  t.match(interpret("invoice.upcoming", { ...invoice, id: undefined }), { kind: "ignored" }, "it has no id");
  t.same(interpret("invoice_payment.paid", { id: "inpay_1", invoice: "in_1" }), {
    kind: "invoice",
    providerReference: "in_1",
  });
  const page = { id: "cs_1", mode: "subscription", metadata: BILLED };
  t.same(interpret("checkout.session.completed", page), {
    kind: "subscription_checkout",
    sessionReference: "cs_1",
    subscriptionId: "sub_1",
  });
  t.match(interpret("invoice.paid", invoice, { livemode: true }, false), { reason: "other_mode" });
});

t.test("stripe: whose payment method changed is said by the method, or by what it was before", async (t) => {
  const method = { id: "pm_1", customer: "cus_1" };
  const meaning = { kind: "payment_method", methodReference: "pm_1", customerReference: "cus_1" };
  t.same(interpret("payment_method.attached", method), meaning);
  const detached = { data: { object: { id: "pm_1", customer: null }, previous_attributes: { customer: "cus_1" } } };
  t.same(interpretStripeEvent({ type: "payment_method.detached", payload: detached }, undefined), meaning);
  const changed = (previous_attributes: object) =>
    interpretStripeEvent(
      { type: "customer.updated", payload: { data: { object: { id: "cus_1" }, previous_attributes } } },
      undefined,
    );
  t.same(changed({ invoice_settings: {} }), { kind: "payment_method", customerReference: "cus_1" });
  t.match(changed({ email: "a@b.test" }), { kind: "ignored" });
});

t.test("stripe: a thin event is completed first, unless nothing here reads its type", async (t) => {
  const thin = (type: string, over: object = {}) =>
    interpretStripeEvent(
      {
        type,
        payload: {
          id: "evt_1",
          object: "v2.core.event",
          type,
          livemode: false,
          related_object: { id: "pi_1", type: "payment_intent", url: "/v1/payment_intents/pi_1" },
          ...over,
        },
      },
      false,
    );
  for (const type of ["payment_intent.succeeded", "invoice.paid", "refund.failed", "charge.dispute.closed"]) {
    t.same(thin(`v1.${type}`), { kind: "fetch" }, type);
  }
  t.match(thin("v1.charge.succeeded"), { kind: "ignored" });
  t.match(thin("v1.invoice.paid", { related_object: null }), { kind: "ignored" });
  t.match(thin("v1.invoice.paid", { livemode: true }), { reason: "other_mode" });
});

const checkout = (over: object = {}) => ({
  id: "69163c762331ed43dc64a6ef",
  url: "https://payments.coinbase.com/payment-links/pl_1",
  amount: "100.00",
  currency: "USDC",
  eventType: "checkout.payment.success",
  status: "COMPLETED",
  metadata: OURS,
  settlement: { totalAmount: "100.00", feeAmount: "1.25", netAmount: "98.75", currency: "USDC" },
  expiresAt: "2026-12-31T23:59:59Z",
  ...over,
});

t.test("coinbase: a paid checkout says what arrived and what Coinbase kept", async (t) => {
  t.same(interpretCoinbaseEvent({ type: "checkout.payment.success", payload: checkout() }), {
    kind: "payment",
    news: {
      paymentId: "pay_1",
      providerReference: "69163c762331ed43dc64a6ef",
      moneyReference: "69163c762331ed43dc64a6ef",
      status: "succeeded",
      received: { amount: "100.00", asset: "USDC" },
      fee: { amount: "1.25", asset: "USDC" },
      checkoutUrl: "https://payments.coinbase.com/payment-links/pl_1",
      expiresAt: new Date("2026-12-31T23:59:59Z"),
    },
  });
  const unsettled = checkout({ settlement: null });
  t.match(
    interpretCoinbaseEvent({ type: "checkout.payment.success", payload: unsettled }),
    { news: { received: undefined, fee: undefined } },
    "without a settlement our own price does not stand in for what arrived",
  );
});

t.test("coinbase: other events", async (t) => {
  const meaning = (type: string, over: object = {}) => interpretCoinbaseEvent({ type, payload: checkout(over) });
  const unpaid = { settlement: undefined };
  t.match(meaning("checkout.payment.failed", { ...unpaid, status: "FAILED" }), { news: { status: "failed" } });
  t.match(meaning("checkout.payment.expired", { ...unpaid, status: "EXPIRED" }), { news: { status: "expired" } });
  for (const status of ["ACTIVE", "PROCESSING", "SOMETHING_NEW", "FAILED"]) {
    t.match(meaning("checkout.payment.success", { status }), { kind: "refetch", paymentId: "pay_1" }, status);
  }
  for (const status of ["REFUNDED", "PARTIALLY_REFUNDED"]) {
    // The money did come; what went back is looked up once it is credited.
    const news = { status: "succeeded", hasRefunds: true };
    t.match(meaning("checkout.payment.success", { status }), { kind: "payment", news }, status);
  }
  t.match(meaning("checkout.refund.success"), { kind: "refunds", paymentReference: checkout().id });
  t.match(meaning("something.new"), { kind: "ignored" });
  t.match(meaning("checkout.payment.success", { metadata: {} }), { kind: "ignored", reason: /foreign/ });
  t.match(meaning("checkout.payment.success", { metadata: undefined }), { kind: "ignored", reason: /foreign/ });
  t.match(meaning("checkout.payment.success", { expiresAt: "soon" }), { news: { expiresAt: undefined } });
});

t.test("coinbase: money that is not a plain decimal string is a schema violation", async (t) => {
  const interpretAs = (over: object) => () =>
    interpretCoinbaseEvent({ type: "checkout.payment.success", payload: checkout(over) });
  for (const amount of [100, "1e2", "-1", "+1", "", "1.", "NaN", "1,0", " 1", null, "9".repeat(41)]) {
    t.throws(interpretAs({ amount }), `amount ${amount}`);
    t.throws(interpretAs({ settlement: { totalAmount: amount, currency: "USDC" } }), `total ${amount}`);
    if (amount === null) continue;
    t.throws(interpretAs({ settlement: { totalAmount: "1", feeAmount: amount, currency: "USDC" } }), `fee ${amount}`);
  }
});

const charge = (over: object = {}) => ({
  id: 1,
  event: {
    id: "e-1",
    type: "charge:confirmed",
    data: {
      id: "2aee9dd1",
      code: "XA6G6ZFR",
      metadata: OURS,
      pricing: { local: { amount: "1.00", currency: "USD" }, settlement: { amount: "1", currency: "USDC" } },
      timeline: [{ status: "NEW" }, { status: "COMPLETED" }],
      ...over,
    },
  },
});

t.test("coinbase commerce: charges", async (t) => {
  const meaning = (type: string, over: object = {}) => interpretCoinbaseEvent({ type, payload: charge(over) });
  const paid = (...amounts: string[]) => ({
    payments: amounts.map((amount) => ({ value: { local: { amount, currency: "USD" } } })),
  });
  t.match(meaning("charge:confirmed"), {
    kind: "payment",
    news: {
      paymentId: "pay_1",
      moneyReference: "2aee9dd1",
      status: "succeeded",
      received: { amount: "1.00", asset: "USD" },
    },
  });
  t.match(meaning("charge:confirmed", paid("0.4", "0.55")), { news: { received: { amount: "0.95", asset: "USD" } } });
  t.match(meaning("charge:created"), { news: { status: "pending", received: undefined } });
  t.match(meaning("charge:pending"), { news: { status: "processing", received: undefined } });
  t.match(meaning("charge:delayed", paid("0.5")), { news: { status: "processing", received: undefined } });
  t.match(meaning("charge:resolved", paid("0.5")), { news: { status: "succeeded", received: { amount: "0.5" } } });
  t.match(meaning("charge:resolved"), { kind: "ignored", reason: /needs review/ });
  t.match(meaning("charge:failed"), { news: { status: "failed" } });
  t.match(meaning("charge:failed", { timeline: [{ status: "NEW" }, { status: "EXPIRED" }] }), {
    news: { status: "expired", failure: undefined },
  });
  t.match(meaning("charge:failed", { timeline: [{ status: "CANCELED" }] }), { news: { status: "canceled" } });
  t.match(meaning("charge:unheard"), { kind: "ignored" });
  t.match(meaning("charge:confirmed", { metadata: {} }), { kind: "ignored", reason: /foreign/ });
  t.throws(() => meaning("charge:confirmed", { pricing: { local: { amount: 1, currency: "USD" } } }));
});
