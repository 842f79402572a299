import { z } from "zod";
import type { Failure } from "../ports/common.js";
import { rejected, unknown } from "../shared.js";

/** Any answer but an accepted one. */
type Refusal =
  | { readonly outcome: "rejected"; readonly failure: Failure }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "unknown"; readonly reason: string };

/** An error in Coinbase's own shape; `correlationId` and `errorLink` may be with it. */
const errorSchema = z.looseObject({ errorType: z.string().min(1), errorMessage: z.string() });

/** One documented refusal: a status, and the types of error that come with it. */
export interface DocumentedRefusal {
  readonly status: readonly number[];
  /** Every type that no row above names when absent. */
  readonly types?: readonly string[];
  readonly says: "rejected" | "notFound" | "unknown";
  readonly reason: string;
}

/**
 * Every refusal that Coinbase documents, the first that fits (docs.cdp.coinbase.com/api-reference/v2/errors, /idempotency).
 * Calls that change something carry an idempotency key, so `unknown` costs asking once more; whatever is not here is that.
 */
export const DOCUMENTED_REFUSALS: readonly DocumentedRefusal[] = [
  // The key was used before, with other parameters or by a request under way: that one may have had its effect.
  { status: [409, 422, 400], types: ["idempotency_error"], says: "unknown", reason: "idempotency_key_reused" },
  // They speak of the key, of how often was asked or of Coinbase itself, and judge no request.
  {
    status: [400, 422],
    types: [
      "unauthorized",
      "forbidden",
      "rate_limit_exceeded",
      "internal_server_error",
      "service_unavailable",
      "bad_gateway",
      "timed_out",
      "request_canceled",
      "settlement_failed",
    ],
    says: "unknown",
    reason: "no_verdict",
  },
  { status: [400, 422], says: "rejected", reason: "" },
  { status: [404], types: ["not_found"], says: "notFound", reason: "" },
  { status: [401, 403], says: "unknown", reason: "unauthorized" },
  { status: [429], says: "unknown", reason: "rate_limited" },
  { status: [409], says: "unknown", reason: "conflict" },
];

/** What a reply that is no success proves. One in another shape was said by something in between, which knows nothing. */
export function refusalOf(status: number, json: unknown): Refusal {
  const error = errorSchema.safeParse(json);
  if (!error.success) return unknown(`http_${status}`);
  const { errorType, errorMessage } = error.data;
  const row = DOCUMENTED_REFUSALS.find(
    (each) => each.status.includes(status) && (each.types?.includes(errorType) ?? true),
  );
  if (row === undefined) return unknown(`http_${status}`);
  if (row.says === "notFound") return { outcome: "notFound" };
  return row.says === "unknown" ? unknown(row.reason) : rejected(errorType, errorMessage);
}
