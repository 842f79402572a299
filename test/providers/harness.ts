import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Test } from "tap";
import type {
  BalanceProvider,
  BalanceProviderName,
  CustodyProvider,
  PaymentProvider,
  PaymentProviderName,
  WebhookDelivery,
  WebhookPort,
  WebhookProviderName,
} from "../../src/providers/ports/index.js";
import { buildProviders, type ProviderSettings } from "../../src/providers/registry.js";
import type { SandboxFault } from "./contract.js";

/** The adapters' bound in contract tests, and a delay that is surely longer. */
export const TIMEOUT_MS = 1_000;
export const TOO_LONG_MS = 1_600;

/** A folder that is gone after the test. */
export async function temporaryFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "coffer-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Keeps every webhook as it came in, and answers 200. */
export async function receiveWebhooks(t: Test) {
  const received: WebhookDelivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ rawBody: Buffer.concat(chunks), headers: request.headers, now: new Date() });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const delivery = async (accept: (body: string) => boolean): Promise<WebhookDelivery> => {
    for (let waited = 0; waited < 5_000; waited += 20) {
      const found = received.find(({ rawBody }) => accept(rawBody.toString()));
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no such webhook among ${received.length}`);
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received, delivery };
}

/** One provider built as the service builds it, closed after the test. */
export function buildOne(
  t: Test,
  name: PaymentProviderName & WebhookProviderName,
  settings: Omit<ProviderSettings, "publicUrl">,
): PaymentProvider & WebhookPort {
  const providers = buildProviders({ ...settings, publicUrl: "https://pay.example" }, { timeoutMs: TIMEOUT_MS });
  t.teardown(() => providers.close());
  const provider = providers.payments.get(name);
  const webhooks = providers.webhooks.get(name);
  if (!provider || !webhooks) throw new Error(`${name} was not built`);
  return { ...webhooks, ...provider };
}

/** The keeper of coins built as the service builds it, closed after the test. */
export function buildCustody(
  t: Test,
  blockradar: NonNullable<ProviderSettings["blockradar"]>,
  options: { timeoutMs?: number; onCall?: (name: string) => void } = {},
): CustodyProvider & WebhookPort {
  const { timeoutMs = TIMEOUT_MS, onCall } = options;
  const providers = buildProviders(
    { blockradar, publicUrl: "https://pay.example" },
    { timeoutMs, onCall: ({ name }) => onCall?.(name) },
  );
  t.teardown(() => providers.close());
  const webhooks = providers.webhooks.get("blockradar");
  const custody = providers.custody.get("blockradar");
  if (!custody || !webhooks) throw new Error("no custody was built");
  return { ...webhooks, ...custody };
}

/** A provider's statements, read as the service reads them; closed after the test. */
export function buildBalance(
  t: Test,
  name: BalanceProviderName,
  settings: Omit<ProviderSettings, "publicUrl">,
): BalanceProvider {
  const providers = buildProviders({ ...settings, publicUrl: "https://pay.example" }, { timeoutMs: TIMEOUT_MS });
  t.teardown(() => providers.close());
  const balance = providers.balances.get(name);
  if (!balance) throw new Error(`${name} makes no statements`);
  return balance;
}

/** The control routes of a sandbox. */
export function controlOf(url: string) {
  const send = async (method: "GET" | "POST" | "DELETE", route: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}/sandbox/${route}`, { method, headers, ...init });
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    post: (route: string, body: object = {}) => send("POST", route, body),
    delete: (route: string) => send("DELETE", route),
    fault: async (fault: SandboxFault): Promise<void> => void (await send("POST", "faults", fault)),
    /** How many objects of one kind exist. */
    count: async (kind: string): Promise<number> => {
      const effects = (await send("GET", "effects")) as Record<string, Record<string, unknown>>;
      return Object.keys(effects[kind] ?? {}).length;
    },
  };
}
