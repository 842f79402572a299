-- The books: what is counted, who has how much of it, and every movement. Functions, views and triggers are in living/.
CREATE TABLE assets (
  code text PRIMARY KEY,
  kind text NOT NULL,
  scale smallint NOT NULL,
  name text NOT NULL,
  created_at timestamptz DEFAULT now() NOT NULL,
  CONSTRAINT assets_code CHECK (code ~ '^[A-Z][A-Z0-9_]{1,15}$'),
  CONSTRAINT assets_kind CHECK (kind in ('credit', 'fiat', 'stablecoin', 'native')),
  CONSTRAINT assets_scale CHECK (scale between 0 and 18)
);
--> statement-breakpoint
CREATE TABLE ledger_accounts (
  balance bigint DEFAULT 0 NOT NULL,
  held bigint DEFAULT 0 NOT NULL,
  version bigint DEFAULT 0 NOT NULL,
  last_posted_at timestamptz,
  created_at timestamptz DEFAULT now() NOT NULL,
  bucket integer NOT NULL,
  id uuid NOT NULL,
  wallet_id uuid NOT NULL,
  frozen boolean DEFAULT false NOT NULL,
  asset text NOT NULL,
  CONSTRAINT ledger_accounts_pkey PRIMARY KEY (id, bucket),
  CONSTRAINT ledger_accounts_wallet_asset UNIQUE (wallet_id, asset, bucket),
  -- A wallet's bucket: in another one it would be a second account of the same wallet.
  CONSTRAINT ledger_accounts_bucket CHECK (bucket = (ARRAY[
    60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45,
    101, 3, 113, 52, 62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59,
    22, 12, 11, 44, 18
  ])[get_byte(uuid_send(wallet_id), 15) % 64 + 1]),
  CONSTRAINT ledger_accounts_id CHECK (get_byte(uuid_send(id), 15) = get_byte(uuid_send(wallet_id), 15)),
  CONSTRAINT ledger_accounts_held CHECK (held >= 0),
  CONSTRAINT ledger_accounts_available CHECK (balance - held >= 0),
  CONSTRAINT ledger_accounts_ceiling CHECK (balance <= 9007199254740991),
  CONSTRAINT ledger_accounts_asset_assets_code_fk FOREIGN KEY (asset) REFERENCES assets (code)
);
--> statement-breakpoint
CREATE TABLE ledger_buckets (
  bucket integer PRIMARY KEY,
  as_of timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE ledger_snapshots (
  account_id uuid NOT NULL,
  bucket integer NOT NULL,
  as_of timestamptz NOT NULL,
  balance numeric NOT NULL,
  CONSTRAINT ledger_snapshots_pkey PRIMARY KEY (account_id, bucket, as_of)
);
--> statement-breakpoint
CREATE TABLE ledger_system_accounts (
  id uuid PRIMARY KEY,
  code text NOT NULL,
  asset text NOT NULL,
  created_at timestamptz DEFAULT now() NOT NULL,
  CONSTRAINT ledger_system_accounts_code_asset UNIQUE (code, asset),
  CONSTRAINT ledger_system_accounts_version CHECK (substr(id::text, 15, 1) = '8'),
  CONSTRAINT ledger_system_accounts_asset_assets_code_fk FOREIGN KEY (asset) REFERENCES assets (code)
);
--> statement-breakpoint
CREATE TABLE ledger_transfers (
  amount bigint NOT NULL,
  balance_after bigint,
  account_version bigint,
  other_balance_after bigint,
  other_account_version bigint,
  effective_at timestamptz,
  created_at timestamptz NOT NULL,
  bucket integer NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  from_account_id uuid NOT NULL,
  to_account_id uuid NOT NULL,
  transaction_id uuid,
  key_hash uuid,
  reverses uuid,
  asset text NOT NULL,
  type text NOT NULL,
  fingerprint bytea,
  created_by text NOT NULL,
  source text,
  reference text,
  description text,
  metadata json,
  CONSTRAINT ledger_transfers_pkey PRIMARY KEY (id, bucket),
  CONSTRAINT ledger_transfers_amount CHECK (amount > 0 and amount <= 9007199254740991),
  CONSTRAINT ledger_transfers_sides CHECK (from_account_id <> to_account_id),
  CONSTRAINT ledger_transfers_home CHECK (account_id in (from_account_id, to_account_id)),
  CONSTRAINT ledger_transfers_floor CHECK (balance_after >= 0 and other_balance_after >= 0)
);
--> statement-breakpoint
CREATE UNIQUE INDEX ledger_transfers_key ON ledger_transfers (key_hash, bucket) WHERE key_hash is not null;
--> statement-breakpoint
CREATE UNIQUE INDEX ledger_transfers_reverses ON ledger_transfers (account_id, reverses, bucket) WHERE reverses is not null;
--> statement-breakpoint
CREATE INDEX ledger_transfers_statement ON ledger_transfers (account_id, created_at);
--> statement-breakpoint
CREATE INDEX ledger_transfers_other_statement ON ledger_transfers ((case when account_id = from_account_id then to_account_id else from_account_id end), created_at) WHERE other_account_version is not null;
--> statement-breakpoint
CREATE INDEX ledger_transfers_other_side ON ledger_transfers ((case when account_id = from_account_id then to_account_id else from_account_id end), created_at, id) WHERE type <> 'debit';
--> statement-breakpoint
CREATE INDEX ledger_transfers_tail ON ledger_transfers USING brin (created_at);
--> statement-breakpoint
CREATE TABLE wallet_debts (
  wallet_id uuid NOT NULL,
  bucket integer NOT NULL,
  asset text NOT NULL,
  amount bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT wallet_debts_pkey PRIMARY KEY (wallet_id, asset, bucket),
  CONSTRAINT wallet_debts_bucket CHECK (bucket = (ARRAY[
    60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45,
    101, 3, 113, 52, 62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59,
    22, 12, 11, 44, 18
  ])[get_byte(uuid_send(wallet_id), 15) % 64 + 1]),
  CONSTRAINT wallet_debts_amount CHECK (amount >= 0)
);
--> statement-breakpoint
CREATE TABLE wallets (
  id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT wallets_customer UNIQUE (customer_id)
);
--> statement-breakpoint
-- Balances change in place; free room on each page keeps those updates off the indexes (heap-only tuples).
ALTER TABLE ledger_accounts SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02);
--> statement-breakpoint
ALTER TABLE ledger_transfers SET (autovacuum_vacuum_insert_scale_factor = 0.05);
--> statement-breakpoint
-- The 64 shares of the ledger, the same as in src/core/buckets.ts: as hashes of integers they spread evenly over 2, 4, 8, 16, 32
-- or 64 shards.
INSERT INTO ledger_buckets (bucket, as_of) SELECT b, '-infinity' FROM unnest(ARRAY[
  60, 8, 82, 1, 31, 88, 79, 24, 10, 92, 48, 109, 5, 112, 50, 166, 4, 7, 17, 172, 16, 96, 170, 85, 36, 89, 19, 0, 37, 45, 101, 3,
  113, 52, 62, 99, 136, 168, 46, 28, 6, 66, 70, 21, 83, 39, 43, 13, 2, 351, 27, 95, 58, 149, 41, 179, 9, 80, 59, 22, 12, 11, 44, 18
]) AS b;
