import type { z } from "zod";
import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import type { Actor } from "../../../../kernel/charts.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { payoutEvents, payoutSettingEvents } from "../events.js";
import * as queries from "../queries.js";
import { attemptChart, payoutChart, settingChangeChart } from "../rules/chart.js";
import { nextCheck } from "../rules/settle.js";
import type { Attempt, AttemptStatus, Payout, PayoutStatus, SettingChange, SettingChangeStatus } from "../types.js";
import type { PayoutDeps } from "./deps.js";

// The one door to the status of a payout, an attempt and a change of settings. What the charts do not have cannot be written here, and
// nobody else writes it.

type Details = Partial<z.input<typeof payoutEvents.data>>;

/** How a step comes about. */
export interface Move {
  /** Whose doing it is, in the chart's words. */
  readonly by: Actor;
  /** Who is named for it in the audit log; the system when absent. */
  readonly actor?: string;
  /** What is written in the audit log: the deed. */
  readonly action: string;
  readonly details?: Details;
  /** Transfers that go by the row as it is afterwards. */
  readonly moving?: (payout: Payout) => Promise<unknown>;
}

/** Has a payout begin, unless there is one with this id or another of its payment: then undefined. */
export async function beginPayout(
  deps: PayoutDeps,
  tx: Tx,
  row: Omit<Payout, "reserved" | "nextCheckAt" | "checks" | "version">,
  move: Move,
): Promise<Payout | undefined> {
  const { event } = payoutChart.begin(row.id, row.status, move.by);
  const inserted = await queries.insertPayout(tx, { ...row, ...standing(deps, row.status), version: 0 });
  if (inserted) await tell(deps, tx, inserted, event, move);
  return inserted;
}

/**
 * Gets a payout to a status: writes it with the facts that come with it, whether its money is set aside, its version and when it
 * is looked at next, and the audit line and the event. The caller holds the row. Throws an internal error for a step that the
 * chart does not have.
 */
export async function movePayout(
  deps: PayoutDeps,
  tx: Tx,
  payout: Payout,
  to: PayoutStatus,
  { change, ...move }: Move & { readonly change?: queries.PayoutFacts },
): Promise<Payout> {
  const { event } = payoutChart.step(payout, to, move.by);
  const facts = { ...change, ...standing(deps, to), updatedAt: deps.clock.now() };
  const updated = await queries.writePayoutStatus(tx, payout, { ...facts, status: to });
  await tell(deps, tx, updated, event, move);
  return updated;
}

const standing = (deps: PayoutDeps, status: PayoutStatus) => ({
  reserved: !payoutChart.isFinal(status),
  checks: 0,
  nextCheckAt: nextCheck(deps.clock, status, 0),
});

/** Writes down what became of a payout, for auditors and for listeners. */
async function tell(
  deps: PayoutDeps,
  tx: Tx,
  payout: Payout,
  event: keyof typeof payoutEvents.types | undefined,
  { actor = SYSTEM_ACTOR, action, details, moving }: Move,
): Promise<void> {
  await moving?.(payout);
  const data = { ...toldOf(payout), ...details };
  await recordAudit(deps, tx, [{ actor, action, resource: payout.id, details: data }]);
  if (event === undefined) return;
  await emitEvents(deps, tx, [payoutEvents.of(event, { resource: payout.id, customerId: payout.customerId }, data)]);
}

/** Where a payout stands, as events say it. */
const toldOf = (payout: Payout) => ({
  status: payout.status,
  amount: Number(payout.amount),
  asset: payout.asset,
  payoutAmount: Number(payout.payoutAmount),
  payoutAsset: payout.payoutAsset,
  network: payout.network,
  ...(payout.failure ? { failureCode: payout.failure.code } : {}),
});

/** Calls a person to a payout, once for each reason; where it stands does not change. The caller holds the row. */
export async function callPerson(
  deps: PayoutDeps,
  tx: Tx,
  payout: Payout,
  reason: string,
  type: "payout.needs_review" | "payout.needs_decision" | "payout.stuck",
  details: Details = {},
): Promise<void> {
  if (payout.reviewReason === reason) return;
  const updated = await queries.updatePayout(tx, payout.id, { reviewReason: reason, updatedAt: deps.clock.now() });
  const data = { ...toldOf(updated), reason, ...details };
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource: payout.id, details: data }]);
  await emitEvents(deps, tx, [payoutEvents.of(type, { resource: payout.id, customerId: payout.customerId }, data)]);
}

/** Writes an attempt down, before the provider is asked. */
export function beginAttempt(
  deps: PayoutDeps,
  tx: Tx,
  row: Pick<Attempt, "id" | "payoutId" | "provider" | "number" | "askBy">,
): Promise<Attempt> {
  const now = deps.clock.now();
  attemptChart.begin(row.id, "submitting", "worker");
  return queries.insertAttempt(tx, { ...row, status: "submitting", createdAt: now, updatedAt: now });
}

/** Gets an attempt to a status. Its payout tells of it. The caller holds the payout's row. Throws likewise. */
export async function moveAttempt(
  deps: PayoutDeps,
  tx: Tx,
  attempt: Pick<Attempt, "id" | "status">,
  to: AttemptStatus,
  { by, change }: { readonly by: Actor; readonly change?: Omit<Partial<Attempt>, "id" | "status"> },
): Promise<void> {
  attemptChart.step(attempt, to, by);
  await queries.writeAttemptStatus(tx, attempt, { ...change, status: to, updatedAt: deps.clock.now() });
}

/** Writes down a change of settings that waits. Nothing else waits of its subject. */
export async function beginChange(
  deps: PayoutDeps,
  tx: Tx,
  row: Pick<SettingChange, "id" | "subject" | "before" | "after" | "askedBy" | "effectiveAt">,
): Promise<SettingChange> {
  const { event } = settingChangeChart.begin(row.id, "pending", "caller");
  const now = deps.clock.now();
  const fresh = { status: "pending", decidedBy: null, createdAt: now, updatedAt: now } as const;
  const change = await queries.insertChange(tx, { ...row, ...fresh });
  await tellOfChange(deps, tx, change, event, row.askedBy.actor);
  return change;
}

/**
 * Gets a change of settings to a status, with the audit line and the event. `decidedBy`: the person who said so; null when it took
 * effect by itself. The caller holds the row. Throws an internal error for a step that the chart does not have.
 */
export async function moveChange(
  deps: PayoutDeps,
  tx: Tx,
  change: SettingChange,
  to: SettingChangeStatus,
  { by, decidedBy }: { readonly by: Actor; readonly decidedBy: string | null },
): Promise<SettingChange> {
  const { event } = settingChangeChart.step(change, to, by);
  const updated = await queries.writeChangeStatus(tx, change, { status: to, decidedBy, updatedAt: deps.clock.now() });
  await tellOfChange(deps, tx, updated, event, decidedBy ?? SYSTEM_ACTOR);
  return updated;
}

const DEEDS = {
  "payout_settings.proposed": "proposePayoutSettings",
  "payout_settings.applied": "applyPayoutSettings",
  "payout_settings.canceled": "cancelPayoutSettings",
} as const;

async function tellOfChange(
  deps: PayoutDeps,
  tx: Tx,
  { id, subject, before, after, effectiveAt }: SettingChange,
  type: keyof typeof payoutSettingEvents.types | undefined,
  actor: string,
): Promise<void> {
  if (type === undefined) return;
  const data = { subject, before: { ...before }, after: { ...after }, effectiveAt: effectiveAt.toISOString() };
  await recordAudit(deps, tx, [{ actor, action: DEEDS[type], resource: id, details: data }]);
  await emitEvents(deps, tx, [payoutSettingEvents.of(type, { resource: id }, data)]);
}
