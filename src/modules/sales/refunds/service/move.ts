import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import type { Actor } from "../../../../kernel/charts.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import type { Payment } from "../../payments/index.js";
import { refundEvents } from "../events.js";
import * as queries from "../queries.js";
import { BOOKED, disputeChart, refundChart } from "../rules/chart.js";
import { nextDisputeLook, topicOf } from "../rules/dispute.js";
import { nextCheck } from "../rules/refund.js";
import type { Dispute, DisputeFunds, Refund, RefundStatus } from "../types.js";
import { announceDispute } from "./announce-dispute.js";
import type { RefundDeps } from "./deps.js";

// The one door to where a refund stands, and a dispute's money. What the charts do not have cannot be written here, and nobody else
// writes it.

const isBooked = (status: RefundStatus): boolean => BOOKED.some((each) => each === status);

/** Has a refund begin, unless there is one with this id or reference: then undefined. `moving`: what it takes. */
export async function beginRefund(
  deps: RefundDeps,
  tx: Tx,
  row: Omit<queries.NewRefund, "status" | "booked" | "nextCheckAt" | "createdAt" | "updatedAt">,
  by: "caller" | "provider",
  moving: (refund: Refund) => Promise<unknown>,
): Promise<Refund | undefined> {
  const { event } = refundChart.begin(row.id, "requested", by);
  const now = deps.clock.now();
  const inserted = await queries.insertRefund(tx, {
    ...row,
    status: "requested",
    booked: false,
    // The news of one that was made elsewhere is settled at once.
    nextCheckAt: by === "caller" ? nextCheck(deps.clock, "requested", 0) : null,
    createdAt: now,
    updatedAt: now,
  });
  if (!inserted) return undefined;
  await moving(inserted);
  if (event !== undefined) await tell(deps, tx, inserted, event, inserted.requestedBy);
  return inserted;
}

/**
 * Gets a refund to a status: writes it with the facts that come with it, whether its money is booked, its version and when it is
 * looked at next, and the audit line and the event. The caller holds the row. Throws an internal error for a step that the chart
 * does not have.
 */
export async function moveRefund(
  deps: RefundDeps,
  tx: Tx,
  refund: Pick<Refund, "id" | "status">,
  to: RefundStatus,
  by: Actor,
  change: queries.RefundFacts = {},
): Promise<Refund> {
  const { event } = refundChart.step(refund, to, by);
  const updated = await queries.writeRefundStatus(tx, refund, {
    ...change,
    status: to,
    booked: isBooked(to),
    checks: 0,
    nextCheckAt: nextCheck(deps.clock, to, 0),
    updatedAt: deps.clock.now(),
  });
  if (event !== undefined) await tell(deps, tx, updated, event, SYSTEM_ACTOR);
  return updated;
}

/** Tells auditors and listeners where a refund stands. */
async function tell(
  deps: RefundDeps,
  tx: Tx,
  refund: Refund,
  type: keyof typeof refundEvents.types,
  actor: string,
): Promise<void> {
  const data = standing(refund);
  await recordAudit(deps, tx, [{ actor, action: type, resource: refund.id, details: data }]);
  await emitEvents(deps, tx, [refundEvents.of(type, { resource: refund.id, customerId: refund.customerId }, data)]);
}

/** Where a refund stands, as events say it. */
export const standing = (refund: Refund) => ({
  paymentId: refund.paymentId,
  status: refund.status,
  amount: Number(refund.amount),
  currency: refund.currency,
  origin: refund.origin,
  ...(refund.excess > 0n ? { excess: Number(refund.excess) } : {}),
  ...(refund.failure ? { failureCode: refund.failure.code } : {}),
});

/** Writes a dispute down, unless it is known. What became of it is told by its first step, in the same transaction. */
export async function beginDispute(
  deps: RefundDeps,
  tx: Tx,
  row: Omit<queries.NewDispute, "funds" | "createdAt" | "updatedAt">,
): Promise<void> {
  disputeChart.begin(row.id, "none", "provider");
  const now = deps.clock.now();
  await queries.insertDispute(tx, { ...row, funds: "none", createdAt: now, updatedAt: now });
}

/**
 * Gets a dispute's money to where it now is, with the facts that come with it, its version, the next look, the audit line and the
 * event. `moved`: how much more of the payment was taken, below zero when some came back. The caller holds the row. Throws likewise.
 */
export async function moveDispute(
  deps: RefundDeps,
  tx: Tx,
  before: Dispute,
  funds: DisputeFunds,
  {
    change,
    payment,
    moved,
  }: {
    readonly change: Omit<Partial<Dispute>, "id" | "funds" | "version"> & Pick<Dispute, "status">;
    readonly payment: Payment;
    readonly moved: bigint;
  },
): Promise<Dispute> {
  const topic = topicOf({ isNew: before.version === 0, before: before.funds, funds, moved });
  disputeChart.step({ id: before.id, status: before.funds }, funds, "provider", topic);
  const updated = await queries.writeDispute(tx, before, {
    ...change,
    funds,
    nextCheckAt: nextDisputeLook(deps.clock, { status: change.status, createdAt: before.createdAt }),
    updatedAt: deps.clock.now(),
  });
  await announceDispute(deps, tx, topic, { before, updated, payment, moved });
  return updated;
}
