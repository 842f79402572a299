export { postingRefused } from "./errors.js";
export { ledgerRoutes } from "./routes.js";
export {
  type Balance,
  createAsset,
  createLedger,
  debtAccountOf,
  ensureAsset,
  findWalletAccount,
  forgiveDebt,
  getAsset,
  type LedgerDeps,
  listWalletEntries,
  openWalletAccount,
  postTogether,
  postTransfer,
  previewTransfer,
  readDebt,
  recallWalletAccounts,
  repayDebts,
  systemAccount,
  systemBalance,
  type TopUp,
  takeBack,
  takeSnapshot,
  totalOfWallets,
  walletBalances,
} from "./service/index.js";
export { isPosted, type Posting, TRANSFER_TYPES } from "./types.js";
