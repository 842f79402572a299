/** stripe-node 23 on our own transport, and its errors as results. */
import type Stripe from "stripe";
import { ZodError } from "zod";
import { type Outbound, OutboundError } from "../http.js";
import type { Installation, ProviderResult } from "../ports/common.js";
import { accepted, fromOutboundError, unknown } from "../shared.js";
import { ownKey } from "./installation.js";
import { stripeFailure } from "./news.js";
import { refusalOf } from "./refusals.js";

/** Ids in a path, so that one operation has one name in metrics and fault points. */
const ID_SEGMENT = /\/(?:pi|cs|cus|re|ch|py|du|dp|prod|pkg|pln|price|pm|seti|sub|in|inpay|txn|po)_\w+/g;

export interface StripeClientOptions {
  /** Whose requests and objects these are. */
  readonly installation?: Installation | undefined;
  readonly secretKey: string;
  /** Origin of the API, default `https://api.stripe.com`. stripe-node takes no base path, so neither does this. */
  readonly apiBase?: string | undefined;
  readonly timeoutMs: number;
}

/** Loads stripe-node. No other module takes as long to load, so a start does without it and the first call waits. */
export const loadStripe = async (): Promise<typeof Stripe> => (await import("stripe")).default;

/** The client, made when it is first asked for. */
export type StripeClient = () => Promise<Stripe>;

/**
 * A client whose every HTTP request passes `outbound` (and so its pool, bound, breaker and fault points). It never retries:
 * with the fetch transport stripe-node's own retry of closed connections, which ignores `maxNetworkRetries: 0`, is off too.
 * Throws a RangeError on an `apiBase` with a path.
 */
export function createStripeClient(options: StripeClientOptions, outbound: Outbound): StripeClient {
  const base = new URL(options.apiBase ?? "https://api.stripe.com");
  if (base.pathname !== "/") throw new RangeError("the Stripe API base must not have a path");
  const secure = base.protocol === "https:";
  const create = async () => {
    const StripeNode = await loadStripe();
    return new StripeNode(options.secretKey, {
      telemetry: false,
      maxNetworkRetries: 0,
      // Later than our own bound, so that ours decides and is counted by the breaker.
      timeout: options.timeoutMs + 5_000,
      protocol: secure ? "https" : "http",
      host: base.hostname,
      port: base.port || (secure ? 443 : 80),
      httpClient: StripeNode.createFetchHttpClient(outboundFetch(outbound, options.installation)),
    });
  };
  let created: Promise<Stripe> | undefined;
  return () => {
    created ??= create();
    return created;
  };
}

const KEY_HEADER = "idempotency-key";

function outboundFetch(outbound: Outbound, installation: Installation | undefined): typeof fetch {
  return async (input, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    const key = headers[KEY_HEADER];
    if (key !== undefined && installation) headers[KEY_HEADER] = ownKey(await installation.get(), key);
    const url = new URL(String(input));
    const method = init?.method ?? "GET";
    const reply = await outbound.send(`${method} ${url.pathname.replace(ID_SEGMENT, "/{id}")}`, {
      method,
      url: url.href,
      headers,
      ...(typeof init?.body === "string" ? { body: init.body } : {}),
    });
    // stripe-node reads `.error` of whatever JSON it got: `null` would surface as a TypeError instead of a malformed reply.
    if (!reply.text.trimStart().startsWith("{")) {
      throw new OutboundError("malformed", `Stripe answered ${reply.status} without JSON`);
    }
    return new Response(reply.text, { status: reply.status, headers: { ...reply.headers } });
  };
}

/**
 * Runs one call and reads its reply. A reply that does not have the documented shape is `unknown`: something answered, and
 * whether it did what we asked is not known. Rethrows what is neither Stripe's answer nor the network's failure.
 */
export async function askStripe<Raw, Value>(
  stripe: StripeClient,
  ask: (client: Stripe) => Promise<Raw>,
  read: (reply: Raw) => Value,
): Promise<ProviderResult<Value>> {
  try {
    return accepted(read(await ask(await stripe())));
  } catch (error) {
    if (error instanceof ZodError || error instanceof RangeError) return unknown("malformed");
    return stripeErrorResult(error, (await loadStripe()).errors);
  }
}

/** What of the request a `resource_missing` may be about, other than the object that the URL addresses. */
const REQUEST_PARTS: ReadonlySet<string> = new Set([
  "customer",
  "payment_method",
  "default_payment_method",
  "items[0][price]",
  "line_items[0][price]",
]);

/** A stripe-node error as a result: only a documented refusal is `rejected`. */
function stripeErrorResult(
  error: unknown,
  errors: typeof Stripe.errors,
): Exclude<ProviderResult<never>, { outcome: "accepted" }> {
  if (error instanceof errors.StripeConnectionError) return connectionResult(error);
  if (!(error instanceof errors.StripeError)) throw error;
  const { statusCode = 0, code, decline_code, message, rawType, param } = error;
  const { says, reason } = refusalOf(statusCode, rawType, code);
  if (says === "unknown") return unknown(reason);
  const missing = says === "missing";
  if (missing && !REQUEST_PARTS.has(param ?? "")) return { outcome: "notFound" };
  const failure = stripeFailure({ code, decline_code, message, type: rawType });
  return { outcome: "rejected", failure, ...(missing && param === "customer" ? { customerMissing: true } : {}) };
}

function connectionResult(error: InstanceType<typeof Stripe.errors.StripeConnectionError>) {
  const { detail } = error;
  const result = fromOutboundError(detail);
  if (result !== undefined) return result;
  if (detail instanceof Error && "code" in detail && detail.code === "ETIMEDOUT") return unknown("timeout");
  // Not the network's failure: a fault hook or a defect threw inside the transport, and stripe-node wrapped it.
  throw detail instanceof Error ? detail : error;
}
