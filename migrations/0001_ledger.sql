-- What drizzle-kit cannot say: append-only tables, storage settings, the posting function, and the application's role.
SET lock_timeout = '5s';
--> statement-breakpoint
-- Balances change in place; free room on each page keeps those updates off the indexes (heap-only tuples).
ALTER TABLE ledger_accounts SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);
--> statement-breakpoint
ALTER TABLE idempotency_keys SET (fillfactor = 80);
--> statement-breakpoint
ALTER TABLE ledger_transfers SET (autovacuum_vacuum_insert_scale_factor = 0.05);
--> statement-breakpoint
INSERT INTO ledger_snapshot_state (singleton, as_of) VALUES (true, '-infinity');
--> statement-breakpoint
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '55000';
END
$$;
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_append_only BEFORE UPDATE OR DELETE ON ledger_transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER ledger_transfers_no_truncate BEFORE TRUNCATE ON ledger_transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- ALWAYS: an ordinary trigger would not fire for a session in replica mode.
ALTER TABLE ledger_transfers ENABLE ALWAYS TRIGGER ledger_transfers_append_only;
--> statement-breakpoint
ALTER TABLE ledger_transfers ENABLE ALWAYS TRIGGER ledger_transfers_no_truncate;
--> statement-breakpoint
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_append_only;
--> statement-breakpoint
ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_no_truncate;
--> statement-breakpoint
-- A view of transfers: one account's side of each, signed, with the balance after. System accounts have no balance after.
CREATE VIEW ledger_entries AS
  SELECT account_id, id AS transfer_id, transaction_id, asset, type,
         CASE WHEN account_id = from_account_id THEN -amount ELSE amount END AS amount,
         balance_after, account_version,
         CASE WHEN account_id = from_account_id THEN to_account_id ELSE from_account_id END AS other_account_id,
         source, reference, description, metadata, created_by, effective_at, created_at
    FROM ledger_transfers
  UNION ALL
  SELECT CASE WHEN account_id = from_account_id THEN to_account_id ELSE from_account_id END, id, transaction_id, asset, type,
         CASE WHEN account_id = from_account_id THEN amount ELSE -amount END,
         other_balance_after, other_account_version, account_id,
         source, reference, description, metadata, created_by, effective_at, created_at
    FROM ledger_transfers;
--> statement-breakpoint
-- Posts transfers, item by item in order, in one call. Equal to posting them one by one: a refused item changes nothing
-- and its neighbours go on. Customer accounts are locked in id order first, so two calls cannot deadlock, and every later
-- statement of the function sees what the lock's former holder committed. System accounts are only read: they keep no
-- running balance, so nothing is hot.
--
-- One row per item, in order. outcome: posted, replayed (the same key and fingerprint was posted before; the row is the
-- earlier transfer's), key_reused (same key, other fingerprint), insufficient_balance, balance_limit, unknown_account,
-- asset_mismatch, invalid_amount. available is that of the paying customer, before the item, when the balance is short.
CREATE FUNCTION ledger_post(
  p_ids uuid[], p_transactions uuid[], p_from uuid[], p_to uuid[], p_amounts bigint[], p_types text[], p_keys text[],
  p_fingerprints bytea[], p_sources text[], p_references text[], p_descriptions text[], p_metadata text[],
  p_actors text[], p_effective timestamptz[], p_reverses uuid[], p_dry_run boolean
) RETURNS TABLE (outcome text, transfer_id uuid, balance_after bigint, other_balance_after bigint, available bigint, posted_at timestamptz)
LANGUAGE plpgsql
-- Cached plans outlive the small tables they were made on; an index path is right at every size. On a small table all
-- indexes that begin with the account look alike, and one that reads every transfer of the account to find a key would
-- stay: with sorting off, an ORDER BY names the index. (Sorts without another way are still done. Before PostgreSQL 18
-- they look so dear that they would call for JIT.)
SET enable_seqscan = off
SET enable_sort = off
SET jit = off
AS $$
DECLARE
  c_max constant bigint := 9007199254740991;
  n constant int := coalesce(array_length(p_ids, 1), 0);
  v_now timestamptz;
  v_ids uuid[];
  -- accounts, by position
  a_customer boolean[]; a_asset text[]; a_balance bigint[]; a_held bigint[]; a_version bigint[]; a_at timestamptz[]; a_touched boolean[];
  -- items: positions of both sides, the account the row lives with, the transfer that already has the key
  f int[]; t int[]; h uuid[];
  x_id uuid[]; x_fingerprint bytea[]; x_balance bigint[]; x_other bigint[]; x_at timestamptz[];
  previous int[];
  -- results
  r_outcome text[] := array_fill(NULL::text, ARRAY[n]);
  r_id uuid[] := p_ids;
  r_balance bigint[] := array_fill(NULL::bigint, ARRAY[n]);
  r_version bigint[] := array_fill(NULL::bigint, ARRAY[n]);
  r_other bigint[] := array_fill(NULL::bigint, ARRAY[n]);
  r_other_version bigint[] := array_fill(NULL::bigint, ARRAY[n]);
  r_available bigint[] := array_fill(NULL::bigint, ARRAY[n]);
  r_at timestamptz[] := array_fill(NULL::timestamptz, ARRAY[n]);
  r_target int[] := array_fill(NULL::int, ARRAY[n]);
  v_from int; v_to int; v_twin int; v_at timestamptz; v_amount bigint;
  v_posted boolean := false;
BEGIN
  IF n = 0 THEN RETURN; END IF;
  SELECT array_agg(DISTINCT u.id) INTO v_ids FROM unnest(p_from || p_to) AS u(id);

  PERFORM 1 FROM ledger_accounts a WHERE a.id = ANY (v_ids) AND a.kind = 'customer' ORDER BY a.id FOR NO KEY UPDATE;
  -- The wire says milliseconds, so the books do; rounded up, since a transfer is never before its transaction began.
  v_now := date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond';

  SELECT array_agg(a.id ORDER BY a.id), array_agg(a.kind = 'customer' ORDER BY a.id), array_agg(a.asset ORDER BY a.id),
         array_agg(a.balance ORDER BY a.id), array_agg(a.held ORDER BY a.id), array_agg(a.version ORDER BY a.id),
         array_agg(greatest(v_now, a.last_posted_at) ORDER BY a.id), array_agg(false ORDER BY a.id)
    INTO v_ids, a_customer, a_asset, a_balance, a_held, a_version, a_at, a_touched
    FROM ledger_accounts a WHERE a.id = ANY (v_ids);

  WITH account AS (SELECT u.id, u.position::int, u.customer FROM unnest(v_ids, a_customer) WITH ORDINALITY AS u(id, customer, position)),
  item AS (
    SELECT i.ord, i.key, fa.position AS f, ta.position AS t,
           CASE WHEN ta.customer AND NOT fa.customer THEN i.to_id ELSE i.from_id END AS home
      FROM unnest(p_from, p_to, p_keys) WITH ORDINALITY AS i(from_id, to_id, key, ord)
      LEFT JOIN account fa ON fa.id = i.from_id
      LEFT JOIN account ta ON ta.id = i.to_id
  )
  SELECT array_agg(i.f ORDER BY i.ord), array_agg(i.t ORDER BY i.ord), array_agg(i.home ORDER BY i.ord),
         array_agg(x.id ORDER BY i.ord), array_agg(x.fingerprint ORDER BY i.ord), array_agg(x.balance_after ORDER BY i.ord),
         array_agg(x.other_balance_after ORDER BY i.ord), array_agg(x.created_at ORDER BY i.ord),
         array_agg(i.previous ORDER BY i.ord)
    INTO f, t, h, x_id, x_fingerprint, x_balance, x_other, x_at, previous
    FROM (SELECT item.*, CASE WHEN item.key IS NOT NULL
                 THEN lag(item.ord) OVER (PARTITION BY item.home, item.key ORDER BY item.ord) END AS previous FROM item) i
    LEFT JOIN LATERAL (
      SELECT e.id, e.fingerprint, e.balance_after, e.other_balance_after, e.created_at
        FROM ledger_transfers e WHERE e.account_id = i.home AND e.idempotency_key BETWEEN i.key AND i.key
       -- Means "="; said so that, with sorting off, only the index of keys will do.
       ORDER BY e.idempotency_key LIMIT 1
    ) x ON true;

  FOR i IN 1..n LOOP
    v_from := f[i]; v_to := t[i]; v_amount := p_amounts[i];
    v_twin := previous[i];
    IF v_twin IS NOT NULL AND r_target[v_twin] IS NOT NULL THEN v_twin := r_target[v_twin]; END IF;
    IF v_from IS NULL OR v_to IS NULL THEN
      -- Who has this key next looks past this item.
      r_target[i] := v_twin;
      r_outcome[i] := 'unknown_account';
    ELSIF x_id[i] IS NOT NULL THEN
      r_id[i] := x_id[i]; r_balance[i] := x_balance[i]; r_other[i] := x_other[i]; r_at[i] := x_at[i];
      r_outcome[i] := CASE WHEN x_fingerprint[i] IS NOT DISTINCT FROM p_fingerprints[i] THEN 'replayed' ELSE 'key_reused' END;
    ELSIF v_twin IS NOT NULL AND r_outcome[v_twin] = 'posted' THEN
      r_id[i] := p_ids[v_twin]; r_balance[i] := r_balance[v_twin]; r_other[i] := r_other[v_twin]; r_at[i] := r_at[v_twin];
      r_target[i] := v_twin;
      r_outcome[i] := CASE WHEN p_fingerprints[v_twin] IS NOT DISTINCT FROM p_fingerprints[i] THEN 'replayed' ELSE 'key_reused' END;
    ELSIF v_amount IS NULL OR v_amount <= 0 OR v_amount > c_max OR v_from = v_to THEN
      r_outcome[i] := 'invalid_amount';
    ELSIF a_asset[v_from] <> a_asset[v_to] THEN
      r_outcome[i] := 'asset_mismatch';
    ELSIF a_customer[v_from] AND a_balance[v_from] - a_held[v_from] < v_amount THEN
      r_available[i] := a_balance[v_from] - a_held[v_from];
      r_outcome[i] := 'insufficient_balance';
    ELSIF a_customer[v_to] AND a_balance[v_to] > c_max - v_amount THEN
      r_outcome[i] := 'balance_limit';
    ELSE
      v_posted := true;
      v_at := v_now;
      IF a_customer[v_from] THEN
        v_at := greatest(v_at, a_at[v_from]);
        a_balance[v_from] := a_balance[v_from] - v_amount; a_version[v_from] := a_version[v_from] + 1; a_touched[v_from] := true;
        r_balance[i] := a_balance[v_from]; r_version[i] := a_version[v_from];
      END IF;
      IF a_customer[v_to] THEN
        v_at := greatest(v_at, a_at[v_to]);
        a_balance[v_to] := a_balance[v_to] + v_amount; a_version[v_to] := a_version[v_to] + 1; a_touched[v_to] := true;
        IF a_customer[v_from] THEN
          r_other[i] := a_balance[v_to]; r_other_version[i] := a_version[v_to];
        ELSE
          r_balance[i] := a_balance[v_to]; r_version[i] := a_version[v_to];
        END IF;
      END IF;
      IF a_customer[v_from] THEN a_at[v_from] := v_at; END IF;
      IF a_customer[v_to] THEN a_at[v_to] := v_at; END IF;
      r_at[i] := v_at;
      r_outcome[i] := 'posted';
    END IF;
  END LOOP;

  IF v_posted AND NOT p_dry_run THEN
    INSERT INTO ledger_transfers (account_id, id, transaction_id, from_account_id, to_account_id, asset, amount, type,
        balance_after, account_version, other_balance_after, other_account_version, idempotency_key, fingerprint, source,
        reference, description, metadata, created_by, reverses, effective_at, created_at)
      SELECT i.home, i.id, i.txn, i.from_id, i.to_id, a_asset[i.f], i.amount, i.type, i.balance, i.version, i.other,
             i.other_version, i.key, i.fingerprint, i.source, i.reference, i.description, i.metadata::json, i.actor, i.reverses,
             coalesce(i.effective, i.at), i.at
        FROM unnest(h, p_ids, p_transactions, p_from, p_to, f, p_amounts, p_types, r_balance, r_version, r_other, r_other_version,
               p_keys, p_fingerprints, p_sources, p_references, p_descriptions, p_metadata, p_actors, p_reverses, p_effective, r_at, r_outcome)
             AS i(home, id, txn, from_id, to_id, f, amount, type, balance, version, other, other_version, key, fingerprint, source,
               reference, description, metadata, actor, reverses, effective, at, outcome)
       WHERE i.outcome = 'posted';
    UPDATE ledger_accounts a SET balance = u.balance, version = u.version, last_posted_at = u.at
      FROM unnest(v_ids, a_balance, a_version, a_at, a_touched) AS u(id, balance, version, at, touched)
     WHERE a.id = u.id AND u.touched;
  END IF;

  RETURN QUERY SELECT * FROM unnest(r_outcome, r_id, r_balance, r_other, r_available, r_at);
END
$$;
--> statement-breakpoint
-- Sums the system accounts up to a moment that no open transaction can still write before. Called by a job.
CREATE FUNCTION ledger_take_snapshot(p_lag interval) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  v_from timestamptz;
  v_to timestamptz;
BEGIN
  SELECT s.as_of INTO v_from FROM ledger_snapshot_state s FOR UPDATE;
  -- A transfer's created_at is taken inside its transaction, so it is never before that transaction's start.
  SELECT least(clock_timestamp() - p_lag, min(a.xact_start)) INTO v_to
    FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid();
  IF v_to <= v_from THEN RETURN v_from; END IF;
  INSERT INTO ledger_snapshots (account_id, as_of, balance)
    SELECT m.account_id, v_to, m.moved + coalesce((
             SELECT p.balance FROM ledger_snapshots p WHERE p.account_id = m.account_id ORDER BY p.as_of DESC LIMIT 1), 0)
      FROM (SELECT e.account_id, sum(e.amount) AS moved
              FROM (SELECT from_account_id AS account_id, -amount AS amount FROM ledger_transfers WHERE created_at >= v_from AND created_at < v_to
                    UNION ALL
                    SELECT to_account_id, amount FROM ledger_transfers WHERE created_at >= v_from AND created_at < v_to) e
              JOIN ledger_accounts a ON a.id = e.account_id AND a.kind = 'system'
             GROUP BY e.account_id) m;
  UPDATE ledger_snapshot_state SET as_of = v_to;
  RETURN v_to;
END
$$;
--> statement-breakpoint
-- The role that the service connects as in production: it may add to the books, never rewrite them. Roles belong to the
-- whole cluster, so another database's migration may have made it already, or we may not be allowed to.
DO $$
BEGIN
  BEGIN
    CREATE ROLE coffer_app NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
    NULL;
  END;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT USAGE ON SCHEMA public TO coffer_app;
    -- By name: others may have put things into this schema, and one that we do not own ends the migration.
    GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys, packages, plans, customer_links, idempotency_keys, ledger_snapshot_state,
      ledger_snapshots, outbox_events, webhook_events TO coffer_app;
    GRANT SELECT, INSERT, UPDATE ON ledger_accounts, payments, unexplained_receipts, assets, wallets, customers TO coffer_app;
    GRANT SELECT, INSERT ON ledger_transfers, audit_events TO coffer_app;
    GRANT SELECT ON ledger_entries TO coffer_app;
    GRANT EXECUTE ON FUNCTION ledger_post, ledger_take_snapshot TO coffer_app;
  END IF;
END
$$;
