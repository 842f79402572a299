export type { ReconciliationDeps } from "./deps.js";
export { closePeriod, getPeriod, listPeriods } from "./periods.js";
export { listBankPayouts, listTransactions } from "./read.js";
export {
  addNote,
  assignBreak,
  decideOnBreak,
  getBreak,
  listBreaks,
  resolveBreak,
  type ShownBreak,
} from "./resolve.js";
export { askForAll, askForRun, carryOutRun, getRun, listRuns, type Preview, previewRun, reconcile } from "./run.js";
