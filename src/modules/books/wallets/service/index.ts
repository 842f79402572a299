export { writeOffDebt } from "./debts.js";
export { createBulkGrant, createGrant } from "./grants.js";
export { type Ask, createCredit, createDebit, type Movement } from "./movements.js";
export {
  createWalletOwners,
  getBalances,
  getWallet,
  getWalletOf,
  openWallet,
  ownerOfWallet,
  type WalletDeps,
} from "./wallets.js";
