import { type Jobs, type LogFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
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
      if (deps.custody) await untilNothingIsDue(() => sweepPayouts(deps), log);
    },
  };
}
