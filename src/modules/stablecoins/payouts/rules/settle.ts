import type { Clock } from "../../../../core/clock.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../core/clock.js";
import type { Attempt, Payout, PayoutNews } from "../types.js";
import { type PayoutStatus, payoutChart } from "./chart.js";

/** The provider was not asked yet, or is known not to have done anything. */
export const isUnsent = (status: PayoutStatus): boolean =>
  ["requested", "awaiting_approval", "approved"].includes(status);

/** What news does to a payout: where it and its attempt get to, if anywhere. */
export type Decision =
  /** Old or repeated. */
  | { readonly kind: "nothing" }
  /** The provider has the attempt; the payout goes with it, or on as it was. */
  | { readonly kind: "submitted"; readonly attempt: "submitted"; readonly payout: "submitted" | undefined }
  /** The coins left as asked: book them out. `late`: its money had been given back already. */
  | { readonly kind: "confirm"; readonly attempt: "confirmed"; readonly payout: "confirmed"; readonly late: boolean }
  /** The provider says that it will not happen: give the money back. */
  | { readonly kind: "fail"; readonly attempt: "failed"; readonly payout: "failed" | "canceled" }
  /** An earlier attempt ended; the payout goes on with a later one. */
  | { readonly kind: "attempt_ended"; readonly attempt: "failed"; readonly payout?: undefined }
  /** Coins left that this payout does not explain: book them, stop all payouts, call a person. */
  | { readonly kind: "quarantine"; readonly reason: string }
  /** News that contradicts what is booked without moving money: call a person. */
  | { readonly kind: "dispute"; readonly reason: string };

/**
 * The one decision about a withdrawal's news, whoever brings it: reply, webhook or sweeper. It looks at how far the payout is
 * and at facts already booked, never at timestamps.
 */
export function settle(payout: Payout, attempt: Attempt, { news, contradiction, replaces }: PayoutNews): Decision {
  const known = attempt.providerReference;
  const isOther = known !== null && known !== news.providerReference;
  if (news.status === "confirmed") return settleConfirmed(payout, attempt, contradiction, isOther);
  if (news.status === "submitted") {
    const waits = attempt.status === "submitting" || attempt.status === "unknown";
    const isHad = isOther ? isReplaced(payout, attempt, replaces) : waits || turnsUpInTime(payout, attempt);
    if (!isHad) return { kind: "nothing" };
    const payoutGoes = goesAlong(payout, attempt, replaces);
    return { kind: "submitted", attempt: "submitted", payout: payoutGoes ? "submitted" : undefined };
  }
  return isOther ? { kind: "nothing" } : settleEnded(payout, attempt, news.status);
}

/** The provider, or the chain, put another transaction in the place of the one that we knew, under the same reference. */
const isReplaced = (payout: Payout, attempt: Attempt, replaces: string | undefined): boolean =>
  // What arrived is not on its way again.
  attempt.status !== "confirmed" &&
  replaces !== undefined &&
  replaces === attempt.providerReference &&
  carries(payout, attempt);

/** Whether a payout goes where the provider now has this attempt. */
function goesAlong(payout: Payout, attempt: Attempt, replaces: string | undefined): boolean {
  const waits = ["submitting", "unknown"].includes(payout.status) && attempt.number === payout.attempts;
  const isReplaced = payout.status === "submitted" && replaces === payout.providerReference;
  return waits || isReplaced || turnsUpInTime(payout, attempt);
}

/** It was refused or given up as lost, and the provider has it after all, before another attempt was made in its place. */
const turnsUpInTime = (payout: Payout, attempt: Attempt): boolean =>
  payout.status === "approved" && (attempt.status === "abandoned" || attempt.status === "failed");

/** Whether the payout goes the way of this attempt: the one that the provider has, or else the latest. */
export const carries = (payout: Payout, attempt: Attempt): boolean =>
  payout.providerReference === null
    ? attempt.number === payout.attempts
    : attempt.providerReference === payout.providerReference;

function settleConfirmed(
  payout: Payout,
  attempt: Attempt,
  contradiction: PayoutNews["contradiction"],
  isOther: boolean,
): Decision {
  if (attempt.status === "confirmed") {
    // One reference of ours, two transactions of theirs that both arrived: somebody repeated it in the provider's dashboard.
    return isOther ? { kind: "quarantine", reason: "second_transaction" } : { kind: "nothing" };
  }
  if (payout.status === "confirmed") return { kind: "quarantine", reason: "second_attempt_confirmed" };
  if (contradiction !== undefined) return { kind: "quarantine", reason: contradiction };
  return { kind: "confirm", attempt: "confirmed", payout: "confirmed", late: !payout.reserved };
}

function settleEnded(payout: Payout, attempt: Attempt, status: "failed" | "canceled"): Decision {
  if (attempt.status === "failed") return { kind: "nothing" };
  if (attempt.status === "confirmed") return { kind: "dispute", reason: `${status}_after_confirmed` };
  const waits = ["submitting", "unknown", "submitted"].includes(payout.status);
  return carries(payout, attempt) && waits
    ? { kind: "fail", attempt: "failed", payout: status }
    : { kind: "attempt_ended", attempt: "failed" };
}

/** How long after an attempt is promised it may still be sent. Sooner than this nobody may decide that it was not. */
export const SEND_WITHIN_MS = 10_000;

/** From when on a person may have another attempt made: nothing of this one can reach the provider any more. */
export const mayDecideFrom = ({ createdAt }: Pick<Attempt, "createdAt">, callTimeoutMs: number): Date =>
  new Date(createdAt.getTime() + SEND_WITHIN_MS + callTimeoutMs);

/** Whether it is known that an attempt was not sent: its time to be sent is over, and it was never about to be. */
export const wasNeverSent = ({ status, askBy, askedAt }: Attempt, now: Date): boolean =>
  status === "submitting" && askedAt === null && askBy !== null && askBy < now;

/** Whether an attempt may be at the provider, though this is not what we were told, so that it must be looked for. */
export const mayExist = ({ status, failure }: Attempt): boolean =>
  status !== "confirmed" && !(status === "failed" && failure?.code === "not_sent");

/** What a definite refusal of the provider means for the payout. */
export type Refusal =
  /** This payout can never be: give the money back. */
  | "fails"
  /** Nothing was sent, and later it may work: wait and send again. */
  | "waits"
  /** Nothing was sent, and nothing else will be: stop all payouts and call a person. */
  | "halts";

/** Codes are the adapter's own words for a `rejected` withdrawal. */
export function refusalOf(code: string): Refusal {
  if (code === "unauthorized") return "halts";
  if (["rate_limited", "not_sent", "insufficient_funds", "insufficient_gas"].includes(code)) return "waits";
  return "fails";
}

/** Where a refusal leads a payout. */
export const refusedTo = (refusal: Refusal): "failed" | "approved" => (refusal === "fails" ? "failed" : "approved");

/**
 * Why a payment cannot be paid out, by its status; undefined when all of its money is there. Of a partly refunded one the
 * wallet has the rest, which can be paid out as a balance.
 */
export const whyNotPayable = (paymentStatus: string | undefined): string | undefined =>
  paymentStatus === "succeeded" ? undefined : `the payment is ${paymentStatus ?? "not paid"}`;

const PRICE_HOLDS_MS = HOUR_MS;

/**
 * Whether the price of a payout in another asset is too old for money that was given back: who may choose between the old price
 * and today's takes the better one, at our cost. Counted from the request, though an edit may have agreed on a newer price.
 */
export const isPriceOld = (clock: Clock, { rate, createdAt }: Pick<Payout, "rate" | "createdAt">): boolean =>
  rate !== null && clock.now().getTime() - createdAt.getTime() > PRICE_HOLDS_MS;

const UNKNOWN_LOOKS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS] as const;
const WAITING_LOOKS_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS] as const;

/** When to look at a payout again after `checks` looks; null when nobody will. */
export function nextCheck(clock: Clock, status: PayoutStatus, checks: number): Date | null {
  if (payoutChart.isFinal(status) || status === "awaiting_approval" || status === "requested") return null;
  const looks = status === "unknown" ? UNKNOWN_LOOKS_MS : WAITING_LOOKS_MS;
  const wait = looks[Math.min(checks, looks.length - 1)] ?? DAY_MS;
  return new Date(clock.now().getTime() + wait);
}

/** A submitted payout that is not confirmed after this long is worth an alarm. */
export const STUCK_AFTER_MS = 15 * MINUTE_MS;
