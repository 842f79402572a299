ALTER TABLE "payments" ADD COLUMN "confirmations" integer DEFAULT 0 NOT NULL;
