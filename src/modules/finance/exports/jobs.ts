import type { Jobs } from "../../../kernel/jobs.js";
import { type ExportDeps, makeExport, purgeExports, sweepExports } from "./service/index.js";

/** What the worker runs for exports. */
export function exportJobs(deps: ExportDeps): Jobs<"exports:make" | "exports:sweep" | "exports:purge"> {
  return {
    "exports:make": ({ exportId }) => makeExport(deps, exportId),
    "exports:sweep": () => sweepExports(deps),
    "exports:purge": () => purgeExports(deps),
  };
}
