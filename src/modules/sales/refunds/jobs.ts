import type { PaymentId } from "../../../core/ids.js";
import { catchUpReversals, lookAtReversals, type RefundDeps, sweepDisputes, sweepRefunds } from "./service/index.js";

const SWEEP_ROUNDS_MAX = 20;

/** What the worker runs for refunds. */
export function refundJobs(deps: RefundDeps, log: (message: string) => void) {
  return {
    "refunds:look": (payload: unknown) => lookAtReversals(deps, (payload as { paymentId: PaymentId }).paymentId),
    "refunds:sweep": async () => {
      for (let round = 0; round < SWEEP_ROUNDS_MAX; round += 1) {
        const { checked, failures } = await sweepRefunds(deps);
        for (const failure of failures) log(failure);
        if (checked === 0) break;
      }
      for (let round = 0; round < SWEEP_ROUNDS_MAX; round += 1) {
        const { checked, failures } = await sweepDisputes(deps);
        for (const failure of failures) log(failure);
        if (checked === 0) return;
      }
    },
    "reversals:catch-up": async () => {
      const { failures } = await catchUpReversals(deps);
      for (const failure of failures) log(failure);
    },
  };
}
