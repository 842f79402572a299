import { Batcher } from "../../../../core/batcher.js";
import { mapLimited } from "../../../../core/concurrency.js";
import type { AccountId } from "../../../../core/ids.js";
import { type Database, sqlState, type Tx } from "../../../../db/client.js";
import { postingRefused } from "../errors.js";
import * as queries from "../queries/index.js";
import { isPosted, type Posting, type PostingResult } from "../types.js";
import type { LedgerDeps } from "./deps.js";

/** How single postings are gathered into calls. */
export interface PosterOptions {
  readonly onBatch?: (results: readonly PostingResult[]) => void;
  /** Told of each spend's account and what it has after it, or had when the spend was refused. Must be quick. */
  readonly onSpent?: (account: AccountId, balance: bigint) => void;
}

const BATCH_ITEMS_MAX = 500;
// One call at a time is the cheapest, for what waits shares the next. A second keeps the database busy while the replies of
// the first are written, once enough waits for it; more only when one hangs, e.g. on a locked account.
const BATCHES_IN_FLIGHT_MAX = 3;
const SECOND_BATCH_AT = 24;
const PATIENCE_MS = 20;

/** Creates the group commit of single postings: each call is one statement and so one transaction. */
export function createPoster(db: Database, options: PosterOptions): Batcher<Posting, PostingResult> {
  return new Batcher({
    maxItems: BATCH_ITEMS_MAX,
    maxInFlight: BATCHES_IN_FLIGHT_MAX,
    patienceMs: PATIENCE_MS,
    secondAt: SECOND_BATCH_AT,
    run: async (postings) => {
      const results = await postBatch(db, postings);
      options.onBatch?.(results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])));
      if (options.onSpent) tellSpent(postings, results, options.onSpent);
      return results;
    },
  });
}

function tellSpent(
  postings: readonly Posting[],
  results: readonly PromiseSettledResult<PostingResult>[],
  tell: (account: AccountId, balance: bigint) => void,
): void {
  for (const [index, settled] of results.entries()) {
    const posting = postings[index];
    if (posting?.type !== "debit" || settled.status !== "fulfilled") continue;
    const balance = isPosted(settled.value) ? settled.value.balanceAfter : settled.value.available;
    if (balance !== null) tell(posting.from, balance);
  }
}

async function postBatch(db: Database, postings: readonly Posting[]): Promise<PromiseSettledResult<PostingResult>[]> {
  try {
    const results = await postSoon(db, postings);
    return results.map((value) => ({ status: "fulfilled", value }));
  } catch (error) {
    // One account is locked by somebody; the others' postings must not wait for it, or fail with it.
    if (sqlState(error) === LOCK_TIMEOUT && postings.length > 1) return postByAccount(db, postings);
    throw error;
  }
}

const LOCK_TIMEOUT = "55P03";
// A posting holds its locks for some milliseconds. Whoever holds one for longer than this is stuck: 503, and try again.
const LOCK_PATIENCE_MS = 250;

const postSoon = (db: Database, postings: readonly Posting[]): Promise<PostingResult[]> =>
  repeatable(() => queries.postTransfers(db.pool, postings, { lockTimeoutMs: LOCK_PATIENCE_MS }));

// Leaves connections for everybody else.
const CALLS_AT_ONCE = 4;

async function postByAccount(
  db: Database,
  postings: readonly Posting[],
): Promise<PromiseSettledResult<PostingResult>[]> {
  const groups = new Map<AccountId, number[]>();
  for (const [index, posting] of postings.entries()) {
    // The customer's side is what the row lives with: a debit pays from it, everything else pays to it.
    const home = posting.type === "debit" ? posting.from : posting.to;
    groups.set(home, [...(groups.get(home) ?? []), index]);
  }
  const results: PromiseSettledResult<PostingResult>[] = [];
  await mapLimited([...groups.values()], CALLS_AT_ONCE, async (indexes) => {
    const group = indexes.flatMap((index) => postings[index] ?? []);
    const settled = await Promise.allSettled([postSoon(db, group)]);
    for (const [position, index] of indexes.entries()) results[index] = resultAt(settled[0], position);
  });
  return results;
}

function resultAt(
  settled: PromiseSettledResult<PostingResult[]>,
  position: number,
): PromiseSettledResult<PostingResult> {
  if (settled.status === "rejected") return settled;
  const value = settled.value[position];
  return value
    ? { status: "fulfilled", value }
    : { status: "rejected", reason: new Error("the ledger answered with too few results") };
}

const LOST_CONNECTION = /^(?:08|57P0)|^(?:25006|40001|40P01|ECONNRESET|EPIPE)$/;

/**
 * Repeats a posting call once when its outcome is unknown. Safe because every posting of the group commit has a key: what
 * was committed before the connection broke comes back as `replayed`.
 */
async function repeatable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const lost =
      LOST_CONNECTION.test(sqlState(error) ?? "") ||
      (error instanceof Error && /Connection terminated/.test(error.message));
    if (!lost) throw error;
    return call();
  }
}

/** Posts one transfer together with whatever else arrives meanwhile. Needs a key. Refusals are results, not errors. */
export function postTransfer(deps: LedgerDeps, posting: Posting): Promise<PostingResult> {
  if (posting.key === undefined) throw new Error("a posting of the group commit needs a key");
  return deps.poster.add(posting);
}

/** What would become of a posting now; writes nothing. */
export async function previewTransfer(deps: LedgerDeps, posting: Posting): Promise<PostingResult> {
  const [result] = await queries.postTransfers(deps.db.pool, [posting], { dryRun: true });
  if (!result) throw new Error("the ledger answered with no result");
  return result;
}

/**
 * Posts transfers that happen together, inside the caller's transaction. All or nothing: a refusal is thrown and takes the
 * transaction with it. A key that was posted before is not an error; its result is `replayed`.
 */
export async function postTogether(tx: Tx, postings: readonly Posting[]): Promise<PostingResult[]> {
  if (postings.length === 0) return [];
  const results = await queries.postTransfers(tx.$client, postings);
  for (const [index, result] of results.entries()) {
    const posting = postings[index];
    if (!posting || isPosted(result)) continue;
    const asset = await queries.findAsset(tx, posting.asset);
    throw postingRefused(result.outcome, posting, result.available, asset?.scale ?? 0);
  }
  return results;
}
