-- An invoice can be paid by several payments, and what is credited of it is a loss of all of them: each knows its share, so that
-- what has no room beside a payment's refunds becomes another's.
ALTER TABLE "payments" ADD COLUMN "invoice_id" uuid;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "amount_credited" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "payments_invoice" ON "payments" USING btree ("invoice_id") WHERE invoice_id is not null;
