-- News: what providers told us, and what we tell.
CREATE TABLE webhook_events (
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  event_id text NOT NULL,
  type text NOT NULL,
  status text NOT NULL,
  body bytea NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  next_attempt_at timestamptz,
  note text,
  resource text,
  occurred_at timestamptz,
  received_at timestamptz NOT NULL,
  processed_at timestamptz,
  CONSTRAINT webhook_events_event UNIQUE (provider, event_id),
  CONSTRAINT webhook_events_status CHECK (status in ('pending', 'processed', 'ignored', 'dead'))
);
--> statement-breakpoint
CREATE INDEX webhook_events_due ON webhook_events (next_attempt_at) WHERE status = 'pending';
--> statement-breakpoint
CREATE INDEX webhook_events_status ON webhook_events (status, id);
--> statement-breakpoint
CREATE INDEX webhook_events_resource ON webhook_events (resource) WHERE resource is not null;
--> statement-breakpoint
CREATE TABLE event_epochs (
  epoch integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  cluster text NOT NULL
);
--> statement-breakpoint
CREATE TABLE outbox_events (
  id uuid PRIMARY KEY,
  type text NOT NULL,
  resource text NOT NULL,
  customer_id text,
  data json NOT NULL,
  created_at timestamptz NOT NULL,
  xid xid8 DEFAULT pg_current_xact_id(),
  epoch integer
);
--> statement-breakpoint
CREATE INDEX outbox_events_resource ON outbox_events (resource, id);
--> statement-breakpoint
CREATE INDEX outbox_events_order ON outbox_events (epoch, xid, id) WHERE xid is not null;
--> statement-breakpoint
CREATE TABLE unreadable_entries (
  provider text NOT NULL,
  wallet_reference text NOT NULL,
  entry_key text NOT NULL,
  reason text NOT NULL,
  entry json NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  CONSTRAINT unreadable_entries_pkey PRIMARY KEY (provider, wallet_reference, entry_key)
);
--> statement-breakpoint
INSERT INTO event_epochs (cluster) SELECT system_identifier::text FROM pg_control_system();
