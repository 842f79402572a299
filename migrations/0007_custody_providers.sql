-- Whose each object in custody is. What was there before this column is of the one provider that there was, and so is what a process
-- of the version before writes, which does not know the column. The keys of the wallets alone stay until that version is gone: its
-- upserts name them.
ALTER TABLE custody_wallets ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX custody_wallets_reference ON custody_wallets (provider, wallet_reference);
--> statement-breakpoint
ALTER TABLE custody_tokens ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX custody_tokens_reference ON custody_tokens (provider, wallet_reference, asset_reference);
--> statement-breakpoint
ALTER TABLE gas_thresholds ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX gas_thresholds_reference ON gas_thresholds (provider, wallet_reference);
--> statement-breakpoint
ALTER TABLE treasury_fundings ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
DROP INDEX treasury_fundings_provider_reference;
--> statement-breakpoint
CREATE UNIQUE INDEX treasury_fundings_provider_reference ON treasury_fundings (provider, provider_reference);
--> statement-breakpoint
ALTER TABLE treasury_receipts ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
DROP INDEX treasury_receipts_chain_key;
--> statement-breakpoint
CREATE UNIQUE INDEX treasury_receipts_chain_key ON treasury_receipts (provider, chain_key);
--> statement-breakpoint
DROP INDEX treasury_receipts_provider_reference;
--> statement-breakpoint
CREATE UNIQUE INDEX treasury_receipts_provider_reference ON treasury_receipts (provider, provider_reference);
--> statement-breakpoint
ALTER TABLE deposit_addresses ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
DROP INDEX deposit_addresses_current;
--> statement-breakpoint
CREATE UNIQUE INDEX deposit_addresses_current ON deposit_addresses (wallet_id, family, provider) WHERE status in ('requested', 'active');
--> statement-breakpoint
ALTER TABLE deposits ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
DROP INDEX deposits_chain_key;
--> statement-breakpoint
CREATE UNIQUE INDEX deposits_chain_key ON deposits (provider, chain_key);
--> statement-breakpoint
DROP INDEX deposits_provider_reference;
--> statement-breakpoint
CREATE UNIQUE INDEX deposits_provider_reference ON deposits (provider, provider_reference);
--> statement-breakpoint
ALTER TABLE payouts ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
ALTER TABLE payout_attempts ADD COLUMN provider text DEFAULT 'blockradar' NOT NULL;
--> statement-breakpoint
DROP INDEX payout_attempts_provider_reference;
--> statement-breakpoint
CREATE UNIQUE INDEX payout_attempts_provider_reference ON payout_attempts (provider, provider_reference);
