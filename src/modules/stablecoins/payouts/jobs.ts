import type { PaymentId } from "../../../core/ids.js";
import {
  applyDueChanges,
  type PayoutDeps,
  startInstructedPayout,
  submitPayout,
  sweepPayouts,
} from "./service/index.js";
import type { PayoutId } from "./types.js";

const SWEEP_ROUNDS_MAX = 20;

/** What the worker runs for payouts. */
export function payoutJobs(deps: PayoutDeps, log: (message: string) => void) {
  return {
    "payouts:submit": (payload: unknown) => submitPayout(deps, (payload as { payoutId: PayoutId }).payoutId),
    "payouts:start": (payload: unknown) => startInstructedPayout(deps, (payload as { paymentId: PaymentId }).paymentId),
    "payouts:sweep": async () => {
      await applyDueChanges(deps);
      if (!deps.custody) return;
      for (let round = 0; round < SWEEP_ROUNDS_MAX; round += 1) {
        const { checked, failures } = await sweepPayouts(deps);
        for (const failure of failures) log(failure);
        if (checked === 0) return;
      }
    },
  };
}
