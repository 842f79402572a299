import type { DepositNews } from "../../../../providers/ports/index.js";
import type { Deposit, DepositFacts, DepositStatus } from "../types.js";
import { UNBOOKED } from "./chart.js";

/** A deposit in the books whose coins may be the same. */
export type Twin = Pick<Deposit, "id" | "provider" | "status">;

/** What news does to a deposit. */
export type Decision =
  | { readonly kind: "nothing" }
  /** Facts change; no money moves. */
  | { readonly kind: "note"; readonly status: DepositStatus; readonly reason: string | null }
  /** The coins are there: put them into the wallet. */
  | { readonly kind: "credit" }
  /** The coins are there, and a person must look first, or nobody owns them. */
  | { readonly kind: "withhold"; readonly status: "held" | "quarantined"; readonly reason: string }
  /** They may be another deposit's coins, told again under another id: book nothing, and have a person look. */
  | { readonly kind: "suspect"; readonly twin: Twin }
  /** What had been credited is not there after all. */
  | { readonly kind: "reverse"; readonly reason: string }
  /** What had been withheld is not there after all. */
  | { readonly kind: "unbook"; readonly reason: string }
  /** It would undo or redo what is booked, and may be late: the provider must be asked first. */
  | { readonly kind: "refetch" };

/** What came. Any contract can call its token USDC: of one that we do not know, its word is no asset. */
export const assetOf = ({ asset, reason }: Pick<Deposit, "asset" | "reason">): string | null =>
  reason === "unknown_token" ? null : asset;

/** Whether its coins are not in the books (any more): what is there when they come counts, not what was said before. */
export const isUnbooked = (status: DepositStatus): boolean => UNBOOKED.some((each) => each === status);

/** Where a deposit gets to that may be another told again: it shares that one's fate, and waits for a person beside a credited one. */
export const besideTwin = (twin: DepositStatus): DepositStatus => (twin === "credited" ? "held" : twin);

/** The same beside one that another provider tells of, whose word decides nothing here: a person must find out who is right. */
export const besideForeignTwin = ({ address }: Pick<DepositFacts, "address">): DepositStatus =>
  address === undefined ? "quarantined" : "held";

/** Whether news would undo, or redo, what is booked. Then it may be late, and only what the provider says now counts. */
export function mayBeLate(status: DepositStatus, news: DepositNews): boolean {
  if (news.swept || news.status === "submitted") return false;
  if (news.status === "confirmed") return status === "failed" || status === "reversed";
  return ["credited", "held", "quarantined", "rejected"].includes(status);
}

/**
 * The one decision about a deposit's news. Only `confirmed` ever credits; news of a sweep never does, whatever status it
 * carries.
 */
export function settle(deposit: Deposit, { news, problem, isUnscreened, isChecked }: DepositFacts): Decision {
  const { status } = deposit;
  const isNew = deposit.version === 0;
  if (mayBeLate(status, news) && !isChecked) return { kind: "refetch" };
  if (news.swept || (news.status === "submitted" && isNew)) return { kind: "note", status, reason: deposit.reason };
  if (news.status === "submitted") return { kind: "nothing" };
  // Mined again under another of the provider's ids: the newest that is confirmed carries it, the fate of the older is history.
  const isOther = news.providerReference !== deposit.providerReference;
  if (news.status === "confirmed")
    return settleConfirmed(deposit, isOther, news.amlFlag ?? doubtOf(news, isUnscreened), problem);
  if (isOther) return { kind: "nothing" };
  const reason = news.reason ?? news.amlFlag ?? `the provider says ${news.status}`;
  switch (status) {
    case "pending":
      return { kind: "note", status: "failed", reason };
    case "credited":
      return { kind: "reverse", reason };
    case "held":
    case "quarantined":
    case "rejected":
      return { kind: "unbook", reason };
    default:
      return { kind: "nothing" };
  }
}

/** Why a person must look first, though nobody accuses the sender. */
function doubtOf({ transactionHash }: DepositNews, isUnscreened: boolean): string | undefined {
  // Told again under another id it could not be known for the same.
  if (transactionHash === undefined) return "the provider does not say which transaction it was";
  return isUnscreened ? UNSCREENED : undefined;
}

const UNSCREENED = "the provider has not screened where it came from";

function settleConfirmed(
  { status, reason }: Deposit,
  isOther: boolean,
  amlFlag: string | undefined,
  problem: DepositFacts["problem"],
): Decision {
  // `failed` and `reversed` can come back: a chain that dropped a transaction may take it again.
  if (!isUnbooked(status)) {
    return isOther ? { kind: "note", status, reason } : { kind: "nothing" };
  }
  if (problem !== undefined) return { kind: "withhold", status: "quarantined", reason: problem };
  if (amlFlag !== undefined) return { kind: "withhold", status: "held", reason: amlFlag };
  return { kind: "credit" };
}
