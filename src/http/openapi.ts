import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Fastify from "fastify";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { type Document as Explained, explain } from "./openapi-explain.js";
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
    // Served as an object, and described as one of several.
    if (def.type === "object" && jsonSchema.oneOf !== undefined) {
      for (const key of ["type", "properties", "required"]) delete jsonSchema[key];
    }
    // zod leaves the examples of a body out as soon as one field of it is transformed. Ours are written as they are sent.
    if (jsonSchema.$ref === undefined) {
      const { examples } = z.globalRegistry.get(zodSchema as z.ZodType) ?? {};
      if (examples !== undefined) jsonSchema.examples = examples;
    }
  },
} as ToJsonConfig;

type Schemas = Record<string, unknown>;

const REF = /"#\/components\/schemas\/(\w+)"/g;

// Every named schema arrives twice, as X and XInput. Equal pairs are one schema; what nothing points at is dropped; and an
// XInput whose X is gone takes its name.
function tidySchemas<T extends { components?: { schemas?: Schemas } }>(document: T): T {
  const twins = twinsOf(document.components?.schemas ?? {});
  const text = JSON.stringify(document).replaceAll('"description":"Default Response"', '"description":"Done."');
  const tidied = JSON.parse(withoutInput(text, twins)) as T;
  const kept = tidied.components?.schemas ?? {};
  for (const name of twins) delete kept[name];
  for (;;) {
    const used = new Set([...JSON.stringify(tidied).matchAll(REF)].map((match) => match[1]));
    const dead = Object.keys(kept).filter((name) => !used.has(name));
    if (dead.length === 0) break;
    for (const name of dead) delete kept[name];
  }
  const widows = new Set(Object.keys(kept).filter((name) => name.endsWith("Input") && !(name.slice(0, -5) in kept)));
  for (const name of widows) {
    kept[name.slice(0, -5)] = kept[name];
    delete kept[name];
  }
  if (tidied.components) tidied.components.schemas = byName(kept);
  return JSON.parse(withoutInput(JSON.stringify(tidied), widows)) as T;
}

const withoutInput = (text: string, names: ReadonlySet<string>): string =>
  text.replaceAll(REF, (whole, name: string) =>
    names.has(name) ? `"#/components/schemas/${name.slice(0, -5)}"` : whole,
  );

// Two that say the same are not the same as long as something that they point at is not.
function twinsOf(schemas: Schemas): Set<string> {
  const twins = new Set(Object.keys(schemas).filter((name) => name.endsWith("Input") && name.slice(0, -5) in schemas));
  for (;;) {
    const plain = (name: string) => withoutInput(JSON.stringify(schemas[name]), twins);
    const unlike = [...twins].filter((name) => plain(name) !== plain(name.slice(0, -5)));
    if (unlike.length === 0) return twins;
    for (const name of unlike) twins.delete(name);
  }
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
  const document = app.swagger();
  explain(document as unknown as Explained, routes, {
    examples: shipped("openapi/examples.json") ?? {},
    refusals: shipped("openapi/refusals.json") ?? {},
  });
  return document;
}

const TAGS = [
  ["Customers", "Whom wallets belong to, under your own user ids."],
  ["Wallets", "Balances, statements, debits and credits."],
  ["Grants", "Credits given by hand, one or many."],
  ["Payments", "Card and crypto payments that become balances."],
  ["Payment methods", "Saved ways to pay, charged for subscriptions and auto top-ups."],
  ["Auto top-up", "Charges that keep a balance from running out, with the consent for them."],
  ["Subscriptions", "Plans that customers pay for cycle by cycle."],
  ["Invoices", "What subscriptions bill, and the provider's portal."],
  ["Refunds", "Money sent back, and payments that banks take back."],
  ["Deposits", "Addresses that customers pay coins to, and what came."],
  ["Payouts", "Stablecoins paid out, with limits, four eyes and a kill switch."],
  ["Treasury", "Master wallets: what they hold, and what is owed."],
  ["Catalog", "Packages and plans for sale."],
  ["Ledger", "Assets, accounts and transfers: the books."],
  ["Exports", "The books as files: tables, journals and statements."],
  ["Webhooks", "Providers call these; the inbox can be read and replayed."],
  ["Access", "Principals and their API keys."],
  ["Events", "What happened, for polling, and who did it."],
  ["Service", "Health and metrics."],
] as const;

/** The version of the package: the document describes exactly this one. */
const packageVersion = (): string => shipped<{ version: string }>("package.json")?.version ?? "unknown";

/** A JSON file of the package, wherever below its root this was built to. */
function shipped<T>(name: string): T | undefined {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, name);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as T;
    if (folder === path.dirname(folder)) return undefined;
  }
}
