export { paymentMethodJobs } from "./jobs.js";
export { paymentMethodRoutes } from "./routes.js";
export {
  type FindMethodUses,
  findMethod,
  followMethodEvent,
  lockMethods,
  type PaymentMethodDeps,
} from "./service/index.js";
export type { MethodUse, PaymentMethod } from "./types.js";
