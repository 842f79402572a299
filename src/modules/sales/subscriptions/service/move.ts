import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { subscriptionEvents } from "../events.js";
import * as queries from "../queries.js";
import { subscriptionChart } from "../rules/chart.js";
import { nextLook } from "../rules/subscription.js";
import type { Standing, Subscription } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";

// The one door to a subscription's status. What the chart does not have cannot be written here, and nobody else writes it.

const BEGINNING = { status: "requested", currentPeriodEnd: null, trialEnd: null, cancelAt: null } as const;

/** Writes a subscription down before the provider is asked, unless there is one with this id: then undefined. */
export async function beginSubscription(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Omit<queries.NewSubscription, "status" | "nextCheckAt" | "createdAt" | "updatedAt">,
): Promise<Subscription | undefined> {
  const { event } = subscriptionChart.begin(row.id, "requested", "caller");
  const now = deps.clock.now();
  const nextCheckAt = nextLook(deps.clock, BEGINNING, 0);
  const fresh = { status: BEGINNING.status, nextCheckAt, createdAt: now, updatedAt: now };
  const inserted = await queries.insertSubscription(tx, { ...row, ...fresh });
  if (!inserted || event === undefined) return inserted;
  const { id: resource, customerId, createdBy: actor } = inserted;
  const data = { ...standing(inserted), currency: inserted.currency, flow: inserted.flow };
  await recordAudit(deps, tx, [{ actor, action: "createSubscription", resource, details: data }]);
  await emitEvents(deps, tx, [subscriptionEvents.of(event, { resource, customerId }, data)]);
  return inserted;
}

/**
 * Gets a subscription to a status, or keeps it where it is, with the facts that come with it: its version, when it is looked at next,
 * and, when anything changed that is told, the audit line and the event. `alongside`: what is written before that. The caller holds the row. Throws an internal error for a
 * step that the chart does not have.
 */
export async function moveSubscription(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Subscription,
  to: Standing,
  change: queries.SubscriptionFacts,
  alongside?: (updated: Subscription) => Promise<unknown>,
): Promise<Subscription> {
  const isNew = to !== row.status;
  const { event } = subscriptionChart.step(row, to, "provider", isNew ? undefined : "subscription.updated");
  const updated = await queries.writeSubscriptionStatus(tx, row, {
    ...change,
    status: to,
    nextCheckAt: nextLook(deps.clock, { ...row, ...change, status: to }, 0),
    checks: 0,
    updatedAt: deps.clock.now(),
  });
  await alongside?.(updated);
  const isNews = isNew || TOLD.some((name) => String(updated[name]) !== String(row[name]));
  if (isNews && event !== undefined) await tell(deps, tx, updated, event);
  if (isNew) tx.afterCommit(() => deps.onSubscriptionStatus?.(to));
  return updated;
}

const TOLD = ["planId", "quantity", "cancelAt", "collectionPaused", "hasPendingUpdate"] as const;

/** Tells auditors and listeners where a subscription stands. */
async function tell(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Subscription,
  type: keyof typeof subscriptionEvents.types,
): Promise<void> {
  const data = standing(row);
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource: row.id, details: data }]);
  await emitEvents(deps, tx, [subscriptionEvents.of(type, { resource: row.id, customerId: row.customerId }, data)]);
}

const standing = (row: Subscription) => ({
  status: row.status,
  planId: row.planId,
  quantity: row.quantity,
  cancelAt: row.cancelAt?.toISOString() ?? null,
  paused: row.collectionPaused,
  changePending: row.hasPendingUpdate,
  ...(row.failure ? { failureCode: row.failure.code } : {}),
});
