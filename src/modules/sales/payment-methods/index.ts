export { methodNotFound } from "./errors.js";
export { paymentMethodEvents } from "./events.js";
export { paymentMethodJobs } from "./jobs.js";
export { paymentMethodRoutes } from "./routes.js";
export {
  findMethod,
  followMethodEvent,
  lockMethods,
  type PaymentMethodDeps,
  refreshAll,
  refreshMethods,
  requireMethod,
} from "./service/index.js";
export type { PaymentMethod } from "./types.js";
