export { disputeEvents, refundEvents } from "./events.js";
export { refundJobs } from "./jobs.js";
export { refundRoutes } from "./routes/index.js";
export { prepareReversal, refundListeners } from "./service/index.js";
