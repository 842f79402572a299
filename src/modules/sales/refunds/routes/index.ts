import type { App } from "../../../../http/types.js";
import type { RefundDeps } from "../service/index.js";
import { disputeRoutes } from "./disputes.js";
import { refundActs, refundReads } from "./refunds.js";

export function refundRoutes(app: App, deps: RefundDeps): void {
  refundActs(app, deps);
  refundReads(app, deps);
  disputeRoutes(app, deps);
}
