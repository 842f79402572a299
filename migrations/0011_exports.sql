-- Exports: files made from the books, and what became of each.
CREATE TABLE exports (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  format text NOT NULL,
  status text NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  options json NOT NULL,
  fingerprint bytea NOT NULL,
  requested_by text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  row_count bigint,
  byte_count bigint,
  sha256 text,
  file text,
  failure json,
  snapshot_at timestamptz,
  finished_at timestamptz,
  expires_at timestamptz,
  removed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT exports_status CHECK (status in ('queued', 'running', 'ready', 'failed', 'expired')),
  CONSTRAINT exports_window CHECK (from_at < to_at),
  CONSTRAINT exports_file CHECK ((status in ('ready', 'expired')) = (file is not null))
);
--> statement-breakpoint
CREATE INDEX exports_open ON exports (id) WHERE status in ('queued', 'running');
--> statement-breakpoint
CREATE INDEX exports_kept ON exports (expires_at) WHERE file is not null and removed_at is null;
--> statement-breakpoint
CREATE INDEX exports_same ON exports (fingerprint, id);
