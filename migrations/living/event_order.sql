-- Transactions are counted within a cluster: every cluster that the table of events has lived in is an epoch.
CREATE OR REPLACE FUNCTION current_event_epoch() RETURNS integer LANGUAGE sql STABLE AS $$
  SELECT max(e.epoch) FROM event_epochs e
$$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION current_event_epoch FROM PUBLIC;
--> statement-breakpoint
ALTER TABLE outbox_events ALTER COLUMN epoch SET DEFAULT current_event_epoch();
