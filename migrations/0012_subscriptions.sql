CREATE TABLE "billing_cursors" (
	"name" text PRIMARY KEY NOT NULL,
	"read_up_to" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dunning_cases" (
	"id" uuid PRIMARY KEY NOT NULL,
	"invoice_id" uuid NOT NULL,
	"subscription_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"wallet_id" uuid NOT NULL,
	"asset" text NOT NULL,
	"status" text NOT NULL,
	"consequence" text NOT NULL,
	"grace_ends_at" timestamp with time zone NOT NULL,
	"act_at" timestamp with time zone,
	"consequence_at" timestamp with time zone,
	"failure" json,
	"requires_action" boolean NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "dunning_cases_status" CHECK ("dunning_cases"."status" in ('open', 'recovered', 'voided', 'ended')),
	CONSTRAINT "dunning_cases_consequence" CHECK ("dunning_cases"."consequence" in ('keep', 'freeze', 'cancel')),
	CONSTRAINT "dunning_cases_closed" CHECK (("dunning_cases"."status" = 'open') = ("dunning_cases"."closed_at" is null))
);
--> statement-breakpoint
CREATE TABLE "invoice_credits" (
	"provider" text NOT NULL,
	"line_reference" text NOT NULL,
	"invoice_id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"asset" text NOT NULL,
	"credits" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "invoice_credits_pkey" PRIMARY KEY("provider","line_reference"),
	CONSTRAINT "invoice_credits_kind" CHECK ("invoice_credits"."kind" in ('cycle', 'trial', 'free', 'proration'))
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subscription_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"wallet_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"provider_reference" text NOT NULL,
	"number" text,
	"status" text NOT NULL,
	"billing_reason" text NOT NULL,
	"currency" text NOT NULL,
	"total" bigint NOT NULL,
	"amount_due" bigint NOT NULL,
	"amount_paid" bigint NOT NULL,
	"amount_remaining" bigint NOT NULL,
	"lines" json NOT NULL,
	"hosted_url" text,
	"pdf_url" text,
	"client_secret" text,
	"attempts" integer NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"failure" json,
	"requires_action" boolean NOT NULL,
	"finalized_at" timestamp with time zone,
	"paid_at" timestamp with time zone,
	"payment_id" uuid,
	"booked_at" timestamp with time zone,
	"grants" json NOT NULL,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"looked_up_at" timestamp with time zone NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "invoices_status" CHECK ("invoices"."status" in ('draft', 'open', 'paid', 'uncollectible', 'void')),
	CONSTRAINT "invoices_booked" CHECK (("invoices"."status" = 'paid') = ("invoices"."booked_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"wallet_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"flow" text NOT NULL,
	"status" text NOT NULL,
	"plan_id" uuid,
	"currency" text NOT NULL,
	"quantity" integer NOT NULL,
	"provider_customer" text NOT NULL,
	"price_reference" text NOT NULL,
	"trial_days" integer NOT NULL,
	"payment_method_id" text,
	"success_url" text,
	"cancel_url" text,
	"metadata" json NOT NULL,
	"provider_reference" text,
	"item_reference" text,
	"session_reference" text,
	"checkout_url" text,
	"expires_at" timestamp with time zone,
	"client_secret" text,
	"current_period_start" timestamp with time zone,
	"current_period_end" timestamp with time zone,
	"trial_end" timestamp with time zone,
	"cancel_at" timestamp with time zone,
	"canceled_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"collection_paused" boolean DEFAULT false NOT NULL,
	"has_pending_update" boolean DEFAULT false NOT NULL,
	"default_method_reference" text,
	"latest_invoice_reference" text,
	"failure" json,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "subscriptions_quantity" CHECK ("subscriptions"."quantity" between 0 and 1000000),
	CONSTRAINT "subscriptions_status" CHECK ("subscriptions"."status" in ('requested', 'failed', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled'))
);
--> statement-breakpoint
ALTER TABLE "ledger_accounts" DROP CONSTRAINT "ledger_accounts_system_flat";--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_amounts";--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "renewal_mode" text DEFAULT 'add' NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "rollover_cap" bigint;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "trial_days" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "trial_grants" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "free_invoices" text DEFAULT 'grant' NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "grace_days" integer DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "dunning_consequence" text DEFAULT 'keep' NOT NULL;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD COLUMN "frozen" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "dunning_cases" ADD CONSTRAINT "dunning_cases_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dunning_cases" ADD CONSTRAINT "dunning_cases_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoice_credits" ADD CONSTRAINT "invoice_credits_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "dunning_cases_invoice" ON "dunning_cases" USING btree ("invoice_id");--> statement-breakpoint
CREATE INDEX "dunning_cases_subscription" ON "dunning_cases" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "dunning_cases_act_at" ON "dunning_cases" USING btree ("act_at") WHERE act_at is not null;--> statement-breakpoint
CREATE INDEX "dunning_cases_frozen" ON "dunning_cases" USING btree ("wallet_id","asset") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "invoice_credits_invoice" ON "invoice_credits" USING btree ("invoice_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_provider_reference" ON "invoices" USING btree ("provider","provider_reference");--> statement-breakpoint
CREATE UNIQUE INDEX "invoices_payment" ON "invoices" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "invoices_customer" ON "invoices" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "invoices_subscription" ON "invoices" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE INDEX "invoices_next_check" ON "invoices" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_provider_reference" ON "subscriptions" USING btree ("provider","provider_reference");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_session_reference" ON "subscriptions" USING btree ("provider","session_reference");--> statement-breakpoint
CREATE INDEX "subscriptions_customer" ON "subscriptions" USING btree ("customer_id","id");--> statement-breakpoint
CREATE INDEX "subscriptions_status" ON "subscriptions" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "subscriptions_next_check" ON "subscriptions" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_renewal" CHECK ("plans"."renewal_mode" in ('add', 'set', 'top_up_to') and ("plans"."rollover_cap" is null or ("plans"."rollover_cap" >= 0 and "plans"."renewal_mode" = 'add')));--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_trial" CHECK ("plans"."trial_days" between 0 and 730 and "plans"."trial_grants" >= 0);--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_dunning" CHECK ("plans"."free_invoices" in ('grant', 'skip') and "plans"."grace_days" between 0 and 90 and "plans"."dunning_consequence" in ('keep', 'freeze', 'cancel'));--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD CONSTRAINT "ledger_accounts_system_flat" CHECK ("ledger_accounts"."kind" = 'customer' or ("ledger_accounts"."balance" = 0 and "ledger_accounts"."version" = 0 and not "ledger_accounts"."frozen"));--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_amounts" CHECK ("payments"."amount" between 1 and 9007199254740991 and "payments"."grants_amount" between 0 and 9007199254740991
        and ("payments"."grants_amount" > 0 or "payments"."flow" = 'invoice'));