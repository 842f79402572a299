import type { App } from "../../../../http/types.js";
import type { CatalogDeps } from "../service/index.js";
import { bundleRoutes } from "./bundles.js";
import { productRoutes } from "./products.js";

export function catalogRoutes(app: App, deps: CatalogDeps): void {
  bundleRoutes(app, deps);
  productRoutes(app, deps);
}
