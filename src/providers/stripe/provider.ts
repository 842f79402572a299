import { z } from "zod";
import { list, webUrl } from "../../core/setting-kinds.js";
import { defineProvider } from "../definition.js";
import { createStripeProvider } from "./adapter.js";
import { createStripeBalance } from "./balance.js";
import { createStripeBilling } from "./billing/index.js";
import { loadStripe } from "./client.js";

interface StripeOptions {
  readonly secretKey: string;
  /** Given to front ends. */
  readonly publishableKey?: string | undefined;
  /** Newest first; several during a rotation. Empty: payments work, the webhook route is off. */
  readonly webhookSecrets: readonly string[];
  /** Of an endpoint that is sent thin events. */
  readonly thinWebhookSecrets?: readonly string[] | undefined;
  readonly apiBase?: string | undefined;
  readonly livemode?: boolean | undefined;
}

/** Cards, and whatever else the Dashboard turns on; subscriptions, invoices and saved methods. */
export const stripe = defineProvider({
  name: "stripe",
  title: "Stripe",
  offers: ["payments", "billing", "webhooks", "balance"],
  clearing: "stripe_clearing",
  // A confirmation waits for the customer's bank.
  timeoutMs: 30_000,
  settings: {
    STRIPE_SECRET_KEY: z.string().min(8).optional().describe("turns Stripe on"),
    STRIPE_PUBLISHABLE_KEY: z.string().min(8).optional().describe("given to front ends"),
    STRIPE_WEBHOOK_SECRET: list.optional().describe("comma-separated during rotation"),
    STRIPE_THIN_WEBHOOK_SECRET: list
      .optional()
      .describe("of an endpoint that is sent thin events, on the same URL; comma-separated during rotation"),
    STRIPE_API_BASE: webUrl.optional().describe("another host for the Stripe API, e.g. a test double"),
  },
  problems: ({ STRIPE_SECRET_KEY, STRIPE_PUBLISHABLE_KEY, STRIPE_WEBHOOK_SECRET }) => [
    ...(STRIPE_PUBLISHABLE_KEY && !STRIPE_PUBLISHABLE_KEY.startsWith("pk_")
      ? ["STRIPE_PUBLISHABLE_KEY: must begin with pk_; it is given to browsers"]
      : []),
    ...(STRIPE_SECRET_KEY && !STRIPE_WEBHOOK_SECRET?.length
      ? ["STRIPE_WEBHOOK_SECRET: required with STRIPE_SECRET_KEY"]
      : []),
  ],
  testProblems: ({ STRIPE_SECRET_KEY: secret, STRIPE_PUBLISHABLE_KEY: publishable }, staging) => {
    const problems: string[] = [];
    if (secret && !/^[sr]k_live_/.test(secret))
      problems.push(
        /^[sr]k_test_/.test(secret)
          ? `STRIPE_SECRET_KEY: a test key${staging}`
          : "STRIPE_SECRET_KEY: must begin with sk_live_ or rk_live_",
      );
    if (publishable?.startsWith("pk_") && !publishable.startsWith("pk_live_"))
      problems.push(`STRIPE_PUBLISHABLE_KEY: a test key${staging}`);
    return problems;
  },
  secrets: ({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET = [], STRIPE_THIN_WEBHOOK_SECRET = [] }) => [
    { setting: "STRIPE_SECRET_KEY", values: STRIPE_SECRET_KEY === undefined ? [] : [STRIPE_SECRET_KEY] },
    { setting: "STRIPE_WEBHOOK_SECRET", values: STRIPE_WEBHOOK_SECRET, prefix: "whsec_" },
    { setting: "STRIPE_THIN_WEBHOOK_SECRET", values: STRIPE_THIN_WEBHOOK_SECRET, prefix: "whsec_" },
  ],
  read: (settings): StripeOptions | undefined =>
    settings.STRIPE_SECRET_KEY === undefined
      ? undefined
      : {
          secretKey: settings.STRIPE_SECRET_KEY,
          publishableKey: settings.STRIPE_PUBLISHABLE_KEY,
          webhookSecrets: settings.STRIPE_WEBHOOK_SECRET ?? [],
          thinWebhookSecrets: settings.STRIPE_THIN_WEBHOOK_SECRET,
          apiBase: settings.STRIPE_API_BASE,
          // Restricted keys (rk_) say their mode in the same place.
          livemode: /^[sr]k_live_/.test(settings.STRIPE_SECRET_KEY),
        },
  load: loadStripe,
  build: (options, { connect, installation, publicUrl }) => {
    const { outbound, timeoutMs } = connect();
    const common = { ...options, installation, publicUrl, timeoutMs };
    const provider = createStripeProvider(common, outbound);
    return {
      payments: provider,
      billing: createStripeBilling(common, outbound),
      balance: createStripeBalance(common, outbound),
      webhooks: options.webhookSecrets.length > 0 ? provider : undefined,
    };
  },
});
