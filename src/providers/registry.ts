import type { Clock } from "../core/clock.js";
import type { FaultHook } from "../core/faults.js";
import { createBlockradarProvider } from "./blockradar/adapter.js";
import type { BlockradarWalletSetting } from "./blockradar/client.js";
import { createBlockradarWebhooks } from "./blockradar/webhook.js";
import { createCoinbaseProvider } from "./coinbase/adapter.js";
import { type ConnectionPool, createOutbound, createPool, type Outbound, type OutboundCallEvent } from "./http.js";
import type { BillingProvider } from "./ports/billing.js";
import type { Installation } from "./ports/common.js";
import type { CustodyProvider } from "./ports/custody.js";
import type { PaymentProviderName, ProviderName } from "./ports/names.js";
import type { PaymentProvider } from "./ports/payments.js";
import type { WebhookPort } from "./ports/webhooks.js";
import { createStripeProvider } from "./stripe/adapter.js";
import { createStripeBilling } from "./stripe/billing/index.js";
import { loadStripe } from "./stripe/client.js";

/** A confirmation waits for the customer's bank, a withdrawal for its broadcast; nothing else that we ask takes long. */
const TIMEOUT_MS = { stripe: 30_000, coinbase: 20_000, blockradar: 30_000 } as const;

/** Keys and places of the providers. A provider that is absent here is off. */
export interface ProviderSettings {
  readonly stripe?:
    | {
        readonly secretKey: string;
        /** Newest first; several during a rotation. Empty: payments work, the webhook route is off. */
        readonly webhookSecrets: readonly string[];
        /** Of an endpoint that is sent thin events. */
        readonly thinWebhookSecrets?: readonly string[] | undefined;
        readonly apiBase?: string | undefined;
        readonly livemode?: boolean | undefined;
      }
    | undefined;
  readonly coinbase?:
    | {
        readonly apiKeyId: string;
        readonly apiKeySecret: string;
        readonly webhookSecrets: readonly string[];
        readonly apiBase?: string | undefined;
        readonly commerceWebhookSecret?: string | undefined;
      }
    | undefined;
  readonly blockradar?:
    | {
        /** Newest first; each is also the secret of the webhooks that it signs. */
        readonly apiKeys: readonly string[];
        /** None: webhooks are verified, and nothing else is asked. */
        readonly wallets?: readonly BlockradarWalletSetting[] | undefined;
        readonly apiBase?: string | undefined;
      }
    | undefined;
  readonly publicUrl: string;
}

export interface ProviderOptions {
  /** Who we are to accounts that several installations share; without it nothing says so. */
  readonly installation?: Installation | undefined;
  readonly faults?: FaultHook | undefined;
  readonly onCall?: ((event: OutboundCallEvent) => void) | undefined;
  /** Dates the tokens of Coinbase requests, so it must agree with the real time of who verifies them. */
  readonly clock?: Clock | undefined;
  /** Bounds each outbound call, in ms, instead of each provider's own bound. */
  readonly timeoutMs?: number | undefined;
}

export interface Providers {
  readonly payments: ReadonlyMap<PaymentProviderName, PaymentProvider>;
  /** Who bills again and again, when Stripe is on. */
  readonly billing: BillingProvider | undefined;
  /** Who keeps coins and sends them, when a key and wallets are set. */
  readonly custody: CustodyProvider | undefined;
  readonly webhooks: ReadonlyMap<ProviderName, WebhookPort>;
  /** Loads what the first call would otherwise wait for. */
  load(): Promise<void>;
  /** Lets calls in flight end, then closes the connection pools. */
  close(): Promise<void>;
}

/** Builds the configured providers, each on a connection pool and a breaker of its own. Throws a RangeError on bad keys. */
export function buildProviders(settings: ProviderSettings, options: ProviderOptions = {}): Providers {
  const payments = new Map<PaymentProviderName, PaymentProvider>();
  const webhooks = new Map<ProviderName, WebhookPort>();
  const pools: ConnectionPool[] = [];
  const { faults, onCall } = options;

  const connect = (provider: ProviderName): { outbound: Outbound; timeoutMs: number } => {
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS[provider];
    const pool = createPool(timeoutMs);
    pools.push(pool);
    return { outbound: createOutbound({ provider, timeoutMs, faults, onCall, pool }), timeoutMs };
  };

  const { stripe, coinbase, blockradar } = settings;
  let billing: BillingProvider | undefined;
  if (stripe) {
    const { outbound, timeoutMs } = connect("stripe");
    const { installation } = options;
    const common = { ...stripe, installation, publicUrl: settings.publicUrl, timeoutMs };
    const provider = createStripeProvider(common, outbound);
    billing = createStripeBilling(common, outbound);
    payments.set("stripe", provider);
    if (stripe.webhookSecrets.length > 0) webhooks.set("stripe", provider);
  }
  if (coinbase) {
    const { outbound } = connect("coinbase");
    const provider = createCoinbaseProvider(
      { ...coinbase, installation: options.installation, clock: options.clock },
      outbound,
    );
    payments.set("coinbase", provider);
    if (coinbase.webhookSecrets.length > 0 || coinbase.commerceWebhookSecret) webhooks.set("coinbase", provider);
  }
  let custody: CustodyProvider | undefined;
  if (blockradar && blockradar.apiKeys.length > 0) {
    const { wallets = [] } = blockradar;
    if (wallets.length > 0) {
      const { outbound, timeoutMs } = connect("blockradar");
      const provider = createBlockradarProvider({ ...blockradar, wallets, timeoutMs }, outbound);
      custody = provider;
      webhooks.set("blockradar", provider);
    } else webhooks.set("blockradar", createBlockradarWebhooks(blockradar));
  }

  return {
    payments,
    billing,
    custody,
    webhooks,
    load: async () => {
      if (stripe) await loadStripe();
      if (pools.length > 0) await import("undici");
    },
    close: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
    },
  };
}
