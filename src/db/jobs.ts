import { sql } from "drizzle-orm";
import type { Tx } from "./client.js";

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
