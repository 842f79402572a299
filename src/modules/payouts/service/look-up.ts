import { MINUTE_MS } from "../../../core/clock.js";
import type { WithdrawalNews } from "../../../providers/port.js";
import { answerOf, custodyOf } from "../../treasury/index.js";
import * as queries from "../queries.js";
import type { Attempt, Payout, PayoutId } from "../types.js";
import type { PayoutDeps } from "./deps.js";
import { settleWithdrawal } from "./settle.js";

/**
 * Asks the provider what became of an attempt and settles the answer. Whether the provider knows of it. Throws
 * `provider.unavailable` (503) when it does not say: that is not the same as no.
 */
export async function lookUp(deps: PayoutDeps, payout: Payout, attempt: Attempt): Promise<boolean> {
  const news = await findWithdrawal(deps, payout, attempt);
  if (!news) return false;
  await settleWithdrawal(deps, { ...news, reference: attempt.id });
  return true;
}

// Clocks differ, and the provider's list is not cut to the second.
const LIST_MARGIN_MS = 10 * MINUTE_MS;
const LIST_PAGES_MAX = 50;

async function findWithdrawal(
  deps: PayoutDeps,
  { walletReference }: Payout,
  attempt: Attempt,
): Promise<WithdrawalNews | undefined> {
  const custody = custodyOf(deps);
  const { providerReference } = attempt;
  if (providerReference !== null) {
    const found = await custody.getTransaction({ walletReference, providerReference });
    return found.outcome === "notFound" ? undefined : answerOf(found).withdrawal;
  }
  const oldest = new Date(attempt.createdAt.getTime() - LIST_MARGIN_MS);
  let cursor: string | undefined;
  for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
    const { withdrawals, deposits, nextCursor } = answerOf(
      await custody.listTransactions({ walletReference, ...(cursor === undefined ? {} : { cursor }) }),
    );
    const found = withdrawals.find((each) => each.reference === attempt.id);
    if (found) return found;
    const all = [...withdrawals, ...deposits];
    const isPast = all.length > 0 && all.every((each) => each.occurredAt !== undefined && each.occurredAt < oldest);
    if (isPast || nextCursor === null) return undefined;
    cursor = nextCursor;
  }
  return undefined;
}

/**
 * Looks once more for an attempt that a person gave up, right before another is made: the new one may have waited long, and an
 * earlier one that turned up meanwhile goes on in its place. Throws `provider.unavailable` (503) likewise.
 */
export async function lookForAbandoned(deps: PayoutDeps, id: PayoutId): Promise<void> {
  const payout = await queries.findPayout(deps.db.read, id);
  if (payout?.status !== "approved" || payout.attempts === 0) return;
  const latest = (await queries.listAttempts(deps.db.read, id)).at(-1);
  if (latest?.status === "abandoned") await lookUp(deps, payout, latest);
}
