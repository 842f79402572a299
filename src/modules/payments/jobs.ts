import { type PaymentDeps, sweepPayments } from "./service/index.js";

/** What the worker runs for payments. */
export function paymentJobs(deps: PaymentDeps, log: (message: string) => void) {
  return {
    "payments:sweep": async () => {
      const { failures } = await sweepPayments(deps);
      for (const failure of failures) log(failure);
    },
  };
}
