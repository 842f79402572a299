import { type Caller, SYSTEM_ACTOR } from "../../../../core/access.js";
import { AppError, errorMessage } from "../../../../core/errors.js";
import { newId } from "../../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../../core/pagination.js";
import type { Tx } from "../../../../db/client.js";
import { enqueueJob, type LookFailure } from "../../../../kernel/jobs.js";
import type { BalanceProvider, BalanceProviderName } from "../../../../providers/ports/index.js";
import { alreadyRunning, badWindow, runNotFound } from "../errors.js";
import * as queries from "../queries/index.js";
import { defaultWindow, type Window, windowProblem } from "../rules/window.js";
import type { ReconciliationRow, RunCounts, Statement } from "../types.js";
import { compareBalances, isSameInstant, type KnownBalance, readBalances } from "./balances.js";
import { importBankPayouts } from "./bank-payouts.js";
import { keeperOf, type ReconciliationDeps } from "./deps.js";
import { importStatement, readForPreview, takeEntries } from "./import.js";
import { matchAll, syncBreaks } from "./match.js";
import { beginRun, moveRun } from "./move.js";
import { statementsOf } from "./statement.js";

export interface RunInput {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly provider: BalanceProviderName;
  readonly asset?: string | undefined;
}

/** The window that is meant. Throws `reconciliation.bad_window` (422). */
function windowOf(deps: ReconciliationDeps, { from, to }: Pick<RunInput, "from" | "to">): Window {
  const now = deps.clock.now();
  const usual = defaultWindow(now);
  const window = { from: from ?? (to && to <= usual.from ? new Date(0) : usual.from), to: to ?? usual.to };
  const problem = windowProblem(window, now);
  if (problem) throw badWindow(problem);
  return window;
}

/**
 * Asks for a run; the worker does it. Throws `reconciliation.bad_window` (422), `reconciliation.already_running` (409),
 * `provider.not_configured` (503).
 */
export async function askForRun(
  deps: ReconciliationDeps,
  caller: Pick<Caller, "id">,
  id: ReconciliationRow["id"],
  input: RunInput,
): Promise<ReconciliationRow> {
  keeperOf(deps, input.provider);
  const known = await queries.findRun(deps.db.read, id);
  if (known) return known;
  const { from, to } = windowOf(deps, input);
  const row = { id, provider: input.provider, asset: input.asset ?? null, windowFrom: from, windowTo: to };
  return deps.db.transaction(async (tx) => {
    const by = caller.id === SYSTEM_ACTOR ? "worker" : "caller";
    const run = await beginRun(deps, tx, { ...row, createdBy: caller.id }, by);
    if (!run) throw alreadyRunning(input.provider);
    await enqueueJob(tx, "reconciliation:run", { runId: id }, { key: `reconciliation:run:${id}` });
    return run;
  });
}

/** Asks for a run of every provider, as the schedule does. One that is under way is left alone. */
export async function askForAll(deps: ReconciliationDeps): Promise<LookFailure[]> {
  const failures: LookFailure[] = [];
  for (const provider of deps.balanceProviders.keys()) {
    try {
      await askForRun(deps, { id: SYSTEM_ACTOR }, newId(deps.ids, "rec"), { provider });
    } catch (error) {
      const isUnderWay = error instanceof AppError && error.code === "reconciliation.already_running";
      if (!isUnderWay) failures.push({ id: provider, provider, error });
    }
  }
  return failures;
}

/**
 * Does a run. What is repeated after the process died books nothing twice. A provider that does not answer fails it; the next one
 * starts anew.
 */
export async function carryOutRun(deps: ReconciliationDeps, id: ReconciliationRow["id"]): Promise<void> {
  const run = await step(deps, id, "running", { startedAt: deps.clock.now() });
  if (!run) return;
  try {
    const provider = keeperOf(deps, run.provider);
    const { counts } = await reconcile(deps, provider);
    const window = { from: run.windowFrom, to: run.windowTo, asset: run.asset };
    const statements = await statementsOf(deps.db.read, provider, window, deps.clock.now());
    await step(deps, id, "completed", { counts, statements, finishedAt: deps.clock.now() });
  } catch (error) {
    const failure = errorMessage(error).slice(0, 300);
    deps.log.warn({ err: error, id, provider: run.provider }, "a reconciliation failed");
    await step(deps, id, "failed", { failure, finishedAt: deps.clock.now() });
  }
}

async function step(
  deps: ReconciliationDeps,
  id: ReconciliationRow["id"],
  to: "running" | "completed" | "failed",
  change: queries.RunFacts,
): Promise<ReconciliationRow | undefined> {
  return deps.db.transaction(async (tx) => {
    const run = await queries.lockRun(tx, id);
    if (!run || run.status === "completed" || run.status === "failed") return undefined;
    return moveRun(deps, tx, run, to, change);
  });
}

const INSTANT_TRIES = 3;

/**
 * Reads the statement and the payouts, books what only they know, matches, and brings the breaks up to date. The balance is compared
 * with what was listed only when it was the same before and after the list was read: else something moved meanwhile.
 */
export async function reconcile(
  deps: ReconciliationDeps,
  provider: BalanceProvider,
): Promise<{ counts: RunCounts; balances: readonly KnownBalance[] | undefined }> {
  const total = { imported: 0, booked: 0, opened: 0, unreadable: 0 };
  let balances: KnownBalance[] | undefined;
  for (let tries = 0; tries < INSTANT_TRIES; tries += 1) {
    const before = await readBalances(deps, provider);
    const counts = await importStatement(deps, provider);
    for (const name of ["imported", "booked", "opened", "unreadable"] as const) total[name] += counts[name];
    if (!before) break;
    const after = await readBalances(deps, provider);
    if (!after || !isSameInstant(before, after)) continue;
    balances = after;
    break;
  }
  await importBankPayouts(deps, provider);
  const compared = await deps.db.transaction(async (tx) => {
    await queries.lockProvider(tx, provider.name);
    return compare(deps, tx, provider, balances);
  });
  return {
    counts: { ...total, ...compared, opened: total.opened + compared.opened },
    balances,
  };
}

async function compare(
  deps: ReconciliationDeps,
  tx: Tx,
  provider: BalanceProvider,
  balances: readonly KnownBalance[] | undefined,
): Promise<Pick<RunCounts, "matched" | "opened" | "closed">> {
  const matched = await matchAll(deps, tx, provider);
  const uneven = balances && (await compareBalances(deps, tx, provider, balances));
  return { matched, ...(await syncBreaks(deps, tx, provider, uneven)) };
}

class Undone extends Error {
  readonly preview: Preview;

  constructor(preview: Preview) {
    super("a preview writes nothing");
    this.preview = preview;
  }
}

export interface Preview extends Window {
  readonly provider: BalanceProviderName;
  readonly counts: RunCounts;
  readonly statements: readonly Statement[];
}

const PREVIEW_AT_ONCE = 200;

/** What a run would do and come to now: the same work, undone. Throws as `askForRun` does, and 422 when there is too much to read. */
export async function previewRun(deps: ReconciliationDeps, input: RunInput): Promise<Preview> {
  const provider = keeperOf(deps, input.provider);
  const window = windowOf(deps, input);
  if (await queries.findActiveRun(deps.db.read, input.provider)) throw alreadyRunning(input.provider);
  const prepared = await readForPreview(deps, provider);
  try {
    return await deps.db.transaction(async (tx) => {
      await queries.lockProvider(tx, provider.name);
      const taken = { imported: 0, booked: 0, opened: 0 };
      for (let start = 0; start < prepared.length; start += PREVIEW_AT_ONCE) {
        const some = await takeEntries(deps, tx, provider, prepared.slice(start, start + PREVIEW_AT_ONCE));
        for (const name of ["imported", "booked", "opened"] as const) taken[name] += some[name];
      }
      const compared = await compare(deps, tx, provider, undefined);
      const now = deps.clock.now();
      const statements = await statementsOf(tx, provider, { ...window, asset: input.asset ?? null }, now);
      const counts = { ...taken, ...compared, opened: taken.opened + compared.opened, unreadable: 0 };
      throw new Undone({ provider: provider.name, ...window, counts, statements });
    });
  } catch (error) {
    if (error instanceof Undone) return error.preview;
    throw error;
  }
}

/** A run. Throws 404 `reconciliation.not_found`. */
export async function getRun(deps: ReconciliationDeps, id: ReconciliationRow["id"]): Promise<ReconciliationRow> {
  const run = await queries.findRun(deps.db.read, id);
  if (!run) throw runNotFound(id);
  return run;
}

/** Runs, newest first. */
export const listRuns = (
  deps: ReconciliationDeps,
  filter: Parameters<typeof queries.listRuns>[1],
  page: PageQuery,
): Promise<Page<ReconciliationRow>> =>
  pageById("rec", page, (before, limit) => queries.listRuns(deps.db.read, filter, before, limit));
