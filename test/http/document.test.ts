import t from "tap";
import { currencyExponent } from "../../src/core/currencies.js";
import { type RefusalCode, statusOf } from "../../src/core/refusals.js";
import { startTestService } from "../helpers/service.js";

// The OpenAPI document, as those read it who have nothing else.

type Node = { readonly [name: string]: unknown };
interface Operation extends Node {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; in: string; required?: boolean; description?: string }[];
  readonly responses: Record<string, unknown>;
  readonly "x-refusals"?: readonly RefusalCode[];
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
    const refusals = operation["x-refusals"] ?? [];
    for (const code of refusals) t.ok(responses[statusOf(code)], `${operationId}: ${code} is one of its statuses`);
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

/** Each schema of a member, by its name and the prefix that its examples' ids have. */
function membersOf(value: unknown, found: [name: string, schema: Node][] = []): [name: string, schema: Node][] {
  if (value === null || typeof value !== "object") return found;
  const { properties, parameters } = value as { properties?: Record<string, Node>; parameters?: Node[] };
  if (properties && !Array.isArray(properties)) found.push(...Object.entries(properties));
  if (Array.isArray(parameters)) found.push(...parameters.map((each) => [String(each.name), each] as [string, Node]));
  for (const member of Object.values(value)) membersOf(member, found);
  return found;
}

const examplesOf = ({ example, examples, anyOf, schema }: Node): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...(Array.isArray(examples) ? examples : []),
  ...(Array.isArray(anyOf) ? anyOf.flatMap(examplesOf) : []),
  ...(schema ? examplesOf(schema as Node) : []),
];

const PREFIXES: Readonly<Record<string, RegExp>> = {
  walletId: /^wal_/,
  paymentId: /^pay_/,
  payoutId: /^po_/,
  subscriptionId: /^sub_/,
  invoiceId: /^inv_/,
  refundId: /^ref_/,
  disputeId: /^dsp_/,
  depositId: /^dep_/,
  transferId: /^trf_/,
  transactionId: /^txn_/,
  accountId: /^acc_/,
  principalId: /^prn_/,
  keyId: /^key_/,
  customerId: /^user-42$/,
  planId: /^(pln_|monthly_)/,
};
const NEVER_NEGATIVE = ["held", "owed", "available", "balanceAfter"];

t.test("clients: examples make sense", async (t) => {
  const { url } = await startTestService(t);
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const members = membersOf(document);
  t.ok(members.length > 500, `${members.length} members`);
  for (const [name, schema] of members) {
    for (const example of examplesOf(schema)) {
      const said = `${name}: ${JSON.stringify(example)}`;
      if (/currency/i.test(name)) t.type(currencyExponent(String(example)), "number", said);
      if (/payoutAsset|Stablecoin/.test(name)) t.equal(example, "USDC", said);
      if (PREFIXES[name]) t.match(example, PREFIXES[name], said);
      if (NEVER_NEGATIVE.includes(name)) t.ok(Number(example) >= 0, said);
      if (/At$/.test(name)) t.match(example, /^20\d\d-\d\d-\d\dT/, said);
    }
  }
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
