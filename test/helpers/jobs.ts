import type { Deps } from "../../src/deps.js";
import * as worker from "../../src/worker.js";

/** The worker's jobs as the queue calls them: by any name, with whatever a row of the queue holds. */
export const jobsOf = (deps: Deps) =>
  worker.jobsOf(deps) as unknown as Record<string, (payload?: unknown) => Promise<void>>;
