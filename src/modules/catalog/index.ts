export { catalogRoutes } from "./routes.js";
export { type CatalogDeps, quotePackage } from "./service.js";
