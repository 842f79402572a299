CREATE TABLE "auto_top_up_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"auto_top_up_id" uuid NOT NULL,
	"wallet_id" uuid NOT NULL,
	"status" text NOT NULL,
	"payment_id" uuid NOT NULL,
	"purchase" json NOT NULL,
	"payment_method_id" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"available" bigint NOT NULL,
	"failure_code" text,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "auto_top_up_attempts_status" CHECK ("auto_top_up_attempts"."status" in ('in_flight', 'action_required', 'succeeded', 'failed')),
	CONSTRAINT "auto_top_up_attempts_ended" CHECK (("auto_top_up_attempts"."status" in ('succeeded', 'failed')) = ("auto_top_up_attempts"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "auto_top_up_blocks" (
	"dispute_id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"fingerprint" text,
	"lifted_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auto_top_up_consents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"auto_top_up_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"accepted_at" timestamp with time zone NOT NULL,
	"text" text,
	"version" text,
	"ip" text,
	"user_agent" text,
	"terms" json NOT NULL,
	"recorded_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "auto_top_up_consents_words" CHECK ("auto_top_up_consents"."text" is not null or "auto_top_up_consents"."version" is not null)
);
--> statement-breakpoint
CREATE TABLE "auto_top_ups" (
	"id" uuid PRIMARY KEY NOT NULL,
	"wallet_id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"asset" text NOT NULL,
	"account_id" uuid NOT NULL,
	"status" text NOT NULL,
	"paused_reason" text,
	"paused_until" timestamp with time zone,
	"threshold" bigint NOT NULL,
	"purchase" json NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"grants_amount" bigint NOT NULL,
	"monthly_cap" bigint NOT NULL,
	"payment_method_id" text NOT NULL,
	"card_fingerprint" text,
	"card_last4" text,
	"consent_id" uuid NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "auto_top_ups_status" CHECK ("auto_top_ups"."status" in ('active', 'paused', 'off')),
	CONSTRAINT "auto_top_ups_paused" CHECK (("auto_top_ups"."status" = 'paused') = ("auto_top_ups"."paused_reason" is not null)),
	CONSTRAINT "auto_top_ups_amounts" CHECK ("auto_top_ups"."threshold" > 0 and "auto_top_ups"."amount" > 0 and "auto_top_ups"."grants_amount" >= "auto_top_ups"."threshold" and "auto_top_ups"."monthly_cap" >= "auto_top_ups"."amount")
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "off_session" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "auto_top_up_attempts_open" ON "auto_top_up_attempts" USING btree ("wallet_id") WHERE status in ('in_flight', 'action_required');--> statement-breakpoint
CREATE UNIQUE INDEX "auto_top_up_attempts_payment" ON "auto_top_up_attempts" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "auto_top_up_attempts_of" ON "auto_top_up_attempts" USING btree ("auto_top_up_id","created_at");--> statement-breakpoint
CREATE INDEX "auto_top_up_blocks_customer" ON "auto_top_up_blocks" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "auto_top_up_blocks_card" ON "auto_top_up_blocks" USING btree ("fingerprint");--> statement-breakpoint
CREATE INDEX "auto_top_up_consents_of" ON "auto_top_up_consents" USING btree ("auto_top_up_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "auto_top_ups_wallet" ON "auto_top_ups" USING btree ("wallet_id");--> statement-breakpoint
CREATE INDEX "auto_top_ups_customer" ON "auto_top_ups" USING btree ("customer_id");--> statement-breakpoint
CREATE INDEX "auto_top_ups_method" ON "auto_top_ups" USING btree ("payment_method_id");--> statement-breakpoint
CREATE INDEX "auto_top_ups_fingerprint" ON "auto_top_ups" USING btree ("card_fingerprint") WHERE card_fingerprint is not null;--> statement-breakpoint
CREATE INDEX "auto_top_ups_active" ON "auto_top_ups" USING btree ("id") WHERE status = 'active';--> statement-breakpoint
CREATE INDEX "auto_top_ups_paused_until" ON "auto_top_ups" USING btree ("paused_until") WHERE paused_until is not null;--> statement-breakpoint
CREATE INDEX "auto_top_ups_updated" ON "auto_top_ups" USING btree ("updated_at");