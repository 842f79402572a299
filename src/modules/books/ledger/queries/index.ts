export {
  type AccountFilter,
  type AccountRow,
  balanceAsOf,
  findAccount,
  findCustomerAccount,
  findWalletAccount,
  findWalletAccounts,
  insertSystemAccount,
  insertWalletAccount,
  listAccounts,
  listVersions,
  listWalletAccounts,
  lockWalletAccount,
  readAvailable,
  readBalances,
  setFrozen,
  systemBalances,
  takeSnapshot,
  totalOfWallets,
} from "./accounts.js";
export { type AssetRow, findAsset, insertAsset, listAssets } from "./assets.js";
export { addDebt, lockAvailable, lockDebts, readDebt } from "./debts.js";
export { amountUnderKey, postTransfers } from "./posting.js";
export {
  type EntryFilter,
  type EntryRow,
  findTransfer,
  listEntries,
  listTransfers,
  type Movement,
  movementsAfter,
  type TransferFilter,
  type TransferRow,
} from "./transfers.js";
