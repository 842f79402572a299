import { createHmac } from "node:crypto";
import { createBlockradarWebhooks } from "../../src/providers/blockradar/webhook.js";
import { verifyCoinbaseWebhook } from "../../src/providers/coinbase/webhook.js";
import type { VerifiedWebhook, WebhookDelivery } from "../../src/providers/ports/index.js";
import { verifyStripeWebhook } from "../../src/providers/stripe/webhook.js";

/** When everything here is signed, in unix seconds. */
export const T = 1_800_000_000;
export const at = (seconds: number) => new Date(seconds * 1_000);
export const hex = (algorithm: string, secret: string, text: string | Buffer) =>
  createHmac(algorithm, secret).update(text).digest("hex");

/** One signature scheme, so that the hostile deliveries below are tried against each. */
export interface Scheme {
  name: string;
  header: string;
  timestamped: boolean;
  body: string;
  sign(body: string, secret: string, seconds: number): string;
  /** The header around one signature's hex. */
  wrap(signature: string, seconds: number): string;
  verify(delivery: WebhookDelivery, secrets: string[]): VerifiedWebhook | Promise<VerifiedWebhook>;
}

export const schemes: Scheme[] = [
  {
    name: "stripe",
    header: "stripe-signature",
    timestamped: true,
    body: '{"id":"evt_1","object":"event","type":"payment_intent.succeeded","created":1800000000}',
    sign: (body, secret, seconds) => hex("sha256", secret, `${seconds}.${body}`),
    wrap: (signature, seconds) => `t=${seconds},v1=${signature}`,
    verify: (delivery, secrets) => verifyStripeWebhook(delivery, { snapshot: secrets, thin: [] }),
  },
  {
    name: "coinbase v1",
    header: "x-hook0-signature",
    timestamped: true,
    body: '{"id":"69163c762331ed43dc64a6ef","eventType":"checkout.payment.success"}',
    sign: (body, secret, seconds) => hex("sha256", secret, `${seconds}.x-event-id.evt-1.${body}`),
    wrap: (signature, seconds) => `t=${seconds},h=x-event-id,v1=${signature}`,
    verify: (delivery, webhookSecrets) => verifyCoinbaseWebhook(delivery, { webhookSecrets }),
  },
  {
    name: "coinbase v0",
    header: "x-hook0-signature",
    timestamped: true,
    body: '{"id":"69163c762331ed43dc64a6ef","eventType":"checkout.payment.success"}',
    sign: (body, secret, seconds) => hex("sha256", secret, `${seconds}.${body}`),
    wrap: (signature, seconds) => `t=${seconds},v0=${signature}`,
    verify: (delivery, webhookSecrets) => verifyCoinbaseWebhook(delivery, { webhookSecrets }),
  },
  {
    name: "coinbase commerce",
    header: "x-cc-webhook-signature",
    timestamped: false,
    body: '{"id":1,"event":{"id":"e-1","type":"charge:confirmed","data":{"id":"c-1"}}}',
    sign: (body, secret) => hex("sha256", secret, body),
    wrap: (signature) => signature,
    verify: (delivery, secrets) =>
      verifyCoinbaseWebhook(delivery, { webhookSecrets: [], commerceWebhookSecret: secrets[0] }),
  },
  {
    name: "blockradar",
    header: "x-blockradar-signature",
    timestamped: false,
    body: '{"event":"deposit.success","data":{"id":"8c392ba5"}}',
    sign: (body, secret) => hex("sha512", secret, body),
    wrap: (signature) => signature,
    verify: (delivery, apiKeys) => createBlockradarWebhooks({ apiKeys }).verifyWebhook(delivery),
  },
];
