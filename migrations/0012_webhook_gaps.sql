-- Webhooks that never came: which events were found in a provider's own list, and up to when each list was read.
ALTER TABLE webhook_events ADD COLUMN healed boolean DEFAULT false NOT NULL;
--> statement-breakpoint
CREATE TABLE webhook_cursors (
  provider text PRIMARY KEY,
  read_up_to timestamptz NOT NULL
);
