-- Until when an attempt may be sent, and when it may have been. Null on attempts of processes that do not write them down.
ALTER TABLE "payout_attempts" ADD COLUMN "ask_by" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payout_attempts" ADD COLUMN "asked_at" timestamp with time zone;
