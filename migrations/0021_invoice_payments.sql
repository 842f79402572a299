-- An invoice can be paid by several payments, be credited after it was paid, and a subscription can have items that are not ours.
ALTER TABLE "invoices" ADD COLUMN "payment_ids" json;--> statement-breakpoint
ALTER TABLE "invoices" ADD COLUMN "credited" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "other_items" json;
