export { expiryInPast } from "./errors.js";
export { lotEvents } from "./events.js";
export { lotJobs } from "./jobs.js";
export { LOT_KINDS, LOT_ORIGINS, PRIORITY_MAX } from "./rules/kinds.js";
export { LOT_STANDINGS } from "./rules/terms.js";
export {
  type Coming,
  type LotDeps,
  listWalletLots,
  noteRefunded,
  recordClaim,
  recordLots,
  recordSchedule,
  type ShownLot,
} from "./service/index.js";
export type { LotTerms } from "./types.js";
