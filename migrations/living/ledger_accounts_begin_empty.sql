CREATE OR REPLACE FUNCTION ledger_account_begins_empty() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'USAGE') THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'an account begins empty: only a transfer gives it a balance' USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER ledger_accounts_begin_empty BEFORE INSERT ON ledger_accounts FOR EACH ROW
  WHEN (NEW.balance <> 0 OR NEW.held <> 0 OR NEW.version <> 0 OR NEW.last_posted_at IS NOT NULL)
  EXECUTE FUNCTION ledger_account_begins_empty();
