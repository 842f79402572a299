export { subscriptionJobs } from "./jobs.js";
export { subscriptionRoutes } from "./routes/index.js";
export { prepareBilling, type SubscriptionDeps } from "./service/index.js";
