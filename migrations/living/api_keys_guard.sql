-- A key is made by an administrator, or by who replaces its own: the transaction says the secret of that key
-- (coffer.admin_secret), which the database does not have. So whoever can only write SQL makes none. The first key is made by
-- the owner of the schema.
CREATE OR REPLACE FUNCTION api_keys_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp
AS $$
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
CREATE OR REPLACE TRIGGER api_keys_guard BEFORE INSERT OR UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION api_keys_guard();
