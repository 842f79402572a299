export { type AddressView, giveAddress, isDepositAddress, listAddresses, sweepAddresses } from "./addresses.js";
export { catchUp } from "./catch-up.js";
export { type Conversion, convert, previewConversion } from "./convert.js";
export type { DepositDeps } from "./deps.js";
export { prepareDeposit } from "./prepare.js";
export { getDeposit, listDeposits, rescanDeposit, reviewDeposit } from "./review.js";
export { settleDeposit } from "./settle.js";
