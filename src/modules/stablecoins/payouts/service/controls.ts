import type { Caller } from "../../../../core/access.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { mayNotLoosen } from "../errors.js";
import { payoutControlEvents } from "../events.js";
import * as queries from "../queries.js";
import { limitValues, splitLimits } from "../rules/limits.js";
import type { PayoutControls, PayoutPolicy, SettingChange } from "../types.js";
import type { PayoutDeps } from "./deps.js";
import { enqueueSubmission } from "./request.js";
import { COOLING_OFF, policySubject, proposeChange, replacePending } from "./setting-changes.js";

/** The kill switch: from the end of this transaction on nothing more is sent. What was sent is settled as ever. */
export async function halt(deps: PayoutDeps, tx: Tx, actor: string, reason: string): Promise<void> {
  const change = { halted: true, reason: reason.slice(0, 500), updatedBy: actor, updatedAt: deps.clock.now() };
  await queries.setControls(tx, change);
  await recordAudit(deps, tx, [
    { actor, action: "haltPayouts", resource: "payouts", details: { reason: change.reason } },
  ]);
  await emitEvents(deps, tx, [
    payoutControlEvents.of("payouts.halted", { resource: "payouts" }, { reason: change.reason }),
  ]);
}

const RESUMED_AT_ONCE = 1_000;

export const getControls = (deps: PayoutDeps): Promise<PayoutControls> => queries.getControls(deps.db.read);

/**
 * Throws the kill switch, or lets payouts go on; or sets how long a new address must wait. A shorter wait is a change that
 * waits itself. Throws 403 `access.forbidden` for finance, which may only make things stricter.
 */
export async function setControls(
  deps: PayoutDeps,
  caller: Caller,
  input: {
    readonly halted?: boolean | undefined;
    readonly reason?: string | undefined;
    readonly coolingOffSeconds?: number | undefined;
  },
): Promise<{ controls: PayoutControls; waits: SettingChange | undefined }> {
  const change = await deps.db.transaction(async (tx) => {
    const { coolingOffSeconds } = input;
    const proposed =
      coolingOffSeconds === undefined ? undefined : await setCoolingOff(deps, tx, caller, coolingOffSeconds);
    if (input.halted === true) await halt(deps, tx, caller.id, input.reason ?? "halted by hand");
    if (input.halted === false) {
      requireMayLoosen(caller);
      await resume(deps, tx, caller.id);
    }
    return proposed;
  });
  return { controls: await getControls(deps), waits: waiting(change) };
}

const waiting = (change: SettingChange | undefined) => (change?.status === "pending" ? change : undefined);

function requireMayLoosen(caller: Caller): void {
  if (caller.role === "finance") throw mayNotLoosen();
}

async function setCoolingOff(
  deps: PayoutDeps,
  tx: Tx,
  caller: Caller,
  coolingOffSeconds: number,
): Promise<SettingChange | undefined> {
  const { coolingOffSeconds: current } = await queries.lockControls(tx);
  const details = { coolingOffSeconds };
  await recordAudit(deps, tx, [{ actor: caller.id, action: "setCoolingOff", resource: "payouts", details }]);
  if (coolingOffSeconds < current) {
    requireMayLoosen(caller);
    return proposeChange(deps, tx, caller, COOLING_OFF, { coolingOffSeconds: current }, { coolingOffSeconds });
  }
  await replacePending(deps, tx, caller, COOLING_OFF);
  await queries.setControls(tx, { coolingOffSeconds, updatedBy: caller.id, updatedAt: deps.clock.now() });
  return undefined;
}

async function resume(deps: PayoutDeps, tx: Tx, actor: string): Promise<void> {
  await queries.setControls(tx, { halted: false, reason: null, updatedBy: actor, updatedAt: deps.clock.now() });
  await recordAudit(deps, tx, [{ actor, action: "resumePayouts", resource: "payouts" }]);
  await emitEvents(deps, tx, [payoutControlEvents.of("payouts.resumed", { resource: "payouts" }, {})]);
  // What waits beyond these, the sweeper finds.
  for (const { id } of await queries.listApproved(tx, RESUMED_AT_ONCE)) await enqueueSubmission(tx, id);
}

export const listPolicies = (deps: PayoutDeps): Promise<PayoutPolicy[]> => queries.listPolicies(deps.db.read);

/**
 * Sets what payouts of one stablecoin are held to. What becomes stricter does so at once, and fees change at once; a limit that
 * becomes looser waits. Payouts that were asked for before keep their terms.
 */
export async function putPolicy(
  deps: PayoutDeps,
  caller: Caller,
  policy: Omit<PayoutPolicy, "updatedBy" | "updatedAt">,
): Promise<{ policy: PayoutPolicy; waits: SettingChange | undefined }> {
  return deps.db.transaction(async (tx) => {
    const { asset } = policy;
    await queries.lockLimits(tx, asset);
    const updatedAt = deps.clock.now();
    const { now, waits } = splitLimits(await queries.findPolicy(tx, asset), policy);
    const row = { ...policy, ...now, updatedBy: caller.id, updatedAt };
    await queries.putPolicy(tx, row);
    const details = JSON.parse(
      JSON.stringify(policy, (_, value) => (typeof value === "bigint" ? Number(value) : value)),
    );
    await recordAudit(deps, tx, [{ actor: caller.id, action: "putPayoutPolicy", resource: asset, details }]);
    const subject = policySubject(asset);
    if (!waits) {
      await replacePending(deps, tx, caller, subject);
      return { policy: row, waits: undefined };
    }
    const change = await proposeChange(deps, tx, caller, subject, limitValues(now), limitValues(policy));
    return { policy: (await queries.findPolicy(tx, asset)) ?? row, waits: waiting(change) };
  });
}
