import type { PaymentId } from "../../core/ids.js";
import { lookAtReversals, type RefundDeps, sweepRefunds } from "./service/index.js";

const SWEEP_ROUNDS_MAX = 20;

/** What the worker runs for refunds. */
export function refundJobs(deps: RefundDeps, log: (message: string) => void) {
  return {
    "refunds:look": (payload: unknown) => lookAtReversals(deps, (payload as { paymentId: PaymentId }).paymentId),
    "refunds:sweep": async () => {
      for (let round = 0; round < SWEEP_ROUNDS_MAX; round += 1) {
        const { checked, failures } = await sweepRefunds(deps);
        for (const failure of failures) log(failure);
        if (checked === 0) return;
      }
    },
  };
}
