import type { PaymentDeps } from "../../../sales/payments/index.js";
import type { DepositDeps } from "../../deposits/index.js";

export interface PayoutDeps extends DepositDeps, PaymentDeps {
  /** How long a change that loosens limits or cooling-off waits when no second person approves it. */
  readonly payoutLooseningDelayMs: number;
}
