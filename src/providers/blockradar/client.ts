/** Blockradar's REST API over HTTP: keys, bounds, and replies as results (docs.blockradar.co/en/api-reference). */
import { ZodError, z } from "zod";
import type { Deadline } from "../../core/deadline.js";
import { type Outbound, OutboundError, type OutboundReply } from "../http.js";
import { parseProviderJson } from "../json.js";
import type { ProviderResult } from "../ports/common.js";
import type { UnjudgedCode } from "../ports/custody.js";
import { accepted, fromOutboundError, rejected, unknown } from "../shared.js";
import { type Effect, type Refusal, refusalOf } from "./refusals.js";

/** One base serves both environments: the key and the wallet decide which it is (blockradar/embankmentpay server/config.ts). */
const DEFAULT_BASE = "https://api.blockradar.co/v1";

/** A master wallet; a key belongs to one wallet or to the whole business, so a wallet may bring its own. */
export interface BlockradarWalletSetting {
  readonly walletReference: string;
  readonly apiKey?: string | undefined;
}

export interface BlockradarClientOptions {
  /** Newest first: the first is sent, all of them verify webhooks. */
  readonly apiKeys: readonly string[];
  readonly wallets: readonly BlockradarWalletSetting[];
  /** With its version, e.g. `https://api.blockradar.co/v1`. */
  readonly apiBase?: string | undefined;
  /** What `outbound` bounds each call by. */
  readonly timeoutMs: number;
}

export interface BlockradarRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** Below the base, ids filled in. */
  readonly path: string;
  /** The path without ids, which names the operation in metrics and fault points. */
  readonly name: string;
  /** Whose key is sent; the default key when absent. */
  readonly walletReference?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly deadline?: Deadline | undefined;
  /** What a refusal of it proves; `DOCUMENTED_REFUSALS` says which. */
  readonly effect: Effect;
}

export type AskBlockradar = <Value>(
  request: BlockradarRequest,
  read: (data: unknown, envelope: unknown) => Value,
) => Promise<ProviderResult<Value>>;

/** Every reply is wrapped so; those that only acknowledge carry no `data`. */
const envelopeSchema = z.looseObject({
  statusCode: z.number().min(200).max(299).nullish(),
  message: z.string(),
  data: z.unknown().optional(),
});
/** Errors are `{statusCode, message}` without a code; class-validator's lists of messages are not documented but common. */
const errorSchema = z.looseObject({
  statusCode: z.number(),
  message: z.union([z.string(), z.array(z.string())]).transform((text) => [text].flat().join("; ")),
});

/** A function that asks Blockradar and never throws for its answers. */
export function createBlockradarClient(options: BlockradarClientOptions, outbound: Outbound): AskBlockradar {
  const base = (options.apiBase ?? DEFAULT_BASE).replace(/\/+$/, "");
  const [defaultKey = ""] = options.apiKeys;
  const keys = new Map(options.wallets.map(({ walletReference, apiKey }) => [walletReference, apiKey]));

  return async (request, read) => {
    const url = new URL(base + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const key = (request.walletReference === undefined ? undefined : keys.get(request.walletReference)) ?? defaultKey;
    let reply: OutboundReply;
    try {
      reply = await outbound.send(`${request.method} ${request.name}`, {
        method: request.method,
        url: url.href,
        headers: {
          "x-api-key": key,
          accept: "application/json",
          ...(request.body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        deadline: request.deadline,
      });
    } catch (error) {
      return unsent(request, error);
    }
    return readReply(request, reply, read);
  };
}

function unsent(request: BlockradarRequest, error: unknown): Refusal {
  // A reading that did not happen says nothing about what it asked for.
  if (error instanceof OutboundError && error.unsent && request.effect !== "read") {
    return rejected("not_sent" satisfies UnjudgedCode, error.message);
  }
  const result = fromOutboundError(error);
  if (result === undefined) throw error;
  return result;
}

function readReply<Value>(
  request: BlockradarRequest,
  reply: OutboundReply,
  read: (data: unknown, envelope: unknown) => Value,
): ProviderResult<Value> {
  const { status } = reply;
  const json = parseJson(reply.text);
  if (status === 200 || status === 201) {
    try {
      return accepted(read(envelopeSchema.parse(json).data, json));
    } catch (error) {
      if (error instanceof ZodError || error instanceof RangeError) return unknown("malformed");
      throw error;
    }
  }
  // What is not in Blockradar's own shape was said by something in between, which knows nothing.
  const error = errorSchema.safeParse(json);
  if (!error.success || error.data.statusCode !== status) return unknown(`http_${status}`);
  return refusalOf(request.effect, status, error.data.message);
}

function parseJson(text: string): unknown {
  try {
    return parseProviderJson(text);
  } catch {
    return undefined;
  }
}
