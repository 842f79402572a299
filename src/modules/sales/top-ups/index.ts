export { autoTopUpEvents } from "./events.js";
export { topUpJobs } from "./jobs.js";
export { topUpRoutes } from "./routes.js";
export { type TopUpDeps, TopUpWatch, topUpListeners } from "./service/index.js";
