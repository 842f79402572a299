export { postingRefused } from "./errors.js";
export { ledgerRoutes } from "./routes.js";
export {
  type Balance,
  createLedger,
  type Entry,
  ensureAsset,
  findWalletAccount,
  getAsset,
  type LedgerDeps,
  listWalletEntries,
  openWalletAccount,
  postTogether,
  postTransfer,
  previewTransfer,
  recallWalletAccounts,
  systemAccount,
  takeSnapshot,
  walletBalances,
} from "./service/index.js";
export { isPosted, type PostedTransfer, type Posting, type PostingResult, TRANSFER_TYPES } from "./types.js";
