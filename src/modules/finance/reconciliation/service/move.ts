import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { newId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import type { Actor } from "../../../../kernel/charts.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { breakEvents, reconciliationEvents } from "../events.js";
import * as queries from "../queries/index.js";
import { type BreakStatus, breakChart, type ReconciliationStatus, reconciliationChart } from "../rules/chart.js";
import type { BreakRow, ReconciliationRow } from "../types.js";
import type { ReconciliationDeps } from "./deps.js";

// The one door to the status of a run and of a break. What the charts do not have cannot be written here, and nobody else writes it.

/** Writes a run down that is to happen. Undefined when another one of its provider is under way. */
export async function beginRun(
  deps: ReconciliationDeps,
  tx: Tx,
  row: Pick<ReconciliationRow, "id" | "provider" | "asset" | "windowFrom" | "windowTo" | "createdBy">,
  by: "caller" | "worker",
): Promise<ReconciliationRow | undefined> {
  reconciliationChart.begin(row.id, "queued", by);
  const now = deps.clock.now();
  const run = await queries.insertRun(tx, { ...row, status: "queued", createdAt: now, updatedAt: now });
  if (!run) return undefined;
  const details = {
    provider: row.provider,
    from: row.windowFrom.toISOString(),
    to: row.windowTo.toISOString(),
  };
  await recordAudit(deps, tx, [{ actor: row.createdBy, action: "createReconciliation", resource: row.id, details }]);
  return run;
}

/** Gets a run to a status. The caller holds the row. Throws an internal error for a step that the chart does not have. */
export async function moveRun(
  deps: ReconciliationDeps,
  tx: Tx,
  run: ReconciliationRow,
  to: ReconciliationStatus,
  change: queries.RunFacts,
): Promise<ReconciliationRow> {
  const { event } = reconciliationChart.step(run, to, "worker");
  const updated = await queries.writeRunStatus(tx, run, { ...change, status: to, updatedAt: deps.clock.now() });
  if (event === undefined) return updated;
  const open = await queries.listOpenBreaks(tx, run.provider);
  const data = { provider: run.provider, breaks: open.length, failure: updated.failure };
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: event, resource: run.id, details: data }]);
  await emitEvents(deps, tx, [reconciliationEvents.of(event, { resource: run.id }, data)]);
  return updated;
}

/** Writes a difference down that nobody knew of. */
export async function openBreak(
  deps: ReconciliationDeps,
  tx: Tx,
  found: Pick<BreakRow, "provider" | "account" | "asset" | "kind" | "what" | "reference" | "ours" | "theirs">,
): Promise<BreakRow> {
  const id = newId(deps.ids, "brk");
  const { event } = breakChart.begin(id, "open", "worker");
  const now = deps.clock.now();
  const times = { firstSeenAt: now, lastSeenAt: now, createdAt: now, updatedAt: now };
  const row = await queries.insertBreak(tx, { ...found, id, status: "open", ...times });
  await tellOfBreak(deps, tx, row, event, SYSTEM_ACTOR);
  return row;
}

/** Gets a break to a status. The caller holds the row, and has posted what moves with the step. Throws likewise. */
export async function moveBreak(
  deps: ReconciliationDeps,
  tx: Tx,
  found: BreakRow,
  to: BreakStatus,
  {
    by,
    actor,
    change,
  }: { readonly by: Actor; readonly actor: string; readonly change?: Omit<queries.BreakFacts, "endedAt"> },
): Promise<BreakRow> {
  const { event } = breakChart.step(found, to, by);
  const now = deps.clock.now();
  const updated = await queries.writeBreakStatus(tx, found, {
    ...change,
    status: to,
    endedAt: breakChart.isFinal(to) ? now : null,
    updatedAt: now,
  });
  await tellOfBreak(deps, tx, updated, event, actor);
  return updated;
}

async function tellOfBreak(
  deps: ReconciliationDeps,
  tx: Tx,
  row: BreakRow,
  event: keyof typeof breakEvents.types | undefined,
  actor: string,
): Promise<void> {
  if (event === undefined) return;
  const data = {
    provider: row.provider,
    kind: row.kind,
    asset: row.asset,
    difference: (row.ours - row.theirs).toString(),
    reference: row.reference,
    resolution: row.resolution,
  };
  const details = row.reason === null ? data : { ...data, reason: row.reason, account: row.target };
  await recordAudit(deps, tx, [{ actor, action: event, resource: row.id, details }]);
  await emitEvents(deps, tx, [breakEvents.of(event, { resource: row.id }, data)]);
}
