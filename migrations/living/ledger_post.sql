-- Posts transfers, item by item in order, in one call. Equal to posting them one by one: a refused item changes nothing
-- and its neighbours go on. Customers' accounts are locked in id order first, so two calls cannot deadlock, and every later
-- statement of the function sees what the lock's former holder committed. System accounts keep no running balance, so nothing
-- of theirs is hot.
--
-- One row per item, in order. outcome: posted, replayed (the same key and fingerprint was posted before; the row is the
-- earlier transfer's), key_reused (same key, other fingerprint), insufficient_balance, frozen, balance_limit, unknown_account,
-- unknown_type, asset_mismatch, invalid_amount. available is that of the paying customer, before the item, when the balance
-- is short.
--
-- p_key_hashes are the first 16 bytes of sha256(home account, key). p_lock_timeout, in milliseconds, is how long to wait for a
-- customer's account; null: for as long as the session says.
--
-- The text is a template. As it stands, one call may carry items of any bucket, which is what one PostgreSQL wants. Where the
-- tables are distributed by bucket, a call carries those of one: a line that ends with "--| text" is replaced by that text.
-- docs/ledger.md says more.
CREATE OR REPLACE FUNCTION ledger_post(
  p_buckets int[], --| p_bucket int,
  p_lock_timeout int, p_ids uuid[], p_transactions uuid[], p_from uuid[], p_to uuid[], p_amounts bigint[], p_assets text[],
  p_types text[], p_key_hashes uuid[], p_fingerprints bytea[], p_sources text[], p_references text[], p_descriptions text[],
  p_metadata text[], p_actors text[], p_effective timestamptz[], p_reverses uuid[], p_dry_run boolean
) RETURNS TABLE (outcome text, transfer_id uuid, balance_after bigint, other_balance_after bigint, available bigint, posted_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
-- Cached plans outlive the small tables they were made on; an index path is right at every size. (Before PostgreSQL 18 a sort
-- without another way looks so dear with sorting off that it would call for JIT.)
SET enable_seqscan = off
SET enable_sort = off
SET jit = off
AS $$
DECLARE
  c_max constant bigint := 9007199254740991;
  c_spending constant text[] := ARRAY['debit', 'conversion', 'payout_reserved'];
  c_types constant text[] := ARRAY[
    'payment_received', 'provider_fee', 'purchase', 'grant', 'debit', 'unexplained_receipt',
    'expired', 'deposit_received', 'deposit', 'deposit_dust', 'deposit_undone', 'refund',
    'refund_returned', 'dispute_withdrawn', 'dispute_reinstated', 'dispute_lost', 'restored', 'take_back',
    'debt_incurred', 'debt_repaid', 'debt_written_off', 'conversion', 'conversion_received', 'payout_reserved',
    'payout_released', 'payout', 'payout_fee', 'payout_sent', 'payout_exchange', 'unexplained_withdrawal',
    'network_fee', 'treasury_funding',
    'bank_payout', 'bank_payout_returned', 'bank_top_up', 'reserve_held', 'reserve_released',
    'currency_exchange', 'difference_booked', 'difference_written_off',
    'revenue_recognized', 'revenue_reversed', 'breakage_recognized', 'breakage_reversed'
  ];
  n constant int := coalesce(array_length(p_ids, 1), 0);
  v_now timestamptz;
  v_ids uuid[];
  v_found uuid[];
  -- accounts, by position
  a_customer boolean[]; a_asset text[]; a_balance bigint[]; a_held bigint[]; a_version bigint[]; a_at timestamptz[]; a_touched boolean[]; a_frozen boolean[];
  -- items: positions of both sides, the account the row lives with, the transfer that already has the key
  f int[]; t int[]; h uuid[];
  x_id uuid[]; x_fingerprint bytea[]; x_balance bigint[]; x_other bigint[]; x_at timestamptz[];
  previous int[];
  k_hash uuid[]; k_id uuid[]; k_fingerprint bytea[]; k_balance bigint[]; k_other bigint[]; k_at timestamptz[]; v_at_k int;
  v_touched uuid[];
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
  IF p_lock_timeout IS NOT NULL THEN PERFORM set_config('lock_timeout', p_lock_timeout::text, true); END IF;
  SELECT array_agg(DISTINCT u.id) INTO v_ids FROM unnest(p_from || p_to) AS u(id);

  PERFORM 1 FROM ledger_accounts a
   WHERE a.id = ANY (v_ids) --| WHERE a.bucket = p_bucket AND a.id = ANY (v_ids)
   ORDER BY a.id FOR NO KEY UPDATE;
  -- The wire says milliseconds, so the books do; rounded up, since a transfer is never before its transaction began.
  v_now := date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond';

  SELECT array_agg(c.id), array_agg(true), array_agg(c.asset), array_agg(c.balance), array_agg(c.held), array_agg(c.version),
         array_agg(greatest(v_now, c.last_posted_at)), array_agg(false), array_agg(c.frozen)
    INTO v_found, a_customer, a_asset, a_balance, a_held, a_version, a_at, a_touched, a_frozen
    FROM ledger_accounts c
   WHERE c.id = ANY (v_ids); --| WHERE c.bucket = p_bucket AND c.id = ANY (v_ids);
  -- A system account is told by the version of its uuid, 8. Where the tables are distributed no other table may be read here,
  -- and the item says its asset; the service opens such an account before it posts to it.
  SELECT v_found || array_agg(s.id), a_customer || array_agg(false), a_asset || array_agg(s.asset), a_balance || array_agg(0::bigint),
         a_held || array_agg(0::bigint), a_version || array_agg(0::bigint), a_at || array_agg(v_now), a_touched || array_agg(false),
         a_frozen || array_agg(false)
    INTO v_ids, a_customer, a_asset, a_balance, a_held, a_version, a_at, a_touched, a_frozen
    FROM (SELECT y.id, y.asset FROM ledger_system_accounts y WHERE y.id = ANY (v_ids)) s; --| FROM (SELECT DISTINCT u.id, u.asset FROM unnest(p_from || p_to, p_assets || p_assets) AS u(id, asset) WHERE get_byte(uuid_send(u.id), 6) >> 4 = 8) s;

  WITH account AS (SELECT u.id, u.position::int, u.customer FROM unnest(v_ids, a_customer) WITH ORDINALITY AS u(id, customer, position)),
  item AS (
    SELECT i.ord, i.key, fa.position AS f, ta.position AS t,
           CASE WHEN ta.customer AND NOT fa.customer THEN i.to_id ELSE i.from_id END AS home
      FROM unnest(p_from, p_to, p_key_hashes) WITH ORDINALITY AS i(from_id, to_id, key, ord)
      LEFT JOIN account fa ON fa.id = i.from_id
      LEFT JOIN account ta ON ta.id = i.to_id
  )
  SELECT array_agg(i.f ORDER BY i.ord), array_agg(i.t ORDER BY i.ord), array_agg(i.home ORDER BY i.ord), array_agg(i.previous ORDER BY i.ord)
    INTO f, t, h, previous
    FROM (SELECT item.*, CASE WHEN item.key IS NOT NULL
                 THEN lag(item.ord) OVER (PARTITION BY item.home, item.key ORDER BY item.ord) END AS previous FROM item) i;
  x_id := array_fill(NULL::uuid, ARRAY[n]);
  SELECT array_agg(e.key_hash), array_agg(e.id), array_agg(e.fingerprint), array_agg(e.balance_after), array_agg(e.other_balance_after), array_agg(e.created_at)
    INTO k_hash, k_id, k_fingerprint, k_balance, k_other, k_at
    FROM ledger_transfers e
   WHERE e.key_hash = ANY (p_key_hashes); --| WHERE e.bucket = p_bucket AND e.key_hash = ANY (p_key_hashes);
  IF k_hash IS NOT NULL THEN
    FOR i IN 1..n LOOP
      v_at_k := array_position(k_hash, p_key_hashes[i]);
      IF v_at_k IS NOT NULL THEN
        x_id[i] := k_id[v_at_k]; x_fingerprint[i] := k_fingerprint[v_at_k]; x_balance[i] := k_balance[v_at_k]; x_other[i] := k_other[v_at_k]; x_at[i] := k_at[v_at_k];
      END IF;
    END LOOP;
  END IF;

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
    ELSIF p_types[i] IS NULL OR p_types[i] <> ALL (c_types) THEN
      r_outcome[i] := 'unknown_type';
    ELSIF a_asset[v_from] <> a_asset[v_to] OR p_assets[i] IS DISTINCT FROM a_asset[v_from] THEN
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
    INSERT INTO ledger_transfers (bucket, account_id, id, transaction_id, from_account_id, to_account_id, asset, amount, type,
        balance_after, account_version, other_balance_after, other_account_version, key_hash, fingerprint, source,
        reference, description, metadata, created_by, reverses, effective_at, created_at)
      SELECT i.bucket, --| SELECT p_bucket,
             i.home, i.id, nullif(i.txn, i.id), i.from_id, i.to_id, a_asset[i.f], i.amount, i.type, i.balance, i.version, i.other,
             i.other_version, i.key_hash, i.fingerprint, i.source, i.reference, i.description, i.metadata::json, i.actor, i.reverses,
             nullif(i.effective, i.at), i.at
        FROM unnest(p_buckets, --| FROM unnest(array_fill(p_bucket, ARRAY[n]),
               h, p_ids, p_transactions, p_from, p_to, f, p_amounts, p_types, r_balance, r_version, r_other, r_other_version,
               p_key_hashes, p_fingerprints, p_sources, p_references, p_descriptions, p_metadata, p_actors, p_reverses, p_effective, r_at, r_outcome)
             AS i(bucket, home, id, txn, from_id, to_id, f, amount, type, balance, version, other, other_version, key_hash, fingerprint,
               source, reference, description, metadata, actor, reverses, effective, at, outcome)
       WHERE i.outcome = 'posted';
    SELECT array_agg(u.id) INTO v_touched FROM unnest(v_ids, a_touched) AS u(id, touched) WHERE u.touched;
    UPDATE ledger_accounts a SET balance = coalesce(a_balance[array_position(v_ids, a.id)], a.balance), version = coalesce(a_version[array_position(v_ids, a.id)], a.version),
           last_posted_at = coalesce(a_at[array_position(v_ids, a.id)], a.last_posted_at)
     WHERE a.id = ANY (v_touched); --| WHERE a.bucket = p_bucket AND a.id = ANY (v_touched);
  END IF;

  RETURN QUERY SELECT * FROM unnest(r_outcome, r_id, r_balance, r_other, r_available, r_at);
END
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_post FROM PUBLIC;
