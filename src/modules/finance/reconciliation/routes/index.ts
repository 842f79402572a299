import type { App } from "../../../../http/types.js";
import type { ReconciliationDeps } from "../service/index.js";
import { breakRoutes } from "./breaks.js";
import { periodRoutes } from "./periods.js";
import { runRoutes } from "./runs.js";

export function reconciliationRoutes(app: App, deps: ReconciliationDeps): void {
  runRoutes(app, deps);
  breakRoutes(app, deps);
  periodRoutes(app, deps);
}
