import { sql } from "drizzle-orm";
import pg from "pg";
import { type Db, isReadTimeout, sqlState, type Tx } from "./client.js";
import { prepareSession } from "./session.js";

/** Adds a job to the queue, as part of the transaction; kernel/jobs.ts knows which there are. */
export async function addJob(
  tx: Tx,
  name: string,
  payload: object,
  options: { readonly runAt?: Date; readonly key: string },
): Promise<void> {
  await tx.execute(
    sql`SELECT graphile_worker.add_job(${name}, payload := ${JSON.stringify(payload)}::json, run_at := ${options.runAt?.toISOString() ?? null}::timestamptz, job_key := ${options.key})`,
  );
}

/** Longer than any job takes: providers are waited for in seconds, and there are few calls in one. */
const ABANDONED_AFTER = "10 minutes";

/**
 * Hands jobs of workers that are gone to the others. A killed process cannot give back what it had taken, and the queue by
 * itself waits four hours, which is a long time for somebody's payout. What may not be tried again is removed: a schedule's
 * occurrence, and what was replaced while it was locked.
 */
export async function releaseAbandonedJobs(tx: Tx): Promise<void> {
  const { rows } = await tx.execute<{ id: string; locked_by: string; is_over: boolean }>(
    sql`SELECT id::text, locked_by, attempts >= max_attempts AS is_over FROM graphile_worker.jobs
         WHERE locked_at < now() - ${ABANDONED_AFTER}::interval`,
  );
  if (rows.length === 0) return;
  const workers = [...new Set(rows.map((row) => row.locked_by))];
  await tx.execute(sql`SELECT graphile_worker.force_unlock_workers(${sql.param(workers)}::text[])`);
  const over = rows.filter((row) => row.is_over).map((row) => row.id);
  await tx.execute(sql`SELECT id FROM graphile_worker.complete_jobs(${sql.param(over)}::bigint[])`);
}

/**
 * Removes occurrences of these schedules that failed. Each is tried once, since the next one comes soon; nothing ever looks at
 * one again, and thousands of them would hide the jobs that a person must see to.
 */
export async function removeFailedOccurrences(tx: Tx, schedules: readonly string[]): Promise<void> {
  await tx.execute(
    sql`SELECT id FROM graphile_worker.complete_jobs(ARRAY(
         SELECT j.id FROM graphile_worker.jobs j
          WHERE j.task_identifier = ANY (${sql.param([...schedules])}::text[]) AND j.max_attempts = 1 AND j.attempts >= 1
            AND j.locked_at IS NULL))`,
  );
}

/** How many jobs should have begun over a minute ago: nobody works, or too few do. */
export async function countOverdueJobs(db: Db): Promise<number> {
  const { rows } = await db.execute<{ overdue: number }>(
    sql`SELECT count(*)::int AS overdue FROM graphile_worker.jobs
         WHERE locked_at IS NULL AND attempts < max_attempts AND run_at < now() - interval '1 minute'`,
  );
  return rows[0]?.overdue ?? 0;
}

/**
 * The job queue's own connections: it listens on one for good, which a request must not wait for. A statement that gets no
 * answer in time fails, as in the service's pool, so that a network which swallowed it does not stop the worker for ever.
 */
export function createQueuePool(options: {
  readonly url: string;
  readonly queryTimeoutMs: number;
  readonly onLost: (error: Error) => void;
}): QueuePool {
  const pool = new QueuePool({
    connectionString: options.url,
    max: 4,
    application_name: "coffer-worker",
    keepAlive: true,
    connectionTimeoutMillis: options.queryTimeoutMs,
    onConnect: prepareSession({ statementTimeoutMs: options.queryTimeoutMs }),
    query_timeout: options.queryTimeoutMs + 2_000,
    Client: ClientForQueue,
  });
  pool.on("error", options.onLost);
  // A connection that fails while a job holds it tells only its own listeners.
  pool.on("connect", (client) => client.on("error", options.onLost));
  return pool;
}

/**
 * The queue tries again what failed with this code. Anything else while it writes down that a job is done is a rejection that
 * nobody handles, which ends the process; and what it writes may all be written twice.
 */
function tryAgain(error: unknown): never {
  const isLost = LOST_CODE.test(sqlState(error) ?? "") || (error instanceof Error && LOST_MESSAGE.test(error.message));
  throw isLost && error instanceof Error ? Object.assign(error, { code: "ETIMEDOUT" }) : error;
}

const LOST_CODE = /^(?:08...|25006|57P0[12]|ECONNRESET|ECONNREFUSED|EPIPE)$/;
const LOST_MESSAGE = /^Query read timeout|^Connection terminated|^timeout exceeded when trying to connect/;

class QueuePool extends pg.Pool {
  // biome-ignore lint/suspicious/noExplicitAny: the signature is pg's own, by callback or by promise.
  override connect(...args: any[]): any {
    if (args.length > 0) return super.connect(...(args as []));
    if (this.ending) return NEVER;
    return super.connect().catch((error: unknown) => (this.ending ? NEVER : tryAgain(error)));
  }

  /** Ends once what the queue still writes is written: it stops without waiting for that. */
  async endWhenQuiet(): Promise<void> {
    for (let round = 0; round < QUIET_ROUNDS_MAX; round += 1) {
      if (this.waitingCount === 0 && this.idleCount === this.totalCount) break;
      await new Promise((resolve) => setTimeout(resolve, QUIET_ROUND_MS));
    }
    await this.end();
  }
}

const QUIET_ROUND_MS = 10;
const QUIET_ROUNDS_MAX = 300;
// For what asks for a connection after the end. Nobody awaits it; a rejection would end the process in another way than asked.
const NEVER = new Promise<never>(() => undefined);

/**
 * The queue returns its connections to the pool as sound, whatever became of the last statement. One that still waits for
 * an answer would be handed out again and again, so it is cut.
 */
class ClientForQueue extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the signature is pg's own, with six overloads.
  override query(...args: any[]): any {
    const result: unknown = super.query(...(args as [string]));
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (isReadTimeout(error) || sqlState(error) === "25006") this.connection.stream.destroy();
      return tryAgain(error);
    });
  }
}
