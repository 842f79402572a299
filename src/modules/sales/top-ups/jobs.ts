import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import {
  checkTopUp,
  followTopUp,
  noteDispute,
  noteMethodChange,
  sweepTopUps,
  type TopUpDeps,
} from "./service/index.js";

/** What the worker runs for auto top-ups. */
export function topUpJobs(
  deps: TopUpDeps,
  log: LogFailure,
): Jobs<"top-ups:check" | "top-ups:follow" | "top-ups:disputed" | "top-ups:method-changed" | "top-ups:sweep"> {
  return {
    "top-ups:check": ({ autoTopUpId }) => checkTopUp(deps, autoTopUpId),
    "top-ups:follow": ({ paymentId }) => followTopUp(deps, paymentId),
    "top-ups:disputed": (dispute) => noteDispute(deps, dispute),
    "top-ups:method-changed": ({ methodId }) => noteMethodChange(deps, methodId),
    "top-ups:sweep": async () => {
      for (const failure of await sweepTopUps(deps)) log(failure);
    },
  };
}
