import type { WithdrawalNews } from "../../../../providers/ports/index.js";
import { answerOf, custodyOf, type Told } from "../../treasury/index.js";
import * as queries from "../queries.js";
import { carries, mayExist } from "../rules/settle.js";
import type { Attempt, Payout } from "../types.js";
import type { PayoutDeps } from "./deps.js";
import { furthestFirst, listWithdrawals } from "./listing.js";
import { settleWithdrawal } from "./settle.js";

/** The attempt that a payout goes the way of; undefined before the first. */
export const currentAttempt = (payout: Payout, attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.find((attempt) => carries(payout, attempt)) ?? attempts.at(-1);

/**
 * Asks the provider what became of an attempt and settles the answer. Whether the provider knows of it. Throws
 * `provider.unavailable` (503) when it does not say: that is not the same as no.
 */
export async function lookUp(deps: PayoutDeps, payout: Payout, attempt: Attempt): Promise<boolean> {
  const news = await findWithdrawals(deps, payout, attempt);
  for (const each of news) await settleWithdrawal(deps, { ...each, reference: attempt.id });
  return news.length > 0;
}

async function findWithdrawals(
  deps: PayoutDeps,
  { provider, walletReference }: Payout,
  { id, providerReference, createdAt }: Attempt,
): Promise<Told<WithdrawalNews>[]> {
  if (providerReference === null) {
    return furthestFirst(await listWithdrawals(deps, { provider, walletReference }, new Set([id]), createdAt));
  }
  const found = await custodyOf(deps, provider).getTransaction({ walletReference, providerReference });
  const news = found.outcome === "notFound" ? undefined : answerOf(provider, found).withdrawal;
  return news === undefined ? [] : [{ ...news, provider }];
}

/**
 * Looks for every earlier attempt of a payout that may be at the provider, whatever we were told of it, before money is sent or
 * given back on the strength of its not being there. One that is found goes on in the place of a new one. Whether one was.
 * Throws `provider.unavailable` (503) likewise.
 */
export async function lookForEarlier(deps: PayoutDeps, payout: Payout): Promise<boolean> {
  if (payout.attempts === 0) return false;
  const attempts = (await queries.listAttempts(deps.db.read, payout.id)).filter(mayExist);
  const [oldest] = attempts;
  if (oldest === undefined) return false;
  const references = new Set<string>(attempts.map(({ id }) => id));
  const found = await listWithdrawals(deps, payout, references, oldest.createdAt);
  for (const each of furthestFirst(found)) await settleWithdrawal(deps, each);
  return found.some(({ status }) => status === "confirmed" || status === "submitted");
}
