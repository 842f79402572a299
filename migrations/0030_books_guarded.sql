-- The posting function owns the books. Whoever works as coffer_app reads them and calls it, and can write a balance, a transfer,
-- a snapshot, an asset's scale or an API key in no other way. What the role may is said in src/db/grants.ts, which every run of
-- the migrations applies; here is taken away what earlier ones gave.
ALTER FUNCTION ledger_post(uuid[], uuid[], uuid[], uuid[], bigint[], text[], text[], bytea[], text[], text[], text[], text[], text[], timestamptz[], uuid[], boolean)
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp;
--> statement-breakpoint
REVOKE ALL ON FUNCTION ledger_post(uuid[], uuid[], uuid[], uuid[], bigint[], text[], text[], bytea[], text[], text[], text[], text[], text[], timestamptz[], uuid[], boolean) FROM PUBLIC;
--> statement-breakpoint
-- Sums the system accounts up to `p_to`, or less: no open transaction may still write before it. Transactions of other roles
-- show no start, so while there is one, the newest minute is left alone; it is longer than any transaction of ours may live.
CREATE FUNCTION ledger_snapshot_until(p_to timestamptz) RETURNS timestamptz LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_from timestamptz;
  v_to timestamptz;
BEGIN
  SELECT s.as_of INTO v_from FROM ledger_snapshot_state s FOR UPDATE;
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
REVOKE ALL ON FUNCTION ledger_snapshot_until(timestamptz) FROM PUBLIC;
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
CREATE FUNCTION ledger_account_begins_empty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE') THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'an account begins empty: only a transfer gives it a balance' USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE TRIGGER ledger_accounts_begin_empty BEFORE INSERT ON ledger_accounts FOR EACH ROW
  WHEN (NEW.balance <> 0 OR NEW.held <> 0 OR NEW.version <> 0 OR NEW.last_posted_at IS NOT NULL)
  EXECUTE FUNCTION ledger_account_begins_empty();
--> statement-breakpoint
-- Not validated: what is there was opened by the service, which looks its asset up first, and a scan is not worth a lock.
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_asset_assets_code_fk FOREIGN KEY (asset) REFERENCES assets (code) NOT VALID;
--> statement-breakpoint
-- A key is made by an administrator, or by who replaces its own: the transaction says the secret of that key
-- (coffer.admin_secret), which the database does not have. So whoever can only write SQL makes none. The first key is made by
-- the owner of the schema.
CREATE FUNCTION api_keys_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE') THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL THEN
      RAISE EXCEPTION 'a revoked key stays revoked' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at) THEN
      RAISE EXCEPTION 'a key ends no later than it was made to' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM api_keys k
              WHERE k.secret_hash = sha256(convert_to(current_setting('coffer.admin_secret', true), 'UTF8')) AND (k.role = 'admin' OR (k.role = NEW.role AND k.principal_id = NEW.principal_id))
                AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())) THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'only an administrator makes API keys' USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_guard BEFORE INSERT OR UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION api_keys_guard();
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'coffer_app') THEN
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON ledger_transfers, ledger_snapshots, ledger_snapshot_state, ledger_entries FROM coffer_app;
    REVOKE UPDATE, DELETE, TRUNCATE ON ledger_accounts, assets, api_keys, audit_events, outbox_events, unexplained_receipts, wallets FROM coffer_app;
    REVOKE DELETE, TRUNCATE ON customers, packages, plans, payments FROM coffer_app;
    REVOKE UPDATE, TRUNCATE ON customer_links FROM coffer_app;
    REVOKE TRUNCATE ON idempotency_keys, webhook_events FROM coffer_app;
    -- A grant on a column also lets a row be locked.
    GRANT UPDATE (frozen) ON ledger_accounts TO coffer_app;
    GRANT UPDATE (revoked_at, expires_at, last_used_at) ON api_keys TO coffer_app;
    GRANT EXECUTE ON FUNCTION ledger_snapshot_until(timestamptz) TO coffer_app;
  END IF;
END
$$;
