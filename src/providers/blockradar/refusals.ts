import type { Failure } from "../ports/common.js";
import { rejected, unknown } from "../shared.js";

/** Any answer but an accepted one. */
export type Refusal =
  | { readonly outcome: "rejected"; readonly failure: Failure }
  | { readonly outcome: "notFound" }
  | { readonly outcome: "unknown"; readonly reason: string };

/** What a request does at Blockradar, which decides what a refusal of it proves. */
export type Effect = "read" | "write" | "money";

/** What an answer proves: nothing was done, there is no such thing, or nothing at all. */
type Says = "rejected" | "notFound" | "unknown";

/** One documented refusal: `{statusCode, message}` with the status of the reply, and a sentence like this. */
export interface DocumentedRefusal {
  readonly status: readonly number[];
  /** Any sentence when absent. */
  readonly text?: RegExp;
  readonly code: string;
  readonly says: Readonly<Record<Effect, Says>>;
  /** A sentence of Blockradar's own samples, of its validator, or like them. */
  readonly example: string;
}

const VERDICT = [400, 422];
/** It proves that nothing was sent. A reading that was refused says nothing about what it asked for. */
const NOTHING_DONE = { read: "unknown", write: "rejected", money: "rejected" } as const;
const NOTHING_PROVED = { read: "unknown", write: "unknown", money: "unknown" } as const;

/**
 * Every refusal that Blockradar documents, the first that fits. It has no error codes, only sentences
 * (docs.blockradar.co/about-the-api/errors), and publishes no list of them: these are the forms of its own samples and of its
 * validator. Whatever is not here is `unknown`, which costs a look-up; a wrong entry here would cost a double payment.
 */
export const DOCUMENTED_REFUSALS: readonly DocumentedRefusal[] = [
  // A reference that is in use: the earlier request under it may have sent the coins, so this is never a refusal.
  {
    status: VERDICT,
    text: /\breference\b.*\b(already|exists?|duplicate[d]?|used|unique)\b|\bduplicate\b.*\breference\b/i,
    code: "reference_repeated",
    says: NOTHING_PROVED,
    example: "Duplicate reference: a transaction with this reference already exists",
  },
  // Also the answer to an address that is not on the key's allow-list (docs.blockradar.co/use-cases/ip-whitelist).
  { status: [401, 403], code: "unauthorized", says: NOTHING_DONE, example: "Unauthorized" },
  { status: [429], code: "rate_limited", says: NOTHING_DONE, example: "Too many requests" },
  {
    status: VERDICT,
    text: /\b(insufficient|not enough)\b.*\b(native|gas|network fees?)\b/i,
    code: "insufficient_gas",
    says: NOTHING_DONE,
    example: "Insufficient native balance in master wallet to cover the network fee",
  },
  {
    status: VERDICT,
    text: /\b(native|gas|network fees?)\b.*\b(insufficient|not enough)\b/i,
    code: "insufficient_gas",
    says: NOTHING_DONE,
    example: "The master wallet does not have enough for the network fee: not enough ETH",
  },
  {
    status: VERDICT,
    text: /\b(insufficient|not enough)\b.*\b(balance|funds?|amount)\b/i,
    code: "insufficient_funds",
    says: NOTHING_DONE,
    example: "Insufficient balance",
  },
  {
    status: VERDICT,
    text: /\baddress\b.*\b(blacklisted|blocked|sanctioned)\b/i,
    code: "address_blocked",
    says: NOTHING_DONE,
    example: "Address is blacklisted",
  },
  {
    status: VERDICT,
    text: /\binvalid\b.*\baddress\b|\baddress\b.*\b(is not valid|is invalid|must be|is required|should not be)\b/i,
    code: "invalid_address",
    says: NOTHING_DONE,
    example: "Invalid address",
  },
  {
    status: VERDICT,
    text: /\binvalid\b.*\bamount\b|\bamount\b.*\b(is invalid|must be|is required|should not be|too (small|low|many|large))\b/i,
    code: "invalid_amount",
    says: NOTHING_DONE,
    example: "amount must be greater than 0",
  },
  {
    status: VERDICT,
    text: /\binvalid\b.*\basset\b|\basset(id)?\b.*\b(not found|is invalid|must be|is required|should not be|not (active|supported|enabled))\b/i,
    code: "invalid_asset",
    says: NOTHING_DONE,
    example: "assetId is required",
  },
  {
    status: VERDICT,
    text: /^[A-Za-z0-9_.]+ (is required|must be an? [a-z ]+|should not be empty|must not be empty)$/,
    code: "invalid_request",
    says: NOTHING_DONE,
    example: "walletId is required",
  },
  // Of a request that moves no money any verdict will do; of one that does, only a sentence above.
  {
    status: VERDICT,
    code: "refused",
    says: { read: "unknown", write: "rejected", money: "unknown" },
    example: "Something went wrong",
  },
  // A 404 may be about anything; a wallet or an asset that does not exist is looked up before coins are sent.
  {
    status: [404],
    text: /\bwallet\b/i,
    code: "wallet_not_found",
    says: { read: "notFound", write: "notFound", money: "rejected" },
    example: "Wallet not found",
  },
  {
    status: [404],
    text: /\basset\b/i,
    code: "invalid_asset",
    says: { read: "notFound", write: "notFound", money: "rejected" },
    example: "Asset not found",
  },
  {
    status: [404],
    code: "not_found",
    says: { read: "notFound", write: "notFound", money: "unknown" },
    example: "Not Found",
  },
];

/** A refusal in Blockradar's own shape, judged by what it proves about this kind of request. */
export function refusalOf(effect: Effect, status: number, message: string): Refusal {
  const row = DOCUMENTED_REFUSALS.find((each) => each.status.includes(status) && (each.text?.test(message) ?? true));
  if (row === undefined) return unknown(`http_${status}`);
  switch (row.says[effect]) {
    case "rejected":
      return rejected(row.code, message);
    case "notFound":
      return { outcome: "notFound" };
    case "unknown":
      return unknown(row.code === "refused" ? "refused_without_proof" : row.code);
  }
}
