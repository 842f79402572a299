import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import t from "tap";
import { customerToken } from "../helpers/jwt.js";
import { COINBASE_WEBHOOK_SECRET, JWT_SECRET, STRIPE_WEBHOOK_SECRET, startTestService } from "../helpers/service.js";

t.test("E1: a subject that is no text is nobody, and lists show nothing to nobody", async (t) => {
  const { call } = await startTestService(t);
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  t.equal((await call("POST", "/v1/payments", { body })).status, 201);
  const lists = ["payments", "refunds", "payouts", "deposits", "subscriptions"];
  for (const sub of [null, 0, false, 42, ["a"], ["ada"], { a: 1 }, "", true]) {
    const token = await customerToken("x", { claims: { sub: sub as unknown as string } });
    for (const list of lists) t.equal((await call("GET", `/v1/${list}`, { token })).status, 401, JSON.stringify(sub));
  }
  for (const id of ["null", "undefined", "bob"]) {
    const token = await customerToken(id);
    for (const list of lists)
      t.strictSame((await call("GET", `/v1/${list}`, { token })).body.data, [], `${id}: ${list}`);
    t.strictSame((await call("GET", "/v1/payments?customerId=ada", { token })).body.data, []);
  }
});

t.test("E8: tokens of another kind, without a time of issue, or that live too long", async (t) => {
  const { call } = await startTestService(t, { env: { AUTH_JWT_MAX_AGE_SECONDS: "3600" } });
  await call("PUT", "/v1/customers/ada", { body: {} });
  const now = Math.floor(Date.now() / 1_000);
  const sign = (claims: object, typ?: string) =>
    new SignJWT({ iss: "test-issuer", aud: "coffer", sub: "ada", iat: now, exp: now + 300, ...claims })
      .setProtectedHeader({ alg: "HS256", ...(typ === undefined ? {} : { typ }) })
      .sign(new TextEncoder().encode(JWT_SECRET));
  const statusOf = async (token: string) => (await call("GET", "/v1/customers/ada", { token })).status;
  for (const typ of [undefined, "JWT", "jwt", "at+jwt", "application/at+jwt"]) {
    t.equal(await statusOf(await sign({}, typ)), 200, String(typ));
  }
  for (const typ of ["logout+jwt", "dpop+jwt", "secevent+jwt", "JOSE", ""]) {
    t.equal(await statusOf(await sign({}, typ)), 401, typ);
  }
  t.equal(await statusOf(await sign({ iat: undefined })), 401, "without iat");
  t.equal(await statusOf(await sign({ exp: now + 100 * 31_536_000 })), 401, "for a hundred years");
  t.equal(await statusOf(await sign({ iat: now - 7_200 })), 401, "older than the setting");
  t.equal(await statusOf(await sign({ iat: now + 600, exp: now + 900 })), 401, "of the future");
  t.equal(await statusOf(await sign({ exp: now + 3_600 })), 200);
});

t.test("C6: a key set that cannot be had is our trouble, not the token's", async (t) => {
  let answer: { status: number; type: string; body: string } | "hang up" = {
    status: 500,
    type: "text/plain",
    body: "x",
  };
  const server = createServer((request, response) => {
    if (answer === "hang up") return request.socket.destroy();
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const jwks = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const token = await customerToken("ada");
  const [header = ""] = token.split(".");
  const es256 = token.replace(header, Buffer.from('{"alg":"ES256","kid":"k1"}').toString("base64url"));
  for (const each of [
    { status: 500, type: "text/plain", body: "x" },
    { status: 404, type: "text/plain", body: "x" },
    { status: 200, type: "text/html", body: "<html>maintenance</html>" },
    { status: 200, type: "application/json", body: '{"error":"x"}' },
    "hang up" as const,
  ]) {
    answer = each;
    // A process of its own for each, since a failure is remembered for a moment.
    const { call } = await startTestService(t, { env: { AUTH_JWT_SECRET: "", AUTH_JWKS_URL: jwks } });
    const reply = await call("GET", "/v1/customers/ada", { token: es256 });
    t.match(reply, { status: 503, body: { code: "access.keys_unavailable" } }, JSON.stringify(each));
    t.ok(Number(reply.headers["retry-after"]) > 0);
    t.equal((await call("GET", "/v1/customers/ada", { token })).status, 401, "HS256 is refused without any key");
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const { call } = await startTestService(t, { env: { AUTH_JWT_SECRET: "", AUTH_JWKS_URL: jwks } });
  t.equal((await call("GET", "/v1/customers/ada", { token: es256 })).status, 503, "nobody listens");
});

t.test("E2: a signature that names thousands of headers costs nothing", async (t) => {
  const { url } = await startTestService(t);
  const names = Array.from({ length: 3_000 }, (_, index) => `h${index % 400}`).join(" ");
  const headers = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`h${index}`, "1"]));
  const at = Math.floor(Date.now() / 1_000);
  for (let count = 0; count < 10; count += 1) {
    const reply = await fetch(`${url}/webhooks/coinbase`, {
      method: "POST",
      headers: { ...headers, "x-hook0-signature": `t=${at},h=${names.slice(0, 7_000)},v1=${"0".repeat(64)}` },
      body: "{}",
    });
    t.equal(reply.status, 401);
  }
  const body = JSON.stringify({ id: "x", eventType: "checkout.payment.success" });
  const v1 = createHmac("sha256", COINBASE_WEBHOOK_SECRET).update(`${at}.x-event-id.evt-1.${body}`).digest("hex");
  const good = await fetch(`${url}/webhooks/coinbase`, {
    method: "POST",
    headers: { "x-event-id": "evt-1", "x-hook0-signature": `t=${at},h=x-event-id,v1=${v1}` },
    body,
  });
  t.equal(good.status, 200);
});

t.test("E3, E4: forged webhooks have a budget for each address; probes have none", async (t) => {
  const { url, call } = await startTestService(t, { env: { RATE_LIMIT_ADDRESS_PER_MINUTE: "5" } });
  const send = async (signature: string, body = "{}") =>
    (await fetch(`${url}/webhooks/stripe`, { method: "POST", headers: { "stripe-signature": signature }, body }))
      .status;
  const at = Math.floor(Date.now() / 1_000);
  const sign = (body: string) =>
    `t=${at},v1=${createHmac("sha256", STRIPE_WEBHOOK_SECRET).update(`${at}.${body}`).digest("hex")}`;
  const event = JSON.stringify({
    id: "evt_1",
    object: "event",
    type: "ping",
    livemode: false,
    data: { object: { id: "x" } },
  });
  for (let count = 0; count < 8; count += 1) t.equal(await send(sign(event), event), 200, "good ones are not counted");
  const statuses = [];
  for (let count = 0; count < 8; count += 1) statuses.push(await send(`t=${at},v1=${"0".repeat(64)}`));
  t.strictSame(statuses.slice(0, 5), [401, 401, 401, 401, 401]);
  t.equal(statuses.at(-1), 429);
  for (let count = 0; count < 10; count += 1) {
    for (const probe of ["/livez", "/readyz", "/metrics"]) {
      t.equal((await fetch(`${url}${probe}`)).status, 200, probe);
    }
  }
  for (let count = 0; count < 10; count += 1) await call("GET", "/v1/config", { token: null });
  t.equal((await call("GET", "/v1/config", { token: null })).status, 429, "everything else that is public is limited");
  t.equal((await fetch(`${url}/livez`)).status, 200);
});

t.test("E9: what a customer's token may cost is bounded", async (t) => {
  const { call } = await startTestService(t, {
    env: {
      CUSTOMER_OPEN_PAYMENTS_MAX: "3",
      PAYMENT_CONFIRMATIONS_MAX: "4",
      RATE_LIMIT_CUSTOMER_WRITES_PER_HOUR: "30",
    },
  });
  const token = await customerToken("ada");
  const body = { customerId: "ada", package: "starter", provider: "stripe", flow: "payment_intent" };
  const buy = (options: object = {}) => call("POST", "/v1/payments", { body, token, ...options });
  const bought = await Promise.all(Array.from({ length: 8 }, () => buy()));
  t.strictSame(bought.map(({ status }) => status).sort(), [201, 201, 201, 429, 429, 429, 429, 429]);
  t.match(await call("POST", "/v1/payments?dryRun=true", { body, token }), {
    status: 429,
    body: { code: "payments.too_many_open" },
  });
  t.equal((await call("POST", "/v1/payments", { body })).status, 201, "a back end is not held to it");
  const id = bought.find(({ status }) => status === 201)?.body.id;
  const confirm = (paymentMethodId: string, query = "", key?: string) =>
    call("POST", `/v1/payments/${id}/confirm${query}`, {
      token,
      body: { paymentMethodId },
      ...(key === undefined ? {} : { key }),
    });
  const first = await confirm("pm_card_chargeDeclined", "", "try-1");
  t.match(first, { status: 200, body: { failure: { code: /./ } } });
  t.match(await confirm("pm_card_chargeDeclined", "", "try-1"), { status: 200 }, "a replay is not counted");
  for (let count = 0; count < 3; count += 1) t.equal((await confirm("pm_card_chargeDeclined")).status, 200);
  const refusal = { status: 409, body: { code: "payments.too_many_confirmations" } };
  t.match(await confirm("pm_card_visa"), refusal);
  t.match(await confirm("pm_card_visa", "?dryRun=true"), refusal);
  t.match(await call("POST", `/v1/payments/${id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } }), refusal);
  const statuses = [];
  for (let count = 0; count < 20; count += 1) statuses.push((await buy()).body.code);
  t.equal(statuses.at(-1), "request.rate_limited");
});
