-- Events in the order in which they become visible. A transaction that began earlier may commit later, so neither ids nor times
-- tell a reader that it has seen everything up to some point; the transaction's number does, once no lower one is running.
-- Nullable and without a default at first: rows of before keep none, and nothing is rewritten.
ALTER TABLE "outbox_events" ADD COLUMN "xid" xid8;--> statement-breakpoint
ALTER TABLE "outbox_events" ALTER COLUMN "xid" SET DEFAULT pg_current_xact_id();--> statement-breakpoint
-- Numbers of another cluster, out of a restored dump, say nothing here: every cluster that the table has lived in is an epoch.
CREATE TABLE "event_epochs" (
	"epoch" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "event_epochs_epoch_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"cluster" text NOT NULL
);
--> statement-breakpoint
CREATE FUNCTION current_event_epoch() RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT max(e.epoch) FROM event_epochs e
$$;
--> statement-breakpoint
INSERT INTO event_epochs (cluster) SELECT system_identifier::text FROM pg_control_system();--> statement-breakpoint
ALTER TABLE "outbox_events" ADD COLUMN "epoch" integer;--> statement-breakpoint
ALTER TABLE "outbox_events" ALTER COLUMN "epoch" SET DEFAULT current_event_epoch();--> statement-breakpoint
CREATE INDEX "outbox_events_order" ON "outbox_events" USING btree ("epoch","xid","id") WHERE xid is not null;--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT ON event_epochs TO coffer_app;
    GRANT EXECUTE ON FUNCTION current_event_epoch() TO coffer_app;
  END IF;
END
$$;
