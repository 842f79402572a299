/** What Blockradar's lists say of the coins that it keeps (docs.blockradar.co/en/api-reference/transactions, /wallets). */
import { z } from "zod";
import type { Outbound } from "../http.js";
import type { BalancePort, BalanceTransaction, ProviderBalance } from "../ports/balance.js";
import type { Listing, ListingQuery, ProviderResult, UnreadableEntry } from "../ports/common.js";
import type { CustodyWallet } from "../ports/custody.js";
import { accepted, readEach, rejected } from "../shared.js";
import { readMovements } from "./balance-transaction.js";
import { type AskBlockradar, type BlockradarClientOptions, createBlockradarClient } from "./client.js";
import { nextPage, PAGE_SIZE, traitsOf } from "./pages.js";
import { createWallets, isStrange, type Wallets } from "./wallets.js";

/**
 * How long before `since` a transaction may have been made that is read nevertheless: a deposit is told again when it is swept,
 * days later, and the list is in the order in which transactions were made.
 */
const SWEPT_WITHIN_MS = 31 * 24 * 60 * 60 * 1_000;

/**
 * Blockradar as a keeper of coins, each master wallet with two accounts: its own, by its reference, and that of the addresses
 * below it, by the reference and `/addresses`. Blockradar says what is in the former. A withdrawal under way is out of that
 * balance and not yet a movement.
 *
 * Of the chain's own token it lists no movements but the gas of others (`networkFee`): what came for gas is told by the balance alone.
 * Swaps, settlements and gateways are `unreadable`: Blockradar documents no list that says what came of them.
 */
export function createBlockradarBalance(options: BlockradarClientOptions, outbound: Outbound): BalancePort {
  const ask = createBlockradarClient(options, outbound);
  const references = options.wallets.map(({ walletReference }) => walletReference);
  const wallets = createWallets(ask, references);
  return {
    listBalanceTransactions: (query) => listMovements(ask, wallets, references, query),
    getProviderBalances: () => readBalances(wallets, references),
  };
}

const CURSOR = /^(\d{1,6}):(\d{1,9})$/;

/** One wallet after the other, each from its newest page: what happens meanwhile repeats a transaction and skips none. */
async function listMovements(
  ask: AskBlockradar,
  wallets: Wallets,
  references: readonly string[],
  { since, cursor = "0:1" }: ListingQuery,
): Promise<ProviderResult<Listing<BalanceTransaction>>> {
  const [, index = "", page = ""] = CURSOR.exec(cursor) ?? [];
  const walletReference = references[Number(index)];
  if (walletReference === undefined || Number(page) < 1)
    return rejected("invalid_cursor", "not a cursor of this listing");
  const following = Number(index) + 1 < references.length ? `${Number(index) + 1}:1` : null;
  const wallet = await wallets.read(walletReference);
  // Which of the wallets are not served is shown elsewhere; the statement of the others is as good as without them.
  if (isStrange(wallet)) return accepted({ data: [], nextCursor: following });
  if (wallet.outcome !== "accepted") return wallet;
  const read = await readPage(ask, wallet.value, Number(page), since);
  if (read.outcome !== "accepted") return read;
  const { next, ...listing } = read.value;
  return accepted({ ...listing, nextCursor: next === null ? following : `${index}:${next}` });
}

function readPage(ask: AskBlockradar, wallet: CustodyWallet, page: number, since: Date) {
  const { walletReference } = wallet;
  return ask(
    {
      method: "GET",
      path: `/wallets/${encodeURIComponent(walletReference)}/transactions`,
      name: "/wallets/{id}/transactions",
      walletReference,
      query: { page: String(page), limit: String(PAGE_SIZE), order: "DESC" },
      effect: "read",
    },
    (data, envelope) => {
      const entries = z.array(z.unknown()).parse(data);
      const { values, unreadable } = readEach(entries, (entry) => readMovements(entry, wallet, since));
      const told = unreadable.map((each): UnreadableEntry => ({ ...each, ...traitsOf(each.entry) }));
      const oldest = since.getTime() - SWEPT_WITHIN_MS;
      const isOver = entries.every((entry) => (traitsOf(entry).occurredAt?.getTime() ?? oldest) < oldest);
      return {
        data: values.flat(),
        unreadable: told.filter(({ occurredAt }) => occurredAt === undefined || occurredAt >= since),
        next: isOver ? null : nextPage(page, entries.length, envelope),
      };
    },
  );
}

async function readBalances(
  wallets: Wallets,
  references: readonly string[],
): Promise<ProviderResult<readonly ProviderBalance[]>> {
  const results = await Promise.all(references.map((reference) => wallets.balances(reference)));
  const trouble = results.find((result) => result.outcome !== "accepted" && !isStrange(result));
  if (trouble && trouble.outcome !== "accepted") return trouble;
  return accepted(
    results.flatMap((result) => {
      if (result.outcome !== "accepted") return [];
      const { walletReference: account, balances, native } = result.value;
      return [...balances, ...(native ? [native] : [])].map(
        ({ asset, amount }): ProviderBalance => ({
          account,
          asset,
          total: amount,
          available: amount,
          pending: "0",
          reserved: "0",
        }),
      );
    }),
  );
}
