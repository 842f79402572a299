// Writes docs/settings.md and .env.example from SETTINGS in src/config.ts, docs/errors.md from REFUSALS in
// src/core/refusals.ts, and docs/events.md from the families in src/events.ts. With --check it writes nothing and fails when one of them is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "..");

async function load(source) {
  // Inside the project, so that the packages it imports are found.
  const outfile = path.join(root, "build", "tools", `${path.basename(source, ".ts")}.mjs`);
  const entry = path.join(root, "src", source);
  buildSync({ entryPoints: [entry], outfile, bundle: true, packages: "external", platform: "node", format: "esm" });
  return import(pathToFileURL(outfile).href);
}

const GROUPS = [
  [
    "Service",
    /^(NODE_ENV|DOCS|CORS_ORIGINS|PORT|HOST|PUBLIC_URL|COFFER_|LOG_LEVEL|TRUST_PROXY|SWEEPER|STOP_|PROVIDERS_)/,
  ],
  ["Database and ledger", /^(DATABASE_|MIGRATION_DATABASE_|LEDGER_)/],
  ["Access and limits", /^(BOOTSTRAP_|AUTH_|METRICS_|RATE_LIMIT_|CUSTOMER_|PAYMENT_)/],
  ...(await load("providers/list.ts")).DEFINITIONS.map(({ title, settings }) => [
    title,
    { test: (name) => Object.hasOwn(settings, name) },
  ]),
  ["Exports", /^EXPORTS_/],
  ["Stablecoins", /^(CREDIT_PRICE$|PAYOUT_|DEPOSIT_)/],
  ["Finance", /^RECONCILIATION_/],
];

/** What a setting accepts and defaults to, read off its schema. */
function describe(name, schema) {
  let fallback;
  let inner = schema;
  while (inner.def.type === "default" || inner.def.type === "optional") {
    if (inner.def.type === "default") fallback = inner.def.defaultValue;
    inner = inner.def.innerType;
  }
  if (!schema.description) throw new Error(`${name} has no description`);
  const written = Array.isArray(fallback) ? fallback.join(",") : fallback;
  return {
    name,
    values: valuesOf(inner),
    fallback: written === undefined ? "" : String(written),
    text: schema.description,
  };
}

function valuesOf(schema) {
  // A transform: what people write is its input.
  if (schema.def.type === "pipe") {
    const { in: input } = schema.def;
    return input.def.type === "enum" ? valuesOf(input) : "list, comma-separated";
  }
  if (schema.def.type === "enum")
    return Object.values(schema.def.entries)
      .map((value) => `\`${value}\``)
      .join(", ");
  if (schema.def.type === "number") return `${schema.minValue} to ${schema.maxValue}`;
  if (schema.def.format === "url") return "URL";
  return schema.minLength > 1 ? `text, ${schema.minLength} characters or more` : "text";
}

function grouped(settings) {
  const rows = Object.entries(settings).map(([name, schema]) => describe(name, schema));
  const groups = GROUPS.map(([title, pattern]) => [title, rows.filter((row) => pattern.test(row.name))]);
  const placed = groups.flatMap(([, members]) => members);
  const lost = rows.filter((row) => placed.filter((other) => other === row).length !== 1);
  if (lost.length > 0)
    throw new Error(`scripts/settings.mjs has no group for ${lost.map((row) => row.name).join(", ")}`);
  return groups;
}

function markdown(groups) {
  const cell = (text) => text.replaceAll("|", "\\|");
  const table = (rows) =>
    rows.map(
      ({ name, values, fallback, text }) =>
        `| \`${name}\` | ${cell(values)} | ${fallback && `\`${fallback}\``} | ${cell(text)} |`,
    );
  return `<!-- Written by scripts/settings.mjs from src/config.ts. Change it there, then run npm run settings. -->
# Settings

Settings are environment variables. \`npm start\` also reads a file named \`.env\` in the project's folder, and
\`docker-compose.yml\` passes the one beside it on; [.env.example](../.env.example) is a template. An empty value is the same as
none. A secret has no default.

With a wrong setting the process names every one that is wrong, starts nothing and ends with exit code 78. Some settings belong
together:

- \`AUTH_JWT_SECRET\` or \`AUTH_JWKS_URL\`, not both; either needs \`AUTH_JWT_ISSUER\` and \`AUTH_JWT_AUDIENCE\`.
- \`STRIPE_SECRET_KEY\` needs \`STRIPE_WEBHOOK_SECRET\`.
- \`COINBASE_API_KEY_ID\`, \`COINBASE_API_KEY_SECRET\` and \`COINBASE_WEBHOOK_SECRET\` come together.
- With \`NODE_ENV=production\`: \`DATABASE_URL\` is required, and one of \`AUTH_JWT_SECRET\`, \`AUTH_JWKS_URL\` and
  \`BOOTSTRAP_API_KEY\`; with a provider, \`PUBLIC_URL\` too. Nothing is embedded, and a provider without keys is off: its routes
  answer 503 \`provider.not_configured\`.
- Production refuses secrets that are short (16 characters), regular (fewer than ten different ones) or the same as another; test
  keys, and bases and a \`PUBLIC_URL\` that begin with \`http://\`, unless \`PROVIDERS_TEST_MODE=true\`; a PostgreSQL that is neither on
  this machine nor reached with TLS (\`sslmode\`), unless \`DATABASE_WITHOUT_TLS=true\`; and the settings for tests.
- \`HTTPS_PROXY\`, \`HTTP_PROXY\` and \`NO_PROXY\` are read as elsewhere: outgoing requests pass the proxy, loopback excepted.

${groups.map(([title, rows]) => [`## ${title}`, "", "| setting | values | default | meaning |", "|---|---|---|---|", ...table(rows)].join("\n")).join("\n\n")}
`;
}

function envExample(groups) {
  const lines = groups.flatMap(([title, rows]) => [
    `# --- ${title}`,
    ...rows.flatMap(({ name, fallback, text }) => [`# ${text}`, `#${name}=${fallback}`]),
    "",
  ]);
  return `# Written by scripts/settings.mjs from src/config.ts; docs/settings.md says more. Copy to .env and uncomment what you need.
# One NAME=value a line, without quotes.

${lines.join("\n")}`;
}

function errorsPage(refusals) {
  const areas = new Map();
  for (const [code, refusal] of Object.entries(refusals)) {
    const area = code.split(".")[0];
    areas.set(area, [...(areas.get(area) ?? []), [code, refusal]]);
  }
  const tables = [...areas].map(([area, rows]) => {
    const lines = rows.map(([code, [status, when]]) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${when} |`);
    return [`## ${area}`, "", "| code | status | when |", "|---|---|---|", ...lines].join("\n");
  });
  return `<!-- Written by scripts/settings.mjs from src/core/refusals.ts. Change it there, then run npm run settings. -->
# Refusals

Every refusal is a problem document (RFC 9457, \`application/problem+json\`). Programs switch on \`code\`, which never changes once it was
released; people read \`detail\`. Further members say the facts, such as \`available\`. What comes with \`Retry-After\` may be asked again
after that time, with the same \`Idempotency-Key\`.

${tables.join("\n\n")}
`;
}

/** What a field holds, as its JSON Schema says it. */
function kindOf({ type, enum: values, anyOf, items }) {
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  if (anyOf) return anyOf.map(kindOf).join(" or ");
  if (type === "array") return `list of ${kindOf(items)}`;
  return Array.isArray(type) ? type.join(" or ") : (type ?? "anything");
}

function eventsPage(families) {
  const parts = families.map(({ id, types, data }) => {
    const { properties, required = [] } = z.toJSONSchema(data);
    const events = Object.entries(types).map(([name, text]) => `| \`${name}\` | ${text} |`);
    const fields = Object.entries(properties).map(([name, field]) => {
      const says = field.description ?? field.anyOf?.find((each) => each.description)?.description ?? "";
      return `| \`${name}\`${required.includes(name) ? "" : "?"} | ${kindOf(field)} | ${says} |`;
    });
    return [
      `## ${id}`,
      "",
      "| event | says |",
      "|---|---|",
      ...events,
      "",
      "| `data` | kind | |",
      "|---|---|---|",
      ...fields,
    ].join("\n");
  });
  return `<!-- Written by scripts/settings.mjs from the events.ts of the modules. Change it there, then run npm run settings. -->
# Events

\`GET /v1/events\` tells what happened. An event is written in the transaction that makes it true, so there is one exactly when the
change is there. \`resource\` names what it is about. A program follows with \`after=start\` and then each page's \`nextCursor\`, and ignores
types and fields that it does not know: later versions may add some. None is ever renamed or removed. \`?\` marks a field that is there only where it says something.
The OpenAPI document has a schema for each family below.

${parts.join("\n\n")}
`;
}

const groups = grouped((await load("config.ts")).SETTINGS);
const stale = [];
for (const [name, text] of [
  ["docs/settings.md", markdown(groups)],
  [".env.example", envExample(groups)],
  ["docs/errors.md", errorsPage((await load("core/refusals.ts")).REFUSALS)],
  ["docs/events.md", eventsPage((await load("events.ts")).EVENT_FAMILIES)],
]) {
  const file = path.join(root, name);
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  stale.push(name);
  if (!process.argv.includes("--check")) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${name}`);
  }
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`stale: ${stale.join(", ")} (npm run settings)`);
  process.exit(1);
}
