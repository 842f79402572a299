import type { z } from "zod";
import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { autoTopUpEvents } from "../events.js";
import * as queries from "../queries.js";
import { attemptChart, topUpChart } from "../rules/chart.js";
import type { Attempt, AttemptStatus, AutoTopUp, TopUpStatus } from "../types.js";
import type { TopUpDeps } from "./deps.js";

// The one door to where an auto top-up and its charges stand. What the charts do not have cannot be written here, and nobody else
// writes it.

type Details = Omit<z.input<typeof autoTopUpEvents.data>, "walletId">;

/** Sets a wallet's auto top-up, and has it begin again when there is one. `moving`: what is written before it is told. */
export async function beginTopUp(
  deps: TopUpDeps,
  tx: Tx,
  row: Omit<queries.NewAutoTopUp, "status" | "pausedReason" | "pausedUntil" | "createdAt" | "updatedAt">,
  begin: { readonly actor: string; readonly details: Details; readonly moving: (row: AutoTopUp) => Promise<unknown> },
): Promise<AutoTopUp> {
  const { event } = topUpChart.begin(row.id, "active", "caller");
  const now = deps.clock.now();
  const fresh = { status: "active", pausedReason: null, pausedUntil: null, createdAt: now, updatedAt: now } as const;
  const put = await queries.upsertAutoTopUp(tx, { ...row, ...fresh });
  await begin.moving(put);
  await tell(deps, tx, put, event, begin.details, begin.actor);
  return put;
}

/**
 * Gets an auto top-up to a status: writes it with the facts that come with it, and the audit line and the event. Only one that is
 * paused has a reason and a time to go on. The caller holds the row. Throws an internal error for a step that the chart does not have.
 */
export async function moveTopUp(
  deps: TopUpDeps,
  tx: Tx,
  topUp: AutoTopUp,
  to: TopUpStatus,
  move: {
    readonly by: "caller" | "worker" | "provider" | "sweeper";
    /** Which of two steps to the same status it is. */
    readonly event?: "auto_top_up.resumed";
    readonly actor?: string;
    readonly change?: queries.TopUpFacts & Partial<Pick<AutoTopUp, "pausedReason" | "pausedUntil">>;
    readonly details: Details;
  },
): Promise<AutoTopUp> {
  const { event } = topUpChart.step(topUp, to, move.by, move.event);
  const updated = await queries.writeTopUpStatus(tx, topUp, {
    pausedReason: null,
    pausedUntil: null,
    ...move.change,
    status: to,
    updatedAt: deps.clock.now(),
  });
  await tell(deps, tx, updated, event, move.details, move.actor);
  return updated;
}

/** Writes a charge down before it is asked for; undefined when its wallet has one open. */
export async function beginAttempt(
  deps: TopUpDeps,
  tx: Tx,
  topUp: AutoTopUp,
  row: Omit<queries.NewAttempt, "status" | "createdAt" | "endedAt">,
  details: Details,
): Promise<Attempt | undefined> {
  const { event } = attemptChart.begin(row.id, "in_flight", "worker");
  const attempt = await queries.insertAttempt(tx, { ...row, status: "in_flight", createdAt: deps.clock.now() });
  if (attempt) await tell(deps, tx, topUp, event, details);
  return attempt;
}

/** Gets a charge to a status, with when it ended, and tells of it as its auto top-up's. The caller holds that. Throws likewise. */
export async function moveAttempt(
  deps: TopUpDeps,
  tx: Tx,
  topUp: AutoTopUp,
  attempt: Attempt,
  to: AttemptStatus,
  move: { readonly by: "worker" | "provider"; readonly failureCode: string | null; readonly details: Details },
): Promise<void> {
  const { event } = attemptChart.step(attempt, to, move.by);
  const endedAt = attemptChart.isFinal(to) ? deps.clock.now() : null;
  await queries.writeAttemptStatus(tx, attempt, { status: to, failureCode: move.failureCode, endedAt });
  await tell(deps, tx, topUp, event, move.details);
}

async function tell(
  deps: TopUpDeps,
  tx: Tx,
  { id, customerId, walletId }: AutoTopUp,
  type: keyof typeof autoTopUpEvents.types | undefined,
  data: Details,
  actor: string = SYSTEM_ACTOR,
): Promise<void> {
  if (type === undefined) return;
  const details = { walletId, ...data };
  await recordAudit(deps, tx, [{ actor, action: type, resource: id, details }]);
  await emitEvents(deps, tx, [autoTopUpEvents.of(type, { resource: id, customerId }, details)]);
}
