CREATE TABLE "deposit_addresses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"wallet_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"family" text NOT NULL,
	"wallet_reference" text NOT NULL,
	"status" text NOT NULL,
	"address_reference" text,
	"address" text,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"rotated_at" timestamp with time zone,
	CONSTRAINT "deposit_addresses_status" CHECK ("deposit_addresses"."status" in ('requested', 'active', 'rotated')),
	CONSTRAINT "deposit_addresses_known" CHECK ("deposit_addresses"."status" <> 'active' or "deposit_addresses"."address" is not null)
);
--> statement-breakpoint
CREATE TABLE "deposits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"chain_key" text NOT NULL,
	"provider_reference" text NOT NULL,
	"address_id" uuid,
	"wallet_id" uuid,
	"customer_id" text,
	"status" text NOT NULL,
	"reason" text,
	"asset" text NOT NULL,
	"amount" bigint NOT NULL,
	"on_chain_amount" text NOT NULL,
	"network" text,
	"wallet_reference" text NOT NULL,
	"contract" text,
	"to_address" text,
	"from_address" text,
	"transaction_hash" text,
	"confirmations" integer,
	"sweep" json,
	"transaction_id" uuid,
	"reviewed_by" text,
	"version" integer DEFAULT 0 NOT NULL,
	"occurred_at" timestamp with time zone,
	"credited_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "deposits_amount" CHECK ("deposits"."amount" between 0 and 9007199254740991),
	CONSTRAINT "deposits_status" CHECK ("deposits"."status" in ('pending', 'credited', 'held', 'rejected', 'failed', 'quarantined', 'reversed')),
	CONSTRAINT "deposits_owner" CHECK ("deposits"."status" not in ('credited', 'reversed') or "deposits"."wallet_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "wallet_debts" (
	"wallet_id" uuid NOT NULL,
	"asset" text NOT NULL,
	"amount" bigint NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "wallet_debts_pkey" PRIMARY KEY("wallet_id","asset"),
	CONSTRAINT "wallet_debts_amount" CHECK ("wallet_debts"."amount" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payout_addresses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"network" text NOT NULL,
	"address" text NOT NULL,
	"label" text,
	"status" text NOT NULL,
	"usable_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"removed_at" timestamp with time zone,
	CONSTRAINT "payout_addresses_status" CHECK ("payout_addresses"."status" in ('active', 'removed'))
);
--> statement-breakpoint
CREATE TABLE "payout_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"payout_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"status" text NOT NULL,
	"provider_reference" text,
	"transaction_hash" text,
	"failure" json,
	"network_fee" json,
	"decided_by" text,
	"decision" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_attempts_number" UNIQUE("payout_id","number"),
	CONSTRAINT "payout_attempts_status" CHECK ("payout_attempts"."status" in ('submitting', 'unknown', 'submitted', 'confirmed', 'failed', 'abandoned'))
);
--> statement-breakpoint
CREATE TABLE "payout_controls" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"halted" boolean NOT NULL,
	"reason" text,
	"cooling_off_seconds" integer NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_controls_singleton" CHECK ("payout_controls"."singleton"),
	CONSTRAINT "payout_controls_cooling_off" CHECK ("payout_controls"."cooling_off_seconds" between 0 and 2592000)
);
--> statement-breakpoint
CREATE TABLE "payout_policies" (
	"asset" text PRIMARY KEY NOT NULL,
	"minimum" bigint NOT NULL,
	"per_payout_max" bigint,
	"customer_day_max" bigint,
	"global_day_max" bigint,
	"approval_above" bigint,
	"fee_basis_points" integer NOT NULL,
	"fee_minimum" bigint NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_policies_fee" CHECK ("payout_policies"."fee_basis_points" between 0 and 5000 and "payout_policies"."fee_minimum" >= 0)
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"wallet_id" uuid NOT NULL,
	"payment_id" uuid,
	"status" text NOT NULL,
	"amount" bigint NOT NULL,
	"asset" text NOT NULL,
	"platform_fee" bigint NOT NULL,
	"payout_amount" bigint NOT NULL,
	"payout_asset" text NOT NULL,
	"chain_amount" text NOT NULL,
	"rate" text,
	"network_fee" json,
	"network" text NOT NULL,
	"address" text NOT NULL,
	"wallet_reference" text NOT NULL,
	"asset_reference" text NOT NULL,
	"terms_hash" "bytea" NOT NULL,
	"needs_approval" boolean NOT NULL,
	"requested_by" text NOT NULL,
	"approved_by" text,
	"approved_at" timestamp with time zone,
	"reserved" boolean NOT NULL,
	"reserved_at" timestamp with time zone NOT NULL,
	"failure" json,
	"reason" text,
	"review_reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"provider_reference" text,
	"transaction_hash" text,
	"reference" text,
	"description" text,
	"metadata" json NOT NULL,
	"transfer_ids" json NOT NULL,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"submitted_at" timestamp with time zone,
	"confirmed_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payouts_amounts" CHECK ("payouts"."amount" between 1 and 9007199254740991 and "payouts"."payout_amount" between 1 and 9007199254740991 and "payouts"."platform_fee" >= 0 and "payouts"."platform_fee" < "payouts"."amount"),
	CONSTRAINT "payouts_status" CHECK ("payouts"."status" in ('requested', 'awaiting_approval', 'approved', 'submitting', 'unknown', 'submitted', 'confirmed', 'failed', 'canceled')),
	CONSTRAINT "payouts_reserved" CHECK ("payouts"."reserved" = ("payouts"."status" not in ('confirmed', 'failed', 'canceled'))),
	CONSTRAINT "payouts_four_eyes" CHECK ("payouts"."approved_by" is null or not "payouts"."needs_approval" or "payouts"."approved_by" <> "payouts"."requested_by")
);
--> statement-breakpoint
CREATE TABLE "custody_tokens" (
	"wallet_reference" text NOT NULL,
	"asset_reference" text NOT NULL,
	"network" text NOT NULL,
	"asset" text NOT NULL,
	"decimals" smallint NOT NULL,
	"contract" text NOT NULL,
	"enabled" boolean NOT NULL,
	"alert_below" numeric,
	"alerted_at" timestamp with time zone,
	"synced_at" timestamp with time zone NOT NULL,
	CONSTRAINT "custody_tokens_pkey" PRIMARY KEY("wallet_reference","asset_reference"),
	CONSTRAINT "custody_tokens_decimals" CHECK ("custody_tokens"."decimals" between 0 and 36)
);
--> statement-breakpoint
CREATE TABLE "custody_wallets" (
	"wallet_reference" text PRIMARY KEY NOT NULL,
	"network" text NOT NULL,
	"environment" text NOT NULL,
	"address" text NOT NULL,
	"native_asset" text NOT NULL,
	"synced_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gas_thresholds" (
	"wallet_reference" text PRIMARY KEY NOT NULL,
	"alert_below" numeric NOT NULL,
	"alerted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "treasury_fundings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"wallet_reference" text NOT NULL,
	"network" text NOT NULL,
	"asset" text NOT NULL,
	"amount" bigint NOT NULL,
	"status" text NOT NULL,
	"note" text,
	"received_amount" bigint,
	"provider_reference" text,
	"transaction_hash" text,
	"transaction_id" uuid,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone,
	CONSTRAINT "treasury_fundings_amount" CHECK ("treasury_fundings"."amount" between 1 and 9007199254740991),
	CONSTRAINT "treasury_fundings_status" CHECK ("treasury_fundings"."status" in ('expected', 'received', 'canceled'))
);
--> statement-breakpoint
ALTER TABLE "assets" DROP CONSTRAINT "assets_kind";--> statement-breakpoint
ALTER TABLE "assets" DROP CONSTRAINT "assets_scale";--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "payout" json;--> statement-breakpoint
CREATE UNIQUE INDEX "deposit_addresses_current" ON "deposit_addresses" USING btree ("wallet_id","family") WHERE status in ('requested', 'active');--> statement-breakpoint
CREATE UNIQUE INDEX "deposit_addresses_address" ON "deposit_addresses" USING btree ("family","address");--> statement-breakpoint
CREATE INDEX "deposit_addresses_wallet" ON "deposit_addresses" USING btree ("wallet_id","id");--> statement-breakpoint
CREATE INDEX "deposit_addresses_next_check" ON "deposit_addresses" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "deposits_chain_key" ON "deposits" USING btree ("chain_key");--> statement-breakpoint
CREATE UNIQUE INDEX "deposits_provider_reference" ON "deposits" USING btree ("provider_reference");--> statement-breakpoint
CREATE INDEX "deposits_wallet" ON "deposits" USING btree ("wallet_id","id");--> statement-breakpoint
CREATE INDEX "deposits_transaction_hash" ON "deposits" USING btree ("transaction_hash");--> statement-breakpoint
CREATE INDEX "deposits_status" ON "deposits" USING btree ("status","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_addresses_active" ON "payout_addresses" USING btree ("customer_id","network","address") WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "payout_addresses_customer" ON "payout_addresses" USING btree ("customer_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempts_provider_reference" ON "payout_attempts" USING btree ("provider_reference");--> statement-breakpoint
CREATE INDEX "payouts_wallet" ON "payouts" USING btree ("wallet_id","id");--> statement-breakpoint
CREATE INDEX "payouts_customer" ON "payouts" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "payouts_status" ON "payouts" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "payouts_limits" ON "payouts" USING btree ("payout_asset","reserved_at");--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_payment" ON "payouts" USING btree ("payment_id") WHERE status not in ('failed', 'canceled', 'confirmed');--> statement-breakpoint
CREATE INDEX "payouts_next_check" ON "payouts" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
CREATE INDEX "custody_tokens_contract" ON "custody_tokens" USING btree ("network","contract");--> statement-breakpoint
CREATE UNIQUE INDEX "treasury_fundings_provider_reference" ON "treasury_fundings" USING btree ("provider_reference");--> statement-breakpoint
CREATE INDEX "treasury_fundings_expected" ON "treasury_fundings" USING btree ("wallet_reference","asset") WHERE status = 'expected';--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_kind" CHECK ("assets"."kind" in ('credit', 'fiat', 'stablecoin', 'native'));--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_scale" CHECK ("assets"."scale" between 0 and 18);