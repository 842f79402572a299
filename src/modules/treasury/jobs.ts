import { type TreasuryDeps, watchTreasury } from "./service/index.js";

/** What the worker runs for the treasury. */
export const treasuryJobs = (deps: TreasuryDeps) => ({ "treasury:watch": () => watchTreasury(deps) });
