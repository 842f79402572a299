import type { App } from "../../../../http/types.js";
import type { PayoutDeps } from "../service/index.js";
import { payoutActs } from "./payouts.js";
import { settingChangeRoutes } from "./setting-changes.js";
import { payoutSettings } from "./settings.js";

export function payoutRoutes(app: App, deps: PayoutDeps): void {
  payoutActs(app, deps);
  payoutSettings(app, deps);
  settingChangeRoutes(app, deps);
}
