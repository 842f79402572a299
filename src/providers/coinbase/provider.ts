import { z } from "zod";
import { errorMessage } from "../../core/errors.js";
import { list, webUrl } from "../../core/setting-kinds.js";
import { defineProvider } from "../definition.js";
import { createCoinbaseProvider } from "./adapter.js";
import { createCoinbaseBalance } from "./balance.js";
import { readCoinbaseKey } from "./jwt.js";

interface CoinbaseOptions {
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
  readonly webhookSecrets: readonly string[];
  readonly apiBase?: string | undefined;
  readonly commerceWebhookSecret?: string | undefined;
}

// Its message never holds the secret.
function coinbaseKey(check: z.core.ParsePayload<string>): void {
  try {
    readCoinbaseKey("", check.value);
  } catch (error) {
    check.issues.push({ code: "custom", message: errorMessage(error), input: check.value });
  }
}

/** Payments in USDC, on Coinbase's own page. */
export const coinbase = defineProvider({
  name: "coinbase",
  title: "Coinbase",
  offers: ["payments", "webhooks", "balance"],
  clearing: "coinbase_clearing",
  timeoutMs: 20_000,
  settings: {
    COINBASE_API_KEY_ID: z.string().min(1).optional().describe("CDP key id; turns Coinbase on"),
    COINBASE_API_KEY_SECRET: z
      .string()
      .min(1)
      .check(coinbaseKey)
      .optional()
      .describe("CDP key secret: EC PEM, or base64 Ed25519"),
    COINBASE_WEBHOOK_SECRET: list.optional().describe("comma-separated during rotation"),
    COINBASE_API_BASE: webUrl.optional().describe("another base for the Business API"),
    COINBASE_COMMERCE_WEBHOOK_SECRET: z.string().min(1).optional().describe("accepts legacy Commerce webhooks"),
  },
  problems: ({ COINBASE_API_KEY_ID, COINBASE_API_KEY_SECRET, COINBASE_WEBHOOK_SECRET }) => {
    if (!COINBASE_API_KEY_ID && !COINBASE_API_KEY_SECRET) return [];
    return [
      ...(COINBASE_API_KEY_ID ? [] : ["COINBASE_API_KEY_ID: required with COINBASE_API_KEY_SECRET"]),
      ...(COINBASE_API_KEY_SECRET ? [] : ["COINBASE_API_KEY_SECRET: required with COINBASE_API_KEY_ID"]),
      ...(COINBASE_WEBHOOK_SECRET?.length ? [] : ["COINBASE_WEBHOOK_SECRET: required with COINBASE_API_KEY_ID"]),
    ];
  },
  secrets: ({ COINBASE_WEBHOOK_SECRET = [], COINBASE_COMMERCE_WEBHOOK_SECRET: commerce }) => [
    { setting: "COINBASE_WEBHOOK_SECRET", values: COINBASE_WEBHOOK_SECRET },
    { setting: "COINBASE_COMMERCE_WEBHOOK_SECRET", values: commerce === undefined ? [] : [commerce] },
  ],
  read: (settings): CoinbaseOptions | undefined =>
    settings.COINBASE_API_KEY_ID === undefined || settings.COINBASE_API_KEY_SECRET === undefined
      ? undefined
      : {
          apiKeyId: settings.COINBASE_API_KEY_ID,
          apiKeySecret: settings.COINBASE_API_KEY_SECRET,
          webhookSecrets: settings.COINBASE_WEBHOOK_SECRET ?? [],
          apiBase: settings.COINBASE_API_BASE,
          commerceWebhookSecret: settings.COINBASE_COMMERCE_WEBHOOK_SECRET,
        },
  build: (options, { connect, installation, clock }) => {
    const { outbound } = connect();
    const provider = createCoinbaseProvider({ ...options, installation, clock }, outbound);
    const isTold = options.webhookSecrets.length > 0 || Boolean(options.commerceWebhookSecret);
    return {
      payments: provider,
      webhooks: isTold ? provider : undefined,
      balance: createCoinbaseBalance({ ...options, installation, clock }, outbound),
    };
  },
});
