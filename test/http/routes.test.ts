import t from "tap";
import type { z } from "zod";
import type { RouteRecord } from "../../src/http/server.js";
import { customerToken } from "../helpers/jwt.js";
import { startTestService } from "../helpers/service.js";

interface ApiDocument {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, { readonly examples?: readonly unknown[] }> };
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly $ref?: string } }> };
}

const EXAMPLES: Record<string, string> = {
  customerId: "somebody",
  walletId: "wal_01h455vb4pex5vsknk084sn02q",
  paymentId: "pay_01h455vb4pex5vsknk084sn02q",
  transferId: "trf_01h455vb4pex5vsknk084sn02q",
  accountId: "acc_01h455vb4pex5vsknk084sn02q",
  eventId: "whe_01h455vb4pex5vsknk084sn02q",
  keyId: "key_01h455vb4pex5vsknk084sn02q",
  packageId: "nothing",
  planId: "nothing",
  payoutId: "po_01h455vb4pex5vsknk084sn02q",
  subscriptionId: "sub_01h455vb4pex5vsknk084sn02q",
  invoiceId: "inv_01h455vb4pex5vsknk084sn02q",
  refundId: "ref_01h455vb4pex5vsknk084sn02q",
  disputeId: "dsp_01h455vb4pex5vsknk084sn02q",
  depositId: "dep_01h455vb4pex5vsknk084sn02q",
  addressId: "adr_01h455vb4pex5vsknk084sn02q",
  exportId: "exp_01h455vb4pex5vsknk084sn02q",
  fundingId: "fnd_01h455vb4pex5vsknk084sn02q",
  asset: "USDC",
  walletReference: "nothing",
  principalId: "prn_01h455vb4pex5vsknk084sn02q",
  changeId: "psc_01h455vb4pex5vsknk084sn02q",
  methodId: "pm_nothing",
  setupId: "seti_nothing",
};

const pathOf = (route: RouteRecord) =>
  route.url.replace(/:(\w+)/g, (_, name: string) => EXAMPLES[name] ?? `no-example-for-${name}`);
const isOurs = (route: RouteRecord) => route.method !== "HEAD" && !route.url.startsWith("/docs");

t.test("every route, swept from the route table", async (t) => {
  const { built, call } = await startTestService(t);
  const routes = built.routes.filter(isOurs);
  t.ok(routes.length > 40, `${routes.length} routes`);

  await t.test("what is public is exactly this", async (t) => {
    const open = routes.filter((route) => route.access === "public").map((route) => `${route.method} ${route.url}`);
    t.strictSame(open.sort(), [
      "GET /",
      "GET /livez",
      "GET /metrics",
      "GET /openapi.json",
      "GET /problems",
      "GET /readyz",
      "GET /v1/config",
      "GET /v1/exports/:exportId/download",
      "POST /webhooks/blockradar",
      "POST /webhooks/coinbase",
      "POST /webhooks/stripe",
    ]);
  });

  await t.test("401 without credentials, as a problem document", async (t) => {
    for (const route of routes.filter((each) => each.access !== "public")) {
      const reply = await call(route.method, pathOf(route), { token: null, key: null });
      t.equal(reply.status, 401, `${route.method} ${route.url}`);
      t.match(reply.headers["content-type"], /^application\/problem\+json/);
      t.ok(reply.headers["www-authenticate"]);
    }
  });

  await t.test("each role gets exactly what the route declares", async (t) => {
    const tokens: Record<string, string> = { customer: await customerToken("mallory") };
    for (const role of ["service", "finance", "approver", "support"]) {
      const key = await call("POST", "/v1/api-keys", { body: { name: role, role } });
      tokens[role] = key.body.secret as string;
    }
    for (const route of routes) {
      if (route.access === "public") continue;
      for (const [role, token] of Object.entries(tokens)) {
        const reply = await call(route.method, pathOf(route), { token });
        const name = `${role} ${route.method} ${route.url}: ${reply.status}`;
        if (route.access.roles.includes(role as "admin")) t.not(reply.status, 403, name);
        else t.equal(reply.status, 403, name);
        t.ok(reply.status < 500, name);
        t.not(reply.status, 401, name);
      }
    }
  });

  await t.test("operation ids are unique, and every status that can be sent has a schema", async (t) => {
    const ids = new Set<string>();
    for (const { schema, method, url } of routes) {
      const { operationId, response, hide } = (schema ?? {}) as {
        operationId?: string;
        response?: object;
        hide?: boolean;
      };
      if (hide) continue;
      t.ok(operationId && !ids.has(operationId), `${method} ${url} has an operationId of its own`);
      ids.add(operationId ?? "");
      t.ok(response && "4xx" in response && "5xx" in response && Object.keys(response).length >= 3, `${method} ${url}`);
    }
  });

  await t.test("examples of bodies are shown, and are accepted when they are sent", async (t) => {
    const { paths, components } = (await call("GET", "/openapi.json", { token: null })).body as unknown as ApiDocument;
    const shown = Object.values(paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ operationId, requestBody }) => {
        const { $ref } = requestBody?.content["application/json"]?.schema ?? {};
        const examples = components.schemas[$ref?.split("/").at(-1) ?? ""]?.examples ?? [];
        return examples.map((example) => ({ operationId, example }));
      }),
    );
    for (const { operationId, example } of shown) {
      const route = routes.find(({ schema }) => (schema as { operationId?: string }).operationId === operationId);
      const body = (route?.schema as { body?: z.ZodType } | undefined)?.body;
      t.ok(body?.safeParse(example).success, `${operationId} ${JSON.stringify(example)}`);
    }
    const names = new Set(shown.map(({ operationId }) => operationId));
    for (const { operationId, requestBody } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      if (requestBody?.content["application/json"]) t.ok(names.has(operationId), `${operationId} has an example`);
    }
  });

  await t.test("every POST that changes something knows idempotency keys", async (t) => {
    const without = routes
      .filter((route) => route.method === "POST" && route.idempotency === undefined)
      .map((route) => route.url);
    // A webhook is deduplicated by its event; a key's secret must not be stored for a replay; a quote changes nothing.
    t.strictSame(without.sort(), [
      "/v1/api-keys",
      "/v1/api-keys/:keyId/rotate",
      "/v1/payouts/quote",
      "/v1/subscriptions/:subscriptionId/preview",
      "/webhooks/blockradar",
      "/webhooks/coinbase",
      "/webhooks/stripe",
    ]);
    const moving = [
      "/v1/payments",
      "/v1/wallets/:walletId/debits",
      "/v1/wallets/:walletId/credits",
      "/v1/grants",
      "/v1/grants/bulk",
      "/v1/wallets/:walletId/conversions",
      "/v1/payouts",
      "/v1/wallets/:walletId/debt-write-offs",
      "/v1/payments/:paymentId/refunds",
      "/v1/treasury/fundings",
      "/v1/subscriptions",
      "/v1/invoices/:invoiceId/pay",
    ];
    for (const url of moving) {
      const route = routes.find((each) => each.url === url && each.method === "POST");
      t.match(route?.idempotency, /^(required|by_transfer)$/, url);
      t.ok(
        JSON.stringify((route?.schema as { querystring?: unknown } | undefined)?.querystring ?? null).length > 4,
        `${url} has dryRun`,
      );
    }
  });
});

t.test("the documentation page and its files, made at the first look", async (t) => {
  const { built } = await startTestService(t);
  for (const [path, type, policy] of [
    ["/", /^text\/html/, /default-src 'self'.*style-src 'self' 'unsafe-inline'/],
    ["/docs", /^text\/html/, /default-src 'self'.*style-src 'self' 'unsafe-inline'/],
    ["/docs/scalar.js", /^text\/javascript/, /default-src 'self'/],
    ["/docs/start.js", /^text\/javascript/, /default-src 'self'/],
    ["/openapi.json", /^application\/json/, /default-src 'none'/],
  ] as const) {
    const reply = await built.app.inject(path);
    t.equal(reply.statusCode, 200, path);
    t.match(String(reply.headers["content-type"]), type, path);
    t.match(String(reply.headers["content-security-policy"]), policy, path);
  }
  const missing = await built.app.inject("/docs/static/nothing.js");
  t.equal(missing.statusCode, 404);
  t.match(String(missing.headers["content-type"]), /^application\/problem\+json/);
});
