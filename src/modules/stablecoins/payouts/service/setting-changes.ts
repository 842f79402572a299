import { type Caller, SYSTEM_ACTOR } from "../../../../core/access.js";
import { DAY_MS } from "../../../../core/clock.js";
import { newId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { emitEvents } from "../../../news/outbox/index.js";
import { areIndependent, partyOf } from "../../../trust/access/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { changeEnded, changeNotFound, secondPersonForChange } from "../errors.js";
import { payoutSettingEvents } from "../events.js";
import * as queries from "../queries.js";
import { limitsOf, neededChange } from "../rules/limits.js";
import type { LimitValues, Payout, SettingChange } from "../types.js";
import type { PayoutDeps } from "./deps.js";

export const COOLING_OFF = "cooling_off";
export const policySubject = (asset: string): string => `policy:${asset}`;

/** Writes down a change that loosens something, in place of one that waits already. It takes effect later, or by a second person. */
export async function proposeChange(
  deps: PayoutDeps,
  tx: Tx,
  caller: Caller,
  subject: string,
  before: LimitValues,
  after: LimitValues,
): Promise<SettingChange> {
  const now = deps.clock.now();
  await queries.cancelPending(tx, subject, caller.id, now);
  const change = await queries.insertChange(tx, {
    id: newId(deps.ids, "psc"),
    subject,
    before,
    after,
    status: "pending",
    askedBy: partyOf(caller),
    decidedBy: null,
    effectiveAt: new Date(now.getTime() + deps.payoutLooseningDelayMs),
    createdAt: now,
    updatedAt: now,
  });
  await announce(deps, tx, change, caller.id, "proposePayoutSettings", "payout_settings.proposed");
  // Who runs an installation alone may have set that nothing waits.
  return deps.payoutLooseningDelayMs === 0 ? apply(deps, tx, change, null) : change;
}

async function apply(
  deps: PayoutDeps,
  tx: Tx,
  change: SettingChange,
  decidedBy: string | null,
): Promise<SettingChange> {
  const now = deps.clock.now();
  const updatedBy = change.askedBy.actor;
  if (change.after.coolingOffSeconds !== undefined) {
    await queries.setControls(tx, { coolingOffSeconds: change.after.coolingOffSeconds, updatedBy, updatedAt: now });
  } else {
    const asset = change.subject.slice(policySubject("").length);
    const policy = await queries.findPolicy(tx, asset);
    if (policy) await queries.putPolicy(tx, { ...policy, ...limitsOf(change.after), updatedBy, updatedAt: now });
  }
  const applied = await queries.updateChange(tx, change.id, { status: "applied", decidedBy, updatedAt: now });
  await announce(deps, tx, applied, decidedBy ?? SYSTEM_ACTOR, "applyPayoutSettings", "payout_settings.applied");
  return applied;
}

/** Has changes take effect whose time has come. */
export async function applyDueChanges(deps: PayoutDeps): Promise<void> {
  for (const { id } of await queries.listDueChanges(deps.db.read, deps.clock.now())) {
    await deps.db.transaction(async (tx) => {
      const change = await queries.lockChange(tx, id);
      if (change?.status === "pending") await apply(deps, tx, change, null);
    });
  }
}

/** A second person's yes: the change takes effect now. Throws 403 `payouts.second_person_required` for who asked for it. */
export async function approveChange(deps: PayoutDeps, caller: Caller, id: SettingChange["id"]): Promise<SettingChange> {
  return decideChange(deps, caller, id, "applied", async (tx, change) => {
    if (!(await areIndependent(tx, change.askedBy, partyOf(caller)))) throw secondPersonForChange();
    return apply(deps, tx, change, caller.id);
  });
}

/** Calls a change off that waits; anybody who may set limits may, since things stay as strict as they are. */
export async function cancelChange(deps: PayoutDeps, caller: Caller, id: SettingChange["id"]): Promise<SettingChange> {
  return decideChange(deps, caller, id, "canceled", async (tx, change) => {
    const decision = { status: "canceled", decidedBy: caller.id, updatedAt: deps.clock.now() } as const;
    const canceled = await queries.updateChange(tx, change.id, decision);
    await announce(deps, tx, canceled, caller.id, "cancelPayoutSettings", "payout_settings.canceled");
    return canceled;
  });
}

function decideChange(
  deps: PayoutDeps,
  caller: Caller,
  id: SettingChange["id"],
  wanted: SettingChange["status"],
  work: (tx: Tx, change: SettingChange) => Promise<SettingChange>,
): Promise<SettingChange> {
  return deps.db.transaction(async (tx) => {
    const change = await queries.lockChange(tx, id);
    if (!change) throw changeNotFound(id);
    // The same decision again is the same decision.
    if (change.status === wanted && change.decidedBy === caller.id) return change;
    if (change.status !== "pending") throw changeEnded(change.status);
    return work(tx, change);
  });
}

/** Changes of settings, newest first. */
export const listChanges = (deps: PayoutDeps, page: PageQuery): Promise<Page<SettingChange>> =>
  pageById("psc", page, (before, limit) => queries.listChanges(deps.db.read, before, limit));

/** For how long whoever loosened a limit does not approve what goes through only because of it. */
const REMEMBERED_MS = 30 * DAY_MS;

/** The changes without which this payout would not have gone through. */
export async function changesNeededBy(deps: PayoutDeps, tx: Tx, payout: Payout): Promise<SettingChange[]> {
  const now = deps.clock.now().getTime();
  const subjects = [COOLING_OFF, policySubject(payout.payoutAsset)];
  const applied = await queries.listAppliedSince(tx, subjects, new Date(now - REMEMBERED_MS));
  if (applied.length === 0) return [];
  const since = new Date(now - DAY_MS);
  const used = await queries.sumSince(tx, payout.payoutAsset, payout.customerId, since, undefined);
  const listed = await queries.findListedAddress(tx, payout.customerId, payout.network, payout.address);
  const facts = { customerDay: used.customer, globalDay: used.all, listedAt: listed?.createdAt };
  return applied.filter((change) => neededChange(change, payout, facts));
}

async function announce(
  deps: PayoutDeps,
  tx: Tx,
  change: SettingChange,
  actor: string,
  action: string,
  type: keyof typeof payoutSettingEvents.types,
): Promise<void> {
  const { id, subject, before, after } = change;
  const data = { subject, before: { ...before }, after: { ...after }, effectiveAt: change.effectiveAt.toISOString() };
  await recordAudit(deps, tx, [{ actor, action, resource: id, details: data }]);
  await emitEvents(deps, tx, [payoutSettingEvents.of(type, { resource: id }, data)]);
}
