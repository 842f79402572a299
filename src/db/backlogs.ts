import { sql } from "drizzle-orm";
import type { Db } from "./client.js";

/** What waits, and since when the oldest of it does. */
export interface Waiting {
  readonly kind: string;
  readonly items: number;
  readonly oldestSeconds: number;
}

/** Everything that `readWaiting` speaks of. */
export const WAITING_KINDS = [
  "webhooks",
  "dead_webhooks",
  "failed_jobs",
  "payment_checks",
  "refunds",
  "dispute_reviews",
  "dispute_evidence",
  "payout_approvals",
  "payouts_approved",
  "payouts_unknown",
  "payouts_sent",
  "deposits_pending",
  "deposits_held",
  "deposits_quarantined",
  "treasury_fundings",
  "treasury_receipts_held",
  "treasury_alerts",
  "reconciliations",
  "reconciliation_breaks",
  "reconciliation_approvals",
] as const;

// Rows that wait are few, and each part has an index or a small table to find them by.
const READ = (now: string) => sql`
  SELECT kind, count(since)::int AS items, coalesce(extract(epoch FROM ${now}::timestamptz - min(since)), 0)::float8 AS oldest FROM (
    SELECT CASE status WHEN 'dead' THEN 'dead_webhooks' ELSE 'webhooks' END AS kind, received_at AS since
      FROM webhook_events WHERE status IN ('pending', 'dead')
    UNION ALL SELECT 'failed_jobs', run_at FROM graphile_worker.jobs WHERE attempts >= max_attempts AND locked_at IS NULL
    UNION ALL SELECT 'payment_checks', next_check_at FROM payments WHERE next_check_at < ${now}::timestamptz
    UNION ALL SELECT 'refunds', created_at FROM refunds WHERE status IN ('requested', 'pending')
    UNION ALL SELECT 'dispute_reviews', updated_at FROM disputes WHERE review_reason IS NOT NULL
    UNION ALL SELECT 'dispute_evidence', created_at FROM disputes
      WHERE evidence_submitted_at IS NULL AND evidence_due_by > ${now}::timestamptz AND status LIKE '%needs_response'
    UNION ALL SELECT CASE status WHEN 'awaiting_approval' THEN 'payout_approvals' WHEN 'unknown' THEN 'payouts_unknown'
                                 WHEN 'submitted' THEN 'payouts_sent' ELSE 'payouts_approved' END, created_at
      FROM payouts WHERE status IN ('requested', 'awaiting_approval', 'approved', 'submitting', 'unknown', 'submitted')
    UNION ALL SELECT 'deposits_' || status, created_at FROM deposits WHERE status IN ('pending', 'held', 'quarantined')
    UNION ALL SELECT 'treasury_fundings', created_at FROM treasury_fundings WHERE status = 'expected'
    UNION ALL SELECT 'treasury_receipts_held', created_at FROM treasury_receipts WHERE status = 'held'
    UNION ALL SELECT 'treasury_alerts', alerted_at FROM custody_tokens WHERE alerted_at IS NOT NULL
    UNION ALL SELECT 'treasury_alerts', alerted_at FROM gas_thresholds WHERE alerted_at IS NOT NULL
    UNION ALL SELECT 'reconciliations', created_at FROM reconciliations WHERE status IN ('queued', 'running')
    UNION ALL SELECT CASE status WHEN 'open' THEN 'reconciliation_breaks' ELSE 'reconciliation_approvals' END, first_seen_at
      FROM reconciliation_breaks WHERE status IN ('open', 'pending_approval')
  ) waiting GROUP BY kind`;

/** What waits in the database, of every kind; zero where nothing does. */
export async function readWaiting(db: Db, now: Date): Promise<Waiting[]> {
  const { rows } = await db.execute<{ kind: string; items: number; oldest: number }>(READ(now.toISOString()));
  const found = new Map(rows.map((row) => [row.kind, row]));
  return WAITING_KINDS.map((kind) => {
    const row = found.get(kind);
    return { kind, items: row?.items ?? 0, oldestSeconds: Math.max(0, row?.oldest ?? 0) };
  });
}
