import type { Jobs } from "../../../kernel/jobs.js";
import { nameStrangers, type TreasuryDeps, watchTreasury } from "./service/index.js";

/** What the worker runs for the treasury. */
export function treasuryJobs(deps: TreasuryDeps, log: (message: string) => void): Jobs<"treasury:watch"> {
  return {
    "treasury:watch": async () => {
      const failures = await watchTreasury(deps);
      await nameStrangers(deps, log);
      if (failures.length > 0) throw new Error(failures.join("; "));
    },
  };
}
