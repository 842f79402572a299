import { DAY_MS } from "../../../../core/clock.js";
import { keepFailure, type LookFailure } from "../../../../kernel/jobs.js";
import type { DepositNews } from "../../../../providers/ports/index.js";
import {
  answerOf,
  canonicalNews,
  chainKeyOf,
  custodyMap,
  custodyOf,
  keepUnreadable,
  whyForeign,
} from "../../treasury/index.js";
import * as queries from "../queries.js";
import type { Deposit } from "../types.js";
import type { DepositDeps } from "./deps.js";
import { prepareDeposit } from "./prepare.js";
import { settleDeposit } from "./settle.js";

/** The provider gives a webhook up after some hours; what is older than this was heard of or looked for many times. */
const LOOK_BACK_MS = 2 * DAY_MS;
const PAGES_MAX = 20;

/**
 * Settles deposits that are in the provider's list and that no webhook told us about: a webhook that was lost must not cost
 * a customer its coins. Returns the failures, which are tried again at the next run.
 */
export async function catchUp(deps: DepositDeps): Promise<{ failures: LookFailure[] }> {
  const failures: LookFailure[] = [];
  const { wallets } = await custodyMap(deps);
  for (const { walletReference } of wallets) {
    await keepFailure(failures, walletReference, async () => {
      for await (const news of recentDeposits(deps, walletReference)) {
        await keepFailure(failures, news.providerReference, () => settleUnheard(deps, news));
      }
    });
  }
  return { failures };
}

async function* recentDeposits(deps: DepositDeps, walletReference: string): AsyncGenerator<DepositNews> {
  const oldest = new Date(deps.clock.now().getTime() - LOOK_BACK_MS);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const question = { walletReference, ...(cursor === undefined ? {} : { cursor }) };
    const listed = answerOf(await custodyOf(deps).listTransactions(question));
    await keepUnreadable(deps, walletReference, listed.unreadable);
    yield* listed.deposits;
    const all = [...listed.deposits, ...listed.withdrawals];
    const isPast = all.length > 0 && all.every(({ occurredAt }) => occurredAt !== undefined && occurredAt < oldest);
    if (isPast || listed.nextCursor === null) return;
    cursor = listed.nextCursor;
  }
}

async function settleUnheard(deps: DepositDeps, listed: DepositNews): Promise<void> {
  const news = canonicalNews(listed);
  const known = await queries.findKnown(deps.db.read, chainKeyOf(news), news.providerReference);
  if (known && saysNothingNew(known, news)) return;
  if ((await whyForeign(deps, news)) !== undefined) return;
  const prepared = await prepareDeposit(deps, news, "listed");
  await deps.db.transaction((tx) => settleDeposit(deps, tx, prepared));
}

function saysNothingNew({ status }: Deposit, news: DepositNews): boolean {
  if (news.status === "submitted") return true;
  const came = ["credited", "held", "quarantined", "rejected"].includes(status);
  return news.status === "confirmed" ? came : status === "failed" || status === "reversed";
}
