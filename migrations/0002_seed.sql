-- What every installation starts with. Assets are needed to count anything; the catalogue may be changed or retired at will.
INSERT INTO assets (code, kind, scale, name) VALUES
  ('CREDIT', 'credit', 0, 'Credits'),
  ('USD', 'fiat', 2, 'US dollar'),
  ('EUR', 'fiat', 2, 'Euro'),
  ('GBP', 'fiat', 2, 'Pound sterling'),
  ('JPY', 'fiat', 0, 'Yen'),
  ('KWD', 'fiat', 3, 'Kuwaiti dinar'),
  ('USDC', 'stablecoin', 6, 'USD Coin'),
  ('USDT', 'stablecoin', 6, 'Tether USD')
ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO packages (id, code, name, grants_asset, grants_amount, prices, metadata, status, created_at, updated_at) VALUES
  ('01930000-0000-7000-8000-000000000001', 'starter', 'Starter', 'CREDIT', 10, '[{"currency":"USD","amount":999}]', '{}', 'active', now(), now()),
  ('01930000-0000-7000-8000-000000000002', 'professional', 'Professional', 'CREDIT', 50, '[{"currency":"USD","amount":3999}]', '{}', 'active', now(), now()),
  ('01930000-0000-7000-8000-000000000003', 'enterprise', 'Enterprise', 'CREDIT', 150, '[{"currency":"USD","amount":9999}]', '{}', 'active', now(), now())
ON CONFLICT DO NOTHING;
--> statement-breakpoint
INSERT INTO plans (id, code, name, grants_asset, grants_amount, prices, metadata, status, "interval", interval_count, created_at, updated_at) VALUES
  ('01930000-0000-7000-8000-000000000011', 'monthly_basic', 'Monthly Basic', 'CREDIT', 25, '[{"currency":"USD","amount":1999}]', '{}', 'active', 'month', 1, now(), now()),
  ('01930000-0000-7000-8000-000000000012', 'monthly_pro', 'Monthly Pro', 'CREDIT', 100, '[{"currency":"USD","amount":5999}]', '{}', 'active', 'month', 1, now(), now())
ON CONFLICT DO NOTHING;
