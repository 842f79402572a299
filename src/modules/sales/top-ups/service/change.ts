import type { z } from "zod";
import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { autoTopUpEvents } from "../events.js";
import * as queries from "../queries.js";
import { mayPause } from "../rules.js";
import type { AutoTopUp, PauseReason } from "../types.js";
import type { TopUpDeps } from "./deps.js";

type Topic = keyof typeof autoTopUpEvents.types extends `auto_top_up.${infer Name}` ? Name : never;

/** Writes what happened to an auto top-up into the audit trail and the outbox. */
export async function announce(
  deps: TopUpDeps,
  tx: Tx,
  autoTopUp: Pick<AutoTopUp, "id" | "customerId" | "walletId">,
  topic: Topic,
  data: Omit<z.input<typeof autoTopUpEvents.data>, "walletId">,
  actor: string = SYSTEM_ACTOR,
): Promise<void> {
  const { id, customerId, walletId } = autoTopUp;
  const type = `auto_top_up.${topic}` as const;
  const details = { walletId, ...data };
  await recordAudit(deps, tx, [{ actor, action: type, resource: id, details }]);
  await emitEvents(deps, tx, [autoTopUpEvents.of(type, { resource: id, customerId }, details)]);
}

/** Stops charging, until a time or until somebody resumes it. The caller holds the row. Nothing when it is stopped already. */
export async function pauseIn(
  deps: TopUpDeps,
  tx: Tx,
  autoTopUp: AutoTopUp,
  reason: PauseReason,
  { until = null, detail }: { readonly until?: Date | null; readonly detail?: string | null } = {},
): Promise<AutoTopUp> {
  if (!mayPause(autoTopUp, until)) return autoTopUp;
  const paused = await queries.updateAutoTopUp(tx, autoTopUp.id, {
    status: "paused",
    pausedReason: reason,
    pausedUntil: until,
    nextAttemptAt: null,
    updatedAt: deps.clock.now(),
  });
  const data = { reason, until: until?.toISOString() ?? null, ...(detail ? { detail } : {}) };
  await announce(deps, tx, paused, "paused", data);
  deps.onAutoTopUp?.("paused");
  deps.topUpWatch.update(paused);
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
