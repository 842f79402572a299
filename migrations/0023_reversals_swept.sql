-- Refunds and disputes are looked for, as payments are: a webhook can be lost.
ALTER TABLE "refunds" ADD COLUMN "second_reference" text;--> statement-breakpoint
ALTER TABLE "disputes" ADD COLUMN "next_check_at" timestamp with time zone DEFAULT now();--> statement-breakpoint
CREATE INDEX "disputes_next_check" ON "disputes" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
CREATE TABLE "reversal_cursors" (
	"name" text PRIMARY KEY NOT NULL,
	"read_up_to" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON reversal_cursors TO coffer_app;
  END IF;
END
$$;
