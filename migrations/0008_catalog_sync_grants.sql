-- The application may write what the provider was asked for, and never delete it: subscriptions point at old prices.
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON catalog_products, catalog_prices TO coffer_app;
  END IF;
END
$$;
