-- What providers' own statements say of the balance that they keep for us, what of it agrees with the books, and what does not.
CREATE TABLE provider_transactions (
  amount bigint NOT NULL,
  fee bigint NOT NULL,
  net bigint NOT NULL,
  expected_amount bigint,
  network_fee_amount bigint,
  occurred_at timestamptz NOT NULL,
  available_at timestamptz,
  matched_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  match_id uuid,
  provider text NOT NULL,
  account text NOT NULL,
  reference text NOT NULL,
  category text NOT NULL,
  provider_category text NOT NULL,
  asset text NOT NULL,
  fees json NOT NULL,
  subject_kind text,
  subject_reference text,
  expected_asset text,
  expected_reference text,
  exchange_rate text,
  network_fee_asset text,
  transaction_hash text,
  our_reference text,
  description text,
  status text NOT NULL,
  bank_payout text,
  rule text,
  raw json NOT NULL,
  history json NOT NULL,
  CONSTRAINT provider_transactions_reference UNIQUE (provider, account, reference),
  CONSTRAINT provider_transactions_net CHECK (net = amount - fee),
  CONSTRAINT provider_transactions_status CHECK (status in ('pending', 'available')),
  CONSTRAINT provider_transactions_expected CHECK ((expected_amount is null) = (expected_asset is null)),
  CONSTRAINT provider_transactions_matched CHECK ((matched_at is null) = (rule is null))
);
--> statement-breakpoint
CREATE INDEX provider_transactions_day ON provider_transactions (provider, asset, occurred_at);
--> statement-breakpoint
CREATE INDEX provider_transactions_unmatched ON provider_transactions (provider, expected_reference) WHERE matched_at is null;
--> statement-breakpoint
CREATE INDEX provider_transactions_bank_payout ON provider_transactions (provider, bank_payout) WHERE bank_payout is not null;
--> statement-breakpoint
CREATE TABLE clearing_transfers (
  amount bigint NOT NULL,
  posted_at timestamptz NOT NULL,
  effective_at timestamptz NOT NULL,
  matched_at timestamptz,
  transfer_id uuid PRIMARY KEY,
  match_id uuid,
  provider text NOT NULL,
  asset text NOT NULL,
  kind text NOT NULL,
  type text NOT NULL,
  reference text,
  source text,
  rule text,
  CONSTRAINT clearing_transfers_matched CHECK ((matched_at is null) = (rule is null))
);
--> statement-breakpoint
CREATE INDEX clearing_transfers_day ON clearing_transfers (provider, asset, posted_at);
--> statement-breakpoint
CREATE INDEX clearing_transfers_unmatched ON clearing_transfers (provider, reference) WHERE matched_at is null;
--> statement-breakpoint
CREATE TABLE provider_balances (
  total bigint NOT NULL,
  listed bigint NOT NULL,
  booked bigint NOT NULL,
  taken_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  account text NOT NULL,
  asset text NOT NULL
);
--> statement-breakpoint
CREATE INDEX provider_balances_newest ON provider_balances (provider, asset, account, taken_at);
--> statement-breakpoint
CREATE TABLE provider_openings (
  amount bigint NOT NULL,
  created_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  account text NOT NULL,
  asset text NOT NULL,
  break_id uuid NOT NULL,
  CONSTRAINT provider_openings_break UNIQUE (break_id)
);
--> statement-breakpoint
CREATE TABLE bank_payouts (
  amount bigint NOT NULL,
  listed_net bigint,
  listed_count integer,
  arrives_at timestamptz,
  itemized_at timestamptz,
  initiated_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  automatic boolean NOT NULL,
  provider text NOT NULL,
  reference text NOT NULL,
  asset text NOT NULL,
  status text NOT NULL,
  trace_id text,
  CONSTRAINT bank_payouts_reference UNIQUE (provider, reference),
  CONSTRAINT bank_payouts_status CHECK (status in ('pending', 'in_transit', 'paid', 'failed', 'canceled'))
);
--> statement-breakpoint
CREATE TABLE reconciliation_cursors (
  name text PRIMARY KEY,
  read_up_to timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE reconciliations (
  window_from timestamptz NOT NULL,
  window_to timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  asset text,
  status text NOT NULL,
  counts json,
  statements json,
  failure text,
  created_by text NOT NULL,
  CONSTRAINT reconciliations_status CHECK (status in ('queued', 'running', 'completed', 'failed')),
  CONSTRAINT reconciliations_window CHECK (window_from < window_to)
);
--> statement-breakpoint
CREATE UNIQUE INDEX reconciliations_active ON reconciliations (provider) WHERE status in ('queued', 'running');
--> statement-breakpoint
CREATE TABLE reconciliation_breaks (
  ours bigint NOT NULL,
  theirs bigint NOT NULL,
  version integer DEFAULT 0 NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  ended_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  transaction_id uuid,
  provider text NOT NULL,
  account text NOT NULL,
  asset text NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  what text NOT NULL,
  reference text,
  assignee text,
  resolution text,
  target text,
  reason text,
  resolved_by text,
  approved_by text,
  CONSTRAINT reconciliation_breaks_status CHECK (status in ('open', 'pending_approval', 'resolved', 'closed')),
  CONSTRAINT reconciliation_breaks_ended CHECK ((status in ('resolved', 'closed')) = (ended_at is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX reconciliation_breaks_open ON reconciliation_breaks (provider, account, asset, what)
  WHERE status in ('open', 'pending_approval');
--> statement-breakpoint
CREATE INDEX reconciliation_breaks_status ON reconciliation_breaks (status, id);
--> statement-breakpoint
CREATE TABLE reconciliation_notes (
  created_at timestamptz NOT NULL,
  id uuid PRIMARY KEY,
  break_id uuid NOT NULL,
  author text NOT NULL,
  text text NOT NULL
);
--> statement-breakpoint
CREATE INDEX reconciliation_notes_break ON reconciliation_notes (break_id, id);
--> statement-breakpoint
CREATE TABLE accounting_periods (
  ends_at timestamptz NOT NULL,
  closed_at timestamptz NOT NULL,
  month text PRIMARY KEY,
  closed_by text NOT NULL,
  note text,
  open_breaks integer NOT NULL,
  balances json NOT NULL,
  CONSTRAINT accounting_periods_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
);
