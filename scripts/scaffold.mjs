// Writes the skeleton of something new: `npm run scaffold -- provider NAME`, e.g. `provider acme-pay`. A provider is a folder with
// its definition and an adapter that does nothing yet, a contract test, and its line in the list. It compiles, and the contract
// test says what is left to do. docs/adding-a-provider.md goes on from there.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

function fail(why) {
  console.error(`${why}\nUsage: npm run scaffold -- provider NAME`);
  process.exit(1);
}

const [kind, folder = ""] = process.argv.slice(2);
if (kind !== "provider") fail("Only providers can be scaffolded.");
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(folder))
  fail("A name is of small letters and digits, with hyphens between words.");
if (existsSync(path.join(root, "src", "providers", folder))) fail(`src/providers/${folder} is there already.`);

const words = folder.split("-");
const capital = (word) => word[0].toUpperCase() + word.slice(1);
const name = words.join("_");
const Title = words.map(capital).join(" ");
const Type = words.map(capital).join("");
const variable = Type[0].toLowerCase() + Type.slice(1);
const PREFIX = name.toUpperCase();

const definition = `import { z } from "zod";
import { list, webUrl } from "../../core/setting-kinds.js";
import { defineProvider } from "../definition.js";
import { create${Type}Provider, type ${Type}Options } from "./adapter.js";

/** What it is to us, in a sentence. */
export const ${variable} = defineProvider({
  name: "${name}",
  title: "${Title}",
  offers: ["payments", "webhooks"],
  clearing: "${name}_clearing",
  timeoutMs: 20_000,
  settings: {
    ${PREFIX}_API_KEY: z.string().min(1).optional().describe("turns ${Title} on"),
    ${PREFIX}_WEBHOOK_SECRET: list.optional().describe("comma-separated during rotation"),
    ${PREFIX}_API_BASE: webUrl.optional().describe("another host for its API, e.g. a test double"),
  },
  problems: ({ ${PREFIX}_API_KEY, ${PREFIX}_WEBHOOK_SECRET }) =>
    ${PREFIX}_API_KEY && !${PREFIX}_WEBHOOK_SECRET?.length
      ? ["${PREFIX}_WEBHOOK_SECRET: required with ${PREFIX}_API_KEY"]
      : [],
  secrets: ({ ${PREFIX}_API_KEY, ${PREFIX}_WEBHOOK_SECRET = [] }) => [
    { setting: "${PREFIX}_API_KEY", values: ${PREFIX}_API_KEY === undefined ? [] : [${PREFIX}_API_KEY] },
    { setting: "${PREFIX}_WEBHOOK_SECRET", values: ${PREFIX}_WEBHOOK_SECRET },
  ],
  read: (settings): ${Type}Options | undefined =>
    settings.${PREFIX}_API_KEY === undefined
      ? undefined
      : {
          apiKey: settings.${PREFIX}_API_KEY,
          webhookSecrets: settings.${PREFIX}_WEBHOOK_SECRET ?? [],
          apiBase: settings.${PREFIX}_API_BASE,
        },
  build: (options, { connect }) => {
    const provider = create${Type}Provider(options, connect().outbound);
    return { payments: provider, webhooks: options.webhookSecrets.length > 0 ? provider : undefined };
  },
});
`;

const adapter = `import type { Outbound } from "../http.js";
import type { PaymentPort } from "../ports/payments.js";
import type { WebhookPort } from "../ports/webhooks.js";
import { unknown } from "../shared.js";
import { badSignature } from "../signature.js";

export interface ${Type}Options {
  readonly apiKey: string;
  readonly webhookSecrets: readonly string[];
  readonly apiBase?: string | undefined;
}

/** ${Title} as a provider of payments. Nothing is asked of it yet: the contract test says what is left to do. */
export function create${Type}Provider(_options: ${Type}Options, _outbound: Outbound): PaymentPort & WebhookPort {
  return {
    capabilities: {
      flows: ["checkout"],
      idempotencyWindowMs: 0,
      supportsAsset: () => false,
      chargedIn: (asset) => asset,
      refusePrice: () => "it cannot be charged yet",
    },
    createPayment: async () => unknown("not_implemented"),
    cancelPayment: async () => unknown("not_implemented"),
    getPayment: async () => unknown("not_implemented"),
    listPayments: async () => unknown("not_implemented"),
    verifyWebhook: async () => {
      throw badSignature("nothing is verified yet");
    },
    interpretWebhook: () => ({ kind: "ignored", reason: "not read yet" }),
  };
}
`;

const test = `import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import t, { type Test } from "tap";
import { paymentProviderContract } from "./contract.js";
import { buildOne, receiveWebhooks, TOO_LONG_MS } from "./harness.js";

const SECRET = "secret-of-the-contract";

/** A sandbox that does nothing yet. What stands in for the provider keeps state, signs webhooks and can be told to misbehave. */
async function makeHarness(t: Test) {
  const webhooks = await receiveWebhooks(t);
  const sandbox = createServer((_request, response) => response.writeHead(501).end());
  await new Promise<void>((resolve) => sandbox.listen(0, "127.0.0.1", resolve));
  t.teardown(() => void sandbox.close());
  const url = \`http://127.0.0.1:\${(sandbox.address() as AddressInfo).port}\`;
  const build = (apiKey: string, apiBase: string) =>
    buildOne(t, "${name}", { ${name}: { apiKey, webhookSecrets: [SECRET], apiBase } });
  return {
    provider: build("key", url),
    unreachable: build("key", "http://127.0.0.1:1"),
    unauthorized: build("revoked", url),
    flow: "checkout" as const,
    price: { amount: "9.99", asset: "USD" },
    path: "/payments",
    paidEvent: "payment.succeeded",
    tooLongMs: TOO_LONG_MS,
    fault: async () => undefined,
    pay: async () => undefined,
    countPayments: async () => 0,
    delivery: webhooks.delivery,
  };
}

t.test("contract", async (t) => paymentProviderContract(t, makeHarness));
`;

function listed(text) {
  const entry = /(const LIST = \[[^\]]*)\]/;
  if (!entry.test(text)) fail("src/providers/list.ts has no list that a name could be added to.");
  return `import { ${variable} } from "./${folder}/provider.js";\n${text.replace(entry, `$1, ${variable}]`)}`;
}

const list = path.join("src", "providers", "list.ts");
const files = {
  [list]: listed(readFileSync(path.join(root, list), "utf8")),
  [path.join("src", "providers", folder, "provider.ts")]: definition,
  [path.join("src", "providers", folder, "adapter.ts")]: adapter,
  [path.join("test", "providers", `${folder}.test.ts`)]: test,
};
for (const [file, text] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
  console.log(`wrote ${file}`);
}
console.log("Now: npm run format && npm run settings && npm run openapi; then docs/adding-a-provider.md");
