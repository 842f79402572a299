import type { Tx } from "../../../../db/client.js";
import { recordAudit } from "../../../trust/audit/index.js";
import * as queries from "../queries/index.js";
import { type ExportStatus, exportChart } from "../rules/chart.js";
import type { ExportDeps } from "./deps.js";

// The one door to the status of an export. What the chart does not have cannot be written here, and nobody else writes it.

/** Writes an export down that is to be made, unless it was: then undefined. */
export async function beginExport(
  deps: ExportDeps,
  tx: Tx,
  row: Omit<queries.NewExport, "status" | "createdAt" | "updatedAt">,
): Promise<queries.ExportRow | undefined> {
  exportChart.begin(row.id, "queued", "caller");
  const now = deps.clock.now();
  const inserted = await queries.insertExport(tx, { ...row, status: "queued", createdAt: now, updatedAt: now });
  const { kind, format, fromAt, toAt, options, requestedBy: actor } = row;
  const details = { kind, format, from: fromAt.toISOString(), to: toAt.toISOString(), ...options.filters };
  if (inserted) await recordAudit(deps, tx, [{ actor, action: "requestExport", resource: row.id, details }]);
  return inserted;
}

/**
 * Gets an export to a status, with the facts that come with it. Undefined when it does not stand there any more. Throws an internal
 * error for a step that the chart does not have.
 */
export function moveExport(
  deps: ExportDeps,
  tx: Tx,
  row: Pick<queries.ExportRow, "id" | "status">,
  to: ExportStatus,
  { by, change }: { readonly by: "worker" | "sweeper"; readonly change?: queries.ExportFacts },
): Promise<queries.ExportRow | undefined> {
  exportChart.step(row, to, by);
  return queries.writeExportStatus(tx, row, { ...change, status: to, updatedAt: deps.clock.now() });
}
