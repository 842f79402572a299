export { autoTopUpEvents } from "./events.js";
export { topUpJobs } from "./jobs.js";
export { topUpRoutes } from "./routes.js";
export { autoTopUpUses, noteMethodChange, type TopUpDeps, TopUpWatch } from "./service/index.js";
