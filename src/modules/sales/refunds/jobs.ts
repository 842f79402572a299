import { type Jobs, type LogFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
import { catchUpReversals, lookAtReversals, type RefundDeps, sweepDisputes, sweepRefunds } from "./service/index.js";

/** What the worker runs for refunds. */
export function refundJobs(
  deps: RefundDeps,
  log: LogFailure,
): Jobs<"refunds:look" | "refunds:sweep" | "reversals:catch-up"> {
  return {
    "refunds:look": ({ paymentId }) => lookAtReversals(deps, paymentId),
    "refunds:sweep": async () => {
      await untilNothingIsDue(() => sweepRefunds(deps), log);
      await untilNothingIsDue(() => sweepDisputes(deps), log);
    },
    "reversals:catch-up": async () => {
      const { failures } = await catchUpReversals(deps);
      for (const failure of failures) log(failure);
    },
  };
}
