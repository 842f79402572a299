export type { TopUpDeps } from "./deps.js";
export { checkTopUp, followTopUp } from "./run.js";
export {
  type AutoTopUpView,
  getAutoTopUp,
  listAttempts,
  listConsents,
  putAutoTopUp,
  resumeAutoTopUp,
  switchOff,
} from "./settings.js";
export { noteDispute, noteMethodChange, topUpListeners } from "./suspend.js";
export { sweepTopUps } from "./sweep.js";
export { TopUpWatch } from "./watch.js";
