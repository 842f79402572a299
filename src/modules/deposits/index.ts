export { type DepositDeps, isDepositAddress } from "./service/index.js";
