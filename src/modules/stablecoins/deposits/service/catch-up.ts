import { DAY_MS, MINUTE_MS } from "../../../../core/clock.js";
import { keepFailure, type LookFailure } from "../../../../kernel/jobs.js";
import type { CustodyProviderName, DepositNews } from "../../../../providers/ports/index.js";
import {
  answerOf,
  askEach,
  canonicalNews,
  custodyMap,
  custodyOf,
  failuresOf,
  keepUnreadable,
  type Told,
  whyForeign,
} from "../../treasury/index.js";
import * as queries from "../queries.js";
import type { Deposit } from "../types.js";
import type { DepositDeps } from "./deps.js";
import { nameOf, prepareDeposit } from "./prepare.js";
import { settleDeposit } from "./settle.js";

/** The provider gives a webhook up after some hours; what is older than this was heard of or looked for many times. */
const LOOK_BACK_MS = 2 * DAY_MS;
const PAGES_MAX = 20;
const TOLD_WITHIN_MS = 10 * MINUTE_MS;

/**
 * Settles deposits that are in the providers' lists and that no webhook told us about: a webhook that was lost must not cost
 * a customer its coins. Returns the failures, which are tried again at the next run.
 */
export async function catchUp(deps: DepositDeps): Promise<{ failures: LookFailure[] }> {
  const caughtUp = await askEach(deps, (provider) => catchUpWith(deps, provider));
  return { failures: [...failuresOf(caughtUp), ...[...caughtUp.answers.values()].flat()] };
}

async function catchUpWith(deps: DepositDeps, provider: CustodyProviderName): Promise<LookFailure[]> {
  const failures: LookFailure[] = [];
  const { wallets } = await custodyMap(deps, provider);
  for (const wallet of wallets) {
    await keepFailure(failures, wallet.walletReference, async () => {
      for await (const news of recentDeposits(deps, wallet)) {
        await keepFailure(failures, news.providerReference, () => settleUnheard(deps, { ...news, provider }));
      }
    });
  }
  return failures;
}

async function* recentDeposits(
  deps: DepositDeps,
  { provider, walletReference }: Pick<Deposit, "provider" | "walletReference">,
): AsyncGenerator<DepositNews> {
  const oldest = new Date(deps.clock.now().getTime() - LOOK_BACK_MS);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const question = { walletReference, ...(cursor === undefined ? {} : { cursor }) };
    const listed = answerOf(provider, await custodyOf(deps, provider).listTransactions(question));
    await keepUnreadable(deps, { provider, walletReference }, listed.unreadable);
    yield* listed.deposits;
    const all = [...listed.deposits, ...listed.withdrawals];
    const isPast = all.length > 0 && all.every(({ occurredAt }) => occurredAt !== undefined && occurredAt < oldest);
    if (isPast || listed.nextCursor === null) return;
    cursor = listed.nextCursor;
  }
}

async function settleUnheard(deps: DepositDeps, listed: Told<DepositNews>): Promise<void> {
  const news = canonicalNews(listed);
  const known = await queries.findKnown(deps.db.read, nameOf(news));
  if (known && saysNothingNew(known, news)) return;
  if ((await whyForeign(deps, news)) !== undefined) return;
  const prepared = await prepareDeposit(deps, news, "listed");
  const isLate = isMissed(news, deps.clock.now());
  await deps.db.transaction(async (tx) => {
    await settleDeposit(deps, tx, prepared);
    if (isLate) tx.afterCommit(() => deps.onWebhookHealed?.(news.provider));
  });
}

/** Of what is younger a webhook may still be on its way. */
const isMissed = ({ status, occurredAt }: DepositNews, now: Date): boolean =>
  status === "confirmed" && occurredAt !== undefined && now.getTime() - occurredAt.getTime() > TOLD_WITHIN_MS;

function saysNothingNew({ status }: Deposit, news: DepositNews): boolean {
  if (news.status === "submitted") return true;
  const came = ["credited", "held", "quarantined", "rejected"].includes(status);
  return news.status === "confirmed" ? came : status === "failed" || status === "reversed";
}
