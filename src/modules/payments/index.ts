export { paymentJobs } from "./jobs.js";
export { paymentRoutes } from "./routes.js";
export {
  findPaymentFor,
  getPayment,
  type NewsItem,
  type PaymentDeps,
  type PreparedNews,
  prepareNews,
  settleInTransaction,
  sweepPayments,
} from "./service/index.js";
