export { catchUpReversals, sweepDisputes } from "./catch-up.js";
export type { RefundDeps } from "./deps.js";
export { getDispute, listDisputes, submitEvidence } from "./disputes.js";
export { refundListeners } from "./listeners.js";
export { lookAtReversals, prepareReversal } from "./prepare.js";
export { getRefund, listRefunds } from "./read.js";
export { previewRefund, requestRefund, sweepRefunds } from "./request-refund.js";
