import type { DepositDeps } from "../../deposits/index.js";
import type { PaymentDeps } from "../../payments/index.js";

export interface PayoutDeps extends DepositDeps, PaymentDeps {
  /** How long a change that loosens limits or cooling-off waits when no second person approves it. */
  readonly payoutLooseningDelayMs: number;
}
