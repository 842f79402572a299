export { debtEvents } from "./events.js";
export { walletRoutes } from "./routes/wallets.js";
export { createWalletOwners, getWallet, openWallet, ownerOfWallet, type WalletDeps } from "./service/index.js";
