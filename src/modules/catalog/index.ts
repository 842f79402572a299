export { catalogJobs } from "./jobs.js";
export { catalogRoutes } from "./routes/index.js";
export { type CatalogDeps, findPlanOfPrice, planPriceReference, quotePackage } from "./service/index.js";
