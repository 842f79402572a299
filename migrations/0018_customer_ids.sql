-- User ids of Auth0 have a bar (`auth0|5f7c8ec7`), and e-mail addresses may have a plus. The new rule admits all that the old one
-- did but `.` and `..`, which no path could name; it is checked without holding up who reads or writes.
ALTER TABLE "customers" DROP CONSTRAINT "customers_id";--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_id" CHECK ("customers"."id" ~ '^[A-Za-z0-9_.:@|+-]{1,128}$' and "customers"."id" not in ('.', '..')) NOT VALID;
