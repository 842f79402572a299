export {
  payoutAddressEvents,
  payoutControlEvents,
  payoutEvents,
  payoutRefusalEvents,
  payoutSettingEvents,
} from "./events.js";
export { payoutJobs } from "./jobs.js";
export { payoutRoutes } from "./routes/index.js";
export { type PayoutDeps, payoutListeners, prepareWithdrawal, settlePrepared } from "./service/index.js";
