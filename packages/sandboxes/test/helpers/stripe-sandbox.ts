import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Stripe from "stripe";
import type { Test } from "tap";
import { type Sandbox, type StripeSandboxOptions, startStripeSandbox } from "../../src/index.js";
import { callJson } from "../../src/testing/client.js";
import { startWebhookReceiver, type WebhookReceiver } from "../../src/testing/webhook-receiver.js";

export const SECRET = "whsec_sandbox";

/** A Stripe sandbox, the SDK on it, and somebody who receives its webhooks. */
export interface StripeSandboxWorld {
  sandbox: Sandbox;
  stripe: Stripe;
  receiver: WebhookReceiver;
  dataDir: string;
  control(path: string, body?: unknown, method?: "GET" | "POST" | "DELETE"): Promise<Record<string, unknown>>;
  flush(): Promise<Record<string, unknown>>;
  events(): Stripe.Event[];
  types(): string[];
  effects(kind: string, id: string): Promise<Record<string, unknown>>;
}

export function client(sandbox: Sandbox, key = "sk_test_x"): Stripe {
  return new Stripe(key, {
    host: "127.0.0.1",
    port: sandbox.port,
    protocol: "http",
    telemetry: false,
    maxNetworkRetries: 0,
  });
}

/** Started for one test, gone after it. */
export async function world(t: Test, options: Partial<StripeSandboxOptions> = {}): Promise<StripeSandboxWorld> {
  const dataDir = path.join(mkdtempSync(path.join(tmpdir(), "stripe-sandbox-")), "stripe");
  const receiver = await startWebhookReceiver();
  const sandbox = await startStripeSandbox({ dataDir, webhookUrl: receiver.url, webhookSecret: SECRET, ...options });
  t.teardown(async () => {
    await sandbox.stop();
    await receiver.stop();
    rmSync(path.dirname(dataDir), { recursive: true });
  });
  const control = async (where: string, body: unknown = {}, method: "GET" | "POST" | "DELETE" = "POST") => {
    const reply = await callJson(method, `${sandbox.url}/sandbox/${where}`, method === "GET" ? undefined : body);
    if (reply.status !== 200) throw new Error(`${where}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const events = () =>
    receiver.received.map(({ body, headers }) =>
      Stripe.webhooks.constructEvent(body, String(headers["stripe-signature"]), SECRET),
    );
  return {
    sandbox,
    stripe: client(sandbox),
    receiver,
    dataDir,
    control,
    flush: () => control("webhooks/flush"),
    events,
    types: () => events().map(({ type }) => type),
    effects: async (kind, id) => {
      const report = (await control("effects", undefined, "GET")) as Record<string, Record<string, never>>;
      return report[kind]?.[id] ?? {};
    },
  };
}

/** The refusal that `work` ends in. */
export async function failure(work: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error("expected a refusal");
}

/** A plan's price in the sandbox's catalog: 20 dollars a month unless told otherwise. */
export async function planPrice(stripe: Stripe, amount = 2_000, interval: "day" | "month" | "year" = "month") {
  const product = await stripe.products.create({ name: `Plan ${amount}` });
  return stripe.prices.create({ product: product.id, currency: "usd", unit_amount: amount, recurring: { interval } });
}

/** A customer with a saved card that pays by default. */
export async function payingCustomer(stripe: Stripe, card = "pm_card_visa") {
  const customer = await stripe.customers.create({ email: "ada@b.test" });
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  return { customer: customer.id, method: method.id };
}
