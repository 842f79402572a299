export {
  cancelPayment,
  confirmPayment,
  findPayment,
  getPayment,
  listPayments,
  listUnexplained,
  previewAct,
} from "./act-on-payment.js";
export { bookCollected, openCollectedAccounts } from "./book-collected.js";
export { sweepPayments } from "./check-payments.js";
export {
  agreePayment,
  agreeTerms,
  createPayment,
  type PaymentInput,
  type Purchase,
  providerOf,
} from "./create-payment.js";
export type { PaymentDeps } from "./deps.js";
export {
  applyCredit,
  applyLoss,
  findLeft,
  type GrantAccounts,
  lockPaidPayment,
  lockReceivedPayment,
  openGrantAccounts,
  previewLoss,
} from "./losses.js";
export { notePayoutRefusal } from "./payout-refusal.js";
export { findPaymentFor, type NewsItem, type PreparedNews, prepareNews } from "./prepare-news.js";
export { settleInTransaction } from "./settle-payments.js";
export {
  confirmTransfer,
  importStatementLines,
  listStatementLines,
  previewTransfer,
} from "./statement-lines.js";
