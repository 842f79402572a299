/**
 * A second provider that keeps coins, for tests: Blockradar's adapter under the name `vault`, with settings and names of wallets of its
 * own. It is put on the list as a folder of its own would be, so a test imports this file before anything that reads the list.
 */
import { blockradar } from "../../src/providers/blockradar/provider.js";
import { defineProvider, type ProviderDefinition } from "../../src/providers/definition.js";
import { DEFINITIONS, PROVIDER_SETTINGS } from "../../src/providers/list.js";
import type { CustodyPort } from "../../src/providers/ports/custody.js";

/** How its wallets are called here. The sandboxes of both providers know them by one and the same id. */
const PREFIX = "vault-";

const { BLOCKRADAR_API_KEY, BLOCKRADAR_WALLET_ID, BLOCKRADAR_API_BASE } = blockradar.settings;

const vault = defineProvider({
  name: "vault",
  title: "Vault",
  offers: ["custody", "webhooks"],
  clearing: undefined,
  timeoutMs: 30_000,
  settings: {
    VAULT_API_KEY: BLOCKRADAR_API_KEY,
    VAULT_WALLET_ID: BLOCKRADAR_WALLET_ID,
    VAULT_API_BASE: BLOCKRADAR_API_BASE,
  },
  read: ({ VAULT_API_KEY, VAULT_WALLET_ID, VAULT_API_BASE }) =>
    blockradar.read({
      BLOCKRADAR_API_KEY: VAULT_API_KEY,
      BLOCKRADAR_WALLET_ID: VAULT_WALLET_ID,
      BLOCKRADAR_API_BASE: VAULT_API_BASE,
    }),
  build: (options, context) => {
    const { custody, webhooks } = blockradar.build(options, context);
    if (!custody || !webhooks) return {};
    const { verifyWebhook, interpretWebhook } = webhooks;
    return {
      custody: renamed(custody),
      webhooks: { verifyWebhook, interpretWebhook: (event) => renameAll(interpretWebhook(event), outwards) },
    };
  },
});

/** The same port, which calls each wallet by the name that it has here. */
function renamed(port: CustodyPort): CustodyPort {
  const entries = Object.entries(port).map(([name, part]) => {
    if (typeof part !== "function") return [name, part];
    const ask = part as (...questions: unknown[]) => Promise<unknown>;
    return [
      name,
      async (...questions: unknown[]) =>
        renameAll(await ask(...questions.map((each) => renameAll(each, inwards))), outwards),
    ];
  });
  return Object.fromEntries(entries) as CustodyPort;
}

const outwards = (name: string) => `${PREFIX}${name}`;
const inwards = (name: string) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);

/** A copy in which each master wallet is called otherwise, also where its name is the whole question. */
function renameAll<T>(value: T, rename: (name: string) => string): T {
  if (typeof value === "string") return inwards(value) as T;
  if (Array.isArray(value)) return value.map((each) => renameAll(each, rename)) as T;
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([key, each]) => [
    key,
    key === "walletReference" ? rename(String(each)) : renameAll(each, rename),
  ]);
  return Object.fromEntries(entries) as T;
}

(DEFINITIONS as ProviderDefinition[]).push(vault as unknown as ProviderDefinition);
Object.assign(PROVIDER_SETTINGS, vault.settings);
