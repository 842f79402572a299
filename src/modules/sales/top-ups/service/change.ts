import type { Tx } from "../../../../db/client.js";
import * as queries from "../queries.js";
import { mayPause, pausedBy } from "../rules/decide.js";
import type { AutoTopUp, PauseReason } from "../types.js";
import type { TopUpDeps } from "./deps.js";
import { moveTopUp } from "./move.js";

/** Stops charging, until a time or until somebody resumes it. The caller holds the row. Nothing when it is stopped already. */
export async function pauseIn(
  deps: TopUpDeps,
  tx: Tx,
  autoTopUp: AutoTopUp,
  reason: PauseReason,
  { until = null, detail }: { readonly until?: Date | null; readonly detail?: string | null } = {},
): Promise<AutoTopUp> {
  if (!mayPause(autoTopUp, until)) return autoTopUp;
  const paused = await moveTopUp(deps, tx, autoTopUp, "paused", {
    by: pausedBy(reason),
    change: { pausedReason: reason, pausedUntil: until, nextAttemptAt: null },
    details: { reason, until: until?.toISOString() ?? null, ...(detail ? { detail } : {}) },
  });
  tx.afterCommit(() => {
    deps.onAutoTopUp?.("paused");
    deps.topUpWatch.update(paused);
  });
  return paused;
}

/** Stops one in a transaction of its own, unless `why` finds no reason any more once it is held. */
export async function pause(
  deps: TopUpDeps,
  id: AutoTopUp["id"],
  why: (current: AutoTopUp) => { readonly reason: PauseReason; readonly detail?: string } | undefined,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const current = await queries.lockAutoTopUp(tx, id);
    const found = current && why(current);
    if (current && found) await pauseIn(deps, tx, current, found.reason, { detail: found.detail ?? null });
  });
}
