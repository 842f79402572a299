-- Stablecoins: the wallets in custody, what came in, what goes out.
CREATE TABLE custody_tokens (
  wallet_reference text NOT NULL,
  asset_reference text NOT NULL,
  network text NOT NULL,
  asset text NOT NULL,
  decimals smallint NOT NULL,
  contract text NOT NULL,
  enabled boolean NOT NULL,
  alert_below numeric,
  alerted_at timestamptz,
  synced_at timestamptz NOT NULL,
  CONSTRAINT custody_tokens_pkey PRIMARY KEY (wallet_reference, asset_reference),
  CONSTRAINT custody_tokens_decimals CHECK (decimals between 0 and 36)
);
--> statement-breakpoint
CREATE INDEX custody_tokens_contract ON custody_tokens (network, contract);
--> statement-breakpoint
CREATE TABLE custody_wallets (
  wallet_reference text PRIMARY KEY,
  network text NOT NULL,
  environment text NOT NULL,
  address text NOT NULL,
  native_asset text NOT NULL,
  synced_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE gas_thresholds (
  wallet_reference text PRIMARY KEY,
  alert_below numeric NOT NULL,
  alerted_at timestamptz
);
--> statement-breakpoint
CREATE TABLE treasury_fundings (
  id uuid PRIMARY KEY,
  wallet_reference text NOT NULL,
  network text NOT NULL,
  asset text NOT NULL,
  amount bigint NOT NULL,
  status text NOT NULL,
  note text,
  received_amount bigint,
  provider_reference text,
  transaction_hash text,
  transaction_id uuid,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  received_at timestamptz,
  CONSTRAINT treasury_fundings_amount CHECK (amount between 1 and 9007199254740991),
  CONSTRAINT treasury_fundings_status CHECK (status in ('expected', 'received', 'canceled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX treasury_fundings_provider_reference ON treasury_fundings (provider_reference);
--> statement-breakpoint
CREATE INDEX treasury_fundings_expected ON treasury_fundings (wallet_reference, asset) WHERE status = 'expected';
--> statement-breakpoint
CREATE TABLE treasury_receipts (
  id uuid PRIMARY KEY,
  chain_key text NOT NULL,
  provider_reference text,
  wallet_reference text,
  network text,
  asset text NOT NULL,
  amount bigint NOT NULL,
  transaction_hash text,
  status text NOT NULL,
  booked_on text,
  funding_id uuid,
  duplicate_of uuid,
  reviewed_by text,
  version integer DEFAULT 0 NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT treasury_receipts_amount CHECK (amount between 0 and 9007199254740991),
  CONSTRAINT treasury_receipts_status CHECK (status in ('booked', 'held', 'rejected', 'gone')),
  CONSTRAINT treasury_receipts_booked CHECK ((status = 'booked') = (booked_on is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX treasury_receipts_chain_key ON treasury_receipts (chain_key);
--> statement-breakpoint
CREATE UNIQUE INDEX treasury_receipts_provider_reference ON treasury_receipts (provider_reference);
--> statement-breakpoint
CREATE INDEX treasury_receipts_transaction_hash ON treasury_receipts (transaction_hash);
--> statement-breakpoint
CREATE INDEX treasury_receipts_held ON treasury_receipts (id) WHERE status = 'held';
--> statement-breakpoint
CREATE TABLE deposit_addresses (
  id uuid PRIMARY KEY,
  wallet_id uuid NOT NULL,
  customer_id text NOT NULL,
  family text NOT NULL,
  wallet_reference text NOT NULL,
  status text NOT NULL,
  address_reference text,
  address text,
  next_check_at timestamptz,
  checks integer DEFAULT 0 NOT NULL,
  asking_until timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  rotated_at timestamptz,
  CONSTRAINT deposit_addresses_status CHECK (status in ('requested', 'active', 'rotated')),
  CONSTRAINT deposit_addresses_known CHECK (status <> 'active' or address is not null)
);
--> statement-breakpoint
CREATE UNIQUE INDEX deposit_addresses_current ON deposit_addresses (wallet_id, family) WHERE status in ('requested', 'active');
--> statement-breakpoint
CREATE UNIQUE INDEX deposit_addresses_address ON deposit_addresses (family, address);
--> statement-breakpoint
CREATE INDEX deposit_addresses_wallet ON deposit_addresses (wallet_id, id);
--> statement-breakpoint
CREATE INDEX deposit_addresses_next_check ON deposit_addresses (next_check_at) WHERE next_check_at is not null;
--> statement-breakpoint
CREATE TABLE deposits (
  id uuid PRIMARY KEY,
  chain_key text NOT NULL,
  provider_reference text NOT NULL,
  address_id uuid,
  wallet_id uuid,
  customer_id text,
  status text NOT NULL,
  reason text,
  asset text NOT NULL,
  amount bigint NOT NULL,
  on_chain_amount text NOT NULL,
  network text,
  wallet_reference text NOT NULL,
  contract text,
  to_address text,
  from_address text,
  transaction_hash text,
  confirmations integer,
  sweep json,
  transaction_id uuid,
  reviewed_by text,
  duplicate_of uuid,
  version integer DEFAULT 0 NOT NULL,
  occurred_at timestamptz,
  credited_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT deposits_amount CHECK (amount between 0 and 9007199254740991),
  CONSTRAINT deposits_status CHECK (status in ('pending', 'credited', 'held', 'rejected', 'failed', 'quarantined', 'reversed')),
  CONSTRAINT deposits_owner CHECK (status not in ('credited', 'reversed') or wallet_id is not null)
);
--> statement-breakpoint
CREATE UNIQUE INDEX deposits_chain_key ON deposits (chain_key);
--> statement-breakpoint
CREATE UNIQUE INDEX deposits_provider_reference ON deposits (provider_reference);
--> statement-breakpoint
CREATE INDEX deposits_wallet ON deposits (wallet_id, id);
--> statement-breakpoint
CREATE INDEX deposits_transaction_hash ON deposits (transaction_hash);
--> statement-breakpoint
CREATE INDEX deposits_status ON deposits (status, id);
--> statement-breakpoint
CREATE TABLE payout_addresses (
  id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  network text NOT NULL,
  address text NOT NULL,
  label text,
  status text NOT NULL,
  usable_at timestamptz NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  removed_at timestamptz,
  CONSTRAINT payout_addresses_status CHECK (status in ('active', 'removed'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX payout_addresses_active ON payout_addresses (customer_id, network, address) WHERE status = 'active';
--> statement-breakpoint
CREATE INDEX payout_addresses_customer ON payout_addresses (customer_id, id);
--> statement-breakpoint
CREATE TABLE payout_attempts (
  id uuid PRIMARY KEY,
  payout_id uuid NOT NULL,
  number integer NOT NULL,
  status text NOT NULL,
  provider_reference text,
  transaction_hash text,
  failure json,
  network_fee json,
  decided_by text,
  decision text,
  ask_by timestamptz,
  asked_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payout_attempts_number UNIQUE (payout_id, number),
  CONSTRAINT payout_attempts_status CHECK (status in ('submitting', 'unknown', 'submitted', 'confirmed', 'failed', 'abandoned'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX payout_attempts_provider_reference ON payout_attempts (provider_reference);
--> statement-breakpoint
CREATE TABLE payout_controls (
  singleton boolean PRIMARY KEY DEFAULT true NOT NULL,
  halted boolean NOT NULL,
  reason text,
  cooling_off_seconds integer NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payout_controls_singleton CHECK (singleton),
  CONSTRAINT payout_controls_cooling_off CHECK (cooling_off_seconds between 0 and 2592000)
);
--> statement-breakpoint
CREATE TABLE payout_policies (
  asset text PRIMARY KEY,
  minimum bigint NOT NULL,
  per_payout_max bigint,
  customer_day_max bigint,
  global_day_max bigint,
  approval_above bigint,
  fee_basis_points integer NOT NULL,
  fee_minimum bigint NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payout_policies_fee CHECK (fee_basis_points between 0 and 5000 and fee_minimum >= 0)
);
--> statement-breakpoint
CREATE TABLE payout_setting_changes (
  id uuid PRIMARY KEY,
  subject text NOT NULL,
  before json NOT NULL,
  after json NOT NULL,
  status text NOT NULL,
  asked_by json NOT NULL,
  decided_by text,
  effective_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payout_setting_changes_status CHECK (status in ('pending', 'applied', 'canceled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX payout_setting_changes_pending ON payout_setting_changes (subject) WHERE status = 'pending';
--> statement-breakpoint
CREATE INDEX payout_setting_changes_subject ON payout_setting_changes (subject, updated_at);
--> statement-breakpoint
CREATE TABLE payouts (
  id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  wallet_id uuid NOT NULL,
  payment_id uuid,
  status text NOT NULL,
  amount bigint NOT NULL,
  asset text NOT NULL,
  platform_fee bigint NOT NULL,
  payout_amount bigint NOT NULL,
  payout_asset text NOT NULL,
  chain_amount text NOT NULL,
  rate text,
  network_fee json,
  network text NOT NULL,
  address text NOT NULL,
  wallet_reference text NOT NULL,
  asset_reference text NOT NULL,
  terms_hash bytea NOT NULL,
  needs_approval boolean NOT NULL,
  requested_by text NOT NULL,
  asked_by json,
  approved_by text,
  approved_at timestamptz,
  reserved boolean NOT NULL,
  reserved_at timestamptz NOT NULL,
  failure json,
  reason text,
  review_reason text,
  attempts integer DEFAULT 0 NOT NULL,
  provider_reference text,
  transaction_hash text,
  reference text,
  description text,
  metadata json NOT NULL,
  transfer_ids json NOT NULL,
  next_check_at timestamptz,
  checks integer DEFAULT 0 NOT NULL,
  version integer DEFAULT 0 NOT NULL,
  submitted_at timestamptz,
  confirmed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payouts_amounts CHECK (amount between 1 and 9007199254740991 and payout_amount between 1 and 9007199254740991 and platform_fee >= 0 and platform_fee < amount),
  CONSTRAINT payouts_status CHECK (status in ('requested', 'awaiting_approval', 'approved', 'submitting', 'unknown', 'submitted', 'confirmed', 'failed', 'canceled')),
  CONSTRAINT payouts_reserved CHECK (reserved = (status not in ('confirmed', 'failed', 'canceled'))),
  CONSTRAINT payouts_four_eyes CHECK (approved_by is null or not needs_approval or approved_by <> requested_by)
);
--> statement-breakpoint
CREATE INDEX payouts_wallet ON payouts (wallet_id, id);
--> statement-breakpoint
CREATE INDEX payouts_customer ON payouts (customer_id, id);
--> statement-breakpoint
CREATE INDEX payouts_status ON payouts (status, id);
--> statement-breakpoint
CREATE INDEX payouts_limits ON payouts (payout_asset, reserved_at);
--> statement-breakpoint
CREATE UNIQUE INDEX payouts_payment ON payouts (payment_id) WHERE status not in ('failed', 'canceled', 'confirmed');
--> statement-breakpoint
CREATE INDEX payouts_next_check ON payouts (next_check_at) WHERE next_check_at is not null;
