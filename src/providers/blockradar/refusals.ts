import type { Failure } from "../port.js";
import { rejected, unknown } from "../shared.js";

/** Any answer but an accepted one. */
export type Refusal =
  | { readonly outcome: "rejected"; readonly failure: Failure }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "unknown"; readonly reason: string };

/**
 * Texts that say that a withdrawal was refused before anything was sent. Blockradar has no error codes, only sentences
 * (docs.blockradar.co/about-the-api/errors), and publishes no list of them: these are the forms of its own samples and of its
 * validator. Whatever is not here is `unknown`, which costs a look-up; a wrong entry here would cost a double payment.
 */
const DEFINITE: readonly (readonly [code: string, text: RegExp])[] = [
  ["insufficient_gas", /\b(insufficient|not enough)\b.*\b(native|gas|network fees?)\b/i],
  ["insufficient_gas", /\b(native|gas|network fees?)\b.*\b(insufficient|not enough)\b/i],
  ["insufficient_funds", /\b(insufficient|not enough)\b.*\b(balance|funds?|amount)\b/i],
  ["address_blocked", /\baddress\b.*\b(blacklisted|blocked|sanctioned)\b/i],
  [
    "invalid_address",
    /\binvalid\b.*\baddress\b|\baddress\b.*\b(is not valid|is invalid|must be|is required|should not be)\b/i,
  ],
  [
    "invalid_amount",
    /\binvalid\b.*\bamount\b|\bamount\b.*\b(is invalid|must be|is required|should not be|too (small|low|many|large))\b/i,
  ],
  [
    "invalid_asset",
    /\binvalid\b.*\basset\b|\basset(id)?\b.*\b(not found|is invalid|must be|is required|should not be|not (active|supported|enabled))\b/i,
  ],
  ["invalid_request", /^[A-Za-z0-9_.]+ (is required|must be an? [a-z ]+|should not be empty|must not be empty)$/],
];

/** A reference that is in use: the earlier request under it may have sent the coins, so this is never a refusal. */
const REPEATED = /\breference\b.*\b(already|exists?|duplicate[d]?|used|unique)\b|\bduplicate\b.*\breference\b/i;

/** A reply of 4xx or 5xx in Blockradar's own shape, judged by what it proves about this kind of request. */
export function refusalOf(effect: "read" | "write" | "money", status: number, message: string): Refusal {
  const isVerdict = status === 400 || status === 422;
  if (effect === "money") return moneyRefusal(status, message);
  if (status === 404) return { outcome: "notFound" };
  if (effect === "read" || !isVerdict) return unknown(`http_${status}`);
  return REPEATED.test(message) ? unknown("repeated") : rejected(codeOf(message) ?? "refused", message);
}

function moneyRefusal(status: number, message: string): Refusal {
  // A 404 may be about anything; a wallet or an asset that does not exist is looked up before coins are sent.
  if (status === 404 && /\bwallet\b/i.test(message)) return rejected("wallet_not_found", message);
  if (status === 404 && /\basset\b/i.test(message)) return rejected("invalid_asset", message);
  return status === 400 || status === 422 ? withdrawalRefusal(message) : unknown(`http_${status}`);
}

/** Whether this sentence proves that the withdrawal was not sent. */
export function withdrawalRefusal(message: string): Refusal {
  if (REPEATED.test(message)) return unknown("reference_repeated");
  const code = codeOf(message);
  return code === undefined ? unknown("refused_without_proof") : rejected(code, message);
}

function codeOf(message: string): string | undefined {
  return DEFINITE.find(([, text]) => text.test(message))?.[0];
}
