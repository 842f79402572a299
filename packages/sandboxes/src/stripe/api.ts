import { type FormObject, parseForm } from "../form.js";
import { Refusal } from "../refusal.js";
import type { Call, Dialect } from "../server.js";
import { invalidParameter, stripeError } from "./errors.js";
import { expand } from "./expand.js";
import { withOddities } from "./oddities.js";
import { Params } from "./params.js";
import { inVersion, readVersion } from "./versions.js";
import { API_VERSION, type StripeWorld } from "./world.js";

const MAX_KEY_LENGTH = 255;

/** The secret key of a request: Bearer as the SDK sends it, or the user name of Basic as curl does. */
function secretKey(header: string | string[] | undefined): string | undefined {
  const [scheme = "", credentials = ""] = typeof header === "string" ? header.split(" ", 2) : [];
  if (scheme.toLowerCase() === "bearer") return credentials;
  if (scheme.toLowerCase() === "basic") return Buffer.from(credentials, "base64").toString().split(":")[0];
  return undefined;
}

/** Stripe's words for authentication, keys and limits. */
export function stripeDialect(apiKey: string | undefined): Dialect {
  return {
    provider: "stripe",
    idempotencyHeader: "idempotency-key",
    authenticate({ headers }) {
      const key = secretKey(headers.authorization);
      if (key !== undefined && (apiKey === undefined ? /^sk_test_\w+$/.test(key) : key === apiKey)) return;
      const message = key === undefined ? "You did not provide an API key." : "Invalid API Key provided.";
      throw stripeError(401, { type: "invalid_request_error", message });
    },
    checkKey(key) {
      if (key.length > MAX_KEY_LENGTH) {
        throw invalidParameter("idempotency_key", `Idempotency keys can have up to ${MAX_KEY_LENGTH} characters.`);
      }
    },
    headers: (call) => ({
      "request-id": call.id,
      "stripe-version": String(call.headers["stripe-version"] ?? API_VERSION),
      ...(call.idempotencyKey === undefined ? {} : { "idempotency-key": call.idempotencyKey }),
    }),
    refuse(kind) {
      switch (kind) {
        case "unavailable":
          return stripeError(500, { type: "api_error", message: "An unknown error occurred" });
        case "rate_limited": {
          const { body } = stripeError(429, {
            type: "invalid_request_error",
            code: "rate_limit",
            message: "Request rate limit exceeded.",
          });
          return new Refusal(429, body, { headers: { "stripe-rate-limited-reason": "global-rate" } });
        }
        case "key_in_use":
          return stripeError(409, {
            type: "idempotency_error",
            code: "idempotency_key_in_use",
            message:
              "There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.",
          });
        case "key_reused":
          return stripeError(400, {
            type: "idempotency_error",
            message:
              "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than the one you used if you meant to execute a different request.",
          });
        case "not_found":
          return stripeError(404, { type: "invalid_request_error", message: "Unrecognized request URL." });
        case "bad_request":
          return stripeError(400, { type: "invalid_request_error", message: "The request could not be read." });
      }
    },
  };
}

function readQuery(query: string): FormObject {
  try {
    return parseForm(query);
  } catch {
    throw invalidParameter("query", "The query could not be read.");
  }
}

/** Adds API routes whose parameters come from the form or the query, and whose replies honour `expand`. */
export function stripeRoute(
  world: StripeWorld,
  method: "GET" | "POST" | "DELETE",
  path: string,
  handle: (params: Params, call: Call) => unknown,
): void {
  world.server.api(method, path, (call) => {
    const params = new Params(method === "POST" ? (call.body as FormObject) : readQuery(call.query));
    const paths = params.texts("expand");
    // A path that is refused is refused before the call was remembered: it takes back what the call did.
    const version = readVersion(call.headers["stripe-version"]);
    return world.causedBy(call, () =>
      withOddities(world, path, inVersion(world, expand(world, handle(params, call), paths), version)),
    );
  });
}
