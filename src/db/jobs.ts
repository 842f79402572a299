import { sql } from "drizzle-orm";
import pg from "pg";
import { isReadTimeout, type Tx } from "./client.js";

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
}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 4,
    application_name: "coffer-worker",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
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
 * The queue returns its connections to the pool as sound, whatever became of the last statement. One that still waits for
 * an answer would be handed out again and again, so it is cut.
 */
class ClientForQueue extends pg.Client {
  // The overloads of pg's query cannot be written again here; what goes in comes out unchanged.
  // biome-ignore lint/suspicious/noExplicitAny: the signature is pg's own, with six overloads.
  override query(...args: any[]): any {
    const result: unknown = super.query(...(args as [string]));
    if (result instanceof Promise) {
      result.catch((error: unknown) => {
        if (isReadTimeout(error)) this.connection.stream.destroy();
      });
    }
    return result;
  }
}
