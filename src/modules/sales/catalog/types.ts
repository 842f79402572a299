import type { PackageRow, PlanRow } from "./queries.js";

export type { PriceRow, ProductRow } from "./queries.js";
export type { FlexiblePrice, StoredPrice } from "./tables.js";

export type Package = PackageRow;
export type Plan = PlanRow;

/** Anything that is sold. */
export type CatalogItem = Package | Plan;
