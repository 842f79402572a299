import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import type { FaultHook } from "../../src/core/faults.js";
import type { PaymentProvider } from "../../src/providers/ports/index.js";
import { buildProviders } from "../../src/providers/registry.js";

const coinbaseKey = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "sec1", format: "pem" })
  .toString();

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: string | object | null;
}

/** Both adapters in front of a server that gives one reply to everything. */
async function facing(t: Test, reply: Reply, faults?: FaultHook) {
  const asked: { method: string | undefined; url: string | undefined; headers: object; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
    response.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const providers = buildProviders(
    {
      stripe: { secretKey: "sk_test_x", webhookSecrets: [], apiBase: origin },
      coinbase: { apiKeyId: "k", apiKeySecret: coinbaseKey, webhookSecrets: [], apiBase: `${origin}/api/v1/` },
      publicUrl: "https://pay.example",
    },
    { timeoutMs: 1_000, ...(faults ? { faults } : {}) },
  );
  t.teardown(async () => {
    await providers.close();
    server.closeAllConnections();
    server.close();
  });
  const [stripe, coinbase] = [providers.payments.get("stripe"), providers.payments.get("coinbase")];
  if (!stripe || !coinbase) throw new Error("not built");
  return { stripe, coinbase, asked };
}

const request = (provider: PaymentProvider) => ({
  paymentId: "pay_1",
  idempotencyKey: "pay_1",
  flow: provider.name === "stripe" ? ("payment_intent" as const) : ("checkout" as const),
  price: { amount: "10.00", asset: "USD" },
  description: "500 credits",
  metadata: { order: "o-1" },
});

const intent = {
  id: "pi_1",
  object: "payment_intent",
  status: "requires_payment_method",
  amount: 1000,
  amount_received: 0,
  currency: "usd",
  metadata: { coffer_payment_id: "pay_1" },
};
const checkout = {
  id: "0123456789abcdef01234567",
  status: "ACTIVE",
  amount: "10.00",
  currency: "USD",
  metadata: { coffer_payment_id: "pay_1" },
};

t.test("replies that answer something else are unknown, whatever their status says", async (t) => {
  const replies: Record<string, Reply> = {
    "HTML with 200": { body: "<html>maintenance</html>" },
    "HTML with 400": { status: 400, body: "<html>bad gateway</html>" },
    "HTML with 404": { status: 404, body: "<html>not here</html>" },
    "HTML with 502": { status: 502, body: "<html>bad gateway</html>" },
    null: { body: null },
    empty: { body: "" },
    "a list": { body: [] },
    "an empty object": { body: {} },
    "cut JSON": { body: '{"id":"pi_1","status":"succ' },
    "a redirect": { status: 302, headers: { location: "http://127.0.0.1:1/" }, body: "{}" },
    "another payment's intent": { body: { ...intent, metadata: { coffer_payment_id: "pay_2" } } },
    "another payment's checkout": { body: { ...checkout, metadata: {} } },
    "money that is no integer": { body: { ...intent, amount_received: "0" } },
    "money that is no decimal": { body: { ...checkout, amount: 10 } },
    "a conflict": { status: 409, body: { error: { type: "invalid_request_error" }, errorType: "conflict" } },
    forbidden: { status: 403, body: { error: { type: "invalid_request_error" }, errorType: "forbidden" } },
    "a lock": { status: 429, body: { error: { type: "invalid_request_error", code: "lock_timeout" } } },
    "an error with 200": { body: { error: { type: "invalid_request_error", message: "no" }, errorType: "no" } },
  };
  for (const [name, reply] of Object.entries(replies)) {
    const { stripe, coinbase } = await facing(t, reply);
    for (const provider of [stripe, coinbase]) {
      t.match(
        await provider.createPayment(request(provider)),
        { outcome: "unknown", reason: /./ },
        `${provider.name}: ${name}`,
      );
    }
  }
});

t.test("a look-up answered with another object is unknown", async (t) => {
  const first = await facing(t, { body: intent });
  t.match(await first.stripe.getPayment("pi_1"), { outcome: "accepted" });
  t.match(await first.stripe.getPayment("pi_2"), { outcome: "unknown", reason: "malformed" });
  const second = await facing(t, { body: checkout });
  t.match(await second.coinbase.getPayment(checkout.id), { outcome: "accepted" });
  t.match(await second.coinbase.getPayment("other"), { outcome: "unknown", reason: "malformed" });
});

t.test("only a definite refusal is a rejection", async (t) => {
  const stripeError = (status: number, error: object): Reply => ({ status, body: { error } });
  const ask = async (reply: Reply) => {
    const { stripe } = await facing(t, reply);
    return stripe.createPayment(request(stripe));
  };
  t.match(
    await ask(stripeError(400, { type: "invalid_request_error", code: "amount_too_small", message: "Too small" })),
    {
      outcome: "rejected",
      failure: { code: "amount_too_small", message: "Too small" },
    },
  );
  t.match(await ask(stripeError(400, { type: "idempotency_error", message: "Keys..." })), {
    outcome: "unknown",
    reason: "idempotency_key_reused",
  });
  const missing = { type: "invalid_request_error", code: "resource_missing", message: "No such customer" };
  t.match(
    await ask(stripeError(400, { ...missing, param: "customer" })),
    { outcome: "rejected", failure: { code: "resource_missing" } },
    "what is missing is a part of the request, not what it addresses",
  );
  t.match(await ask(stripeError(404, { ...missing, param: "intent" })), { outcome: "notFound" });
  t.match(await ask(stripeError(401, { type: "invalid_request_error" })), {
    outcome: "unknown",
    reason: "unauthorized",
  });
  t.match(await ask(stripeError(409, { type: "api_error" })), { outcome: "unknown", reason: "conflict" });
  t.match(await ask(stripeError(500, { type: "api_error" })), { outcome: "unknown", reason: "http_500" });

  const { coinbase } = await facing(t, { status: 422, body: { errorType: "idempotency_error", errorMessage: "Used" } });
  t.match(await coinbase.createPayment(request(coinbase)), {
    outcome: "unknown",
    reason: "idempotency_key_reused",
  });
});

t.test("a decline of a confirmation is news of the intent inside the error", async (t) => {
  const last_payment_error = {
    type: "card_error",
    code: "card_declined",
    decline_code: "lost_card",
    message: "Declined",
  };
  const { stripe } = await facing(t, {
    status: 402,
    body: { error: { ...last_payment_error, payment_intent: { ...intent, last_payment_error } } },
  });
  const confirm = { paymentId: "pay_1", providerReference: "pi_1", paymentMethodId: "pm_1", idempotencyKey: "k" };
  t.match(await stripe.confirmPayment?.(confirm), {
    outcome: "accepted",
    value: { status: "pending", failure: { code: "card_declined", declineCode: "lost_card", message: "Declined" } },
  });
  const bare = await facing(t, { status: 402, body: { error: last_payment_error } });
  t.match(await bare.stripe.confirmPayment?.(confirm), { outcome: "rejected", failure: { code: "card_declined" } });
});

t.test("what goes over the wire to Stripe", async (t) => {
  const { stripe, asked } = await facing(t, { body: intent });
  await stripe.createPayment({ ...request(stripe), customerReference: "cus_1" });
  const [sent] = asked;
  t.match(sent, { method: "POST", url: "/v1/payment_intents", headers: { "idempotency-key": "pay_1" } });
  t.notMatch(sent?.headers, { "x-stripe-client-telemetry": /./ });
  t.strictSame(Object.fromEntries(new URLSearchParams(sent?.body)), {
    amount: "1000",
    currency: "usd",
    "metadata[order]": "o-1",
    "metadata[coffer_payment_id]": "pay_1",
    description: "500 credits",
    customer: "cus_1",
  });

  await stripe.createPayment({ ...request(stripe), flow: "checkout" });
  t.strictSame(Object.fromEntries(new URLSearchParams(asked[1]?.body)), {
    mode: "payment",
    "line_items[0][quantity]": "1",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "1000",
    "line_items[0][price_data][product_data][name]": "500 credits",
    client_reference_id: "pay_1",
    "metadata[order]": "o-1",
    "metadata[coffer_payment_id]": "pay_1",
    "payment_intent_data[metadata][order]": "o-1",
    "payment_intent_data[metadata][coffer_payment_id]": "pay_1",
    "payment_intent_data[description]": "500 credits",
    success_url: "https://pay.example/?payment=pay_1",
  });

  await stripe.confirmPayment?.({
    paymentId: "pay_1",
    providerReference: "pi_1",
    paymentMethodId: "pm_1",
    idempotencyKey: "k",
  });
  t.match(asked[2]?.url, /\/v1\/payment_intents\/pi_1\/confirm$/);
  t.equal(
    new URLSearchParams(asked[2]?.body).get("return_url"),
    "https://pay.example/?payment=pay_1",
    "who comes back shows our own id",
  );
});

t.test("what goes over the wire to Coinbase", async (t) => {
  const { coinbase, asked } = await facing(t, { status: 201, body: checkout });
  t.match(await coinbase.createPayment({ ...request(coinbase), successUrl: "https://a.example/ok" }), {
    outcome: "accepted",
  });
  t.match(asked[0], {
    method: "POST",
    url: "/api/v1/checkouts",
    headers: {
      authorization: /^Bearer ey/,
      "x-idempotency-key": /^[0-9a-f]{8}-[0-9a-f]{4}-4/,
      "content-type": "application/json",
    },
  });
  t.strictSame(JSON.parse(asked[0]?.body ?? ""), {
    amount: "10.00",
    currency: "USD",
    network: "base",
    description: "500 credits",
    metadata: { order: "o-1", coffer_payment_id: "pay_1" },
    successRedirectUrl: "https://a.example/ok",
  });
  await coinbase.getPayment("../../admin?x=1");
  t.equal(asked[1]?.url, "/api/v1/checkouts/..%2F..%2Fadmin%3Fx%3D1", "a reference cannot leave its place in the path");
});

t.test("Coinbase's listing ends early only when it provably passed the moment", async (t) => {
  const at = (createdAt: string | undefined, id: string) => ({ ...checkout, createdAt, id });
  const since = new Date("2026-11-10T00:00:00Z");
  const list = async (checkouts: object[], cursor?: string) => {
    const { coinbase } = await facing(t, { body: { checkouts, nextPageToken: "next" } });
    const result = await coinbase.listPayments({ since, ...(cursor === undefined ? {} : { cursor }) });
    if (result.outcome !== "accepted") throw new Error(result.outcome);
    return { ids: result.value.data.map(({ providerReference }) => providerReference), next: result.value.nextCursor };
  };
  const [oldest, older, newer, newest] = [
    "2026-10-01T00:00:00Z",
    "2026-11-01T00:00:00Z",
    "2026-11-10T00:00:00Z",
    "2026-11-12T00:00:00Z",
  ];
  t.same(await list([at(newest, "c"), at(newer, "b"), at(older, "a")]), { ids: ["b", "c"], next: null });
  t.same(await list([at(newest, "c"), at(newer, "b")]), { ids: ["b", "c"], next: "next" });
  t.same(await list([at(older, "a"), at(newer, "b")]), { ids: ["b"], next: "next" }, "oldest first: go on");
  t.same(await list([at(oldest, "0"), at(older, "a")]), { ids: [], next: "next" }, "nothing yet: go on");
  t.same(await list([at(undefined, "x")]), { ids: ["x"], next: "next" }, "undated: told rather than missed");
  t.same(await list([at(newest, "c")], "next"), { ids: ["c"], next: null }, "a token that leads to itself");
});

t.test("a crash at a fault point is a crash, not an unknown outcome", async (t) => {
  for (const phase of ["before", "after"]) {
    const names: string[] = [];
    const faults: FaultHook = (point) => {
      names.push(point.name);
      if (point.phase === phase) throw new Error("killed here");
    };
    const { stripe, coinbase } = await facing(t, { body: intent }, faults);
    await t.rejects(stripe.getPayment("pi_1"), { message: "killed here" });
    await t.rejects(coinbase.getPayment("a"), { message: "killed here" });
    t.same(new Set(names), new Set(["http:stripe GET /v1/payment_intents/{id}", "http:coinbase GET /checkouts/{id}"]));
  }
});

t.test("only what has keys is built", async (t) => {
  const none = buildProviders({ publicUrl: "https://pay.example" });
  t.same([none.payments.size, none.webhooks.size, none.custody.size], [0, 0, 0]);
  await none.close();
  const stripe = { secretKey: "sk_test_x", webhookSecrets: [] };
  const some = buildProviders({ stripe, blockradar: { apiKeys: ["k"] }, publicUrl: "https://pay.example" });
  t.same([...some.payments.keys()], ["stripe"]);
  t.same([...some.webhooks.keys()], ["blockradar"], "no webhook secret, no webhook route");
  t.equal(some.custody.size, 0, "no wallets, nobody to ask");
  await some.close();
  const apiBase = "https://proxy.example/stripe";
  t.throws(
    () => buildProviders({ stripe: { ...stripe, apiBase }, publicUrl: "https://pay.example" }),
    /must not have a path/,
  );
});
