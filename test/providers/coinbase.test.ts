import { generateKeyPairSync } from "node:crypto";
import { generateCoinbaseKey, startCoinbaseSandbox } from "@coffer/sandboxes";
import t, { type Test } from "tap";
import type { ProviderResult } from "../../src/providers/ports/index.js";
import { paymentProviderContract } from "./contract.js";
import { buildOne, controlOf, receiveWebhooks, TOO_LONG_MS, temporaryFolder } from "./harness.js";

const SECRET = "3f1c5b8e-0000-4000-8000-contract";

async function makeHarness(t: Test, key = generateCoinbaseKey()) {
  const webhooks = await receiveWebhooks(t);
  const sandbox = await startCoinbaseSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: webhooks.url,
    webhookSecret: SECRET,
    apiKeyId: key.apiKeyId,
    publicKey: key.publicKey,
  });
  t.teardown(() => sandbox.stop());
  const control = controlOf(sandbox.url);
  const build = (apiKeySecret: string, origin: string) =>
    buildOne(t, "coinbase", {
      coinbase: { apiKeyId: key.apiKeyId, apiKeySecret, webhookSecrets: [SECRET], apiBase: `${origin}/api/v1` },
    });
  return {
    provider: build(key.apiKeySecret, sandbox.url),
    unreachable: build(key.apiKeySecret, "http://127.0.0.1:1"),
    unauthorized: build(generateCoinbaseKey().apiKeySecret, sandbox.url),
    flow: "checkout" as const,
    price: { amount: "9.99", asset: "USDC" },
    path: "/api/v1/checkouts",
    paidEvent: "checkout.payment.success",
    tooLongMs: TOO_LONG_MS,
    fault: control.fault,
    pay: async (reference: string) => void (await control.post(`checkouts/${reference}/pay`)),
    countPayments: () => control.count("checkouts"),
    delivery: webhooks.delivery,
    control,
    received: webhooks.received,
  };
}

t.test("contract", async (t) => paymentProviderContract(t, (t) => makeHarness(t)));

function valueIn<T>(result: ProviderResult<T>): T {
  if (result.outcome !== "accepted") throw new Error(JSON.stringify(result));
  return result.value;
}

const request = (paymentId: string) => ({
  paymentId,
  idempotencyKey: paymentId,
  flow: "checkout" as const,
  price: { amount: "9.99", asset: "USDC" },
  description: "500 credits",
  metadata: {},
});

t.test("an EC key in the portal's form opens the door too", async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { provider } = await makeHarness(t, {
    apiKeyId: "organizations/o-1/apiKeys/k-1",
    apiKeySecret: privateKey.export({ type: "sec1", format: "pem" }).toString().replaceAll("\n", "\\n"),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  });
  t.match(await provider.createPayment(request("pay_1")), { outcome: "accepted" });
});

t.test("a paid checkout says its fee, and what really arrived", async (t) => {
  const { provider, control, delivery } = await makeHarness(t);
  const { providerReference } = valueIn(await provider.createPayment(request("pay_1")));
  await control.post(`checkouts/${providerReference}/pay`, { totalAmount: "5.123456" });
  const paid = valueIn(await provider.getPayment(providerReference));
  t.match(paid, {
    status: "succeeded",
    received: { amount: "5.123456", asset: "USDC" },
    fee: { amount: /^\d/, asset: "USDC" },
    moneyReference: providerReference,
  });
  const event = await provider.verifyWebhook(await delivery((body) => body.includes("checkout.payment.success")));
  t.match(provider.interpretWebhook(event), { kind: "payment", news: { received: paid.received, fee: paid.fee } });
});

t.test("failed and expired checkouts are announced", async (t) => {
  const { provider, control, delivery } = await makeHarness(t);
  for (const [verb, status] of [
    ["fail", "failed"],
    ["expire", "expired"],
  ] as const) {
    const { providerReference } = valueIn(await provider.createPayment(request(`pay_${verb}`)));
    await control.post(`checkouts/${providerReference}/${verb}`);
    t.equal(valueIn(await provider.getPayment(providerReference)).status, status);
    const event = await provider.verifyWebhook(await delivery((body) => body.includes(`pay_${verb}`)));
    t.match(provider.interpretWebhook(event), { kind: "payment", news: { paymentId: `pay_${verb}`, status } });
  }
});

t.test("a listing of more than one page", async (t) => {
  const { provider } = await makeHarness(t);
  const ids = Array.from({ length: 105 }, (_, index) => `pay_${index}`);
  for (const id of ids) valueIn(await provider.createPayment(request(id)));
  const since = new Date(Date.now() - 60_000);
  const first = valueIn(await provider.listPayments({ since }));
  if (first.nextCursor === null) throw new Error("there should be a second page");
  const second = valueIn(await provider.listPayments({ since, cursor: first.nextCursor }));
  t.equal(second.nextCursor, null);
  t.same([...first.data, ...second.data].map(({ paymentId }) => paymentId).sort(), ids.sort());
});

t.test("what Coinbase does not have is refused without asking", async (t) => {
  const { unreachable } = await makeHarness(t);
  const refused = { outcome: "rejected", failure: { code: "not_supported" } };
  t.match(await unreachable.createPayment({ ...request("pay_1"), flow: "payment_intent" }), refused);
  t.equal(unreachable.confirmPayment, undefined);
  t.equal(unreachable.customers, undefined);
});
