import type { DepositDeps } from "../../deposits/index.js";
import type { PaymentDeps } from "../../payments/index.js";

export interface PayoutDeps extends DepositDeps, PaymentDeps {}
