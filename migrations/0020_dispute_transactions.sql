-- What moved for a dispute is a list of the provider's balance transactions, and the books equal its sum.
CREATE TABLE "dispute_transactions" (
	"dispute_id" uuid NOT NULL,
	"provider_reference" text NOT NULL,
	"amount" bigint NOT NULL,
	"asset" text NOT NULL,
	"fee" bigint NOT NULL,
	"worth" bigint NOT NULL,
	"is_foreign" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "dispute_transactions_pkey" PRIMARY KEY("dispute_id","provider_reference")
);
--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "taken" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "foreign_taken" json;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "review_reason" text;--> statement-breakpoint
UPDATE "disputes" SET "taken" = "amount" WHERE "funds" IN ('withdrawn', 'lost');
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT ON dispute_transactions TO coffer_app;
  END IF;
END
$$;
