export { breakEvents, periodEvents, reconciliationEvents } from "./events.js";
export { reconciliationJobs } from "./jobs.js";
export { reconciliationRoutes } from "./routes/index.js";
export { type ReconciliationDeps, reconcile } from "./service/index.js";
