-- A method that was detached stays: payments and consents name it.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON payment_methods, payment_method_lists TO coffer_app;
  END IF;
END
$$;
