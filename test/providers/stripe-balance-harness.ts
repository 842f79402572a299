import { startStripeSandbox } from "@coffer/sandboxes";
import Stripe from "stripe";
import type { Test } from "tap";
import type { BalanceHarness } from "./balance-contract.js";
import { buildBalance, controlOf, temporaryFolder } from "./harness.js";

const API_KEY = "sk_test_statements";

interface StripeHarness extends BalanceHarness {
  readonly control: ReturnType<typeof controlOf>;
  readonly client: Stripe;
  /** A card payment that succeeds, and its intent. */
  pay(amount?: number, currency?: string, metadata?: Record<string, string>): Promise<string>;
}

/** Stripe's statements, read from a sandbox of their own. */
export async function makeStripeHarness(t: Test): Promise<StripeHarness> {
  const sandbox = await startStripeSandbox({
    dataDir: await temporaryFolder(t),
    webhookUrl: "http://127.0.0.1:1/",
    webhookSecret: "whsec_statements",
    apiKey: API_KEY,
  });
  t.teardown(() => sandbox.stop());
  const control = controlOf(sandbox.url);
  const host = { host: "127.0.0.1", port: sandbox.port, protocol: "http" } as const;
  const client = new Stripe(API_KEY, { ...host, telemetry: false, maxNetworkRetries: 0 });
  const build = (secretKey: string, apiBase: string) =>
    buildBalance(t, "stripe", { stripe: { secretKey, webhookSecrets: [], apiBase } });
  const pay = async (amount = 1_000, currency = "usd", metadata = {}) => {
    const confirm = { confirm: true, payment_method: "pm_card_visa", return_url: "https://shop.test/" };
    return (await client.paymentIntents.create({ amount, currency, metadata, ...confirm })).id;
  };
  return {
    balance: build(API_KEY, sandbox.url),
    unauthorized: build("sk_test_revoked", sandbox.url),
    unreachable: build(API_KEY, "http://127.0.0.1:1"),
    path: "/v1/balance_transactions",
    pageful: 60,
    fault: control.fault,
    move: async (count) => {
      for (let index = 0; index < count; index += 1) {
        const intent = await pay(1_000 + index, index % 3 === 0 ? "jpy" : "usd");
        if (index % 4 === 1) await control.post("refunds", { payment_intent: intent, amount: 500 });
        if (index % 7 === 2) await control.post("disputes", { payment_intent: intent });
      }
    },
    spoil: (id) =>
      control
        .post("entries", {
          list: "/v1/balance_transactions",
          entry: { id, object: "balance_transaction", amount: 1.5 },
        })
        .then(() => {}),
    control,
    client,
    pay,
  };
}
