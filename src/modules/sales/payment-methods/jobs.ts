import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import { announceExpiring, type PaymentMethodDeps, sweepMethods } from "./service/index.js";

/** What the worker runs for saved payment methods. */
export function paymentMethodJobs(
  deps: PaymentMethodDeps,
  log: LogFailure,
): Jobs<"payment-methods:sweep" | "payment-methods:expiring"> {
  return {
    "payment-methods:sweep": async () => {
      for (const failure of await sweepMethods(deps)) log(failure);
    },
    "payment-methods:expiring": async () => {
      await announceExpiring(deps);
    },
  };
}
