import { MINUTE_MS } from "../../../../core/clock.js";
import type { ChainStatus, UnreadableEntry, WithdrawalNews } from "../../../../providers/ports/index.js";
import { answerOf, custodyOf, keepUnreadable, type Told, unclearAnswer } from "../../treasury/index.js";
import type { Payout } from "../types.js";
import type { PayoutDeps } from "./deps.js";

// Clocks differ, and the provider's list is not cut to the second.
const LIST_MARGIN_MS = 10 * MINUTE_MS;
const LIST_PAGES_MAX = 200;

/**
 * Everything in the list of a provider's wallet that bears one of our references, made since `since`. Throws `provider.unavailable` (503)
 * when the list cannot be read to its end: that is not the same as not being there.
 */
export async function listWithdrawals(
  deps: PayoutDeps,
  { provider, walletReference }: Pick<Payout, "provider" | "walletReference">,
  references: ReadonlySet<string>,
  since: Date,
): Promise<Told<WithdrawalNews>[]> {
  const oldest = new Date(since.getTime() - LIST_MARGIN_MS);
  const found: Told<WithdrawalNews>[] = [];
  const unreadable: UnreadableEntry[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
    const question = { walletReference, ...(cursor === undefined ? {} : { cursor }) };
    const listed = answerOf(provider, await custodyOf(deps, provider).listTransactions(question));
    const { withdrawals, deposits, nextCursor } = listed;
    unreadable.push(...listed.unreadable.filter((entry) => mayBe(entry, references, oldest)));
    const ours = withdrawals.filter(({ reference }) => reference !== undefined && references.has(reference));
    found.push(...ours.map((news) => ({ ...news, provider })));
    const all = [...withdrawals, ...deposits];
    const isPast = all.length > 0 && all.every((each) => each.occurredAt !== undefined && each.occurredAt < oldest);
    if (isPast || nextCursor === null) {
      await keepUnreadable(deps, { provider, walletReference }, unreadable);
      if (unreadable.length > 0 && !areAll(references, found))
        throw unclearAnswer(provider, "an entry of its list is unreadable");
      return found;
    }
    cursor = nextCursor;
  }
  throw unclearAnswer(provider, "its list is too long to be read to the end");
}

/** Whether what cannot be read may be one of these. */
const mayBe = (
  { reference, isIncoming, occurredAt }: UnreadableEntry,
  references: ReadonlySet<string>,
  oldest: Date,
): boolean =>
  !isIncoming &&
  (reference === undefined || references.has(reference)) &&
  (occurredAt === undefined || occurredAt >= oldest);

const areAll = (references: ReadonlySet<string>, found: readonly WithdrawalNews[]): boolean =>
  new Set(found.map(({ reference }) => reference)).size === references.size;

const RANK: Readonly<Record<ChainStatus, number>> = { confirmed: 0, submitted: 1, failed: 2, canceled: 2 };

/** Those that got furthest first: of one reference the provider may have made two transactions, one in place of the other. */
export const furthestFirst = (news: readonly Told<WithdrawalNews>[]): Told<WithdrawalNews>[] =>
  [...news].sort((a, b) => RANK[a.status] - RANK[b.status]);
