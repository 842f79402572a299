import { type Clock, DAY_MS, HOUR_MS } from "../../../../core/clock.js";
import type { DunningCase, Invoice, Subscription } from "../types.js";
import { isFinal } from "./subscription.js";

/** What news of an invoice does to the case about it. */
export type DunningStep =
  | { readonly kind: "nothing" }
  | { readonly kind: "open" }
  /** Another attempt failed, or the next one was moved. */
  | { readonly kind: "update" }
  | { readonly kind: "close"; readonly status: "recovered" | "voided" };

type Told = Pick<Invoice, "status" | "attempts" | "billingReason" | "nextAttemptAt" | "failure" | "requiresAction">;

/**
 * Whether an invoice needs somebody to look after it. The first invoice of a subscription does not: nothing was given yet, and
 * nothing begins without it. Nor does an upgrade that waits for its payment: until then the old plan goes on.
 */
const isOverdue = (invoice: Told, subscription: Pick<Subscription, "status" | "hasPendingUpdate">): boolean =>
  invoice.status === "open" &&
  invoice.attempts > 0 &&
  invoice.billingReason !== "subscription_create" &&
  !(invoice.billingReason === "subscription_update" && subscription.hasPendingUpdate) &&
  !isFinal(subscription.status);

export function dunningStep(
  known: DunningCase | undefined,
  invoice: Told,
  subscription: Pick<Subscription, "status" | "hasPendingUpdate">,
): DunningStep {
  if (!known) return isOverdue(invoice, subscription) ? { kind: "open" } : { kind: "nothing" };
  if (known.status !== "open") return { kind: "nothing" };
  if (invoice.status === "paid") return { kind: "close", status: "recovered" };
  if (invoice.status === "void") return { kind: "close", status: "voided" };
  const moved =
    known.attempts !== invoice.attempts ||
    known.nextAttemptAt?.getTime() !== invoice.nextAttemptAt?.getTime() ||
    known.failure?.code !== invoice.failure?.code ||
    known.requiresAction !== invoice.requiresAction;
  return moved ? { kind: "update" } : { kind: "nothing" };
}

/** A subscription that has ended owes nothing more that is worth a sanction. */
export const endsCases = (subscription: Pick<Subscription, "status">): boolean => isFinal(subscription.status);

/** When the consequence of a failure that is seen now is due. */
export function schedule(
  clock: Clock,
  { graceDays, consequence }: { readonly graceDays: number; readonly consequence: DunningCase["consequence"] },
): Pick<DunningCase, "graceEndsAt" | "actAt"> {
  const graceEndsAt = new Date(clock.now().getTime() + graceDays * DAY_MS);
  return { graceEndsAt, actAt: consequence === "keep" ? null : graceEndsAt };
}

/** The provider gave no clear answer to canceling: when to ask again. */
export const tryAgainAt = (clock: Clock): Date => new Date(clock.now().getTime() + HOUR_MS);
