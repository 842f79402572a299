import { DAY_MS, HOUR_MS } from "../../../../core/clock.js";
import type { Attempt, AutoTopUp, PauseReason } from "../types.js";

/** What a look at a balance leads to. */
export type Start =
  | { readonly kind: "nothing" }
  | { readonly kind: "pause"; readonly reason: PauseReason; readonly until: Date }
  | { readonly kind: "start" };

/** Whether a top-up is begun now. `spent` is what was charged, or is being charged, this month. */
export function decideStart(
  autoTopUp: Pick<AutoTopUp, "status" | "nextAttemptAt" | "threshold" | "amount" | "monthlyCap">,
  facts: { readonly available: bigint; readonly spent: bigint; readonly hasOpen: boolean; readonly now: Date },
): Start {
  const { status, nextAttemptAt, threshold, amount, monthlyCap } = autoTopUp;
  const { available, spent, hasOpen, now } = facts;
  if (status !== "active" || hasOpen || available >= threshold) return { kind: "nothing" };
  if (nextAttemptAt !== null && nextAttemptAt > now) return { kind: "nothing" };
  if (spent + amount > monthlyCap) return { kind: "pause", reason: "monthly_cap", until: nextMonth(now) };
  return { kind: "start" };
}

/** Whether one top-up would all go to what is owed: the balance would stay as low, and the next would follow at once. */
export const goesToDebt = ({ grantsAmount }: Pick<AutoTopUp, "grantsAmount">, owed: bigint): boolean =>
  owed >= grantsAmount;

export const monthOf = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
const nextMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));

/** What must be known of an attempt's payment. */
export interface PaymentView {
  readonly status: string;
  readonly isPaid: boolean;
  /** The provider has it. */
  readonly isAsked: boolean;
  readonly failure: { readonly code: string; readonly declineCode?: string } | null;
}

/** What an attempt's payment makes of it. */
export type Follow =
  | { readonly kind: "nothing" }
  /** Nobody will pay it any more: it is ended at the provider, so that it cannot be paid by accident later. */
  | { readonly kind: "cancel" }
  | { readonly kind: "move"; readonly to: Attempt["status"]; readonly failureCode: string | null };

/** Decides by the payment alone; money that came outranks everything. `isWanted`: the auto top-up is not switched off. */
export function decideFollow(attempt: Pick<Attempt, "status">, payment: PaymentView, isWanted: boolean): Follow {
  const move = (to: Attempt["status"], failureCode: string | null = null): Follow =>
    to === attempt.status ? { kind: "nothing" } : { kind: "move", to, failureCode };
  if (payment.isPaid) return move("succeeded");
  if (attempt.status === "succeeded" || attempt.status === "failed") return { kind: "nothing" };
  switch (payment.status) {
    case "failed":
    case "canceled":
    case "expired":
      return move("failed", payment.failure?.declineCode ?? payment.failure?.code ?? payment.status);
    case "requires_action":
      return isWanted ? move("action_required") : { kind: "cancel" };
    case "pending":
      return payment.isAsked && (payment.failure !== null || !isWanted) ? { kind: "cancel" } : { kind: "nothing" };
    default:
      return move("in_flight");
  }
}

const BACKOFF_MS = [HOUR_MS, 6 * HOUR_MS, DAY_MS];
/** What banks say of a card that will not be good again: trying again only costs goodwill, and fees. */
const HOPELESS: ReadonlySet<string> = new Set([
  "lost_card",
  "stolen_card",
  "pickup_card",
  "fraudulent",
  "expired_card",
  "invalid_account",
  "restricted_card",
]);

/** After a charge that failed: when the next is tried, or that none is. */
export function afterFailure(
  failures: number,
  code: string | null,
  now: Date,
): { readonly failures: number; readonly nextAttemptAt: Date | null; readonly pause: boolean } {
  const wait = BACKOFF_MS[failures];
  const pause = wait === undefined || HOPELESS.has(code ?? "");
  return {
    failures: failures + 1,
    nextAttemptAt: pause ? null : new Date(now.getTime() + wait),
    pause,
  };
}

/** Why the card is no longer what was agreed to, or undefined while it is. */
export function unfitness(
  autoTopUp: Pick<AutoTopUp, "cardFingerprint" | "cardLast4">,
  method: { readonly status: string; readonly fingerprint: string | null; readonly last4: string | null } | undefined,
): "card_changed" | "card_detached" | undefined {
  if (method?.status !== "attached") return "card_detached";
  const isSame = method.fingerprint === autoTopUp.cardFingerprint && method.last4 === autoTopUp.cardLast4;
  return isSame ? undefined : "card_changed";
}

const OF_THE_PROVIDER: ReadonlySet<PauseReason> = new Set(["declined", "dispute", "card_changed", "card_detached"]);

/** Who causes a pause: what is said of the card and its charges is the provider's, the rest is found by looking. */
export const pausedBy = (reason: PauseReason): "provider" | "worker" =>
  OF_THE_PROVIDER.has(reason) ? "provider" : "worker";

/** Whether a pause may take the place of how things stand: a firm one does of one that ends by itself. */
export const mayPause = (autoTopUp: Pick<AutoTopUp, "status" | "pausedUntil">, until: Date | null): boolean =>
  autoTopUp.status === "active" || (autoTopUp.status === "paused" && autoTopUp.pausedUntil !== null && until === null);
