export { dunningEvents, invoiceEvents, subscriptionEvents } from "./events.js";
export { subscriptionJobs } from "./jobs.js";
export { subscriptionRoutes } from "./routes/index.js";
export { prepareBilling, type SubscriptionDeps, subscriptionListeners } from "./service/index.js";
