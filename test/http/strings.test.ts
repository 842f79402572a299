import t from "tap";
import type { RouteRecord } from "../../src/http/server.js";
import { customerToken } from "../helpers/jwt.js";
import { ADMIN_KEY, startTestService } from "../helpers/service.js";

// The one door that every string of a request passes.

const CARD = "4242 4242 4242 4242";
const FULL_WIDTH = "\uff14\uff12\uff14\uff12".repeat(4);
const UNFIT = {
  "a card number": CARD,
  "one in full-width digits": FULL_WIDTH,
  "a NUL": "a\u0000b",
  "an escape": "a\u001bb",
};

const isOurs = (route: RouteRecord) =>
  route.method !== "HEAD" && !route.url.startsWith("/docs") && !route.url.startsWith("/webhooks/");

t.test("E6, E11: every route, swept from the route table", async (t) => {
  const { built, call } = await startTestService(t);
  const routes = built.routes.filter((route) => isOurs(route) && route.access !== "public");
  t.ok(routes.length > 60, `${routes.length} routes`);
  const refused = async (what: string, reply: ReturnType<typeof call>) => {
    const { status, body } = await reply;
    const text = JSON.stringify({ ...body, requestId: "" });
    if (status !== 400 || body.code !== "request.invalid" || !/card number|control characters/.test(text)) {
      t.fail(`${what}: ${status} ${text}`);
    } else t.notMatch(text, /4242/, what);
  };
  for (const { method, url } of routes) {
    const plain = url.replace(/:\w+/g, "x");
    for (const [kind, text] of Object.entries(UNFIT)) {
      const encoded = encodeURIComponent(text);
      if (/:\w+/.test(url))
        await refused(`${method} ${url} path: ${kind}`, call(method, url.replace(/:\w+/g, encoded)));
      await refused(`${method} ${url} query: ${kind}`, call(method, `${plain}?x=${encoded}`));
      if (method === "GET" || method === "DELETE") continue;
      for (const body of [{ x: text }, { x: { [text]: "y" } }, { x: [{ y: text }] }, { [text]: 1 }]) {
        await refused(`${method} ${url} body: ${kind}`, call(method, plain, { body }));
      }
    }
  }
});

t.test("E11: headers that are kept or logged", async (t) => {
  const { call, logs, sql } = await startTestService(t, { env: { LOG_LEVEL: "trace" } });
  await call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "a present" } });
  const { id } = (await call("GET", "/v1/customers/ada/wallet")).body;
  const body = { asset: "CREDIT", amount: 1 };
  for (const key of ["4242424242424242", "4242-4242-4242-4242", "card:4242424242424242"]) {
    t.match(await call("POST", `/v1/wallets/${id}/debits`, { body, key }), {
      status: 400,
      body: { errors: [{ pointer: "/headers/idempotency-key" }] },
    });
  }
  const reply = await call("GET", "/v1/packages", { headers: { "x-request-id": "4242424242424242" } });
  t.equal(reply.status, 400);
  t.notMatch(JSON.stringify(reply.headers), /4242424242424242/);
  t.notMatch(JSON.stringify(logs), /4242.?4242.?4242.?4242/);
  const { rows } = await sql.query("SELECT balance::int FROM ledger_accounts");
  t.strictSame(rows, [{ balance: 9 + 1 }]);
});

t.test("E12: ids that only look like card numbers are taken", async (t) => {
  const { call } = await startTestService(t);
  for (const reference of ["order-1764272519232", "4b755773-9224-451b-a29a-252ad327bbd2", "1994000000000000018"]) {
    const body = { customerId: reference, asset: "CREDIT", amount: 10, note: reference, metadata: { reference } };
    t.equal((await call("POST", "/v1/grants", { body, key: reference })).status, 201, reference);
  }
});

t.test("texts have one spelling, and their names are no exception", async (t) => {
  const { call } = await startTestService(t);
  const decomposed = "Ame\u0301lie";
  await call("PUT", "/v1/customers/amelie", { body: { name: decomposed } });
  t.equal((await call("GET", "/v1/customers/amelie")).body.name, "Am\u00e9lie");
});

t.test("E3: a body full of members, items or digits is refused before anything walks it", async (t) => {
  const { call, url } = await startTestService(t);
  const metadata = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, ""]));
  const timed = async (body: unknown) => {
    const text = JSON.stringify(body);
    const startedAt = performance.now();
    const reply = await fetch(`${url}/v1/grants`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json", "idempotency-key": "e3" },
      body: text,
    });
    const { errors } = (await reply.json()) as { errors?: { detail: string }[] };
    return { status: reply.status, detail: errors?.[0]?.detail, ms: performance.now() - startedAt };
  };
  t.match(await timed({ metadata }), { status: 400, detail: "has more than 100 members" });
  t.match(await timed({ items: Array(50_000).fill("x") }), { status: 400, detail: "has more than 1000 items" });
  t.match(await timed({ note: "x".repeat(500_000) }), { status: 400, detail: "is longer than 20000 characters" });
  const digits = Array.from({ length: 40 }, () => "4 ".repeat(9_000));
  t.match(await timed({ digits }), { status: 400, detail: /more than a request may hold/ });
  let deep: unknown = "x";
  for (let depth = 0; depth < 40; depth += 1) deep = [deep];
  t.match(await timed({ deep }), { status: 400, detail: "is nested too deeply" });
  t.equal((await call("GET", "/livez")).status, 200);
});

t.test("G: user ids of Auth0 and e-mail addresses are customer ids; path segments that vanish are not", async (t) => {
  const { call } = await startTestService(t);
  for (const id of ["auth0|5f7c8ec7c33c6c004bbafe82", "google-oauth2|115", "ada+shop@example.com"]) {
    const route = `/v1/customers/${encodeURIComponent(id)}`;
    t.match(await call("PUT", route, { body: {} }), { status: 201, body: { id } });
    const wallet = await call("GET", `${route}/wallet`, { token: await customerToken(id) });
    t.match(wallet, { status: 200, body: { balances: [{ asset: "CREDIT", balance: 0 }] } });
  }
  for (const id of [".", ".."]) {
    t.equal(
      (await call("POST", "/v1/grants", { body: { customerId: id, asset: "CREDIT", amount: 1, note: "x" } })).status,
      400,
    );
  }
});

t.test("G: a customer that nobody spoke of yet has an empty wallet of its own", async (t) => {
  const { call } = await startTestService(t);
  const token = await customerToken("newcomer");
  t.match(await call("GET", "/v1/customers/newcomer/wallet", { token }), {
    status: 200,
    body: { balances: [{ asset: "CREDIT", balance: 0, held: 0, available: 0 }] },
  });
  t.equal((await call("GET", "/v1/customers/stranger/wallet", { token })).status, 404);
  t.equal((await call("GET", "/v1/customers/stranger/wallet")).status, 404, "an operator's typo makes no customer");
});
