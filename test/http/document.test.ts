import t from "tap";
import { startTestService } from "../helpers/service.js";

// The OpenAPI document, as those read it who have nothing else.

type Node = { readonly [name: string]: unknown };
interface Operation extends Node {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; description?: string }[];
  readonly responses: Record<string, unknown>;
}

t.test("G: the document says everything, and what it says of a route is what its configuration says", async (t) => {
  const { built, url } = await startTestService(t);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Node> };
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  t.ok(operations.length > 100);
  for (const { path, method, operation } of operations) {
    const { operationId, description, parameters = [], responses } = operation;
    t.ok(description, `${operationId} has a description`);
    for (const parameter of parameters) t.ok(parameter.description, `${operationId}: ${parameter.name}`);
    t.notOk(
      Object.keys(responses).some((status) => /x/i.test(status)),
      `${operationId} names each status`,
    );
    const url = path.replace(/\{(\w+)\}/g, ":$1");
    const route = built.routes.find((each) => each.url === url && each.method.toLowerCase() === method);
    const key = parameters.find(({ name }) => name === "idempotency-key");
    const policy = route?.idempotency;
    t.equal(key?.required ?? false, policy === "required" || policy === "by_transfer", `${operationId}: its key`);
    const roles = route?.access === "public" ? undefined : route?.access.roles;
    t.strictSame(operation["x-roles"], roles && [...roles], `${operationId}: its roles`);
  }
  const silent: string[] = [];
  const walk = (value: unknown, owner: string): void => {
    if (value === null || typeof value !== "object") return;
    const { properties } = value as { properties?: Record<string, Node> };
    if (properties && typeof properties === "object") {
      for (const [name, member] of Object.entries(properties)) {
        if (member && typeof member === "object" && !member.description && !member.$ref)
          silent.push(`${owner}.${name}`);
      }
    }
    for (const member of Object.values(value)) walk(member, owner);
  };
  for (const [name, schema] of Object.entries(document.components.schemas)) walk(schema, name);
  for (const { operation } of operations) walk(operation.responses, operation.operationId);
  t.strictSame(silent, [], "every property is described");
});

t.test("G: the page at /docs is ours alone, and can be turned off", async (t) => {
  const { url } = await startTestService(t);
  const page = await fetch(`${url}/docs`);
  t.equal(page.status, 200);
  t.match(page.headers.get("content-security-policy"), /default-src 'self'/);
  const html = await page.text();
  for (const [, source = ""] of html.matchAll(/src="([^"]+)"/g)) {
    t.ok(source.startsWith("/docs/"), source);
    t.equal((await fetch(`${url}${source}`)).status, 200, source);
  }
  const off = await startTestService(t, { env: { DOCS: "false" } });
  t.equal((await fetch(`${off.url}/docs`)).status, 404);
  t.equal((await fetch(`${off.url}/docs/scalar.js`)).status, 404);
  t.equal((await fetch(`${off.url}/openapi.json`)).status, 200);
});

t.test("G: pages of other origins may call when a setting says so", async (t) => {
  const origin = "https://shop.example";
  const preflight = (url: string, from: string) =>
    fetch(`${url}/v1/payments`, {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
      },
    });
  const without = await startTestService(t);
  t.equal((await preflight(without.url, origin)).headers.get("access-control-allow-origin"), null);
  const { url } = await startTestService(t, { env: { CORS_ORIGINS: `${origin},https://admin.example` } });
  const allowed = await preflight(url, origin);
  t.equal(allowed.status, 204);
  t.equal(allowed.headers.get("access-control-allow-origin"), origin);
  t.match(allowed.headers.get("access-control-allow-headers"), /idempotency-key/);
  t.equal(allowed.headers.get("access-control-allow-credentials"), null);
  const refused = await preflight(url, "https://evil.example");
  t.not(refused.headers.get("access-control-allow-origin"), "https://evil.example");
  const reply = await fetch(`${url}/v1/config`, { headers: { origin } });
  t.equal(reply.headers.get("access-control-allow-origin"), origin);
  t.match(reply.headers.get("access-control-expose-headers"), /idempotency-replayed/);
});

t.test("G: every reply has its type and the security headers, also those that no route sees", async (t) => {
  const { url, call } = await startTestService(t);
  await call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" } });
  const { id } = (await call("GET", "/v1/customers/ada/wallet")).body;
  const spent = await call("POST", `/v1/wallets/${id}/debits`, { body: { asset: "CREDIT", amount: 1 } });
  t.match(spent, { status: 201, headers: { "content-type": "application/json; charset=utf-8" } });
  const credit = { asset: "CREDIT", amount: 1, reason: "x" };
  const given = await call("POST", `/v1/wallets/${id}/credits`, { body: credit });
  t.match(given, { status: 201, headers: { "content-type": "application/json; charset=utf-8" } });
  for (const path of ["/v1/%zz", "/nowhere", "/v1/payments", `/v1/customers/${"x".repeat(500)}`]) {
    const reply = await fetch(`${url}${path}`);
    t.match(reply.headers.get("content-type"), /application\/problem\+json/, path);
    t.equal(reply.headers.get("x-content-type-options"), "nosniff", path);
    t.match(reply.headers.get("content-security-policy"), /default-src 'none'/, path);
    t.ok(reply.headers.get("x-request-id"), path);
  }
});
