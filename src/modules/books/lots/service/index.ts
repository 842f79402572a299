export type { LotDeps, OwnerOf } from "./deps.js";
export { announceExpiring, expireLots } from "./expire.js";
export { listWalletLots, type ShownLot } from "./read.js";
export { earnByDays, recordSchedule, settleEveryAccount } from "./recognize.js";
export { type Coming, noteRefunded, recordClaim, recordLots } from "./record.js";
export { settleAccount } from "./settle.js";
