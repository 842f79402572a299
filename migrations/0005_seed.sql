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
--> statement-breakpoint
INSERT INTO payout_controls (halted, cooling_off_seconds, updated_by, updated_at) VALUES (false, 86400, 'system', now())
ON CONFLICT DO NOTHING;
--> statement-breakpoint
-- 1% with at least 1.00; at most 10,000 a payout, 25,000 a customer and 100,000 in all in 24 hours; two people above 1,000.
INSERT INTO payout_policies (asset, minimum, per_payout_max, customer_day_max, global_day_max, approval_above,
  fee_basis_points, fee_minimum, updated_by, updated_at) VALUES
  ('USDC', 1000000, 10000000000, 25000000000, 100000000000, 1000000000, 100, 1000000, 'system', now()),
  ('USDT', 1000000, 10000000000, 25000000000, 100000000000, 1000000000, 100, 1000000, 'system', now())
ON CONFLICT DO NOTHING;
