import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import type { OpenAPIV3 } from "openapi-types";
import { z } from "zod";
import { AppError } from "../core/errors.js";
import { sendPacked } from "./packed.js";
import { type RouteRecord, withoutCompilers } from "./server.js";

type ToJsonConfig = NonNullable<Parameters<typeof createJsonSchemaTransform>[0]["zodToJsonConfig"]>;

// zod's own JSON Schema says more than a reader needs: a 300-character pattern beside `date-time`, the bounds of a double
// on every integer, and closed replies, which would stop us from adding a field.
const zodToJsonConfig: ToJsonConfig = {
  override: ({
    zodSchema,
    jsonSchema,
    io,
  }: {
    zodSchema: unknown;
    jsonSchema: Record<string, unknown>;
    io?: string;
  }) => {
    if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    if (jsonSchema.type === "integer") {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    }
    const { def } = (zodSchema as { _zod: { def: { type: string; catchall?: unknown } } })._zod;
    if (def.type === "object" && def.catchall === undefined && io !== "input") delete jsonSchema.additionalProperties;
    // zod leaves the examples of a body out as soon as one field of it is transformed. Ours are written as they are sent.
    if (jsonSchema.$ref === undefined) {
      const { examples } = z.globalRegistry.get(zodSchema as z.ZodType) ?? {};
      if (examples !== undefined) jsonSchema.examples = examples;
    }
  },
} as ToJsonConfig;

type Schemas = Record<string, unknown>;

const REF = /"#\/components\/schemas\/(\w+)"/g;

// Every named schema arrives twice, as X and XInput. Equal pairs are one schema; what nothing points at is dropped.
function tidySchemas<T extends { components?: { schemas?: Schemas } }>(document: T): T {
  const schemas = document.components?.schemas ?? {};
  const plain = (value: unknown) => JSON.stringify(value).replaceAll(/(#\/components\/schemas\/\w+?)Input"/g, '$1"');
  const twins = new Set(
    Object.keys(schemas).filter((name) => {
      const output = name.endsWith("Input") ? schemas[name.slice(0, -5)] : undefined;
      return output !== undefined && plain(schemas[name]) === plain(output);
    }),
  );
  const text = JSON.stringify(document).replaceAll(REF, (whole, name: string) =>
    twins.has(name) ? `"#/components/schemas/${name.slice(0, -5)}"` : whole,
  );
  const tidied = JSON.parse(text.replaceAll('"description":"Default Response"', '"description":"Done."')) as T;
  const kept = tidied.components?.schemas ?? {};
  for (const name of twins) delete kept[name];
  for (;;) {
    const used = new Set([...JSON.stringify(tidied).matchAll(REF)].map((match) => match[1]));
    const dead = Object.keys(kept).filter((name) => !used.has(name));
    if (dead.length === 0) break;
    for (const name of dead) delete kept[name];
  }
  if (tidied.components) tidied.components.schemas = byName(kept);
  return tidied;
}

// Schemas register as their modules are evaluated, an order that differs from run to run where modules load in parallel.
function byName(schemas: Schemas): Schemas {
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const DESCRIPTION = `Coffer takes money by card and crypto, turns it into wallet balances exactly once, and lets applications spend them.

Amounts are JSON integers in the minor units of their asset (\`999\` USD is 9.99). Every POST that moves money needs an
\`Idempotency-Key\`; sending the same key and body again answers the same, with \`Idempotency-Replayed: true\`. Refusals are
\`application/problem+json\` with a stable \`code\`.`;

/** The routes' schemas as an OpenAPI 3.1 document. */
export async function openApiDocument(routes: readonly RouteRecord[]) {
  const { default: swagger } = await import("@fastify/swagger");
  const app = Fastify({ schemaController: withoutCompilers, exposeHeadRoutes: false });
  // Nobody calls these routes.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => String);
  const transformObject = createJsonSchemaTransformObject({ zodToJsonConfig });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Coffer",
        version: packageVersion(),
        description: DESCRIPTION,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/", description: "This service" }],
      security: [{ bearer: [] }],
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", description: "An API key (`cfk_...`) or a customer's JWT." },
        },
      },
      tags: TAGS.map(([name, description]) => ({ name, description })),
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig }),
    transformObject: ((input: Parameters<typeof transformObject>[0]) =>
      tidySchemas(transformObject(input) as { components?: { schemas?: Schemas } })) as typeof transformObject,
  });
  for (const { method, url, schema } of routes) {
    if (method !== "HEAD") app.route({ method, url, schema: { ...schema }, handler: () => undefined });
  }
  await app.ready();
  return app.swagger();
}

const TAGS = [
  ["Customers", "Whom wallets belong to, under your own user ids."],
  ["Wallets", "Balances, statements, debits and credits."],
  ["Grants", "Credits given by hand, one or many."],
  ["Payments", "Card and crypto payments that become balances."],
  ["Refunds", "Money sent back, and payments that banks take back."],
  ["Deposits", "Addresses that customers pay coins to, and what came."],
  ["Payouts", "Stablecoins paid out, with limits, four eyes and a kill switch."],
  ["Treasury", "Master wallets: what they hold, and what is owed."],
  ["Catalog", "Packages and plans for sale."],
  ["Ledger", "Assets, accounts and transfers: the books."],
  ["Webhooks", "Providers call these; the inbox can be read and replayed."],
  ["Access", "API keys."],
  ["Events", "What happened, for polling, and who did it."],
  ["Service", "Health and metrics."],
] as const;

type Document = Awaited<ReturnType<typeof openApiDocument>>;

/**
 * Serves the document and its page. Registered after the routes. Both are put together at the first look, since what makes
 * them takes a fifth of a start to load.
 */
export function registerDocs(app: FastifyInstance, routes: readonly RouteRecord[]): void {
  let document: Promise<Document> | undefined;
  let pages: Promise<FastifyInstance> | undefined;
  const makeDocument = () => {
    document ??= openApiDocument(routes);
    return document;
  };
  const showPage = async (request: FastifyRequest, reply: FastifyReply) => {
    pages ??= makeDocument().then(docsPages);
    const page = await (await pages).inject({ method: "GET", url: request.url });
    if (page.statusCode === 404) throw new AppError("request.not_found", 404, "No such page.");
    for (const name of PAGE_HEADERS) if (page.headers[name] !== undefined) void reply.header(name, page.headers[name]);
    void reply.code(page.statusCode);
    return page.statusCode === 200 ? sendPacked(request, reply, page.rawPayload) : reply.send(page.rawPayload);
  };
  let text: Promise<Buffer> | undefined;
  const showDocument = async (request: FastifyRequest, reply: FastifyReply) => {
    text ??= makeDocument().then((made) => Buffer.from(JSON.stringify(made)));
    return sendPacked(request, reply.type("application/json; charset=utf-8"), await text);
  };
  const hidden = { schema: { hide: true }, config: { access: "public" } } as const;
  app.get("/openapi.json", hidden, showDocument);
  app.get("/docs", hidden, showPage);
  app.get("/docs/*", hidden, showPage);
}

const PAGE_HEADERS = ["content-type", "location"] as const;

/** The pages as a server of their own that listens nowhere. */
async function docsPages(document: Document): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import("@fastify/swagger"),
    import("@fastify/swagger-ui"),
  ]);
  const app: FastifyInstance = Fastify({ schemaController: withoutCompilers });
  await app.register(swagger, {
    mode: "static",
    specification: { document: document as object as OpenAPIV3.Document },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    uiConfig: { deepLinking: true, tryItOutEnabled: true, persistAuthorization: true },
    // The bar on top offers to explore other documents, which nobody needs here.
    theme: { title: "Coffer API", css: [{ filename: "coffer.css", content: ".swagger-ui .topbar{display:none}" }] },
  });
  await app.ready();
  return app;
}

/** The version of the package: the document describes exactly this one. */
function packageVersion(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, "package.json");
    if (existsSync(file)) return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
    if (folder === path.dirname(folder)) return "unknown";
  }
}
