-- The application may write refunds and disputes, and never delete them.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON refunds, disputes TO coffer_app;
  END IF;
END
$$;
