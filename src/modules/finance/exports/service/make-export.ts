import { setTimeout as sleep } from "node:timers/promises";
import { errorMessage } from "../../../../core/errors.js";
import type { OwnSession, Snapshot } from "../../../../db/own-session.js";
import { enqueueJob } from "../../../../kernel/jobs.js";
import { getAsset } from "../../../books/ledger/index.js";
import { ExportFailed } from "../errors.js";
import * as queries from "../queries/index.js";
import { FORMATS } from "../rules/kinds.js";
import type { ExportFailure, ExportId, ExportSpec } from "../types.js";
import { RowCount } from "./count.js";
import type { ExportDeps } from "./deps.js";
import { moveExport } from "./move.js";
import { Spool } from "./spool.js";
import { writeJournal } from "./write-journal.js";
import { writeStatement } from "./write-statement.js";
import { writeSummary } from "./write-summary.js";
import { beginTable } from "./write-table.js";

const ATTEMPTS_MAX = 5;
/** So many at once, however many processes there are: the worker has other things to do. */
const AT_ONCE = 2;
/** How long transactions that were open when the snapshot was wanted are waited for; then the next minute goes on. */
const SETTLE_TRIES = 40;
const SETTLE_PAUSE_MS = 250;

const specOf = ({ kind, format, fromAt: from, toAt: to, options }: queries.ExportRow): ExportSpec => ({
  kind,
  format,
  from,
  to,
  ...options,
});

/**
 * Makes the file of an export, unless another process is at it, or as many are made as may be: then the sweep comes back to it. It is
 * made from scratch, beside its place, and takes its place when it is whole; so a process may die at any point.
 */
export async function makeExport(deps: ExportDeps, id: ExportId): Promise<void> {
  const known = await queries.findExport(deps.db.read, id);
  if (known?.status !== "queued" && known?.status !== "running") return;
  const isTried = await deps.db.aside(async (session) => {
    if (!(await session.tryLock(`coffer export ${id}`)) || !(await takeTurn(session))) return false;
    const row = await begin(deps, id);
    if (row) await make(deps, session, row);
    return true;
  });
  if (isTried) await enqueueOthers(deps, id);
}

async function takeTurn(session: OwnSession): Promise<boolean> {
  for (let turn = 1; turn <= AT_ONCE; turn += 1) if (await session.tryLock(`coffer exports ${turn}`)) return true;
  return false;
}

/** Notes that it is tried. Undefined when there is nothing to do any more. */
function begin(deps: ExportDeps, id: ExportId): Promise<queries.ExportRow | undefined> {
  return deps.db.transaction(async (tx) => {
    const row = await queries.lockExport(tx, id);
    if (row?.status !== "queued" && row?.status !== "running") return undefined;
    const attempts = row.attempts + 1;
    if (row.status === "queued") return moveExport(deps, tx, row, "running", { by: "worker", change: { attempts } });
    await queries.updateExport(tx, id, { attempts, updatedAt: deps.clock.now() });
    return { ...row, attempts };
  });
}

interface Made {
  readonly spool: Spool;
  readonly rows: number;
  readonly snapshotAt: Date;
}

async function make(deps: ExportDeps, session: OwnSession, row: queries.ExportRow): Promise<void> {
  const spec = specOf(row);
  const { exportStore: store } = deps;
  let spool: Spool | undefined;
  try {
    const begun = await Spool.begin(store.workFolder, row.id, store.maxBytes);
    spool = begun;
    const made = await onSnapshot(session, async (snapshot): Promise<Made> => {
      const snapshotAt = deps.clock.now();
      const count = new RowCount(FORMATS[spec.format].maxRows);
      await writeFile(deps, snapshot, spec, row, begun, count);
      return { spool: begun, rows: count.rows, snapshotAt };
    });
    // Somebody writes for longer than a window takes to settle. Nothing failed: it is looked at again.
    if (made) await keep(deps, row, made);
  } catch (error) {
    await giveUp(deps, row, error);
  } finally {
    await spool?.discard();
  }
}

/** Runs `work` on a snapshot that sees the end of every transaction that may have written before now. */
async function onSnapshot<T>(session: OwnSession, work: (snapshot: Snapshot) => Promise<T>): Promise<T | undefined> {
  const open = await session.openTransactions();
  for (let look = 0; look < SETTLE_TRIES; look += 1) {
    const done = await session.snapshot(open, async (snapshot) => ({ value: await work(snapshot) }));
    if (done) return done.value;
    await sleep(SETTLE_PAUSE_MS);
  }
  return undefined;
}

async function writeFile(
  deps: ExportDeps,
  snapshot: Snapshot,
  spec: ExportSpec,
  row: queries.ExportRow,
  spool: Spool,
  count: RowCount,
): Promise<void> {
  const { kind, format, walletId, asset, filters = {} } = spec;
  if (kind === "journal") {
    if (format === "hledger" || format === "beancount") return writeJournal(snapshot, spec, format, spool, count);
    return writeSummary(snapshot, spec, spool, count);
  }
  if (kind === "customer_statement") {
    if (walletId === undefined || asset === undefined) throw new Error("a statement has a wallet and an asset");
    const { scale } = await getAsset(deps, asset);
    return writeStatement(
      snapshot,
      spec,
      { walletId, asset, scale, name: row.fingerprint.toString("hex") },
      spool,
      count,
    );
  }
  const table = await beginTable(spec, spool);
  for await (const rows of queries.readTable(snapshot, kind, spec, filters)) {
    count.add(rows.length);
    await table.write(rows);
  }
  await table.end(count.rows);
}

/** Puts a whole file in its place, and says so. */
async function keep(deps: ExportDeps, row: queries.ExportRow, { spool, rows, snapshotAt }: Made): Promise<void> {
  const { bytes, sha256 } = await spool.finish();
  const file = `${row.id}.${FORMATS[row.format].extension}`;
  await deps.exportStore.put(file, spool.path);
  await deps.db.transaction(async (tx) => {
    const now = deps.clock.now();
    const change = {
      rowCount: BigInt(rows),
      byteCount: BigInt(bytes),
      sha256,
      file,
      snapshotAt,
      finishedAt: now,
      expiresAt: new Date(now.getTime() + deps.exportPolicy.keepMs),
    };
    await moveExport(deps, tx, { id: row.id, status: "running" }, "ready", { by: "worker", change });
  });
}

/** Ends an export that cannot be made. What may go better another time is thrown on, until it was tried often enough. */
async function giveUp(deps: ExportDeps, row: queries.ExportRow, error: unknown): Promise<void> {
  const tooOften: ExportFailure = {
    code: "gave_up",
    message: `It was tried ${row.attempts} times. ${errorMessage(error)}`.slice(0, 500),
  };
  const failure = error instanceof ExportFailed ? error.failure : row.attempts >= ATTEMPTS_MAX ? tooOften : undefined;
  if (!failure) throw error;
  const change = { failure, finishedAt: deps.clock.now() };
  await deps.db.transaction((tx) =>
    moveExport(deps, tx, { id: row.id, status: "running" }, "failed", { by: "worker", change }),
  );
}

const jobOf = (id: ExportId) => ({ key: `export ${id}` });

/** Has an export made as soon as a worker is free. */
export const enqueueExport = (tx: Parameters<typeof enqueueJob>[0], id: ExportId): Promise<void> =>
  enqueueJob(tx, "exports:make", { exportId: id }, jobOf(id));

/** A turn is free again: whoever waits for one need not wait for the sweep. */
async function enqueueOthers(deps: ExportDeps, done: ExportId): Promise<void> {
  const open = await queries.listOpen(deps.db.read, AT_ONCE + 1);
  const others = open.filter(({ id }) => id !== done);
  if (others.length === 0) return;
  await deps.db.transaction(async (tx) => {
    for (const { id } of others) await enqueueExport(tx, id);
  });
}

const SWEPT_AT_ONCE = 20;

/** Comes back to what was asked for and is not made: a process died at it, or it had to wait. */
export async function sweepExports(deps: ExportDeps): Promise<void> {
  const open = await queries.listOpen(deps.db.read, SWEPT_AT_ONCE);
  await deps.db.transaction(async (tx) => {
    for (const { id } of open) await enqueueExport(tx, id);
  });
}

const PURGED_AT_ONCE = 100;

/** Removes the files whose time is over. The row goes first, so nobody is led to a file that is not there. */
export async function purgeExports(deps: ExportDeps): Promise<void> {
  for (;;) {
    const outdated = await queries.listOutdated(deps.db.read, deps.clock.now(), PURGED_AT_ONCE);
    for (const row of outdated) {
      if (row.status === "ready")
        await deps.db.transaction((tx) => moveExport(deps, tx, row, "expired", { by: "sweeper" }));
      if (row.file !== null) await deps.exportStore.remove(row.file);
      await deps.db.transaction((tx) => queries.updateExport(tx, row.id, { removedAt: deps.clock.now() }));
    }
    if (outdated.length < PURGED_AT_ONCE) return;
  }
}
