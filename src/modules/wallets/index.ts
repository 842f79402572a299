export { walletRoutes } from "./routes/wallets.js";
export { createWalletOwners, openWallet, type WalletDeps } from "./service/index.js";
