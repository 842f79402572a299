-- What drizzle-kit cannot say about stablecoins: the application's grants, and what every installation starts with.
INSERT INTO payout_controls (halted, cooling_off_seconds, updated_by, updated_at) VALUES (false, 86400, 'system', now())
ON CONFLICT DO NOTHING;
--> statement-breakpoint
-- 1% with at least 1.00; at most 10,000 a payout, 25,000 a customer and 100,000 in all in 24 hours; two people above 1,000.
INSERT INTO payout_policies (asset, minimum, per_payout_max, customer_day_max, global_day_max, approval_above,
  fee_basis_points, fee_minimum, updated_by, updated_at) VALUES
  ('USDC', 1000000, 10000000000, 25000000000, 100000000000, 1000000000, 100, 1000000, 'system', now()),
  ('USDT', 1000000, 10000000000, 25000000000, 100000000000, 1000000000, 100, 1000000, 'system', now())
ON CONFLICT DO NOTHING;
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON wallet_debts, custody_wallets, custody_tokens, gas_thresholds, treasury_fundings,
      deposit_addresses, deposits, payouts, payout_attempts, payout_addresses, payout_policies, payout_controls TO coffer_app;
    GRANT DELETE ON custody_tokens, gas_thresholds TO coffer_app;
  END IF;
END
$$;
