import type { App } from "../../../../http/types.js";
import type { AccessDeps } from "../service/index.js";
import { keyRoutes } from "./keys.js";
import { principalRoutes } from "./principals.js";

export function accessRoutes(app: App, deps: AccessDeps): void {
  keyRoutes(app, deps);
  principalRoutes(app, deps);
}
