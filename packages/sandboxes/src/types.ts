/** What every sandbox needs to run. */
export interface SandboxOptions {
  /** A folder of its own, created with mode 0700; holds the journal. */
  dataDir: string;
  /** 0 or absent: the port of the previous start when it is still free, otherwise any free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Where webhooks go. Until there is one, deliveries wait. */
  webhookUrl: string | undefined;
  webhookSecret: string;
  /** Stripe: the only secret key that is accepted; absent, any `sk_test_...` is. */
  apiKey?: string;
  /** Waits before the second, third ... delivery attempt. After the last one the delivery has failed. */
  retryScheduleMs?: number[];
  log?: (line: string) => void;
}

export interface StripeSandboxOptions extends SandboxOptions {
  /** Signs thin events; without it there are none. They are sent when the webhook mode says so. */
  thinWebhookSecret?: string;
}

export interface CoinbaseSandboxOptions extends SandboxOptions {
  /** The `kid` and `sub` of accepted tokens. */
  apiKeyId: string;
  /** PEM SPKI or JWK JSON of the ES256 or EdDSA key whose tokens are accepted. */
  publicKey: string;
}

export interface BlockradarSandboxOptions extends Omit<SandboxOptions, "webhookSecret" | "apiKey"> {
  /** The only key that is accepted; it signs the webhooks too. */
  apiKey: string;
  /** How long a withdrawal takes to be confirmed when no rule says otherwise. Default 1,000. */
  withdrawalMs?: number;
}

/** A running sandbox. */
export interface Sandbox {
  url: string;
  port: number;
  setWebhookUrl(url: string): void;
  stop(): Promise<void>;
}
