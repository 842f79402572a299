export { customerJobs } from "./jobs.js";
export { customerRoutes } from "./routes.js";
export { CustomerParams } from "./schemas.js";
export {
  type CustomerDeps,
  customerNotFound,
  customerOfReference,
  ensureCustomer,
  findCustomerIdsByEmail,
  getCustomer,
  knownReference,
  linkedReference,
  unlink,
} from "./service.js";
