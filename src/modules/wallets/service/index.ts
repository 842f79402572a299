export { createBulkGrant, createGrant, type Grant } from "./grants.js";
export { type Ask, createCredit, createDebit, type Movement, type MovementInput } from "./movements.js";
export { createWalletOwners, getBalances, getWallet, getWalletOf, openWallet, type WalletDeps } from "./wallets.js";
