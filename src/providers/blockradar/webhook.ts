/**
 * Blockradar's webhooks: `x-blockradar-signature` is the hex HMAC-SHA512 of the raw body under the API key that belongs to
 * the wallet (blockradar/embankmentpay server/webhook-signature.ts). No timestamp is signed, so a replay is told only by its
 * event id, which is made of the event and the transaction: one transaction passes through several events.
 */
import { createHash } from "node:crypto";
import { type WebhookPort, WebhookRejectedError } from "../port.js";
import { badSignature, matchesHmac, parseObject, signatureHeader } from "../signature.js";

const SIGNATURE_HEADER = "x-blockradar-signature";

interface BlockradarWebhookOptions {
  /** All keys in use: several wallets, or a rotation. Each is also the secret of its wallet's webhooks. */
  readonly apiKeys: readonly string[];
}

/** Verifies and keeps Blockradar's events; what they do arrives with stablecoin support. */
export function createBlockradarWebhooks(options: BlockradarWebhookOptions): WebhookPort {
  return {
    name: "blockradar",
    verifyWebhook: async (delivery) => {
      const signature = signatureHeader(delivery.headers, SIGNATURE_HEADER);
      if (!matchesHmac("sha512", options.apiKeys, [delivery.rawBody], signature)) {
        throw badSignature("no API key signs this body so");
      }
      const payload = parseObject(delivery.rawBody);
      const { event, data } = payload;
      if (typeof event !== "string" || event === "") {
        throw new WebhookRejectedError("unreadable", "the body names no event");
      }
      const id = typeof data === "object" && data !== null && "id" in data ? data.id : undefined;
      // An authentic event without a transaction is kept too; its own bytes then identify it.
      const subject =
        typeof id === "string" && id !== "" ? id : createHash("sha256").update(delivery.rawBody).digest("hex");
      return { eventId: `${event}:${subject}`, type: event, payload };
    },
    interpretWebhook: () => ({ kind: "ignored", reason: "effects arrive with stablecoin support" }),
  };
}
