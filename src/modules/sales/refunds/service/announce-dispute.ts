import { SYSTEM_ACTOR } from "../../../../core/access.js";
import { toWire } from "../../../../core/money.js";
import type { Tx } from "../../../../db/client.js";
import { tell } from "../../../../kernel/listeners.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import type { Payment } from "../../payments/index.js";
import { disputeEvents } from "../events.js";
import type { Dispute } from "../types.js";
import type { RefundDeps } from "./deps.js";

type DisputeTopic = keyof typeof disputeEvents.types;

interface Change {
  readonly before: Dispute;
  readonly updated: Dispute;
  readonly payment: Payment;
  /** How much more of the payment was taken; below zero when some came back. */
  readonly moved: bigint;
}

/** Tells auditors and listeners where a dispute stands, and a person what a rule cannot decide. */
export async function announceDispute(deps: RefundDeps, tx: Tx, topic: DisputeTopic, change: Change): Promise<void> {
  const { before, updated, moved } = change;
  const isNew = before.version === 0;
  const isChanged = updated.status !== before.status || updated.amount !== before.amount;
  if (!isNew && !isChanged && moved === 0n && updated.funds === before.funds) return;
  const types = [topic, ...(isNew && updated.reviewReason !== null ? (["dispute.needs_review"] as const) : [])];
  const data = dataOf(change);
  const { id: resource, customerId } = updated;
  await recordAudit(
    deps,
    tx,
    types.map((action) => ({ actor: SYSTEM_ACTOR, action, resource, details: data })),
  );
  await emitEvents(
    deps,
    tx,
    types.map((type) => disputeEvents.of(type, { resource, customerId }, data)),
  );
  const fact = { disputeId: updated.id, paymentId: updated.paymentId, isOver: endedWell(updated) };
  await tell(deps, tx, "dispute.moved", fact);
}

const dataOf = ({ updated, payment }: Change) => ({
  paymentId: updated.paymentId,
  status: updated.status,
  funds: updated.funds,
  amount: toWire(updated.amount),
  currency: updated.currency,
  taken: toWire(updated.taken),
  reason: updated.reason,
  evidenceDueBy: updated.evidenceDueBy?.toISOString() ?? null,
  ...(updated.reviewReason === null
    ? {}
    : {
        reviewReason: updated.reviewReason,
        paid: toWire(payment.amount),
        paidCurrency: payment.currency,
        takenElsewhere: (updated.foreignTaken ?? []).map(({ amount, asset }) => ({
          amount: toWire(BigInt(amount)),
          asset,
        })),
      }),
});

const endedWell = ({ funds, status }: Dispute): boolean =>
  funds === "reinstated" || (funds !== "lost" && ["won", "warning_closed", "prevented"].includes(status));
