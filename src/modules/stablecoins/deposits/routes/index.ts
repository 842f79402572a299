import type { App } from "../../../../http/types.js";
import type { DepositDeps } from "../service/index.js";
import { addressRoutes } from "./addresses.js";
import { conversionRoute } from "./conversions.js";
import { depositReads } from "./deposits.js";

export function depositRoutes(app: App, deps: DepositDeps): void {
  addressRoutes(app, deps);
  depositReads(app, deps);
  conversionRoute(app, deps);
}
