export { conversionEvents, depositAddressEvents, depositEvents } from "./events.js";
export { depositJobs } from "./jobs.js";
export { depositRoutes } from "./routes/index.js";
export { type DepositDeps, isDepositAddress, prepareDeposit, settleDeposit } from "./service/index.js";
