import { sql } from "drizzle-orm";
import pg from "pg";
import { isReadTimeout, sqlState, type Tx } from "./client.js";

/**
 * Enqueues a job for the worker in the caller's transaction: it runs if, and only if, the transaction commits. A second job
 * with the same `key` replaces one that has not run yet.
 */
export async function enqueueJob(
  tx: Tx,
  name: string,
  payload: Record<string, unknown>,
  options: { readonly runAt?: Date; readonly key: string },
): Promise<void> {
  await tx.execute(
    sql`SELECT graphile_worker.add_job(${name}, payload := ${JSON.stringify(payload)}::json, run_at := ${options.runAt?.toISOString() ?? null}::timestamptz, job_key := ${options.key})`,
  );
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
    statement_timeout: options.queryTimeoutMs,
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

const LOST_CODE = /^(?:08...|57P0[12]|ECONNRESET|ECONNREFUSED|EPIPE)$/;
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
      if (isReadTimeout(error)) this.connection.stream.destroy();
      return tryAgain(error);
    });
  }
}
