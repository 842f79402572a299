/**
 * Blockradar's webhooks: `x-blockradar-signature` is the hex HMAC-SHA512 of the raw body under the API key that belongs to
 * the wallet (blockradar/embankmentpay server/webhook-signature.ts). No timestamp is signed and no event has an id, so a replay
 * is told only by its bytes. The event's name and transaction would not do: a deposit that succeeds, is dropped by the chain
 * and succeeds again is told by the same words, and the last of them counts. Effects are keyed by the transaction.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { ChainStatus } from "../ports/custody.js";
import {
  type VerifiedWebhook,
  type WebhookDelivery,
  type WebhookMeaning,
  type WebhookPort,
  WebhookRejectedError,
} from "../ports/webhooks.js";
import { badSignature, matchesHmac, parseObject, signatureHeader } from "../signature.js";
import type { BlockradarWalletSetting } from "./client.js";
import { type BlockradarTransaction, depositNews, parseTransaction, sweepOf, withdrawalNews } from "./news.js";

/** 128 bits: nobody can sign two bodies of one digest but the provider, and it has no reason to. */
const DIGEST_LENGTH = 32;
const SIGNATURE_HEADER = "x-blockradar-signature";

interface BlockradarWebhookOptions {
  /** Keys of the business, which speak for every wallet; several during a rotation. Each also signs webhooks. */
  readonly apiKeys: readonly string[];
  /** A wallet's own key signs its webhooks, and speaks for no other wallet. */
  readonly wallets?: readonly BlockradarWalletSetting[] | undefined;
}

/** Blockradar's webhooks alone, for a service that has its keys but no wallets to act on. */
export function createBlockradarWebhooks(options: BlockradarWebhookOptions): WebhookPort {
  return {
    verifyWebhook: async (delivery) => verifyBlockradarWebhook(delivery, options),
    interpretWebhook: interpretBlockradarEvent,
  };
}

/** Checks a delivery under any of the keys that speak for its wallet. Throws WebhookRejectedError. */
export function verifyBlockradarWebhook(
  delivery: WebhookDelivery,
  { apiKeys, wallets = [] }: BlockradarWebhookOptions,
): VerifiedWebhook {
  const signature = signatureHeader(delivery.headers, SIGNATURE_HEADER);
  const isSignedBy = (keys: readonly string[]) => matchesHmac("sha512", keys, [delivery.rawBody], [signature]);
  const signers = wallets.filter(({ apiKey }) => apiKey !== undefined && isSignedBy([apiKey]));
  const speaksForAll = isSignedBy(apiKeys);
  if (!speaksForAll && signers.length === 0) throw badSignature("no API key signs this body so");
  const payload = parseObject(delivery.rawBody);
  const { event, data } = payload;
  if (typeof event !== "string" || event === "") {
    throw new WebhookRejectedError("unreadable", "the body names no event");
  }
  const { id, wallet } = partsSchema.parse(data);
  // An event that names no wallet moves no coins.
  if (wallet !== undefined && !speaksForAll && !signers.some(({ walletReference }) => walletReference === wallet)) {
    throw badSignature("the key that signs this body is another wallet's");
  }
  const digest = createHash("sha256").update(delivery.rawBody).digest("hex");
  // An authentic event without a transaction is kept too.
  const subject = id === undefined || id === "" ? [] : [id];
  return { eventId: [event, ...subject, digest.slice(0, DIGEST_LENGTH)].join(":"), type: event, payload };
}

const optionalId = z.string().optional().catch(undefined);
const partsSchema = z
  .looseObject({ id: optionalId, wallet: z.looseObject({ id: optionalId }).optional().catch(undefined) })
  .catch({ id: undefined, wallet: undefined })
  .transform(({ id, wallet }) => ({ id, wallet: wallet?.id }));

/** What each event of a transfer says about its transaction (docs.blockradar.co/essentials/webhooks). */
const SAYS: Readonly<Record<string, { direction: "deposit" | "withdrawal"; status: ChainStatus; swept?: true }>> = {
  "deposit.processing": { direction: "deposit", status: "submitted" },
  "deposit.success": { direction: "deposit", status: "confirmed" },
  "deposit.failed": { direction: "deposit", status: "failed" },
  "deposit.cancelled": { direction: "deposit", status: "canceled" },
  "deposit.swept.success": { direction: "deposit", status: "confirmed", swept: true },
  "withdraw.processing": { direction: "withdrawal", status: "submitted" },
  "withdraw.success": { direction: "withdrawal", status: "confirmed" },
  "withdraw.failed": { direction: "withdrawal", status: "failed" },
  "withdraw.cancelled": { direction: "withdrawal", status: "canceled" },
};
const TYPE = { deposit: "DEPOSIT", withdrawal: "WITHDRAW" } as const;

const bodySchema = z.looseObject({ data: z.looseObject({ type: z.string() }) });

/**
 * What a verified event means. Events that move none of our coins (signing, swaps, staking, ramps, a sweep that failed) are
 * ignored. Throws a ZodError when a transfer breaks its schema.
 */
export function interpretBlockradarEvent(event: { readonly type: string; readonly payload: unknown }): WebhookMeaning {
  const says = Object.hasOwn(SAYS, event.type) ? SAYS[event.type] : undefined;
  if (says === undefined) return { kind: "ignored", reason: `type ${event.type.slice(0, 80)}` };
  const { data } = bodySchema.parse(event.payload);
  if (data.type !== TYPE[says.direction]) {
    return { kind: "ignored", reason: `${event.type} about a ${data.type.slice(0, 40)}` };
  }
  const transaction = parseTransaction(data);
  if (says.direction === "withdrawal") {
    return { kind: "withdrawal", news: agreed(withdrawalNews(transaction), says.status, event.type, transaction) };
  }
  const news = agreed(depositNews(transaction), says.status, event.type, transaction);
  return { kind: "deposit", news: says.swept ? { ...news, swept: sweepOf(transaction) } : news };
}

/**
 * An event ends a transaction only when the transaction says so too. Where they differ (a late copy, another state), the news is
 * that the provider still has it, and its own list settles it.
 */
function agreed<News extends { readonly status: ChainStatus; readonly reason?: string }>(
  news: News,
  expected: ChainStatus,
  type: string,
  transaction: BlockradarTransaction,
): News {
  if (news.status === expected) return news;
  return { ...news, status: "submitted", reason: `${type} about a transaction that is ${transaction.status}` };
}
