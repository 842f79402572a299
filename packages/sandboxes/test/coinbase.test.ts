import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { importJWK, SignJWT } from "jose";
import t, { type Test } from "tap";
import { type CoinbaseSandboxOptions, generateCoinbaseKey, type Sandbox, startCoinbaseSandbox } from "../src/index.js";
import { callJson, press } from "../src/testing/client.js";
import { type Received, startWebhookReceiver, type WebhookReceiver } from "../src/testing/webhook-receiver.js";

const SECRET = "7f9d2f4e-2b9c-4a53-8f5e-6a4f7f2a0b11";
const BASE = "/api/v1/checkouts";
const PRICE = { amount: "9.99", currency: "USDC" };

type SigningKey = Parameters<InstanceType<typeof SignJWT>["sign"]>[0];

interface Signer {
  apiKeyId: string;
  algorithm: "EdDSA" | "ES256";
  key: SigningKey;
}

/** Reads the CDP form of an Ed25519 secret. */
async function fromSecret(apiKeyId: string, secret: string): Promise<Signer> {
  const bytes = Buffer.from(secret, "base64");
  assert.equal(bytes.length, 64);
  const [d, x] = [bytes.subarray(0, 32).toString("base64url"), bytes.subarray(32).toString("base64url")];
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", d, x }, "EdDSA");
  return { apiKeyId, algorithm: "EdDSA", key };
}

interface TokenChange {
  uris?: string[];
  kid?: string;
  iss?: string;
  sub?: string;
  age?: number;
  life?: number;
}

async function token(signer: Signer, uri: string, change: TokenChange = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000) - (change.age ?? 0);
  return new SignJWT({ uris: change.uris ?? [uri] })
    .setProtectedHeader({
      alg: signer.algorithm,
      kid: change.kid ?? signer.apiKeyId,
      typ: "JWT",
      nonce: randomBytes(16).toString("hex"),
    })
    .setSubject(change.sub ?? signer.apiKeyId)
    .setIssuer(change.iss ?? "cdp")
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + (change.life ?? 120))
    .sign(signer.key);
}

interface World {
  sandbox: Sandbox;
  receiver: WebhookReceiver;
  options: CoinbaseSandboxOptions;
  signer: Signer;
  api(
    method: "GET" | "POST",
    where: string,
    body?: unknown,
    key?: string,
    change?: TokenChange,
  ): ReturnType<typeof callJson>;
  create(body?: object): Promise<Record<string, unknown>>;
  control(where: string, body?: unknown): ReturnType<typeof callJson>;
}

function apiOf(sandbox: Sandbox, signer: Signer): World["api"] {
  return async (method, where, body, key, change) => {
    const uri = `${method} 127.0.0.1:${sandbox.port}${where.split("?")[0]}`;
    const headers: Record<string, string> = { authorization: `Bearer ${await token(signer, uri, change)}` };
    if (key !== undefined) headers["x-idempotency-key"] = key;
    return callJson(method, `${sandbox.url}${where}`, body, headers);
  };
}

async function world(t: Test, extra: Partial<CoinbaseSandboxOptions> = {}): Promise<World> {
  const dataDir = path.join(mkdtempSync(path.join(tmpdir(), "coinbase-sandbox-")), "coinbase");
  const receiver = await startWebhookReceiver();
  const { apiKeyId, apiKeySecret, publicKey } = generateCoinbaseKey();
  const options = { dataDir, webhookUrl: receiver.url, webhookSecret: SECRET, apiKeyId, publicKey, ...extra };
  const sandbox = await startCoinbaseSandbox(options);
  t.teardown(async () => {
    await sandbox.stop();
    await receiver.stop();
    rmSync(path.dirname(dataDir), { recursive: true });
  });
  const signer = await fromSecret(apiKeyId, apiKeySecret);
  const api = apiOf(sandbox, signer);
  return {
    sandbox,
    receiver,
    options,
    signer,
    api,
    create: async (body = PRICE) => (await api("POST", BASE, body, randomUUID())).body,
    control: (where, body = {}) => callJson("POST", `${sandbox.url}/sandbox/${where}`, body),
  };
}

/** Verifies a delivery as the vendor's samples do, `v0` and `v1` both. */
function verify({ headers, body }: Received): { type: unknown; id: unknown; payload: Record<string, unknown> } {
  const fields = new Map(
    String(headers["x-hook0-signature"])
      .split(",")
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const [time, names = ""] = [fields.get("t"), fields.get("h")];
  const values = names.split(" ").map((name) => headers[name]);
  const hmac = (text: string) => createHmac("sha256", SECRET).update(text).digest("hex");
  assert.equal(fields.get("v0"), hmac(`${time}.${body}`));
  assert.equal(fields.get("v1"), hmac(`${time}.${names}.${values.join(".")}.${body}`));
  return { type: headers["x-event-type"], id: headers["x-event-id"], payload: JSON.parse(body) };
}

t.test("a checkout is created, found, listed and paid", async (t) => {
  const { api, create, control, receiver, sandbox } = await world(t);
  const checkout = await create({ ...PRICE, description: "Credits", metadata: { paymentId: "pay_1" } });
  t.match(checkout, { ...PRICE, status: "ACTIVE", network: "base", metadata: { paymentId: "pay_1" } });
  t.match(checkout.id, /^[0-9a-f]{24}$/);
  t.match(checkout.address, /^0x[0-9a-f]{40}$/);
  t.same((await api("GET", `${BASE}/${checkout.id}`)).body, checkout);
  const paid = await control(`checkouts/${checkout.id}/pay`);
  t.match(paid.body, {
    status: "COMPLETED",
    settlement: { totalAmount: "9.99", feeAmount: "0.0999", netAmount: "9.8901", currency: "USDC" },
    transactionHash: /^0x[0-9a-f]{64}$/,
  });
  await control("webhooks/flush");
  const [delivery] = receiver.received.map(verify);
  t.equal(delivery?.type, "checkout.payment.success");
  t.match(delivery?.id, /^[0-9a-f-]{36}$/);
  t.match(delivery?.payload, { id: checkout.id, eventType: "checkout.payment.success", status: "COMPLETED" });
  t.equal((await control(`checkouts/${checkout.id}/pay`)).status, 400, "it is paid once");
  const effects = await callJson("GET", `${sandbox.url}/sandbox/effects`);
  t.match(effects.body, { checkouts: { [String(checkout.id)]: { created: 1, paid: 1 } } });
});

t.test("lists go page by page, newest first, by status", async (t) => {
  const { api, create } = await world(t);
  const ids: unknown[] = [];
  for (let index = 0; index < 5; index += 1) ids.unshift((await create()).id);
  const seen: unknown[] = [];
  let pageToken = "";
  do {
    const { body } = await api("GET", `${BASE}?pageSize=2&pageToken=${pageToken}`);
    seen.push(...(body.checkouts as { id: string }[]).map(({ id }) => id));
    pageToken = String(body.nextPageToken ?? "");
  } while (pageToken !== "");
  t.same(seen, ids);
  const closed = await api("POST", `${BASE}/${ids[0]}/deactivate`, undefined, randomUUID());
  t.equal(closed.body.status, "DEACTIVATED");
  t.equal((await api("POST", `${BASE}/${ids[0]}/deactivate`, undefined, randomUUID())).status, 400);
  const { body } = await api("GET", `${BASE}?status=DEACTIVATED`);
  t.equal((body.checkouts as unknown[]).length, 1);
  t.equal((await api("GET", `${BASE}?status=NONSENSE`)).status, 400);
  t.match(await api("GET", `${BASE}/${"0".repeat(24)}`), { status: 404, body: { errorType: "not_found" } });
});

t.test("only a token of the right key for this very call is accepted", async (t) => {
  const { api, sandbox, signer } = await world(t);
  const refused: [string, TokenChange][] = [
    ["another path", { uris: [`GET 127.0.0.1:${sandbox.port}/api/v1/other`] }],
    ["another method", { uris: [`POST 127.0.0.1:${sandbox.port}${BASE}`] }],
    ["another host", { uris: [`GET business.coinbase.com${BASE}`] }],
    ["another kid", { kid: "someone-else" }],
    ["another sub", { sub: "someone-else" }],
    ["another issuer", { iss: "cdp-service" }],
    ["expired", { age: 300 }],
    ["not valid yet", { age: -300 }],
    ["too long a life", { life: 3600 }],
  ];
  for (const [why, change] of refused) {
    const reply = await api("GET", BASE, undefined, undefined, change);
    t.match(reply, { status: 401, body: { errorType: "unauthorized", correlationId: String } }, why);
  }
  t.equal((await callJson("GET", `${sandbox.url}${BASE}`)).status, 401, "no token");
  const stranger = generateCoinbaseKey();
  const forged = { ...(await fromSecret(signer.apiKeyId, stranger.apiKeySecret)) };
  t.equal((await apiOf(sandbox, forged)("GET", BASE)).status, 401, "another key's signature");
  t.equal((await api("GET", `${BASE}?pageSize=1`)).status, 200, "the query is not part of the token");
  const portless = { uris: [`GET 127.0.0.1${BASE}`] };
  t.equal((await api("GET", BASE, undefined, undefined, portless)).status, 200);
});

t.test("an ES256 key works too, given as JWK", async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = JSON.stringify(publicKey.export({ format: "jwk" }));
  const { sandbox, options } = await world(t, { publicKey: jwk });
  const signer: Signer = { apiKeyId: options.apiKeyId, algorithm: "ES256", key: privateKey as KeyObject };
  t.equal((await apiOf(sandbox, signer)("GET", BASE)).status, 200);
});

t.test("idempotency keys are UUIDs, and replay", async (t) => {
  const { api, sandbox } = await world(t);
  t.match(await api("POST", BASE, PRICE, "pay_1"), { status: 400, body: { errorType: "invalid_request" } });
  const key = randomUUID();
  const first = await api("POST", BASE, PRICE, key);
  const again = await api("POST", BASE, PRICE, key);
  t.same(again.body, first.body);
  t.match(await api("POST", BASE, { ...PRICE, amount: "1.00" }, key), {
    status: 422,
    body: { errorType: "idempotency_error" },
  });
  await callJson("POST", `${sandbox.url}/sandbox/faults`, { match: { method: "POST" }, kind: "cut_after", times: 1 });
  const lost = randomUUID();
  await t.rejects(api("POST", BASE, PRICE, lost));
  t.equal((await api("POST", BASE, PRICE, lost)).status, 200);
  const { body } = await api("GET", BASE);
  t.equal((body.checkouts as unknown[]).length, 2, "the lost reply's effect is the retry's");
});

t.test("what Coinbase refuses is refused", async (t) => {
  const { api } = await world(t);
  const bodies = [
    {},
    { ...PRICE, amount: "9.999" },
    { ...PRICE, amount: 9.99 },
    { ...PRICE, amount: "0.00" },
    { ...PRICE, currency: "DOGE" },
    { ...PRICE, expiresAt: "2020-01-01T00:00:00Z" },
    { ...PRICE, successRedirectUrl: "ftp://shop.test" },
    { ...PRICE, metadata: { a: 1 } },
    { ...PRICE, nonsense: true },
  ];
  for (const body of bodies) {
    t.match(await api("POST", BASE, body, randomUUID()), { status: 400, body: { errorType: "invalid_request" } });
  }
});

t.test("the pay page pays or fails, and sends the customer back", async (t) => {
  const { create, receiver } = await world(t);
  const urls = { successRedirectUrl: "https://shop.test/ok", failRedirectUrl: "https://shop.test/no" };
  const paid = await create({ ...PRICE, ...urls });
  t.same(await press(String(paid.url), "pay"), { status: 303, location: urls.successRedirectUrl, html: "" });
  t.equal(receiver.received.length, 1, "the webhook was acknowledged before the redirect");
  const failed = await create({ ...PRICE, ...urls });
  t.equal((await press(String(failed.url), "fail")).location, urls.failRedirectUrl);
  const plain = await create({ amount: "5", currency: "USD" });
  t.match((await press(String(plain.url), "pay")).html, /Payment complete/);
  t.same(
    receiver.received.map(verify).map(({ payload: { status, fiatCurrency } }) => [status, fiatCurrency]),
    [
      ["COMPLETED", undefined],
      ["FAILED", undefined],
      ["COMPLETED", "USD"],
    ],
  );
  t.match(receiver.received.map(verify)[2]?.payload.settlement, { totalAmount: "5.00", feeAmount: "0.05" });
});

t.test("checkouts expire by the clock, can be underpaid, and survive a restart", async (t) => {
  const { create, control, receiver, sandbox, options, signer } = await world(t);
  const short = await create({ ...PRICE, expiresAt: new Date(Date.now() + 400).toISOString() });
  await receiver.until(1);
  t.match(receiver.received.map(verify).at(-1), { type: "checkout.payment.expired", payload: { id: short.id } });
  const wrong = await create();
  const under = await control(`checkouts/${wrong.id}/pay`, { totalAmount: "1.5", currency: "EURC" });
  t.match(under.body.settlement, { totalAmount: "1.50", netAmount: "1.485", currency: "EURC" });
  await control("webhooks/flush");
  const open = await create({ ...PRICE, expiresAt: new Date(Date.now() + 500).toISOString() });
  await sandbox.stop();
  const before = receiver.received.length;
  const revived = await startCoinbaseSandbox(options);
  t.teardown(() => revived.stop());
  t.equal((await apiOf(revived, signer)("GET", `${BASE}/${wrong.id}`)).body.status, "COMPLETED");
  await receiver.until(before + 1);
  t.equal(receiver.received.length, before + 1, "the clock goes on after the restart");
  t.equal((await apiOf(revived, signer)("GET", `${BASE}/${open.id}`)).body.status, "EXPIRED");
});

t.test("a webhook that was refused is tried again by itself, also after a restart", async (t) => {
  const { create, control, receiver, sandbox, options } = await world(t, { retryScheduleMs: [400] });
  const checkout = await create();
  receiver.statuses = [503];
  await control(`checkouts/${checkout.id}/fail`);
  await receiver.until(1);
  t.equal(receiver.received.length, 1);
  await sandbox.stop();
  const revived = await startCoinbaseSandbox(options);
  t.teardown(() => revived.stop());
  await receiver.until(2);
  const [first, second] = receiver.received.map(verify);
  t.equal(receiver.received.length, 2);
  t.equal(second?.id, first?.id, "it is the same event");
  const { body } = await callJson("GET", `${revived.url}/sandbox/webhooks`);
  t.match(body.counts, { pending: 0, delivered: 1 });
});

t.test("news can be dropped, doubled and put before the reply", async (t) => {
  const { create, control, receiver, sandbox } = await world(t);
  const ids = [await create(), await create(), await create()].map(({ id }) => String(id));
  await control("webhooks/mode", { drop: true });
  await control(`checkouts/${ids[0]}/pay`);
  t.match((await control("webhooks/flush")).body, { attempted: 0, counts: { dropped: 1 } });
  await control("webhooks/mode", { drop: false, repeat: 1, beforeReply: true });
  await control(`checkouts/${ids[1]}/pay`);
  t.equal(receiver.received.length, 2);
  t.equal(verify(receiver.received[0] as Received).id, verify(receiver.received[1] as Received).id);
  t.equal((await control("webhooks/mode", { nonsense: 1 })).status, 400);
  t.equal((await control("webhooks/mode", { repeat: "1" })).status, 400);
  t.equal((await callJson("DELETE", `${sandbox.url}/sandbox/faults`)).status, 200);
});
