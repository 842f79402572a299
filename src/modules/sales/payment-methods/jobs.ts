import type { Jobs } from "../../../kernel/jobs.js";
import { announceExpiring, type PaymentMethodDeps, sweepMethods } from "./service/index.js";

/** What the worker runs for saved payment methods. `changed` is told of each that was detached, or is another card now. */
export function paymentMethodJobs(
  deps: PaymentMethodDeps,
  log: (message: string) => void,
  changed: (methodId: string) => Promise<void>,
): Jobs<"payment-methods:sweep" | "payment-methods:expiring" | "payment-methods:changed"> {
  return {
    "payment-methods:sweep": async () => {
      for (const failure of await sweepMethods(deps)) log(failure);
    },
    "payment-methods:expiring": async () => {
      await announceExpiring(deps);
    },
    "payment-methods:changed": ({ methodId }) => changed(methodId),
  };
}
