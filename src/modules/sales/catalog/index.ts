export { catalogJobs } from "./jobs.js";
export { catalogRoutes } from "./routes/index.js";
export {
  type CatalogDeps,
  findPlanOfPrice,
  getPlan,
  type Plan,
  planPriceReference,
  quotePackage,
  quotePlan,
} from "./service/index.js";
export type { StoredPrice } from "./tables.js";
