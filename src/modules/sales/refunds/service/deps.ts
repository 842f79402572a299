import type { PaymentDeps } from "../../payments/index.js";

export type RefundDeps = PaymentDeps;
