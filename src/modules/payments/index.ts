export { paymentJobs } from "./jobs.js";
export { paymentRoutes } from "./routes.js";
export { grantsLost } from "./rules.js";
export {
  agreeTerms,
  applyLoss,
  bookCollected,
  cancelPayment,
  createPayment,
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
  providerOf,
  settleInTransaction,
  sweepPayments,
} from "./service/index.js";
export type { Payment } from "./types.js";
