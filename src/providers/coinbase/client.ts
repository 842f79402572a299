/** Coinbase Business Checkouts over HTTP: signing, idempotency and replies as results. */
import { createHash } from "node:crypto";
import { ZodError } from "zod";
import { type Clock, systemClock } from "../../core/clock.js";
import type { Outbound, OutboundReply } from "../http.js";
import { parseProviderJson } from "../json.js";
import type { ProviderResult } from "../ports/common.js";
import { accepted, fromOutboundError, unknown } from "../shared.js";
import { type CoinbaseKey, readCoinbaseKey, signCoinbaseRequest } from "./jwt.js";
import { refusalOf } from "./refusals.js";

export interface CoinbaseClientOptions {
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
  /** With its path prefix; default `https://business.coinbase.com/api/v1`, with `/sandbox` in front of `/api` for theirs. */
  readonly apiBase?: string | undefined;
  /** Dates the request tokens; must agree with the real time of who verifies them. */
  readonly clock?: Clock | undefined;
}

interface CoinbaseRequest {
  readonly method: "GET" | "POST";
  /** Below the base, e.g. `/checkouts`. */
  readonly path: string;
  /** The path without ids, which names the operation in metrics and fault points. */
  readonly name: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

export type AskCoinbase = <Value>(
  request: CoinbaseRequest,
  read: (json: unknown) => Value,
) => Promise<ProviderResult<Value>>;

/** A function that asks the Checkouts API and never throws for its answers. Throws a RangeError on an unreadable key. */
export function createCoinbaseClient(options: CoinbaseClientOptions, outbound: Outbound): AskCoinbase {
  const key = readCoinbaseKey(options.apiKeyId, options.apiKeySecret);
  const base = (options.apiBase ?? "https://business.coinbase.com/api/v1").replace(/\/+$/, "");
  const clock = options.clock ?? systemClock;

  return async (request, read) => {
    let reply: OutboundReply;
    try {
      reply = await sendSigned(outbound, key, clock, base, request);
    } catch (error) {
      const result = fromOutboundError(error);
      if (result === undefined) throw error;
      return result;
    }
    return readReply(reply, read);
  };
}

async function sendSigned(
  outbound: Outbound,
  key: CoinbaseKey,
  clock: Clock,
  base: string,
  request: CoinbaseRequest,
): Promise<OutboundReply> {
  const url = new URL(base + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
  const token = await signCoinbaseRequest(key, request.method, url, clock);
  return outbound.send(`${request.method} ${request.name}`, {
    method: request.method,
    url: url.href,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/json",
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
      ...(request.idempotencyKey === undefined ? {} : { "x-idempotency-key": toUuidV4(request.idempotencyKey) }),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
}

/** A success read, or what a refusal proves. */
function readReply<Value>(reply: OutboundReply, read: (json: unknown) => Value): ProviderResult<Value> {
  const { status } = reply;
  const json = parseJson(reply.text);
  if (status === 200 || status === 201) {
    try {
      return accepted(read(json));
    } catch (error) {
      if (error instanceof ZodError || error instanceof RangeError) return unknown("malformed");
      throw error;
    }
  }
  return refusalOf(status, json);
}

function parseJson(text: string): unknown {
  try {
    return parseProviderJson(text);
  } catch {
    return undefined;
  }
}

/** Our key as the UUIDv4 that Coinbase insists on: the same key always gives the same UUID. */
export function toUuidV4(idempotencyKey: string): string {
  const bytes = createHash("sha256").update(idempotencyKey).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
