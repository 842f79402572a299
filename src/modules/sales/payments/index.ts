export { paymentEvents } from "./events.js";
export { paymentJobs } from "./jobs.js";
export { paymentRoutes } from "./routes/index.js";
export { credit, grantsLost, type Losing, leftToRefund, lose } from "./rules/losses.js";
export {
  agreeTerms,
  applyCredit,
  applyLoss,
  bookCollected,
  cancelPayment,
  createPayment,
  findLeft,
  findPayment,
  findPaymentFor,
  type GrantAccounts,
  getPayment,
  lockPaidPayment,
  lockReceivedPayment,
  type NewsItem,
  notePayoutRefusal,
  openCollectedAccounts,
  openGrantAccounts,
  type PaymentDeps,
  type PaymentInput,
  type PreparedNews,
  prepareNews,
  previewLoss,
  providerOf,
  settleInTransaction,
  sweepPayments,
} from "./service/index.js";
export type { Payment } from "./types.js";
