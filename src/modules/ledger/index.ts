export { postingRefused } from "./errors.js";
export { ledgerRoutes } from "./routes.js";
export {
  type Balance,
  createLedger,
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
export { isPosted, type Posting, TRANSFER_TYPES } from "./types.js";
