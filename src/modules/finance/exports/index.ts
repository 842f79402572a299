export { exportJobs } from "./jobs.js";
export { exportRoutes } from "./routes.js";
export { type ExportPolicy, type ExportStore, storeInS3, storeOnDisk } from "./service/index.js";
