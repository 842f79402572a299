import type { Caller } from "../../../../core/access.js";
import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { PaymentMethodDeps } from "../../payment-methods/index.js";
import type { PaymentDeps } from "../../payments/index.js";
import type { TopUpWatch } from "./watch.js";

export interface TopUpDeps extends PaymentDeps, PaymentMethodDeps {
  /** Notices balances that fall low as they do. */
  readonly topUpWatch: TopUpWatch;
  /** Counts what becomes of auto top-ups: `started`, `succeeded`, `failed`, `action_required`, `paused`. */
  readonly onAutoTopUp?: (outcome: string) => void;
}

/** Who makes the payments: the customer agreed to them before and is not there. */
export const SYSTEM_CALLER: Caller = { id: SYSTEM_ACTOR, role: "admin" };
