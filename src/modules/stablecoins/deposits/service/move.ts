import { SYSTEM_ACTOR } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { depositAddressEvents, depositEvents } from "../events.js";
import * as queries from "../queries.js";
import { addressChart, depositChart } from "../rules/chart.js";
import { assetOf } from "../rules/settle.js";
import type { Deposit, DepositAddress, DepositStatus } from "../types.js";
import type { DepositDeps } from "./deps.js";

// The one door to the status of a deposit and of an address. What the charts do not have cannot be written here, and nobody else writes it.

/** Writes coins down that are told of for the first time, unless they are known: then undefined. The first step tells of them. */
export function beginDeposit(
  deps: DepositDeps,
  tx: Tx,
  row: Omit<queries.NewDeposit, "status" | "createdAt" | "updatedAt">,
): Promise<Deposit | undefined> {
  depositChart.begin(row.id, "pending", "provider");
  const now = deps.clock.now();
  return queries.insertDeposit(tx, { ...row, status: "pending", createdAt: now, updatedAt: now });
}

/**
 * Gets a deposit to a status: writes it with the facts that come with it and its version, and the audit line and the event. The
 * caller holds the row. Throws an internal error for a step that the chart does not have.
 */
export async function moveDeposit(
  deps: DepositDeps,
  tx: Tx,
  deposit: Pick<Deposit, "id" | "status">,
  to: DepositStatus,
  move: {
    readonly by: "provider" | "approver";
    /** Which of two steps to the same status it is. */
    readonly event?: "deposit.pending" | "deposit.swept";
    /** Who is named for it in the audit log; the system when absent. */
    readonly actor?: string;
    readonly change: queries.DepositFacts;
    readonly details?: { readonly owed?: number };
  },
): Promise<Deposit> {
  const { event } = depositChart.step(deposit, to, move.by, move.event);
  const change = { ...move.change, status: to, updatedAt: deps.clock.now() };
  const updated = await queries.writeDepositStatus(tx, deposit, change);
  const { customerId, reason } = updated;
  const data = {
    status: updated.status,
    asset: assetOf(updated),
    amount: Number(updated.amount),
    network: updated.network,
    ...(reason === null ? {} : { reason }),
    ...move.details,
  };
  if (event === undefined) return updated;
  const { actor = SYSTEM_ACTOR } = move;
  await recordAudit(deps, tx, [{ actor, action: event, resource: updated.id, details: data }]);
  await emitEvents(deps, tx, [depositEvents.of(event, { resource: updated.id, customerId }, data)]);
  return updated;
}

/**
 * Writes an address down before the provider is asked for it, unless the wallet has one of its kind: then undefined. `action`: what the
 * caller did, for the audit log.
 */
export async function beginAddress(
  deps: DepositDeps,
  tx: Tx,
  row: Omit<queries.NewAddress, "status">,
  action: "requestDepositAddress" | "rotateDepositAddress",
): Promise<DepositAddress | undefined> {
  addressChart.begin(row.id, "requested", "caller");
  const inserted = await queries.insertAddress(tx, { ...row, status: "requested" });
  if (inserted) await recordAudit(deps, tx, [{ actor: row.createdBy, action, resource: inserted.id }]);
  return inserted;
}

/** Gives a promised address what the provider made for it. Undefined when somebody else did so first. */
export async function activateAddress(
  deps: DepositDeps,
  tx: Tx,
  { id }: Pick<DepositAddress, "id">,
  made: { readonly addressReference: string; readonly address: string },
): Promise<DepositAddress | undefined> {
  const promised = { id, status: "requested" } as const;
  const { event } = addressChart.step(promised, "active", "provider");
  const change = { ...made, status: "active" as const, nextCheckAt: null };
  const updated = await queries.writeAddressStatus(tx, promised, change);
  if (!updated || event === undefined) return updated;
  const { family, walletId, customerId } = updated;
  await emitEvents(deps, tx, [depositAddressEvents.of(event, { resource: id, customerId }, { family, walletId })]);
  return updated;
}

/** Retires the address that a wallet gives out, unless somebody else did so first; the new one's audit line says who. */
export async function rotateAddress(deps: DepositDeps, tx: Tx, { id }: Pick<DepositAddress, "id">): Promise<void> {
  const active = { id, status: "active" } as const;
  addressChart.step(active, "rotated", "caller");
  await queries.writeAddressStatus(tx, active, { status: "rotated", rotatedAt: deps.clock.now() });
}
