CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"hint" text NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "api_keys_secret_hash" UNIQUE("secret_hash"),
	CONSTRAINT "api_keys_role" CHECK ("api_keys"."role" in ('admin', 'service', 'finance', 'approver', 'support'))
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"resource" text NOT NULL,
	"request_id" text,
	"details" json NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"grants_asset" text NOT NULL,
	"grants_amount" bigint NOT NULL,
	"prices" json NOT NULL,
	"metadata" json NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "packages_code" UNIQUE("code"),
	CONSTRAINT "packages_status" CHECK ("packages"."status" in ('active', 'retired')),
	CONSTRAINT "packages_grants" CHECK ("packages"."grants_amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"grants_asset" text NOT NULL,
	"grants_amount" bigint NOT NULL,
	"prices" json NOT NULL,
	"metadata" json NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"interval" text NOT NULL,
	"interval_count" integer NOT NULL,
	CONSTRAINT "plans_code" UNIQUE("code"),
	CONSTRAINT "plans_status" CHECK ("plans"."status" in ('active', 'retired')),
	CONSTRAINT "plans_grants" CHECK ("plans"."grants_amount" > 0),
	CONSTRAINT "plans_interval" CHECK ("plans"."interval" in ('day', 'week', 'month', 'year') and "plans"."interval_count" > 0)
);
--> statement-breakpoint
CREATE TABLE "customer_links" (
	"customer_id" text NOT NULL,
	"provider" text NOT NULL,
	"reference" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "customer_links_pkey" PRIMARY KEY("customer_id","provider"),
	CONSTRAINT "customer_links_reference" UNIQUE("provider","reference")
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text,
	"name" text,
	"country" text,
	"metadata" json NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "customers_id" CHECK ("customers"."id" ~ '^[A-Za-z0-9_.:@-]{1,128}$')
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"resource_id" uuid NOT NULL,
	"locked_until" timestamp with time zone NOT NULL,
	"response_status" integer,
	"response_type" text,
	"response_body" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"code" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"scale" smallint NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "assets_code" CHECK ("assets"."code" ~ '^[A-Z][A-Z0-9_]{1,15}$'),
	CONSTRAINT "assets_kind" CHECK ("assets"."kind" in ('credit', 'fiat', 'stablecoin')),
	CONSTRAINT "assets_scale" CHECK ("assets"."scale" between 0 and 12)
);
--> statement-breakpoint
CREATE TABLE "ledger_accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"code" text NOT NULL,
	"wallet_id" uuid,
	"asset" text NOT NULL,
	"balance" bigint DEFAULT 0 NOT NULL,
	"held" bigint DEFAULT 0 NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"last_posted_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ledger_accounts_wallet_asset" UNIQUE("wallet_id","asset"),
	CONSTRAINT "ledger_accounts_kind" CHECK (("ledger_accounts"."kind" = 'customer') = ("ledger_accounts"."wallet_id" is not null)),
	CONSTRAINT "ledger_accounts_held" CHECK ("ledger_accounts"."held" >= 0),
	CONSTRAINT "ledger_accounts_available" CHECK ("ledger_accounts"."balance" - "ledger_accounts"."held" >= 0),
	CONSTRAINT "ledger_accounts_ceiling" CHECK ("ledger_accounts"."balance" <= 9007199254740991),
	CONSTRAINT "ledger_accounts_system_flat" CHECK ("ledger_accounts"."kind" = 'customer' or ("ledger_accounts"."balance" = 0 and "ledger_accounts"."version" = 0))
);
--> statement-breakpoint
CREATE TABLE "ledger_snapshot_state" (
	"singleton" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	CONSTRAINT "ledger_snapshot_state_singleton" CHECK ("ledger_snapshot_state"."singleton")
);
--> statement-breakpoint
CREATE TABLE "ledger_snapshots" (
	"account_id" uuid NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	"balance" numeric NOT NULL,
	CONSTRAINT "ledger_snapshots_pkey" PRIMARY KEY("account_id","as_of")
);
--> statement-breakpoint
CREATE TABLE "ledger_transfers" (
	"account_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"transaction_id" uuid NOT NULL,
	"from_account_id" uuid NOT NULL,
	"to_account_id" uuid NOT NULL,
	"asset" text NOT NULL,
	"amount" bigint NOT NULL,
	"type" text NOT NULL,
	"balance_after" bigint,
	"account_version" bigint,
	"other_balance_after" bigint,
	"other_account_version" bigint,
	"idempotency_key" text,
	"fingerprint" "bytea",
	"source" text,
	"reference" text,
	"description" text,
	"metadata" json,
	"created_by" text NOT NULL,
	"reverses" uuid,
	"effective_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "ledger_transfers_pkey" PRIMARY KEY("account_id","id"),
	CONSTRAINT "ledger_transfers_amount" CHECK ("ledger_transfers"."amount" > 0 and "ledger_transfers"."amount" <= 9007199254740991),
	CONSTRAINT "ledger_transfers_sides" CHECK ("ledger_transfers"."from_account_id" <> "ledger_transfers"."to_account_id"),
	CONSTRAINT "ledger_transfers_home" CHECK ("ledger_transfers"."account_id" in ("ledger_transfers"."from_account_id", "ledger_transfers"."to_account_id")),
	CONSTRAINT "ledger_transfers_floor" CHECK ("ledger_transfers"."balance_after" >= 0 and "ledger_transfers"."other_balance_after" >= 0)
);
--> statement-breakpoint
CREATE TABLE "outbox_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"resource" text NOT NULL,
	"customer_id" text,
	"data" json NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"wallet_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"flow" text NOT NULL,
	"status" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"grants_asset" text NOT NULL,
	"grants_amount" bigint NOT NULL,
	"package_id" uuid,
	"description" text NOT NULL,
	"success_url" text,
	"cancel_url" text,
	"payment_method_id" text,
	"metadata" json NOT NULL,
	"provider_customer" text,
	"provider_reference" text,
	"money_reference" text,
	"client_secret" text,
	"checkout_url" text,
	"next_action" json,
	"failure" json,
	"expires_at" timestamp with time zone,
	"review_reason" text,
	"transaction_id" uuid,
	"transfer_ids" json NOT NULL,
	"cancel_requested_at" timestamp with time zone,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"succeeded_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payments_amounts" CHECK ("payments"."amount" between 1 and 9007199254740991 and "payments"."grants_amount" between 1 and 9007199254740991),
	CONSTRAINT "payments_status" CHECK ("payments"."status" in ('pending', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled', 'expired', 'partially_refunded', 'refunded', 'disputed')),
	CONSTRAINT "payments_booked" CHECK (("payments"."status" in ('succeeded', 'partially_refunded', 'refunded', 'disputed')) = ("payments"."transaction_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "unexplained_receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"money_reference" text NOT NULL,
	"payment_id" uuid,
	"reason" text NOT NULL,
	"amount" bigint NOT NULL,
	"asset" text NOT NULL,
	"expected_amount" bigint,
	"expected_asset" text,
	"transaction_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "unexplained_receipts_money" UNIQUE("provider","money_reference")
);
--> statement-breakpoint
CREATE TABLE "wallets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "wallets_customer" UNIQUE("customer_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" text NOT NULL,
	"event_id" text NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"body" "bytea" NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"note" text,
	"resource" text,
	"occurred_at" timestamp with time zone,
	"received_at" timestamp with time zone NOT NULL,
	"processed_at" timestamp with time zone,
	CONSTRAINT "webhook_events_event" UNIQUE("provider","event_id"),
	CONSTRAINT "webhook_events_status" CHECK ("webhook_events"."status" in ('pending', 'processed', 'ignored', 'dead'))
);
--> statement-breakpoint
ALTER TABLE "customer_links" ADD CONSTRAINT "customer_links_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_resource" ON "audit_events" USING btree ("resource","id");--> statement-breakpoint
CREATE INDEX "audit_events_actor" ON "audit_events" USING btree ("actor","id");--> statement-breakpoint
CREATE INDEX "customers_email" ON "customers" USING btree (lower(email));--> statement-breakpoint
CREATE INDEX "customers_created" ON "customers" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "ledger_accounts_system" ON "ledger_accounts" USING btree ("code","asset") WHERE kind = 'system';--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transfers_idempotency" ON "ledger_transfers" USING btree ("account_id","idempotency_key") WHERE idempotency_key is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_transfers_reverses" ON "ledger_transfers" USING btree ("account_id","reverses") WHERE reverses is not null;--> statement-breakpoint
CREATE INDEX "ledger_transfers_statement" ON "ledger_transfers" USING btree ("account_id","created_at","account_version");--> statement-breakpoint
CREATE INDEX "ledger_transfers_other_statement" ON "ledger_transfers" USING btree ((case when account_id = from_account_id then to_account_id else from_account_id end),"created_at") WHERE other_account_version is not null;--> statement-breakpoint
CREATE INDEX "ledger_transfers_other_side" ON "ledger_transfers" USING btree ((case when account_id = from_account_id then to_account_id else from_account_id end),"id");--> statement-breakpoint
CREATE INDEX "ledger_transfers_by_id" ON "ledger_transfers" USING btree ("id");--> statement-breakpoint
CREATE INDEX "ledger_transfers_tail" ON "ledger_transfers" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "outbox_events_resource" ON "outbox_events" USING btree ("resource","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_provider_reference" ON "payments" USING btree ("provider","provider_reference");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_money_reference" ON "payments" USING btree ("provider","money_reference");--> statement-breakpoint
CREATE INDEX "payments_customer" ON "payments" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "payments_status" ON "payments" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "payments_next_check" ON "payments" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_events_due" ON "webhook_events" USING btree ("next_attempt_at") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_events_status" ON "webhook_events" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "webhook_events_resource" ON "webhook_events" USING btree ("resource") WHERE resource is not null;