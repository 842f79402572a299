import type { z } from "zod";
import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { PaymentId } from "../../../../core/ids.js";
import type { Tx } from "../../../../db/client.js";
import type { Actor } from "../../../../kernel/charts.js";
import type { OutboxEvent } from "../../../../kernel/events.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { type AuditRecord, recordAudit } from "../../../trust/audit/index.js";
import { paymentEvents } from "../events.js";
import * as queries from "../queries.js";
import { paymentChart } from "../rules/chart.js";
import { nextCheck } from "../rules/settle.js";
import type { Payment, PaymentStatus } from "../types.js";
import type { PaymentDeps } from "./deps.js";

// The one door to a payment's status. What the chart does not have cannot be written here, and nobody else writes it.

type Details = Omit<z.input<typeof paymentEvents.data>, "status">;

/** Has a payment begin, unless there is one with this id: then undefined. `moving`: what is written before it is told. */
export async function beginPayment(
  deps: PaymentDeps,
  tx: Tx,
  row: Omit<queries.NewPayment, "nextCheckAt" | "createdAt" | "updatedAt">,
  begin: {
    readonly by: Actor;
    readonly actor: string;
    readonly action: string;
    readonly details: Details;
    readonly moving?: () => Promise<unknown>;
  },
): Promise<Payment | undefined> {
  const { event } = paymentChart.begin(row.id, row.status, begin.by);
  const now = deps.clock.now();
  const nextCheckAt = nextCheck(deps.clock, row.status, 0);
  const payment = await queries.insertPayment(tx, { ...row, nextCheckAt, createdAt: now, updatedAt: now });
  if (!payment) return undefined;
  await begin.moving?.();
  const { actor, action } = begin;
  const details = { status: payment.status, ...begin.details };
  await recordAudit(deps, tx, [{ actor, action, resource: row.id, details }]);
  if (event !== undefined) {
    await emitEvents(deps, tx, [paymentEvents.of(event, { resource: row.id, customerId: row.customerId }, details)]);
  }
  return payment;
}

/** What one transaction makes of payments, gathered so that each table is written once however many they are. */
export interface Moves {
  /** Payments as they will be. */
  readonly rows: Map<PaymentId, Payment>;
  readonly audit: AuditRecord[];
  readonly events: OutboxEvent[];
  /** What is counted once all of it is committed. */
  readonly counted: (() => void)[];
}

export const noMoves = (): Moves => ({ rows: new Map(), audit: [], events: [], counted: [] });

/**
 * Gets a payment to a status, with the facts that come with it: its version, when it is looked at next, the audit line and the
 * event. Gathered, to be written by `writeMoves`; returns the payment as it will be. The caller holds the row. Throws an internal
 * error for a step that the chart does not have. A step to the same status with the same failure is told to nobody.
 */
export function movePayment(
  deps: PaymentDeps,
  moves: Moves,
  payment: Payment,
  to: PaymentStatus,
  move: {
    readonly by: Actor;
    readonly event?: "payment.quarantined" | undefined;
    readonly change: queries.PaymentFacts;
    readonly details: (updated: Payment) => Details;
  },
): Payment {
  const { event } = paymentChart.step(payment, to, move.by, move.event);
  const isNew = to !== payment.status;
  const updated: Payment = {
    ...payment,
    ...move.change,
    status: to,
    // A new status starts the schedule again; facts alone leave it as it is.
    ...(isNew ? { checks: 0, nextCheckAt: move.change.reviewReason ? null : nextCheck(deps.clock, to, 0) } : {}),
    version: payment.version + 1,
    updatedAt: deps.clock.now(),
  };
  moves.rows.set(payment.id, updated);
  const isNews = isNew || updated.failure?.code !== payment.failure?.code || move.event !== undefined;
  if (isNews && event !== undefined) tell(moves, updated, event, move.details(updated));
  if (isNew) moves.counted.push(() => deps.onPaymentStatus?.(payment.provider, to));
  return updated;
}

/** Keeps facts of a payment that stays where it is, and tells what is to be told of them. Gathered likewise. */
export function notePayment(
  deps: PaymentDeps,
  moves: Moves,
  payment: Payment,
  change: queries.PaymentFacts,
  told?: { readonly event: "payment.quarantined"; readonly details: (updated: Payment) => Details },
): Payment {
  const { status, version } = payment;
  const updated: Payment = { ...payment, ...change, status, version: version + 1, updatedAt: deps.clock.now() };
  moves.rows.set(payment.id, updated);
  if (told) tell(moves, updated, told.event, told.details(updated));
  return updated;
}

function tell(
  moves: Moves,
  { id, customerId, status }: Payment,
  type: keyof typeof paymentEvents.types,
  details: Details,
): void {
  const data = { status, ...details };
  moves.audit.push({ actor: SYSTEM_ACTOR, action: type, resource: id, details: data });
  moves.events.push(paymentEvents.of(type, { resource: id, customerId }, data));
}

/** Writes what was gathered. `moving`: the transfers, which are written before anything is told. */
export async function writeMoves(
  deps: PaymentDeps,
  tx: Tx,
  { rows, audit, events, counted }: Moves,
  moving?: () => Promise<unknown>,
): Promise<void> {
  await queries.writePayments(tx, [...rows.values()]);
  await moving?.();
  await recordAudit(deps, tx, audit);
  await emitEvents(deps, tx, events);
  for (const count of counted) tx.afterCommit(count);
}

/**
 * Writes what a paid payment has lost and the status that follows from it; what took it tells of it. The caller holds the row.
 * Throws likewise.
 */
export async function loseOfPayment(
  deps: PaymentDeps,
  tx: Tx,
  payment: Payment,
  to: PaymentStatus,
  by: Actor,
  sums: Pick<Payment, "amountRefunded" | "amountCredited" | "amountDisputed" | "grantsTakenBack">,
): Promise<void> {
  paymentChart.step(payment, to, by);
  await queries.writeLosses(tx, payment, { ...sums, status: to, updatedAt: deps.clock.now() });
}
