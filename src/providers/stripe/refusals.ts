/** What a refusal of Stripe's proves about a request. */
type Says = "rejected" | "missing" | "unknown";

/** One documented refusal: a status and the types and codes of error that come with it. */
export interface DocumentedRefusal {
  readonly status: readonly number[];
  readonly types: readonly string[];
  readonly codes?: readonly string[];
  /** `missing`: an object that was named is not there. */
  readonly says: Says;
  readonly reason: string;
}

const REQUEST = ["invalid_request_error"];

/**
 * Every refusal that Stripe documents, the first that fits (docs.stripe.com/api/errors, docs.stripe.com/error-low-level). A
 * revoked key, a lock, a rate limit and a fault of Stripe's judge no request. Whatever is not here (a gateway's page, an error
 * without a type) is `unknown`: every call that moves money carries an idempotency key, so that costs asking once more.
 */
export const DOCUMENTED_REFUSALS: readonly DocumentedRefusal[] = [
  // The key was used before, with other parameters: that earlier request may well have had its effect.
  { status: [400, 409], types: ["idempotency_error"], says: "unknown", reason: "idempotency_key_reused" },
  {
    status: [400],
    types: REQUEST,
    codes: ["idempotency_key_in_use", "lock_timeout"],
    says: "unknown",
    reason: "conflict",
  },
  { status: [400], types: REQUEST, codes: ["rate_limit"], says: "unknown", reason: "rate_limited" },
  { status: [400], types: REQUEST, codes: ["resource_missing"], says: "missing", reason: "" },
  { status: [404], types: REQUEST, says: "missing", reason: "" },
  { status: [400, 402], types: [...REQUEST, "card_error"], says: "rejected", reason: "" },
  { status: [401], types: [...REQUEST, "authentication_error"], says: "unknown", reason: "unauthorized" },
  // The key is good and does not see what was asked for.
  { status: [403], types: [...REQUEST, "authentication_error"], says: "unknown", reason: "forbidden" },
  { status: [429], types: [...REQUEST, "rate_limit_error"], says: "unknown", reason: "rate_limited" },
];

/** What an error proves by its status, type and code. */
export function refusalOf(
  status: number,
  type: string | undefined,
  code: string | undefined,
): Pick<DocumentedRefusal, "says" | "reason"> {
  const row = DOCUMENTED_REFUSALS.find(
    (each) =>
      each.status.includes(status) &&
      each.types.includes(type ?? "") &&
      (each.codes === undefined || each.codes.includes(code ?? "")),
  );
  return row ?? { says: "unknown", reason: status === 0 ? "malformed" : (REASONS[status] ?? `http_${status}`) };
}

const REASONS: Readonly<Record<number, string>> = {
  401: "unauthorized",
  403: "forbidden",
  409: "conflict",
  429: "rate_limited",
};
