import type { Caller } from "../../../../core/access.js";
import { newId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { getAsset, postTogether, systemAccount } from "../../../books/ledger/index.js";
import { areIndependent } from "../../../trust/access/index.js";
import { recordAudit } from "../../../trust/audit/index.js";
import { amountDiffers, breakNotFound, breakOver, notProposed, notResolvable, samePerson } from "../errors.js";
import * as queries from "../queries/index.js";
import { severityOf } from "../rules/breaks.js";
import type { BreakRow, NoteRow, ResolutionAccount, Severity } from "../types.js";
import { accountOf, type ReconciliationDeps } from "./deps.js";
import { itemOf } from "./match.js";
import { moveBreak } from "./move.js";

export interface Resolution {
  readonly resolution: "booked" | "written_off";
  /** Ledger minus provider, as the caller believes it to be. */
  readonly amount: bigint;
  /** Where a booked difference goes; a written-off one goes to `written_off`. */
  readonly account?: Exclude<ResolutionAccount, "written_off"> | undefined;
  readonly reason: string;
}

/** A break, with how grave it is. */
export type ShownBreak = BreakRow & { readonly severity: Severity };

async function show(deps: ReconciliationDeps, row: BreakRow): Promise<ShownBreak> {
  const { scale } = await getAsset(deps, row.asset);
  return { ...row, severity: severityOf(row, scale, deps.clock.now()) };
}

/** Breaks, newest first. */
export async function listBreaks(
  deps: ReconciliationDeps,
  filter: queries.BreakFilter,
  page: PageQuery,
): Promise<Page<ShownBreak>> {
  const found = await pageById("brk", page, (before, limit) => queries.listBreaks(deps.db.read, filter, before, limit));
  return { ...found, data: await Promise.all(found.data.map((row) => show(deps, row))) };
}

/** A break and what people wrote about it. Throws 404 `reconciliation.break_not_found`. */
export async function getBreak(
  deps: ReconciliationDeps,
  id: BreakRow["id"],
): Promise<{ found: ShownBreak; notes: NoteRow[] }> {
  const row = await queries.findBreak(deps.db.read, id);
  if (!row) throw breakNotFound(id);
  return { found: await show(deps, row), notes: await queries.listNotes(deps.db.read, id) };
}

/** Says who looks after a break; null takes it from them. Throws 404, 409 when it is over. */
export async function assignBreak(
  deps: ReconciliationDeps,
  caller: Caller,
  id: BreakRow["id"],
  assignee: string | null,
): Promise<ShownBreak> {
  const row = await deps.db.transaction(async (tx) => {
    await lockOpen(tx, id, ["open", "pending_approval"]);
    const [updated] = await queries.assign(tx, id, assignee, deps.clock.now());
    await recordAudit(deps, tx, [
      { actor: caller.id, action: "assignReconciliationBreak", resource: id, details: { assignee } },
    ]);
    return updated;
  });
  if (!row) throw breakNotFound(id);
  return show(deps, row);
}

/** Writes something down about a break. Throws 404. */
export async function addNote(
  deps: ReconciliationDeps,
  caller: Caller,
  breakId: BreakRow["id"],
  text: string,
): Promise<NoteRow> {
  const note = { id: newId(deps.ids, "rnt"), breakId, author: caller.id, text, createdAt: deps.clock.now() };
  await deps.db.transaction(async (tx) => {
    if (!(await queries.lockBreak(tx, breakId))) throw breakNotFound(breakId);
    await queries.insertNote(tx, note);
  });
  return note;
}

async function lockOpen(tx: Tx, id: BreakRow["id"], among: readonly BreakRow["status"][]): Promise<BreakRow> {
  const row = await queries.lockBreak(tx, id);
  if (!row) throw breakNotFound(id);
  if (!among.includes(row.status)) throw breakOver(id, row.status);
  return row;
}

/** Kinds that end when the provider's list agrees, and in no other way. */
const BY_THEMSELVES: ReadonlySet<BreakRow["kind"]> = new Set(["payout_sum", "changed"]);

const differenceOf = ({ ours, theirs }: Pick<BreakRow, "ours" | "theirs">): bigint => ours - theirs;

/**
 * Says what becomes of a difference, and books it; a write-off above the limit waits for a second person. `dryRun` refuses what a real
 * one would and writes nothing. Throws 404, 409 `reconciliation.break_not_open`, 422 `reconciliation.amount_differs`,
 * `reconciliation.not_resolvable`.
 */
export async function resolveBreak(
  deps: ReconciliationDeps,
  caller: Caller,
  id: BreakRow["id"],
  input: Resolution,
  { dryRun, resumed }: { readonly dryRun: boolean; readonly resumed: boolean },
): Promise<ShownBreak> {
  const known = await queries.findBreak(deps.db.read, id);
  if (!known) throw breakNotFound(id);
  const { scale } = await getAsset(deps, known.asset);
  const target: ResolutionAccount =
    input.resolution === "written_off" ? "written_off" : (input.account ?? "unexplained");
  const accounts = await openAccounts(deps, known, target);
  const change = { resolution: input.resolution, target, reason: input.reason, resolvedBy: caller.id };
  const work = async (tx: Tx) => {
    // First the provider, then the break: a run that brings breaks up to date locks in this order.
    await queries.lockProvider(tx, known.provider);
    const row = await queries.lockBreak(tx, id);
    if (!row) throw breakNotFound(id);
    // The request was carried out and its answer lost.
    if (resumed && row.resolvedBy === caller.id && row.status !== "open") return row;
    requireResolvable(row, input);
    const needsSecond = input.resolution === "written_off" && isAboveLimit(deps, row, scale);
    if (dryRun)
      return { ...row, ...change, status: needsSecond ? ("pending_approval" as const) : ("resolved" as const) };
    if (needsSecond) return moveBreak(deps, tx, row, "pending_approval", { by: "caller", actor: caller.id, change });
    return book(deps, tx, { ...row, ...change }, accounts, { by: "caller", actor: caller.id, change });
  };
  return show(deps, await deps.db.transaction(work));
}

function requireResolvable(row: BreakRow, { amount }: Resolution): void {
  if (row.status !== "open") throw breakOver(row.id, row.status);
  if (BY_THEMSELVES.has(row.kind)) throw notResolvable(row.kind);
  if (amount !== differenceOf(row)) throw amountDiffers(differenceOf(row));
}

function isAboveLimit({ writeOffLimit }: ReconciliationDeps, row: BreakRow, scale: number): boolean {
  const difference = differenceOf(row);
  return (difference < 0n ? -difference : difference) > writeOffLimit * 10n ** BigInt(scale);
}

interface Accounts {
  readonly clearing: Awaited<ReturnType<typeof systemAccount>>;
  readonly target: Awaited<ReturnType<typeof systemAccount>>;
}

async function openAccounts(deps: ReconciliationDeps, row: BreakRow, target: ResolutionAccount): Promise<Accounts> {
  // What was booked on `unexplained` already goes from there.
  const from = row.kind === "unknown" ? "unexplained" : accountOf(row.provider);
  return {
    clearing: await systemAccount(deps, from, row.asset),
    target: await systemAccount(deps, target, row.asset),
  };
}

/** Moves the difference, so that the books say what the provider does, and marks what it was about as matched. */
async function book(
  deps: ReconciliationDeps,
  tx: Tx,
  row: BreakRow,
  accounts: Accounts,
  move: Parameters<typeof moveBreak>[4],
): Promise<BreakRow> {
  const now = deps.clock.now();
  const transactionId = newId(deps.ids, "txn");
  const difference = differenceOf(row);
  if (row.kind === "balance") {
    // It is not in the list, and will never be: the list counts from here on with it.
    const { provider, account, asset, id: breakId } = row;
    const opening = { id: newId(deps.ids, "pop"), provider, account, asset, amount: -difference, breakId };
    await queries.insertOpening(tx, { ...opening, createdAt: now });
  }
  if (difference !== 0n && accounts.clearing !== accounts.target) {
    const type = row.target === "written_off" ? ("difference_written_off" as const) : ("difference_booked" as const);
    const leaves = difference > 0n;
    await postTogether(tx, [
      {
        id: newId(deps.ids, "trf"),
        transactionId,
        from: leaves ? accounts.clearing : accounts.target,
        to: leaves ? accounts.target : accounts.clearing,
        amount: leaves ? difference : -difference,
        asset: row.asset,
        type,
        key: `${row.id}:resolved`,
        source: row.id,
        reference: row.reference ?? row.what,
        description: row.reason?.slice(0, 200),
        actor: move.actor,
      },
    ]);
  }
  const item = itemOf(row);
  if (item) await queries.matchResolved(tx, row.provider, item, now);
  return moveBreak(deps, tx, row, "resolved", { ...move, change: { ...move.change, transactionId } });
}

/**
 * A second person's word on a proposed write-off. Throws 403 `reconciliation.same_person`, 404, 409 `reconciliation.not_proposed`.
 */
export async function decideOnBreak(
  deps: ReconciliationDeps,
  caller: Caller,
  id: BreakRow["id"],
  approve: boolean,
  resumed: boolean,
): Promise<ShownBreak> {
  const known = await queries.findBreak(deps.db.read, id);
  if (!known) throw breakNotFound(id);
  const accounts = await openAccounts(deps, known, "written_off");
  const row = await deps.db.transaction(async (tx) => {
    await queries.lockProvider(tx, known.provider);
    const current = await queries.lockBreak(tx, id);
    if (!current) throw breakNotFound(id);
    if (resumed && approve && current.status === "resolved" && current.approvedBy === caller.id) return current;
    if (current.status !== "pending_approval") throw notProposed(id);
    const proposer = { actor: current.resolvedBy ?? "" };
    if (!(await areIndependent(tx, proposer, { actor: caller.id, keyId: caller.keyId }))) throw samePerson();
    const move = { by: "approver" as const, actor: caller.id };
    if (approve) return book(deps, tx, current, accounts, { ...move, change: { approvedBy: caller.id } });
    const change = { resolution: null, target: null, reason: null, resolvedBy: null };
    return moveBreak(deps, tx, current, "open", { ...move, change });
  });
  return show(deps, row);
}
