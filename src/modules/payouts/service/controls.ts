import type { Caller } from "../../../core/access.js";
import type { Tx } from "../../../db/client.js";
import { recordAudit } from "../../audit/index.js";
import { emitEvents } from "../../outbox/index.js";
import * as queries from "../queries.js";
import type { PayoutControls, PayoutPolicy } from "../types.js";
import type { PayoutDeps } from "./deps.js";
import { enqueueSubmission } from "./request.js";

/** The kill switch: from the end of this transaction on nothing more is sent. What was sent is settled as ever. */
export async function halt(deps: PayoutDeps, tx: Tx, actor: string, reason: string): Promise<void> {
  const change = { halted: true, reason: reason.slice(0, 500), updatedBy: actor, updatedAt: deps.clock.now() };
  await queries.setControls(tx, change);
  await recordAudit(deps, tx, [
    { actor, action: "haltPayouts", resource: "payouts", details: { reason: change.reason } },
  ]);
  await emitEvents(deps, tx, [{ type: "payouts.halted", resource: "payouts", data: { reason: change.reason } }]);
}

const RESUMED_AT_ONCE = 1_000;

export const getControls = (deps: PayoutDeps): Promise<PayoutControls> => queries.getControls(deps.db.read);

/** Throws the kill switch, or lets payouts go on; or sets how long a new address must wait. */
export async function setControls(
  deps: PayoutDeps,
  caller: Caller,
  input: {
    readonly halted?: boolean | undefined;
    readonly reason?: string | undefined;
    readonly coolingOffSeconds?: number | undefined;
  },
): Promise<PayoutControls> {
  await deps.db.transaction(async (tx) => {
    if (input.coolingOffSeconds !== undefined) {
      const { coolingOffSeconds } = input;
      await queries.setControls(tx, { coolingOffSeconds, updatedBy: caller.id, updatedAt: deps.clock.now() });
      const details = { coolingOffSeconds };
      await recordAudit(deps, tx, [{ actor: caller.id, action: "setCoolingOff", resource: "payouts", details }]);
    }
    if (input.halted === true) await halt(deps, tx, caller.id, input.reason ?? "halted by hand");
    if (input.halted === false) await resume(deps, tx, caller.id);
  });
  return getControls(deps);
}

async function resume(deps: PayoutDeps, tx: Tx, actor: string): Promise<void> {
  await queries.setControls(tx, { halted: false, reason: null, updatedBy: actor, updatedAt: deps.clock.now() });
  await recordAudit(deps, tx, [{ actor, action: "resumePayouts", resource: "payouts" }]);
  await emitEvents(deps, tx, [{ type: "payouts.resumed", resource: "payouts", data: {} }]);
  // What waits beyond these, the sweeper finds.
  for (const { id } of await queries.listApproved(tx, RESUMED_AT_ONCE)) await enqueueSubmission(tx, id);
}

export const listPolicies = (deps: PayoutDeps): Promise<PayoutPolicy[]> => queries.listPolicies(deps.db.read);

/** Sets what payouts of one stablecoin are held to. Payouts that were asked for before keep their terms. */
export async function putPolicy(
  deps: PayoutDeps,
  caller: Caller,
  policy: Omit<PayoutPolicy, "updatedBy" | "updatedAt">,
): Promise<PayoutPolicy> {
  const row = { ...policy, updatedBy: caller.id, updatedAt: deps.clock.now() };
  await deps.db.transaction(async (tx) => {
    await queries.putPolicy(tx, row);
    const details = JSON.parse(
      JSON.stringify(policy, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
    );
    await recordAudit(deps, tx, [{ actor: caller.id, action: "putPayoutPolicy", resource: policy.asset, details }]);
  });
  return row;
}
