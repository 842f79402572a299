import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import { askForAll, carryOutRun, type ReconciliationDeps } from "./service/index.js";

/** What the worker runs for the reconciliation. */
export function reconciliationJobs(
  deps: ReconciliationDeps,
  log: LogFailure,
): Jobs<"reconciliation:run" | "reconciliation:daily"> {
  return {
    "reconciliation:run": ({ runId }) => carryOutRun(deps, runId),
    "reconciliation:daily": async () => {
      for (const failure of await askForAll(deps)) log(failure);
    },
  };
}
