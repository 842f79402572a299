export type { RefundDeps } from "./deps.js";
export { getDispute, listDisputes, submitEvidence } from "./disputes.js";
export { prepareReversal } from "./prepare.js";
export { getRefund, listRefunds } from "./read.js";
export { agreeRefund, lookAtRefunds, requestRefund, sweepRefunds } from "./request-refund.js";
