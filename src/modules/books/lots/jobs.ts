import { type Jobs, type LogFailure, untilNothingIsDue } from "../../../kernel/jobs.js";
import {
  type LotDeps,
  type OwnerOf,
  settleAccount,
  settleEveryAccount,
  sweepExpired,
  sweepNotices,
  sweepSchedules,
} from "./service/index.js";

/** What the worker runs for lots and for what is earned of them. */
export function lotJobs(
  deps: LotDeps,
  ownerOf: OwnerOf,
  log: LogFailure,
): Jobs<"lots:settle" | "lots:expire" | "lots:notice" | "revenue:recognize"> {
  return {
    "lots:settle": async ({ accountId }) => {
      await settleAccount(deps, accountId);
    },
    "lots:expire": () => untilNothingIsDue(() => sweepExpired(deps, ownerOf), log),
    "lots:notice": () => untilNothingIsDue(() => sweepNotices(deps, ownerOf), log),
    "revenue:recognize": async () => {
      await settleEveryAccount(deps, log);
      await untilNothingIsDue(() => sweepSchedules(deps), log);
    },
  };
}
