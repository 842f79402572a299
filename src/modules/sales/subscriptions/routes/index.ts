import type { App } from "../../../../http/types.js";
import type { SubscriptionDeps } from "../service/index.js";
import { changeRoutes } from "./changes.js";
import { invoiceRoutes } from "./invoices.js";
import { createRoute, readRoutes } from "./subscriptions.js";

export function subscriptionRoutes(app: App, deps: SubscriptionDeps): void {
  createRoute(app, deps);
  readRoutes(app, deps);
  changeRoutes(app, deps);
  invoiceRoutes(app, deps);
}
