-- Sums the system accounts of each bucket up to `p_to`, or less: no open transaction may still write before it. Transactions of
-- other roles show no start, so while there is one, the newest minute is left alone; it is longer than any transaction of ours
-- may live.
CREATE OR REPLACE FUNCTION ledger_snapshot_until(p_to timestamptz) RETURNS timestamptz LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_from timestamptz;
  v_to timestamptz;
BEGIN
  -- One at a time; the buckets move together.
  PERFORM 1 FROM ledger_buckets b ORDER BY b.bucket FOR UPDATE;
  SELECT min(b.as_of) INTO v_from FROM ledger_buckets b;
  -- A transfer's created_at is taken inside its transaction, so it is never before that transaction's start.
  SELECT least(p_to, clock_timestamp(), min(a.xact_start),
               CASE WHEN bool_or(a.xact_start IS NULL AND l.pid IS NOT NULL) THEN clock_timestamp() - interval '1 minute' END)
    INTO v_to
    FROM pg_stat_activity a
    LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'virtualxid' AND l.granted AND l.mode = 'ExclusiveLock'
   WHERE a.datname = current_database() AND a.pid <> pg_backend_pid();
  -- A prepared transaction has left the list of activity, and its transfers may become visible at any time. Looked for second:
  -- one that is being prepared is in the first list or in this one.
  IF v_to <= v_from OR EXISTS (SELECT FROM pg_prepared_xacts x WHERE x.database = current_database()) THEN RETURN v_from; END IF;
  INSERT INTO ledger_snapshots (account_id, bucket, as_of, balance)
    SELECT m.account_id, m.bucket, v_to, m.moved + coalesce((
             SELECT p.balance FROM ledger_snapshots p WHERE p.account_id = m.account_id AND p.bucket = m.bucket ORDER BY p.as_of DESC LIMIT 1), 0)
      FROM (SELECT e.account_id, e.bucket, sum(e.amount) AS moved
              FROM (SELECT from_account_id AS account_id, bucket, -amount AS amount FROM ledger_transfers WHERE created_at >= v_from AND created_at < v_to
                    UNION ALL
                    SELECT to_account_id, bucket, amount FROM ledger_transfers WHERE created_at >= v_from AND created_at < v_to) e
              JOIN ledger_system_accounts a ON a.id = e.account_id
             GROUP BY e.account_id, e.bucket) m;
  UPDATE ledger_buckets SET as_of = v_to;
  RETURN v_to;
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_snapshot_until FROM PUBLIC;
--> statement-breakpoint
-- Looks as the caller, who sees when the transactions of its own role began; the owner of the books may not see that.
CREATE OR REPLACE FUNCTION ledger_take_snapshot(p_lag interval) RETURNS timestamptz LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_to timestamptz;
BEGIN
  SELECT least(clock_timestamp() - p_lag, min(a.xact_start)) INTO v_to
    FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid();
  RETURN ledger_snapshot_until(v_to);
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_take_snapshot FROM PUBLIC;
