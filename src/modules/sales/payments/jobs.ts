import { type PaymentDeps, sweepPayments } from "./service/index.js";

const SWEEP_ROUNDS_MAX = 20;

/** What the worker runs for payments. */
export function paymentJobs(deps: PaymentDeps, log: (message: string) => void) {
  return {
    "payments:sweep": async () => {
      // Until nothing is due, with a bound: one customer's many open payments must not keep others waiting.
      for (let round = 0; round < SWEEP_ROUNDS_MAX; round += 1) {
        const { checked, failures } = await sweepPayments(deps);
        for (const failure of failures) log(failure);
        if (checked === 0) return;
      }
    },
  };
}
