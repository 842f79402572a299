CREATE TABLE "payment_method_lists" (
	"customer_id" text PRIMARY KEY NOT NULL,
	"default_method_id" text,
	"version" integer DEFAULT 0 NOT NULL,
	"checked_at" timestamp with time zone,
	"refresh_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "payment_methods" (
	"id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"status" text NOT NULL,
	"type" text NOT NULL,
	"brand" text,
	"last4" text,
	"exp_month" integer,
	"exp_year" integer,
	"fingerprint" text,
	"funding" text,
	"country" text,
	"expires_at" timestamp with time zone,
	"expiry_noticed" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"detached_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_methods_status" CHECK ("payment_methods"."status" in ('attached', 'detaching', 'detached')),
	CONSTRAINT "payment_methods_detached" CHECK (("payment_methods"."status" = 'detached') = ("payment_methods"."detached_at" is not null))
);
--> statement-breakpoint
CREATE INDEX "payment_method_lists_refresh" ON "payment_method_lists" USING btree ("refresh_at") WHERE refresh_at is not null;--> statement-breakpoint
CREATE INDEX "payment_methods_customer" ON "payment_methods" USING btree ("customer_id","status");--> statement-breakpoint
CREATE INDEX "payment_methods_expiry" ON "payment_methods" USING btree ("expires_at") WHERE status = 'attached';--> statement-breakpoint
CREATE INDEX "payment_methods_fingerprint" ON "payment_methods" USING btree ("fingerprint") WHERE fingerprint is not null;