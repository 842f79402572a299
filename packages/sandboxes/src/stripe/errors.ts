import { Refusal } from "../refusal.js";

export interface StripeErrorBody {
  type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  payment_intent?: unknown;
  payment_method?: unknown;
  setup_intent?: unknown;
  charge?: string;
}

function docUrl(code: string | undefined): Record<string, string> {
  return code === undefined ? {} : { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll("_", "-")}` };
}

/** A Stripe error reply. `remembered` says whether the idempotency key replays it. */
export function stripeError(status: number, error: StripeErrorBody, remembered = false): Refusal {
  return new Refusal(status, { error: { ...error, ...docUrl(error.code) } }, { remembered });
}

/** A parameter is missing, unknown or wrong: refused before execution, so never stored under the key. */
export function invalidParameter(param: string, message: string, code?: string): Refusal {
  return stripeError(400, { type: "invalid_request_error", message, param, ...(code === undefined ? {} : { code }) });
}

export function missingResource(kind: string, id: string, param = "id", remembered = false): Refusal {
  const message = `No such ${kind}: '${id}'`;
  return stripeError(404, { type: "invalid_request_error", code: "resource_missing", message, param }, remembered);
}

/** The words of a refusal for the person who tried. */
export function wordsOf(body: unknown): string {
  const { error } = body as { error?: { message?: string } };
  return error?.message ?? "That did not work.";
}
