-- What drizzle-kit cannot say about subscriptions: the application's grants, and that a frozen balance cannot be spent.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON subscriptions, invoices, dunning_cases, billing_cursors TO coffer_app;
    -- What was granted for a line is never written again.
    GRANT SELECT, INSERT ON invoice_credits TO coffer_app;
  END IF;
END
$$;
--> statement-breakpoint
-- The function as it was, and one more refusal: frozen. Only what spends is refused; what is taken back, expires or repays a
-- debt goes on. The flag is read with the row that is locked anyway.
CREATE OR REPLACE FUNCTION ledger_post(
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
  c_spending constant text[] := ARRAY['debit', 'conversion', 'payout_reserved'];
  n constant int := coalesce(array_length(p_ids, 1), 0);
  v_now timestamptz;
  v_ids uuid[];
  -- accounts, by position
  a_customer boolean[]; a_asset text[]; a_balance bigint[]; a_held bigint[]; a_version bigint[]; a_at timestamptz[]; a_touched boolean[]; a_frozen boolean[];
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
         array_agg(greatest(v_now, a.last_posted_at) ORDER BY a.id), array_agg(false ORDER BY a.id),
         array_agg(a.frozen ORDER BY a.id)
    INTO v_ids, a_customer, a_asset, a_balance, a_held, a_version, a_at, a_touched, a_frozen
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
    ELSIF a_frozen[v_from] AND p_types[i] = ANY (c_spending) THEN
      r_outcome[i] := 'frozen';
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
