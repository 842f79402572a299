import type { Caller } from "../../../../core/access.js";
import { DAY_MS } from "../../../../core/clock.js";
import { newId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { areIndependent, partyOf } from "../../../trust/access/index.js";
import { changeEnded, changeNotFound, secondPersonForChange } from "../errors.js";
import * as queries from "../queries.js";
import { limitsOf, neededChange } from "../rules/limits.js";
import type { LimitValues, Payout, SettingChange } from "../types.js";
import type { PayoutDeps } from "./deps.js";
import { beginChange, moveChange } from "./move.js";

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
  await replacePending(deps, tx, caller, subject);
  const askedBy = partyOf(caller);
  const effectiveAt = new Date(now.getTime() + deps.payoutLooseningDelayMs);
  const change = await beginChange(deps, tx, {
    id: newId(deps.ids, "psc"),
    subject,
    before,
    after,
    askedBy,
    effectiveAt,
  });
  // Who runs an installation alone may have set that nothing waits.
  return deps.payoutLooseningDelayMs === 0 ? apply(deps, tx, change, "caller", null) : change;
}

/** Ends what waits for a subject: a later change, or a stricter setting, takes its place. */
export async function replacePending(deps: PayoutDeps, tx: Tx, caller: Caller, subject: string): Promise<void> {
  const waiting = await queries.lockPending(tx, subject);
  if (waiting) await moveChange(deps, tx, waiting, "canceled", { by: "caller", decidedBy: caller.id });
}

async function apply(
  deps: PayoutDeps,
  tx: Tx,
  change: SettingChange,
  by: "approver" | "sweeper" | "caller",
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
  return moveChange(deps, tx, change, "applied", { by, decidedBy });
}

/** Has changes take effect whose time has come. */
export async function applyDueChanges(deps: PayoutDeps): Promise<void> {
  for (const { id } of await queries.listDueChanges(deps.db.read, deps.clock.now())) {
    await deps.db.transaction(async (tx) => {
      const change = await queries.lockChange(tx, id);
      if (change?.status === "pending") await apply(deps, tx, change, "sweeper", null);
    });
  }
}

/** A second person's yes: the change takes effect now. Throws 403 `payouts.second_person_required` for who asked for it. */
export async function approveChange(deps: PayoutDeps, caller: Caller, id: SettingChange["id"]): Promise<SettingChange> {
  return decideChange(deps, caller, id, "applied", async (tx, change) => {
    if (!(await areIndependent(tx, change.askedBy, partyOf(caller)))) throw secondPersonForChange();
    return apply(deps, tx, change, "approver", caller.id);
  });
}

/** Calls a change off that waits; anybody who may set limits may, since things stay as strict as they are. */
export async function cancelChange(deps: PayoutDeps, caller: Caller, id: SettingChange["id"]): Promise<SettingChange> {
  return decideChange(deps, caller, id, "canceled", (tx, change) =>
    moveChange(deps, tx, change, "canceled", { by: "approver", decidedBy: caller.id }),
  );
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
