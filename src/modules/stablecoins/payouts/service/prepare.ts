import { decodeId } from "../../../../core/ids.js";
import { parseDecimal } from "../../../../core/money.js";
import type { NETWORKS, WithdrawalNews } from "../../../../providers/ports/index.js";
import { getAsset } from "../../../books/ledger/index.js";
import { gasAmount, sameSpelling, type Told, tokenByContract } from "../../treasury/index.js";
import * as queries from "../queries.js";
import type { Attempt, Payout, PayoutAccounts, PayoutId, PayoutNews } from "../types.js";
import { openAccounts } from "./accounts.js";
import type { PayoutDeps } from "./deps.js";
import { furthestFirst, listWithdrawals } from "./listing.js";

/** News of a withdrawal of ours, with everything looked up that may not be looked up inside the transaction. */
export interface PreparedWithdrawal {
  readonly payoutId: PayoutId;
  readonly attemptId: Attempt["id"];
  readonly news: PayoutNews;
  readonly accounts: PayoutAccounts;
}

/** Looks up what news of a withdrawal belongs to; undefined when no payout of ours is meant. */
export async function prepareWithdrawal(
  deps: PayoutDeps,
  given: Told<WithdrawalNews>,
): Promise<PreparedWithdrawal | undefined> {
  const attempt = await findAttempt(deps, given);
  const payout = attempt && (await queries.findPayout(deps.db.read, attempt.payoutId));
  if (!attempt || !payout) return undefined;
  const { news, replaces } = await standing(deps, payout, attempt, given);
  const { scale } = await getAsset(deps, payout.payoutAsset);
  const gas = news.networkFee && news.status === "confirmed" ? await gasAmount(deps, news.networkFee) : undefined;
  return {
    payoutId: payout.id,
    attemptId: attempt.id,
    accounts: await openAccounts(deps, payout, gas?.asset),
    news: {
      news,
      replaces,
      gas,
      sent: parseDecimal(news.amount, scale).amount,
      contradiction: await contradictionOf(deps, payout, news, scale),
    },
  };
}

/**
 * News with what the provider has in the place of a transaction that ended: a stuck one is replaced by another under the same
 * reference, of which one arrives and the other is canceled. Money is given back only when none of them can arrive.
 */
async function standing(
  deps: PayoutDeps,
  payout: Payout,
  { id, status, createdAt }: Attempt,
  news: Told<WithdrawalNews>,
): Promise<{ readonly news: Told<WithdrawalNews>; readonly replaces?: string }> {
  const ends = news.status === "failed" || news.status === "canceled";
  if (!ends || status === "failed" || status === "confirmed") return { news };
  const [furthest] = furthestFirst(await listWithdrawals(deps, payout, new Set([id]), createdAt));
  const lives = furthest?.status === "confirmed" || furthest?.status === "submitted";
  if (!furthest || !lives || furthest.providerReference === news.providerReference) return { news };
  return { news: furthest, replaces: news.providerReference };
}

// Only among the attempts that this provider was asked for. By our reference first, which the provider echoes: the webhook may come before we know what the provider calls it.
async function findAttempt(deps: PayoutDeps, news: Told<WithdrawalNews>): Promise<Attempt | undefined> {
  const { provider, reference } = news;
  if (reference !== undefined && decodeId("poa", reference) !== undefined) {
    const named = await queries.findAttempt(deps.db.read, reference as Attempt["id"]);
    if (named?.provider === provider) return named;
  }
  return queries.findAttemptByReference(deps.db.read, news);
}

async function contradictionOf(
  deps: PayoutDeps,
  payout: Payout,
  news: Told<WithdrawalNews>,
  scale: number,
): Promise<PayoutNews["contradiction"]> {
  const network = payout.network as keyof typeof NETWORKS;
  if (news.network !== undefined && news.network !== network) return "wrong_network";
  const token =
    news.contract === undefined ? undefined : await tokenByContract(deps, payout.provider, network, news.contract);
  if ((token?.asset ?? news.asset) !== payout.payoutAsset) return "wrong_asset";
  const { amount, remainder } = parseDecimal(news.amount, scale);
  if (amount !== payout.payoutAmount || remainder !== null) return "wrong_amount";
  const goesTo = news.toAddress;
  if (goesTo !== undefined && sameSpelling(network, goesTo) !== sameSpelling(network, payout.address)) {
    return "wrong_address";
  }
  return undefined;
}
