import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import { type CatalogDeps, syncItem, syncItems } from "./service/index.js";

/** What the worker runs for the catalog. */
export function catalogJobs(
  deps: CatalogDeps,
  log: LogFailure,
): Jobs<"catalog:sync" | "catalog:sync-all" | "catalog:sweep"> {
  return {
    "catalog:sync": async ({ itemId, everything }) => {
      if (!deps.billing) return;
      const { failures } = await syncItem(deps, itemId, { everything: everything ?? false });
      // The queue tries again what throws.
      if (failures.length > 0) throw new Error(failures.join("; "));
    },
    "catalog:sync-all": async () => {
      for (const failure of await syncItems(deps, "all")) log(failure);
    },
    "catalog:sweep": async () => {
      for (const failure of await syncItems(deps, "stale")) log(failure);
    },
  };
}
