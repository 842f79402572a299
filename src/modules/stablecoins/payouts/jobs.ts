import { type Jobs, type LogFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
import { askEach, failuresOf } from "../treasury/index.js";
import {
  applyDueChanges,
  type PayoutDeps,
  startInstructedPayout,
  submitPayout,
  sweepPayouts,
} from "./service/index.js";

/** What the worker runs for payouts. */
export function payoutJobs(
  deps: PayoutDeps,
  log: LogFailure,
): Jobs<"payouts:submit" | "payouts:start" | "payouts:sweep"> {
  return {
    "payouts:submit": ({ payoutId }) => submitPayout(deps, payoutId),
    "payouts:start": ({ paymentId }) => startInstructedPayout(deps, paymentId),
    "payouts:sweep": async () => {
      await applyDueChanges(deps);
      const swept = await askEach(deps, (provider) => untilNothingIsDue(() => sweepPayouts(deps, provider), log));
      for (const failure of failuresOf(swept)) log(failure);
    },
  };
}
