import { createHmac, timingSafeEqual } from "node:crypto";
import { parseProviderJson } from "./json.js";
import { type WebhookDelivery, WebhookRejectedError } from "./ports/webhooks.js";

/** How far a signed timestamp may lie from our clock, either way, in seconds. All samples of both providers use it. */
const TOLERANCE_S = 300;
/** No provider's signature header comes near this; longer ones are refused before any work is spent on them. */
const MAX_HEADER_LENGTH = 8_192;

const HEX_LENGTH = { sha256: 64, sha512: 128 } as const;

/**
 * True when one of `signatures` is the lower-case hex HMAC of `parts` under any of `secrets` (several during a rotation). The
 * body is hashed once for each secret, however many signatures are sent. Constant in time for well-formed signatures; any
 * other spelling (upper case, base64, wrong length) does not match.
 */
export function matchesHmac(
  algorithm: keyof typeof HEX_LENGTH,
  secrets: readonly string[],
  parts: readonly (string | Buffer)[],
  signatures: readonly string[],
): boolean {
  const given = signatures
    .filter((signature) => signature.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/.test(signature))
    .map((signature) => Buffer.from(signature, "hex"));
  if (given.length === 0) return false;
  let matched = false;
  for (const secret of secrets) {
    // An empty secret would let anyone sign.
    if (secret.trim() === "") continue;
    const hmac = createHmac(algorithm, secret);
    for (const part of parts) hmac.update(part);
    const expected = hmac.digest();
    for (const signature of given) if (timingSafeEqual(expected, signature)) matched = true;
  }
  return matched;
}

const indexes = new WeakMap<WebhookDelivery["headers"], ReadonlyMap<string, readonly string[]>>();

// Made once for each delivery: a signature may name many headers, and looking for each among all costs their product.
function indexOf(headers: WebhookDelivery["headers"]): ReadonlyMap<string, readonly string[]> {
  let index = indexes.get(headers);
  if (index === undefined) {
    const values = new Map<string, string[]>();
    for (const [key, value] of Object.entries(headers)) {
      const name = key.toLowerCase();
      values.set(name, [...(values.get(name) ?? []), ...[value ?? []].flat()]);
    }
    index = values;
    indexes.set(headers, index);
  }
  return index;
}

/** One header's value by case-insensitive name; undefined when absent, empty or repeated (a repeated one is ambiguous). */
export function singleHeader(headers: WebhookDelivery["headers"], name: string): string | undefined {
  const values = indexOf(headers).get(name.toLowerCase()) ?? [];
  const [value] = values;
  return values.length === 1 && value !== "" ? value : undefined;
}

/** A signature header's value. Throws `missing_signature` when it is absent, empty, repeated or absurdly long. */
export function signatureHeader(headers: WebhookDelivery["headers"], name: string): string {
  const value = singleHeader(headers, name);
  if (value === undefined || value.trim() === "") {
    throw new WebhookRejectedError("missing_signature", `one ${name} header is required`);
  }
  if (value.length > MAX_HEADER_LENGTH) throw badSignature(`${name} is too long`);
  return value;
}

export function badSignature(message: string): WebhookRejectedError {
  return new WebhookRejectedError("bad_signature", message);
}

/** No scheme has more: a time, a list of names, and a signature for each of a few secrets. */
const FIELDS_MAX = 20;

/** `t=1,v1=ab` as pairs, split on the first `=` only; fields come in any order. Throws `bad_signature` on anything else. */
export function parseSignatureFields(header: string): readonly (readonly [string, string])[] {
  const fields = header.split(",", FIELDS_MAX + 1);
  if (fields.length > FIELDS_MAX) throw badSignature("too many fields in the signature header");
  return fields.map((field) => {
    const at = field.indexOf("=");
    if (at < 1) throw badSignature("malformed signature header");
    return [field.slice(0, at).trim(), field.slice(at + 1).trim()] as const;
  });
}

/** The signed timestamp in unix seconds as text. Throws `bad_signature` unless it is there once, as plain digits. */
export function timestampField(fields: readonly (readonly [string, string])[]): string {
  const values = fields.filter(([name]) => name === "t");
  const text = values[0]?.[1] ?? "";
  if (values.length !== 1 || !/^\d{1,12}$/.test(text)) throw badSignature("malformed timestamp in signature header");
  return text;
}

/** Refuses deliveries signed more than 300 s ago or ahead; call it only once the signature held. */
export function checkTolerance(timestamp: string, now: Date): void {
  const age = Math.floor(now.getTime() / 1_000) - Number(timestamp);
  if (Math.abs(age) > TOLERANCE_S) {
    throw new WebhookRejectedError(
      "outside_tolerance",
      `signed ${age} s before our time; ${TOLERANCE_S} s are allowed`,
    );
  }
}

/** The one parse of a verified body. Throws `unreadable` unless it is a JSON object. */
export function parseObject(rawBody: Buffer): Record<string, unknown> {
  let payload: unknown;
  try {
    payload = parseProviderJson(rawBody.toString("utf8"));
  } catch {
    throw new WebhookRejectedError("unreadable", "the body is not JSON");
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    throw new WebhookRejectedError("unreadable", "the body is not a JSON object");
  }
  return payload as Record<string, unknown>;
}
