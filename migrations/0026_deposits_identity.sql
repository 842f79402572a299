-- A deposit that may be another one told again, and books nothing until a person says that it is not; who asks for an address.
ALTER TABLE "deposits" ADD COLUMN "duplicate_of" uuid;--> statement-breakpoint
ALTER TABLE "deposit_addresses" ADD COLUMN "asking_until" timestamp with time zone;
