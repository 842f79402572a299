import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import type { Actor } from "../../../../kernel/charts.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { treasuryReceiptEvents } from "../events.js";
import type { FundingRow, ReceiptRow } from "../queries.js";
import * as queries from "../queries.js";
import { type FundingStatus, fundingChart, type ReceiptStatus, receiptChart } from "../rules/chart.js";
import type { TreasuryDeps } from "./deps.js";

// The one door to the status of a receipt and of a funding. What the charts do not have cannot be written here, and nobody else writes
// it.

type ReceiptEvent = keyof typeof treasuryReceiptEvents.types;

/** Writes coins down that are told of for the first time. They are in no book yet; the first step tells of them. */
export function beginReceipt(
  deps: TreasuryDeps,
  tx: Tx,
  row: Omit<queries.NewReceipt, "status" | "createdAt" | "updatedAt">,
): Promise<ReceiptRow> {
  receiptChart.begin(row.id, "gone", "provider");
  const now = deps.clock.now();
  return queries.insertReceipt(tx, { ...row, status: "gone", createdAt: now, updatedAt: now });
}

/**
 * Gets a receipt to a status: writes it with the facts that come with it and its version, and the audit line and the event. The caller
 * holds the row, and has posted what moves with the step. Throws an internal error for a step that the chart does not have.
 */
export async function moveReceipt(
  deps: TreasuryDeps,
  tx: Tx,
  receipt: ReceiptRow,
  to: ReceiptStatus,
  move: {
    readonly by: "provider" | "approver";
    /** Which of two steps to the same status it is. */
    readonly event?: ReceiptEvent;
    readonly change?: queries.ReceiptFacts;
    readonly details?: { readonly reason?: string | null; readonly duplicateOf?: string | null };
  },
): Promise<ReceiptRow> {
  const { event } = receiptChart.step(receipt, to, move.by, move.event);
  const change = { ...move.change, status: to, updatedAt: deps.clock.now() };
  const updated = await queries.writeReceiptStatus(tx, receipt, change);
  if (event === undefined) return updated;
  const data = { asset: updated.asset, amount: Number(updated.amount), network: updated.network, ...move.details };
  const resource = nameOf(updated, receipt);
  await recordAudit(deps, tx, [{ actor: SYSTEM_ACTOR, action: event, resource, details: data }]);
  await emitEvents(deps, tx, [treasuryReceiptEvents.of(event, { resource }, data)]);
  return updated;
}

/** What a receipt is told by: its funding, or what the provider calls it; one that waits for a decision, its own id. */
function nameOf(now: ReceiptRow, before: ReceiptRow): string {
  if (now.status === "held") return now.id;
  return now.fundingId ?? before.fundingId ?? now.providerReference ?? now.id;
}

/** Writes down coins that are announced, unless they were: then undefined. */
export async function beginFunding(
  deps: TreasuryDeps,
  tx: Tx,
  row: Omit<queries.NewFunding, "status" | "createdAt">,
): Promise<FundingRow | undefined> {
  const { id, asset, amount, network, createdBy: actor } = row;
  fundingChart.begin(id, "expected", "caller");
  const inserted = await queries.insertFunding(tx, { ...row, status: "expected", createdAt: deps.clock.now() });
  const details = { asset, amount: Number(amount), network };
  if (inserted) await recordAudit(deps, tx, [{ actor, action: "expectFunding", resource: id, details }]);
  return inserted;
}

/**
 * Gets a funding to a status. Its receipt tells of it. Undefined when it does not stand there any more. Throws an internal error for a
 * step that the chart does not have.
 */
export function moveFunding(
  tx: Tx,
  funding: Pick<FundingRow, "id" | "status">,
  to: FundingStatus,
  { by, change }: { readonly by: Actor; readonly change?: queries.FundingFacts },
): Promise<FundingRow | undefined> {
  fundingChart.step(funding, to, by);
  return queries.writeFundingStatus(tx, funding, { ...change, status: to });
}
