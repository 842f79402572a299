import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, SignJWT } from "jose";
import t from "tap";
import { customerToken } from "../helpers/jwt.js";
import { ADMIN_KEY, eventually, JWT_SECRET, startTestService } from "../helpers/service.js";

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

t.test("JWTs", async (t) => {
  const { call } = await startTestService(t);
  await call("PUT", "/v1/customers/ada", { body: {} });
  const get = async (token: string) => (await call("GET", "/v1/customers/ada", { token })).status;
  const good = await customerToken("ada");
  t.equal(await get(good), 200);

  const [header, payload, signature] = good.split(".") as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString());
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const forged: Record<string, string> = {
    "no algorithm": `${encode({ alg: "none" })}.${payload}.`,
    "no algorithm, in disguise": `${encode({ alg: "nOnE" })}.${payload}.`,
    "another secret": await customerToken("ada", { secret: "another_secret_0123456789abcdef0123456789" }),
    "another algorithm": await customerToken("ada", { alg: "HS512" }),
    "a public key of the sender's": await new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", jwk: await exportJWK(publicKey) })
      .sign(privateKey),
    expired: await customerToken("ada", { expires: "-1m" }),
    "no expiry": await customerToken("ada", { expires: null }),
    "not yet valid": await customerToken("ada", { claims: { nbf: Math.floor(Date.now() / 1_000) + 600 } }),
    "another audience": await customerToken("ada", { claims: { aud: "other" } }),
    "another issuer": await customerToken("ada", { claims: { iss: "other" } }),
    "no audience": await customerToken("ada", { claims: { aud: undefined } }),
    "a subject that is no customer id": await customerToken("a b"),
    "a changed payload": `${header}.${encode({ ...claims, sub: "eve" })}.${signature}`,
    "no signature": `${header}.${payload}.`,
    "two parts": `${header}.${payload}`,
    "an unknown critical header": `${encode({ alg: "HS256", crit: ["x"], x: 1 })}.${payload}.${signature}`,
    "very long": `${header}.${"a".repeat(9_000)}.${signature}`,
    "a role of its own": `${encode({ alg: "HS256" })}.${encode({ ...claims, role: "admin" })}.${signature}`,
  };
  for (const [name, token] of Object.entries(forged)) t.equal(await get(token), 401, name);
  t.equal((await call("GET", "/v1/customers", { token: good })).status, 403, "a customer is no admin");
});

t.test("the line of a request says which key was used, and never the key", async (t) => {
  const { call, logs } = await startTestService(t, { env: { LOG_LEVEL: "info" } });
  const made = await call("POST", "/v1/api-keys", { body: { name: "shop", role: "service" } });
  const { id, principalId, secret } = made.body as { id: string; principalId: string; secret: string };
  await call("GET", "/v1/packages", { token: secret });
  const line = await eventually(async () =>
    logs.findLast(({ msg, route }) => msg === "request" && route === "/v1/packages"),
  );
  t.match(line, { caller: principalId, keyId: id, status: 200 });
  await call("GET", "/v1/plans", { token: await customerToken("ada") });
  const other = await eventually(async () =>
    logs.findLast(({ msg, route }) => msg === "request" && route === "/v1/plans"),
  );
  t.equal(other.caller, "jwt:ada");
  t.notHas(other, { keyId: String });
  t.notMatch(JSON.stringify(logs), secret);
});

t.test("JWTs by key set: its keys and no others", async (t) => {
  const pairs = ["k1", "k2"].map((kid) => ({ kid, ...generateKeyPairSync("ed25519") }));
  const jwks = {
    keys: await Promise.all(
      pairs.slice(0, 1).map(async (pair) => ({ ...(await exportJWK(pair.publicKey)), kid: pair.kid, alg: "EdDSA" })),
    ),
  };
  const server = createServer((_request, response) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify(jwks)),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const { call } = await startTestService(t, {
    env: { AUTH_JWT_SECRET: "", AUTH_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks` },
  });
  await call("PUT", "/v1/customers/ada", { body: {} });
  const sign = (pair: (typeof pairs)[number] | undefined) => {
    if (!pair) throw new Error("no key");
    return new SignJWT({ sub: "ada", iss: "test-issuer", aud: "coffer" })
      .setProtectedHeader({ alg: "EdDSA", kid: pair.kid })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(pair.privateKey);
  };
  t.equal((await call("GET", "/v1/customers/ada", { token: await sign(pairs[0]) })).status, 200);
  t.equal((await call("GET", "/v1/customers/ada", { token: await sign(pairs[1]) })).status, 401);
  t.equal(
    (await call("GET", "/v1/customers/ada", { token: await customerToken("ada", { secret: JWT_SECRET }) })).status,
    401,
  );
});

t.test("API keys", async (t) => {
  const { call, sql, logs, url } = await startTestService(t, { env: { LOG_LEVEL: "trace" } });
  const created = await call("POST", "/v1/api-keys", { body: { name: "shop", role: "service" } });
  t.equal(created.status, 201);
  const secret = created.body.secret as string;
  t.match(secret, /^cfk_[A-Za-z0-9_-]{43}$/);

  await t.test("the secret is shown once and stored nowhere", async (t) => {
    const listed = await call("GET", "/v1/api-keys");
    t.notMatch(JSON.stringify(listed.body), secret);
    const { rows } = await sql.query("SELECT api_keys::text AS row FROM api_keys");
    t.notMatch(rows.map((row) => row.row).join(), secret);
  });

  await t.test("revoking ends it within a second; twice is once", async (t) => {
    t.equal((await call("GET", "/v1/packages", { token: secret })).status, 200);
    t.ok((await call("DELETE", `/v1/api-keys/${created.body.id}`)).body.revokedAt);
    await eventually(async () => (await call("GET", "/v1/packages", { token: secret })).status === 401, 1_500);
    t.equal((await call("DELETE", `/v1/api-keys/${created.body.id}`)).status, 200);
    t.equal((await call("DELETE", "/v1/api-keys/key_01h455vb4pex5vsknk084sn02q")).status, 404);
  });

  await t.test("an expired key is no key, and none is born expired", async (t) => {
    const soon = new Date(Date.now() + 700).toISOString();
    const brief = await call("POST", "/v1/api-keys", { body: { name: "brief", role: "support", expiresAt: soon } });
    t.equal((await call("GET", "/v1/packages", { token: brief.body.secret as string })).status, 200);
    await eventually(
      async () => (await call("GET", "/v1/packages", { token: brief.body.secret as string })).status === 401,
      3_000,
    );
    const past = await call("POST", "/v1/api-keys", {
      body: { name: "past", role: "support", expiresAt: "2020-01-01T00:00:00Z" },
    });
    t.match(past.body, { status: 422, code: "access.expiry_in_past" });
  });

  await t.test("credentials in strange places do not count", async (t) => {
    t.equal((await call("GET", `/v1/packages?token=${ADMIN_KEY}`, { token: null })).status, 401);
    for (const authorization of [
      "",
      "Bearer",
      `Basic ${ADMIN_KEY}`,
      `Bearer ${ADMIN_KEY} x`,
      `Bearer  ${ADMIN_KEY}`,
      "Bearer cfk_",
      `Bearer ${ADMIN_KEY}x`,
    ]) {
      t.equal(
        (await call("GET", "/v1/packages", { token: null, headers: { authorization } })).status,
        401,
        authorization,
      );
    }
    const twice = await fetch(`${url}/v1/packages`, {
      headers: new Headers([
        ["authorization", `Bearer ${ADMIN_KEY}`],
        ["authorization", "Bearer x"],
      ]),
    });
    t.equal(twice.status, 401);
  });

  await t.test("no secret or personal value is in the log", async (t) => {
    await call("PUT", "/v1/customers/canary-1", { body: { email: "canary@example.com", name: "Canary Name" } });
    await call("GET", "/v1/customers?email=canary@example.com");
    await call("PUT", "/v1/customers/canary-1", { body: { email: 7, name: "Canary Name" } });
    const paid = await call("POST", "/v1/payments", {
      body: {
        customerId: "canary-1",
        package: "starter",
        provider: "stripe",
        flow: "payment_intent",
        metadata: { note: "canary-note" },
      },
    });
    await call("POST", `/v1/payments/${paid.body.id}/confirm`, { body: { paymentMethodId: "pm_card_visa" } });
    const text = JSON.stringify(logs);
    t.ok(logs.length > 10);
    for (const canary of [
      secret,
      ADMIN_KEY,
      "canary@example.com",
      "Canary Name",
      "canary-note",
      String(paid.body.clientSecret),
      JWT_SECRET,
      "sk_test_0123456789",
    ]) {
      t.notOk(text.includes(canary), `${canary.slice(0, 6)}... is not logged`);
    }
    t.ok(logs.every((line) => typeof line.time === "string"));
  });

  await t.test("who did what is in the audit trail", async (t) => {
    const { body } = await call("GET", `/v1/audit-events?resource=${created.body.id}`);
    t.match(body.data, [
      { action: "revokeApiKey" },
      { action: "createApiKey", actor: /^prn_/, details: { role: "service" } },
    ]);
  });
});

t.test("rate limits", async (t) => {
  const { call } = await startTestService(t, {
    env: { RATE_LIMIT_KEY_PER_MINUTE: "20", RATE_LIMIT_CUSTOMER_PER_MINUTE: "3", RATE_LIMIT_ADDRESS_PER_MINUTE: "5" },
  });
  await t.test("by caller, with what is left and when to come again", async (t) => {
    await call("PUT", "/v1/customers/ada", { body: {} });
    const token = await customerToken("ada");
    const replies = [];
    for (let i = 0; i < 5; i += 1) replies.push(await call("GET", "/v1/customers/ada", { token }));
    t.strictSame(
      replies.map((reply) => reply.status),
      [200, 200, 200, 429, 429],
    );
    t.match(replies[0]?.headers, { "ratelimit-limit": "3", "ratelimit-remaining": "2" });
    t.match(replies[3]?.body, { code: "request.rate_limited", status: 429 });
    t.ok(Number(replies[3]?.headers["retry-after"]) > 0);
    t.equal(
      (await call("GET", "/v1/customers/ada", { token: await customerToken("eve") })).status,
      404,
      "others are not touched",
    );
    t.equal((await call("GET", "/v1/packages")).status, 200);
  });

  await t.test("guessing credentials is limited by address, whatever address the guesser claims", async (t) => {
    const statuses = [];
    for (let i = 0; i < 8; i += 1) {
      const reply = await call("GET", "/v1/packages", {
        token: `cfk_guess_${i}`,
        headers: { "x-forwarded-for": `10.0.0.${i}` },
      });
      statuses.push(reply.status);
    }
    t.strictSame(statuses.slice(0, 5), [401, 401, 401, 401, 401]);
    t.ok(statuses.slice(5).every((status) => status === 429));
    t.equal((await call("GET", "/v1/packages")).status, 200, "who has a key still gets in");
  });
});

t.test("who guesses more than the limit allows is not looked up any more", async (t) => {
  let lookUps = 0;
  const { call } = await startTestService(t, {
    env: { RATE_LIMIT_ADDRESS_PER_MINUTE: "5" },
    overrides: {
      faults: ({ phase, name }) => {
        if (phase === "before" && name === "sql:select api_keys") lookUps += 1;
      },
    },
  });
  const { body: shop } = await call("POST", "/v1/api-keys", { body: { name: "shop", role: "service" } });
  const { body: fresh } = await call("POST", "/v1/api-keys", { body: { name: "fresh", role: "service" } });
  const use = (token: unknown) => call("GET", "/v1/packages", { token: token as string });
  t.equal((await use(shop.secret)).status, 200);
  const before = lookUps;
  const guesses = [];
  for (let i = 0; i < 30; i += 1) guesses.push(await use(`cfk_guess_${i}`));
  t.strictSame([...new Set(guesses.map((reply) => reply.status))], [401, 429]);
  t.equal(lookUps - before, 6, "the one that is too many is the last to be looked up");
  t.ok(Number(guesses.at(-1)?.headers["retry-after"]) > 0);
  t.equal((await use(shop.secret)).status, 200, "a key that was good before is no guess");
  t.equal((await use(fresh.secret)).status, 429, "one that nobody has seen yet might be");
  t.equal((await call("DELETE", `/v1/api-keys/${shop.id}`)).status, 200);
  t.equal((await call("GET", "/livez", { token: null })).status, 200, "what is open to all stays open");
  await eventually(async () => (await use(shop.secret)).status === 429, 3_000);
  const revoked = lookUps;
  t.equal((await use(shop.secret)).status, 429);
  t.equal(lookUps, revoked, "a key that was revoked is a guess");
});

t.test("metrics are for everybody who can reach the port, or for whoever has their token", async (t) => {
  const METRICS_TOKEN = "metrics-token-0123456789";
  const open = await startTestService(t);
  t.equal((await fetch(`${open.url}/metrics`)).status, 200);
  const { url } = await startTestService(t, { env: { METRICS_TOKEN } });
  const scrape = async (authorization?: string) =>
    fetch(`${url}/metrics`, authorization === undefined ? {} : { headers: { authorization } });
  const refused = await scrape();
  t.match(
    { status: refused.status, body: await refused.json() },
    { status: 401, body: { code: "access.unauthorized" } },
  );
  for (const wrong of [METRICS_TOKEN, `Bearer ${METRICS_TOKEN}x`, `Bearer ${ADMIN_KEY}`]) {
    t.equal((await scrape(wrong)).status, 401, wrong);
  }
  const served = await scrape(`Bearer ${METRICS_TOKEN}`);
  t.equal(served.status, 200);
  t.match(await served.text(), /coffer_http_request_duration_seconds/);
});
