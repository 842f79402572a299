import { startStripeSandbox } from "@coffer/sandboxes";
import t, { type Test } from "tap";
import type { PaymentNews, ProviderResult } from "../../src/providers/ports/index.js";
import { type ContractHarness, paymentProviderContract } from "./contract.js";
import { buildOne, controlOf, receiveWebhooks, TOO_LONG_MS, temporaryFolder } from "./harness.js";

const API_KEY = "sk_test_contract";
const SECRET = "whsec_contract";

async function makeHarness(t: Test, flow: ContractHarness["flow"]) {
  const webhooks = await receiveWebhooks(t);
  const sandbox = await startStripeSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: webhooks.url,
    webhookSecret: SECRET,
    apiKey: API_KEY,
  });
  t.teardown(() => sandbox.stop());
  const control = controlOf(sandbox.url);
  const build = (secretKey: string, apiBase: string) =>
    buildOne(t, "stripe", { stripe: { secretKey, webhookSecrets: [SECRET], apiBase } });
  const provider = build(API_KEY, sandbox.url);
  const { confirmPayment, customers } = provider;
  if (!confirmPayment || !customers) throw new Error("not offered");
  const isSession = (reference: string) => reference.startsWith("cs_");
  return {
    provider,
    confirmPayment,
    customers,
    unreachable: build(API_KEY, "http://127.0.0.1:1"),
    unauthorized: build("sk_test_revoked", sandbox.url),
    flow,
    price: { amount: "9.99", asset: "USD" },
    path: flow === "checkout" ? "/v1/checkout/sessions" : "/v1/payment_intents",
    paidEvent: flow === "checkout" ? "checkout.session.completed" : "payment_intent.succeeded",
    tooLongMs: TOO_LONG_MS,
    fault: control.fault,
    pay: async (reference: string) => {
      if (isSession(reference)) await control.post(`checkout/sessions/${reference}/pay`);
      else await control.post(`payment_intents/${reference}/succeed`);
    },
    decline: async (reference: string) => {
      if (isSession(reference)) {
        await control.post(`checkout/sessions/${reference}/decline`);
        return provider.getPayment(reference);
      }
      return confirmPayment({
        paymentId: "pay_1",
        providerReference: reference,
        paymentMethodId: "pm_card_visa_chargeDeclinedInsufficientFunds",
        idempotencyKey: `${reference}:confirm`,
      });
    },
    countPayments: () => control.count(flow === "checkout" ? "checkout_sessions" : "payment_intents"),
    delivery: webhooks.delivery,
    control,
    received: webhooks.received,
  };
}

t.test("contract: payment intents", async (t) => paymentProviderContract(t, (t) => makeHarness(t, "payment_intent")));
t.test("contract: checkout sessions", async (t) => paymentProviderContract(t, (t) => makeHarness(t, "checkout")));

function valueIn<T>(result: ProviderResult<T>): T {
  if (result.outcome !== "accepted") throw new Error(JSON.stringify(result));
  return result.value;
}

const request = (paymentId: string, flow: ContractHarness["flow"]) => ({
  paymentId,
  idempotencyKey: paymentId,
  flow,
  price: { amount: "9.99", asset: "USD" },
  description: "500 credits",
  metadata: {},
});

t.test("a card is confirmed, authenticated, declined, and then accepted after all", async (t) => {
  const { provider, confirmPayment } = await makeHarness(t, "payment_intent");
  const confirm = async (providerReference: string, paymentMethodId: string): Promise<PaymentNews> =>
    valueIn(
      await confirmPayment({
        paymentId: "pay_1",
        providerReference,
        paymentMethodId,
        idempotencyKey: `${providerReference}:${paymentMethodId}`,
        returnUrl: "https://shop.example/back",
      }),
    );
  const { providerReference } = valueIn(await provider.createPayment(request("pay_1", "payment_intent")));

  const declined = await confirm(providerReference, "pm_card_visa_chargeDeclinedInsufficientFunds");
  t.match(declined, { status: "pending", failure: { code: "card_declined", declineCode: "insufficient_funds" } });
  t.match(
    valueIn(await provider.getPayment(providerReference)),
    { status: "pending", failure: { code: "card_declined" } },
    "a look-up says the same",
  );

  const challenged = await confirm(providerReference, "pm_card_authenticationRequired");
  t.match(challenged, { status: "requires_action", nextAction: { type: "redirect", url: /^http/ } });

  const second = valueIn(await provider.createPayment(request("pay_2", "payment_intent")));
  const paid = await confirm(second.providerReference, "pm_card_visa");
  t.match(paid, {
    status: "succeeded",
    received: { amount: "9.99", asset: "USD" },
    moneyReference: second.providerReference,
  });
  t.match(
    await confirmPayment({
      paymentId: "pay_2",
      providerReference: second.providerReference,
      paymentMethodId: "pm_card_visa",
      idempotencyKey: "another key",
    }),
    { outcome: "rejected", failure: { code: "payment_intent_unexpected_state" } },
    "paid once",
  );
});

t.test("what really arrived is told, not what was asked for", async (t) => {
  const { provider, control, delivery } = await makeHarness(t, "checkout");
  const session = valueIn(await provider.createPayment(request("pay_1", "checkout")));
  await control.post(`checkout/sessions/${session.providerReference}/pay`, { amount_received: 500 });
  t.match(valueIn(await provider.getPayment(session.providerReference)), {
    status: "succeeded",
    received: { amount: "5.00", asset: "USD" },
  });
  const event = await provider.verifyWebhook(await delivery((body) => body.includes('"payment_intent.succeeded"')));
  t.match(provider.interpretWebhook(event), { news: { paymentId: "pay_1", received: { amount: "5.00" } } });
});

t.test("a delayed method: processing, then failed or paid", async (t) => {
  const { provider, control } = await makeHarness(t, "checkout");
  const sessions = ["pay_1", "pay_2"].map(async (id) => valueIn(await provider.createPayment(request(id, "checkout"))));
  const [fails, pays] = await Promise.all(sessions);
  if (!fails || !pays) throw new Error("not created");
  for (const { providerReference } of [fails, pays]) {
    await control.post(`checkout/sessions/${providerReference}/async`);
    t.equal(valueIn(await provider.getPayment(providerReference)).status, "processing");
  }
  await control.post(`checkout/sessions/${fails.providerReference}/decline`);
  t.match(valueIn(await provider.getPayment(fails.providerReference)), { status: "failed", failure: { message: /./ } });
  await control.post(`checkout/sessions/${pays.providerReference}/pay`);
  t.match(valueIn(await provider.getPayment(pays.providerReference)), { status: "succeeded" });
});

t.test("every webhook of a checkout's life can be read", async (t) => {
  const { provider, control, received } = await makeHarness(t, "checkout");
  const { providerReference } = valueIn(await provider.createPayment(request("pay_1", "checkout")));
  await control.post(`checkout/sessions/${providerReference}/decline`);
  await control.post(`checkout/sessions/${providerReference}/pay`);
  await control.post("webhooks/flush");
  const statuses = new Map<string, string>();
  for (const delivery of received) {
    const event = await provider.verifyWebhook(delivery);
    const meaning = provider.interpretWebhook(event);
    statuses.set(event.type, meaning.kind === "payment" ? meaning.news.status : meaning.kind);
  }
  t.match(Object.fromEntries(statuses), {
    "payment_intent.payment_failed": "pending",
    "payment_intent.succeeded": "succeeded",
    "checkout.session.completed": "succeeded",
  });
});

t.test("customers are created once, and payments belong to them", async (t) => {
  const { provider, customers, control } = await makeHarness(t, "payment_intent");
  const customer = { customerId: "user-1", idempotencyKey: "user-1", email: "a@example.com", name: "A" };
  const { customerReference } = valueIn(await customers.createCustomer(customer));
  t.match(customerReference, /^cus_/);
  t.equal(valueIn(await customers.createCustomer(customer)).customerReference, customerReference);
  t.equal(await control.count("customers"), 1);
  const mine = { ...request("pay_1", "payment_intent"), customerReference };
  t.match(await provider.createPayment(mine), { outcome: "accepted" });
  const nobody = { ...request("pay_2", "payment_intent"), customerReference: "cus_nobody" };
  t.match(await provider.createPayment(nobody), { outcome: "rejected", failure: { code: "resource_missing" } });
});

t.test("a listing of more than one page, intents and sessions together", async (t) => {
  const { provider } = await makeHarness(t, "payment_intent");
  const ids = Array.from({ length: 60 }, (_, index) => `pay_${index}`);
  for (const id of ids) {
    valueIn(await provider.createPayment(request(id, Number(id.slice(4)) % 6 === 0 ? "checkout" : "payment_intent")));
  }
  const listed: (string | undefined)[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const query = { since: new Date(Date.now() - 60_000), ...(cursor === null ? {} : { cursor }) };
    const page: { data: readonly PaymentNews[]; nextCursor: string | null } = valueIn(
      await provider.listPayments(query),
    );
    listed.push(...page.data.map(({ paymentId }) => paymentId));
    cursor = page.nextCursor;
    pages += 1;
  } while (cursor !== null);
  t.same([...listed].sort(), [...ids].sort());
  t.ok(pages >= 2, `${pages} pages`);
  t.match(await provider.listPayments({ since: new Date(), cursor: "../x" }), { outcome: "rejected" });
});
