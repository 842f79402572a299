import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import { catchUp, type DepositDeps, sweepAddresses } from "./service/index.js";

/** What the worker runs for deposits. */
export function depositJobs(deps: DepositDeps, log: LogFailure): Jobs<"deposits:catch-up" | "deposits:sweep"> {
  return {
    "deposits:catch-up": async () => {
      const { failures } = await catchUp(deps);
      for (const failure of failures) log(failure);
    },
    "deposits:sweep": async () => {
      const { failures } = await sweepAddresses(deps);
      for (const failure of failures) log(failure);
    },
  };
}
