export { isDepositAddress } from "./addresses.js";
export type { DepositDeps } from "./deps.js";
