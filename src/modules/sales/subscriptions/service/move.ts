import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { dunningEvents, invoiceEvents, subscriptionEvents } from "../events.js";
import * as queries from "../queries.js";
import { caseChart, invoiceChart, subscriptionChart } from "../rules/chart.js";
import { nextInvoiceLook } from "../rules/invoice.js";
import { nextLook } from "../rules/subscription.js";
import type { CaseStatus, DunningCase, Invoice, Standing, Subscription } from "../types.js";
import type { SubscriptionDeps } from "./deps.js";

// The one door to the status of a subscription, an invoice and a dunning case. What the charts do not have cannot be written here, and
// nobody else writes it.

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

type InvoiceEvent = keyof typeof invoiceEvents.types;

/** Writes an invoice down that is told of for the first time, unless somebody else does: then undefined. `alongside` as in `moveSubscription`. */
export async function beginInvoice(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Omit<queries.NewInvoice, "nextCheckAt" | "checks" | "createdAt" | "updatedAt"> & Pick<Invoice, "nextAttemptAt">,
  alongside: (settled: Invoice) => Promise<unknown>,
): Promise<Invoice | undefined> {
  const { event } = invoiceChart.begin(row.id, row.status, "provider");
  const now = deps.clock.now();
  const nextCheckAt = nextInvoiceLook(deps.clock, row, 0);
  const inserted = await queries.insertInvoice(tx, { ...row, nextCheckAt, checks: 0, createdAt: now, updatedAt: now });
  if (!inserted) return undefined;
  await alongside(inserted);
  await tellOfInvoice(deps, tx, inserted, event, undefined);
  return inserted;
}

/**
 * Gets an invoice to a status, or keeps it where it is, with the facts that come with it: its version, when it is looked at next, and,
 * when anything changed that is told, the audit lines and the events. `alongside` as in `moveSubscription`. The caller holds the row.
 * Throws an internal error for a step that the chart does not have.
 */
export async function moveInvoice(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Invoice,
  to: Invoice["status"],
  change: queries.InvoiceFacts,
  alongside: (settled: Invoice) => Promise<unknown>,
): Promise<Invoice> {
  const event = to === row.status ? undefined : invoiceChart.step(row, to, "provider").event;
  const updated = await queries.writeInvoiceStatus(tx, row, {
    ...change,
    status: to,
    nextCheckAt: nextInvoiceLook(deps.clock, { ...row, ...change, status: to }, 0),
    checks: 0,
    updatedAt: deps.clock.now(),
  });
  await alongside(updated);
  await tellOfInvoice(deps, tx, updated, event, row);
  return updated;
}

/** What is told of an invoice where it stands, beside the step that got it there. */
function factsTold(row: Invoice, before: Invoice | undefined): InvoiceEvent[] {
  const isOpen = row.status === "open";
  const types: InvoiceEvent[] = [];
  if (isOpen && row.attempts > (before?.attempts ?? 0)) types.push("invoice.payment_failed");
  if (isOpen && row.requiresAction && !before?.requiresAction) types.push("invoice.payment_action_required");
  if (row.credited !== (before?.credited ?? 0n)) types.push("invoice.credited");
  for (const type of types) invoiceChart.step(row, row.status, "provider", type);
  return types;
}

/** Tells auditors and listeners what became of an invoice; `moved` is of the step that it made. */
async function tellOfInvoice(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Invoice,
  moved: InvoiceEvent | undefined,
  before: Invoice | undefined,
): Promise<void> {
  const types = [...(moved === undefined ? [] : [moved]), ...factsTold(row, before)];
  const data = shownOfInvoice(row);
  const { id: resource, customerId } = row;
  const lines = types.map((action) => ({ actor: SYSTEM_ACTOR, action, resource, details: data }));
  const events = types.map((type) => invoiceEvents.of(type, { resource, customerId }, data));
  await recordAudit(deps, tx, lines);
  await emitEvents(deps, tx, events);
  if (moved !== undefined) tx.afterCommit(() => deps.onInvoiceStatus?.(row.status));
}

const shownOfInvoice = (row: Invoice) => ({
  subscriptionId: row.subscriptionId,
  status: row.status,
  number: row.number,
  billingReason: row.billingReason,
  total: Number(row.total),
  amountPaid: Number(row.amountPaid),
  credited: Number(row.credited),
  currency: row.currency,
  paymentId: row.paymentId,
  grants: row.grants.map(({ asset, amount, expired }) => ({ asset, amount: Number(amount), expired: Number(expired) })),
  attempts: row.attempts,
  failureCode: row.failure?.code ?? null,
});

/** Opens the case about an invoice. The caller holds the subscription. */
export async function beginCase(
  deps: SubscriptionDeps,
  tx: Tx,
  row: Omit<queries.NewCase, "status" | "openedAt">,
): Promise<DunningCase> {
  const { event } = caseChart.begin(row.id, "open", "provider");
  const opened = await queries.insertCase(tx, { ...row, status: "open", openedAt: deps.clock.now() });
  await tellOfCase(deps, tx, opened, event);
  return opened;
}

/**
 * Gets a case to a status, or tells where it stands what was applied, with the facts that come with it, the audit line and the event.
 * `alongside` as in `moveSubscription`. The caller holds the subscription. Throws an internal error for a step that the chart does not
 * have.
 */
export async function moveCase(
  deps: SubscriptionDeps,
  tx: Tx,
  row: DunningCase,
  to: CaseStatus,
  move: {
    readonly by: "provider" | "sweeper";
    readonly change: queries.CaseFacts;
    readonly alongside?: (updated: DunningCase) => Promise<unknown>;
  },
): Promise<DunningCase> {
  const { event } = caseChart.step(row, to, move.by);
  const updated = await queries.writeCaseStatus(tx, row, { ...move.change, status: to });
  await move.alongside?.(updated);
  await tellOfCase(deps, tx, updated, event);
  return updated;
}

async function tellOfCase(
  deps: SubscriptionDeps,
  tx: Tx,
  dunned: DunningCase,
  type: keyof typeof dunningEvents.types | undefined,
): Promise<void> {
  if (type === undefined) return;
  const { closedAt, openedAt, subscriptionId: resource, customerId } = dunned;
  const data = {
    invoiceId: dunned.invoiceId,
    attempts: dunned.attempts,
    failureCode: dunned.failure?.code ?? null,
    requiresAction: dunned.requiresAction,
    nextAttemptAt: dunned.nextAttemptAt?.toISOString() ?? null,
    graceEndsAt: dunned.graceEndsAt.toISOString(),
    consequence: dunned.consequence,
    status: dunned.status,
    ...(closedAt ? { afterSeconds: Math.round((closedAt.getTime() - openedAt.getTime()) / 1_000) } : {}),
  };
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: type, resource, details: data }]);
  await emitEvents(deps, tx, [dunningEvents.of(type, { resource, customerId }, data)]);
}
