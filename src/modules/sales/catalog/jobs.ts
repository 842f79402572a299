import { atEach, inWords } from "../../../kernel/at-each.js";
import type { Jobs, LogFailure } from "../../../kernel/jobs.js";
import { billersOf, type CatalogDeps, syncItem, syncItems } from "./service/index.js";

/** What the worker runs for the catalog. */
export function catalogJobs(
  deps: CatalogDeps,
  log: LogFailure,
): Jobs<"catalog:sync" | "catalog:sync-all" | "catalog:sweep"> {
  const syncEverywhere = async (which: "all" | "stale") => {
    for (const failure of await atEach(billersOf(deps), (billing) => syncItems(deps, billing, which))) log(failure);
  };
  return {
    "catalog:sync": async ({ itemId, provider, everything = false }) => {
      const failures = await atEach(billersOf(deps, provider), async (billing) => {
        const synced = await syncItem(deps, billing, itemId, { everything });
        return synced.failures.map((failure) => ({ id: itemId, error: new Error(failure) }));
      });
      // The queue tries again what throws.
      if (failures.length > 0) throw new Error(failures.map(inWords).join("; "));
    },
    "catalog:sync-all": () => syncEverywhere("all"),
    "catalog:sweep": () => syncEverywhere("stale"),
  };
}
