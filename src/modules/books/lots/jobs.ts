import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import {
  announceExpiring,
  earnByDays,
  expireLots,
  type LotDeps,
  type OwnerOf,
  settleAccount,
  settleEveryAccount,
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
    "lots:expire": () => expireLots(deps, ownerOf, log),
    "lots:notice": () => announceExpiring(deps, ownerOf, log),
    "revenue:recognize": async () => {
      await settleEveryAccount(deps, log);
      await earnByDays(deps, log);
    },
  };
}
