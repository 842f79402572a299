-- Trust: who may do what, what was done, and what was asked before.
CREATE TABLE principals (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT principals_kind CHECK (kind in ('person', 'service'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX principals_name ON principals (lower(name));
--> statement-breakpoint
CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  principal_id uuid NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  hint text NOT NULL,
  secret_hash bytea NOT NULL,
  created_by text NOT NULL,
  created_with uuid,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT api_keys_secret_hash UNIQUE (secret_hash),
  CONSTRAINT api_keys_role CHECK (role in ('admin', 'service', 'finance', 'approver', 'support')),
  CONSTRAINT api_keys_principal_id_principals_id_fk FOREIGN KEY (principal_id) REFERENCES principals (id)
);
--> statement-breakpoint
CREATE INDEX api_keys_principal ON api_keys (principal_id);
--> statement-breakpoint
CREATE TABLE audit_events (
  id uuid PRIMARY KEY,
  actor text NOT NULL,
  action text NOT NULL,
  resource text NOT NULL,
  request_id text,
  details json NOT NULL,
  created_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE INDEX audit_events_resource ON audit_events (resource, id);
--> statement-breakpoint
CREATE INDEX audit_events_actor ON audit_events (actor, id);
--> statement-breakpoint
CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  resource_id uuid NOT NULL,
  locked_until timestamptz NOT NULL,
  response_status integer,
  response_type text,
  response_body text,
  created_at timestamptz NOT NULL,
  holder integer,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key)
);
--> statement-breakpoint
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
--> statement-breakpoint
CREATE TABLE installation (
  singleton boolean PRIMARY KEY DEFAULT true NOT NULL,
  id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT installation_singleton CHECK (singleton)
);
--> statement-breakpoint
ALTER TABLE idempotency_keys SET (fillfactor = 80);
--> statement-breakpoint
-- The role that the service connects as in production; src/db/grants.ts says what it may. Roles belong to the whole cluster, so
-- another database's migration may have made it already, or we may not be allowed to.
DO $$
BEGIN
  CREATE ROLE coffer_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
  NULL;
END
$$;
