-- Who bills, where a row holds something of a provider's and did not say. The release before this one has one provider, writes rows
-- that do not say, and names the keys of products, prices and methods when it writes: so those keys stay as they are, and hold the
-- names of other providers in themselves.
ALTER TABLE catalog_products ADD COLUMN provider text DEFAULT 'stripe' NOT NULL;
--> statement-breakpoint
ALTER TABLE catalog_prices ADD COLUMN provider text DEFAULT 'stripe' NOT NULL;
--> statement-breakpoint
CREATE UNIQUE INDEX catalog_prices_provider_reference ON catalog_prices (provider, price_reference);
--> statement-breakpoint
DROP INDEX catalog_prices_reference;
--> statement-breakpoint
ALTER TABLE payment_methods ADD COLUMN provider text DEFAULT 'stripe' NOT NULL;
--> statement-breakpoint
ALTER TABLE payment_method_lists ADD COLUMN provider text DEFAULT 'stripe' NOT NULL;
--> statement-breakpoint
ALTER TABLE payment_method_lists DROP CONSTRAINT payment_method_lists_pkey,
  ADD CONSTRAINT payment_method_lists_pkey PRIMARY KEY (customer_id, provider);
--> statement-breakpoint
ALTER TABLE auto_top_ups ADD COLUMN provider text DEFAULT 'stripe' NOT NULL;
--> statement-breakpoint
ALTER TABLE auto_top_up_attempts ADD COLUMN provider text DEFAULT 'stripe' NOT NULL;
