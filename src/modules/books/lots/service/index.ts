export type { LotDeps, OwnerOf } from "./deps.js";
export { sweepExpired, sweepNotices } from "./expire.js";
export { listWalletLots, type ShownLot } from "./read.js";
export { recordSchedule, settleEveryAccount, sweepSchedules } from "./recognize.js";
export { type Coming, noteRefunded, recordClaim, recordLots } from "./record.js";
export { settleAccount } from "./settle.js";
