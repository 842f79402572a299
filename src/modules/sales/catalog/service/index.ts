export type { Package, Plan } from "../types.js";
export {
  createPackage,
  createPlan,
  getPackage,
  getPlan,
  listPackages,
  listPlans,
  updatePackage,
  updatePlan,
} from "./bundles.js";
export { billersOf, type CatalogDeps } from "./deps.js";
export { findPlanOfPrice, planPriceReference, quotePlan } from "./plan-prices.js";
export { quotePackage } from "./quotes.js";
export { listProducts, type ProductsView, type ProductView, syncProducts } from "./show-products.js";
export { syncItem, syncItems } from "./sync-products.js";
