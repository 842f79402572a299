export {
  cancelSubscription,
  changeSubscription,
  pauseSubscription,
  previewAct,
  resumeSubscription,
} from "./act-on-subscription.js";
export { catchUpInvoices } from "./catch-up.js";
export { catchUpCreditNotes } from "./catch-up-notes.js";
export { agreeTerms, createSubscription } from "./create-subscription.js";
export type { SubscriptionDeps } from "./deps.js";
export { openPortal } from "./open-portal.js";
export { payInvoice, previewPayment } from "./pay-invoice.js";
export { type NextInvoice, previewChange } from "./preview-change.js";
export {
  getInvoice,
  getSubscription,
  type InvoiceView,
  listInvoices,
  listSubscriptions,
  type SubscriptionView,
  subscriptionListeners,
  summarize,
  view,
  viewInvoice,
} from "./read.js";
export { lookAtInvoice, sweepCases, sweepInvoices, sweepSubscriptions } from "./sweep.js";
export { prepareBilling } from "./webhook-news.js";
