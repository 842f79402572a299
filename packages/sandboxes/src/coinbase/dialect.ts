import { randomUUID } from "node:crypto";
import type { JWTPayload, ProtectedHeaderParameters } from "jose";
import { errorMessage } from "../errors.js";
import { Refusal } from "../refusal.js";
import type { Call, Dialect } from "../server.js";
import { readPublicKey } from "./keys.js";

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const MAX_AGE_SECONDS = 120;
const CLOCK_TOLERANCE_SECONDS = 5;

/** An error reply of the CDP APIs. */
export function cdpError(status: number, errorType: string, errorMessage: string, remembered = false): Refusal {
  const body = { errorType, errorMessage, correlationId: randomUUID() };
  return new Refusal(status, body, { remembered });
}

function unauthorized(reason: string): Refusal {
  return cdpError(401, "unauthorized", reason);
}

/** A token is for one method, host and path; neither scheme nor query is part of it. */
function namesThisCall(payload: JWTPayload, { method, path, headers }: Call): boolean {
  const { uris, uri } = payload;
  const named = Array.isArray(uris) ? uris : [uri];
  const host = String(headers.host ?? "");
  const hostname = host.replace(/:\d+$/, "");
  return named.includes(`${method} ${host}${path}`) || named.includes(`${method} ${hostname}${path}`);
}

function checkClaims(apiKeyId: string, header: ProtectedHeaderParameters, payload: JWTPayload): void {
  if (header.kid !== apiKeyId) throw unauthorized("the token's kid is not a known API key");
  if (payload.sub !== apiKeyId) throw unauthorized("the token's sub is not its key");
  const { exp = 0, nbf = 0 } = payload;
  if (exp - nbf > MAX_AGE_SECONDS) throw unauthorized(`a token may live for ${MAX_AGE_SECONDS} seconds`);
}

/** Coinbase's words for authentication, keys and limits. Every token is verified as CDP verifies it. */
export function coinbaseDialect(apiKeyId: string, publicKey: string): Dialect {
  const { key, algorithm } = readPublicKey(publicKey);
  return {
    provider: "coinbase",
    idempotencyHeader: "x-idempotency-key",
    async authenticate(call) {
      const { authorization } = call.headers;
      const token = typeof authorization === "string" ? /^Bearer (\S+)$/i.exec(authorization)?.[1] : undefined;
      if (token === undefined) throw unauthorized("a bearer token is required");
      const { jwtVerify } = await import("jose");
      const verified = await jwtVerify(token, key, {
        algorithms: [algorithm],
        issuer: "cdp",
        requiredClaims: ["exp", "nbf", "sub"],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      }).catch((error: unknown) => {
        throw unauthorized(errorMessage(error));
      });
      checkClaims(apiKeyId, verified.protectedHeader, verified.payload);
      if (!namesThisCall(verified.payload, call)) throw unauthorized("the token is for another method, host or path");
    },
    checkKey(idempotencyKey) {
      if (UUID_V4.test(idempotencyKey)) return;
      throw cdpError(400, "invalid_request", "X-Idempotency-Key must be a UUID v4");
    },
    headers: () => ({}),
    refuse(kind) {
      switch (kind) {
        case "unavailable":
          return cdpError(500, "internal_server_error", "An internal server error occurred.");
        case "rate_limited":
          return cdpError(429, "rate_limit_exceeded", "Too many requests.");
        case "key_in_use":
          return cdpError(409, "idempotency_error", "A request with this idempotency key is being processed.");
        case "key_reused":
          return cdpError(422, "idempotency_error", "The idempotency key was used with different parameters.");
        case "not_found":
          return cdpError(404, "not_found", "There is nothing at this address.");
        case "bad_request":
          return cdpError(400, "invalid_request", "The request could not be read.");
      }
    },
  };
}
