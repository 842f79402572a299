ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_quantity";--> statement-breakpoint
ALTER TABLE "subscriptions" ALTER COLUMN "quantity" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_quantity" CHECK ("subscriptions"."quantity" >= 0);