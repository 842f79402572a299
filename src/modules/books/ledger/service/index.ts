import { LruMap } from "../../../../core/lru.js";
import type { Database } from "../../../../db/client.js";
import * as queries from "../queries/index.js";
import type { LedgerCaches, LedgerDeps } from "./deps.js";
import { createPoster, type PosterOptions } from "./post-transfers.js";

export {
  findCustomerAccount,
  listVersions,
  listWalletAccounts,
  type Movement,
  movementsAfter,
  readAvailable,
} from "../queries/index.js";
export {
  type Balance,
  findWalletAccount,
  freezeBalance,
  holdAvailable,
  openWalletAccount,
  recallWalletAccounts,
  requireAvailable,
  systemAccount,
  systemBalance,
  totalOfWallets,
  walletBalances,
} from "./accounts.js";
export { createAsset, ensureAsset, ensureReceivedAsset, getAsset, listAssets } from "./assets.js";
export { debtAccountOf, forgiveDebt, readDebt, repayDebts, type TopUp, takeBack } from "./debts.js";
export type { LedgerDeps } from "./deps.js";
export { postTogether, postTransfer, previewTransfer } from "./post-transfers.js";
export { getAccount, getTransfer, listAccounts, listTransfers, listWalletEntries } from "./read-books.js";

/** The parts of the ledger that live as long as the process: its caches and its group commit. */
export function createLedger(db: Database, options: PosterOptions): Pick<LedgerDeps, "caches" | "poster"> {
  const caches: LedgerCaches = {
    systemAccounts: new LruMap(1_000),
    walletAccounts: new LruMap(100_000),
    assets: new LruMap(1_000),
  };
  return { caches, poster: createPoster(db, options) };
}

// Longer than any transaction may live: a session of another role does not show us when its transaction began.
const SNAPSHOT_LAG_SECONDS = 60;

/** Sums the system accounts, so that reading one stays cheap. Run every minute by the worker. */
export const takeSnapshot = (deps: Pick<LedgerDeps, "db">): Promise<void> =>
  queries.takeSnapshot(deps.db, SNAPSHOT_LAG_SECONDS);
