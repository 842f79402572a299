import { Refusal } from "../refusal.js";
import type { Dialect } from "../server.js";

/** An error reply: a status and a sentence, and no code (docs.blockradar.co/about-the-api/errors). */
export function blockradarError(status: number, message: string): Refusal {
  return new Refusal(status, { statusCode: status, message });
}

/** Blockradar's way to be asked. It has no idempotency keys. */
export function blockradarDialect(apiKey: string): Dialect {
  return {
    provider: "blockradar",
    // A name that no header can have.
    idempotencyHeader: "",
    authenticate({ headers }) {
      if (headers["x-api-key"] !== apiKey) throw blockradarError(401, "Unauthorized");
    },
    checkKey() {},
    headers: () => ({}),
    refuse(kind) {
      switch (kind) {
        case "unavailable":
          return blockradarError(500, "Internal server error");
        case "rate_limited":
          return blockradarError(429, "Too Many Requests");
        case "not_found":
          return blockradarError(404, "Not Found");
        case "bad_request":
        case "key_in_use":
        case "key_reused":
          return blockradarError(400, "Bad Request");
      }
    },
  };
}
