export { addAddress, listAddresses, removeAddress } from "./addresses.js";
export { sweepPayouts } from "./check.js";
export { getControls, listPolicies, putPolicy, setControls } from "./controls.js";
export {
  approvePayout,
  cancelPayout,
  editPayout,
  getPayout,
  listPayouts,
  rejectPayout,
  retryPayout,
} from "./decide.js";
export type { PayoutDeps } from "./deps.js";
export { payoutListeners, startInstructedPayout } from "./instructed.js";
export { prepareWithdrawal } from "./prepare.js";
export { previewPayout, quotePayout, requestPayout } from "./request.js";
export {
  applyDueChanges,
  approveChange,
  cancelChange,
  listChanges,
} from "./setting-changes.js";
export { settlePrepared } from "./settle.js";
export { submitPayout } from "./submit.js";
export type { PayoutInput } from "./terms.js";
