-- Sales: customers, what they may buy, what they bought and what went back.
CREATE TABLE customers (
  id text PRIMARY KEY,
  email text,
  name text,
  country text,
  metadata json NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT customers_id CHECK (id ~ '^[A-Za-z0-9_.:@|+-]{1,128}$' and id not in ('.', '..'))
);
--> statement-breakpoint
CREATE INDEX customers_email ON customers (lower(email));
--> statement-breakpoint
CREATE INDEX customers_created ON customers (created_at, id);
--> statement-breakpoint
CREATE TABLE customer_links (
  customer_id text NOT NULL,
  provider text NOT NULL,
  reference text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT customer_links_pkey PRIMARY KEY (customer_id, provider),
  CONSTRAINT customer_links_reference UNIQUE (provider, reference),
  CONSTRAINT customer_links_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers (id)
);
--> statement-breakpoint
CREATE TABLE catalog_products (
  item_id text PRIMARY KEY,
  product_reference text,
  name text,
  description text,
  active boolean,
  synced boolean NOT NULL,
  failure json,
  version integer DEFAULT 0 NOT NULL,
  updated_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE catalog_prices (
  lookup_key text PRIMARY KEY,
  item_id text NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL,
  "interval" text,
  interval_count integer,
  price_reference text,
  status text NOT NULL,
  failure json,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT catalog_prices_status CHECK (status in ('wanted', 'active', 'retiring', 'archived')),
  CONSTRAINT catalog_prices_amount CHECK (amount between 1 and 9007199254740991),
  CONSTRAINT catalog_prices_recurrence CHECK ((interval is null) = (interval_count is null)),
  CONSTRAINT catalog_prices_item_id_catalog_products_item_id_fk FOREIGN KEY (item_id) REFERENCES catalog_products (item_id)
);
--> statement-breakpoint
CREATE UNIQUE INDEX catalog_prices_reference ON catalog_prices (price_reference);
--> statement-breakpoint
CREATE INDEX catalog_prices_item ON catalog_prices (item_id);
--> statement-breakpoint
CREATE TABLE packages (
  id uuid PRIMARY KEY,
  code text NOT NULL,
  name text NOT NULL,
  description text,
  grants_asset text NOT NULL,
  grants_amount bigint NOT NULL,
  prices json NOT NULL,
  metadata json NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  flexible json,
  CONSTRAINT packages_code UNIQUE (code),
  CONSTRAINT packages_status CHECK (status in ('active', 'retired')),
  CONSTRAINT packages_grants CHECK (grants_amount > 0)
);
--> statement-breakpoint
CREATE TABLE plans (
  id uuid PRIMARY KEY,
  code text NOT NULL,
  name text NOT NULL,
  description text,
  grants_asset text NOT NULL,
  grants_amount bigint NOT NULL,
  prices json NOT NULL,
  metadata json NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  "interval" text NOT NULL,
  interval_count integer NOT NULL,
  renewal_mode text DEFAULT 'add' NOT NULL,
  rollover_cap bigint,
  trial_days integer DEFAULT 0 NOT NULL,
  trial_grants bigint DEFAULT 0 NOT NULL,
  free_invoices text DEFAULT 'grant' NOT NULL,
  grace_days integer DEFAULT 7 NOT NULL,
  dunning_consequence text DEFAULT 'keep' NOT NULL,
  CONSTRAINT plans_code UNIQUE (code),
  CONSTRAINT plans_status CHECK (status in ('active', 'retired')),
  CONSTRAINT plans_grants CHECK (grants_amount > 0),
  CONSTRAINT plans_interval CHECK (interval in ('day', 'week', 'month', 'year') and interval_count > 0),
  CONSTRAINT plans_renewal CHECK (renewal_mode in ('add', 'set', 'top_up_to') and (rollover_cap is null or (rollover_cap >= 0 and renewal_mode = 'add'))),
  CONSTRAINT plans_trial CHECK (trial_days between 0 and 730 and trial_grants >= 0),
  CONSTRAINT plans_dunning CHECK (free_invoices in ('grant', 'skip') and grace_days between 0 and 90 and dunning_consequence in ('keep', 'freeze', 'cancel'))
);
--> statement-breakpoint
CREATE TABLE payments (
  id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  wallet_id uuid NOT NULL,
  provider text NOT NULL,
  flow text NOT NULL,
  status text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  grants_asset text NOT NULL,
  grants_amount bigint NOT NULL,
  package_id uuid,
  description text NOT NULL,
  success_url text,
  cancel_url text,
  payment_method_id text,
  off_session boolean DEFAULT false NOT NULL,
  metadata json NOT NULL,
  provider_customer text,
  provider_reference text,
  money_reference text,
  client_secret text,
  checkout_url text,
  next_action json,
  failure json,
  expires_at timestamptz,
  review_reason text,
  transaction_id uuid,
  transfer_ids json NOT NULL,
  payout json,
  cancel_requested_at timestamptz,
  next_check_at timestamptz,
  confirmations integer DEFAULT 0 NOT NULL,
  checks integer DEFAULT 0 NOT NULL,
  version integer DEFAULT 0 NOT NULL,
  created_by text NOT NULL,
  invoice_id uuid,
  amount_refunded bigint DEFAULT 0 NOT NULL,
  amount_credited bigint DEFAULT 0 NOT NULL,
  amount_disputed bigint DEFAULT 0 NOT NULL,
  grants_taken_back bigint DEFAULT 0 NOT NULL,
  succeeded_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payments_amounts CHECK (amount between 1 and 9007199254740991 and grants_amount between 0 and 9007199254740991
        and (grants_amount > 0 or flow = 'invoice')),
  CONSTRAINT payments_losses CHECK (amount_refunded >= 0 and amount_disputed >= 0 and grants_taken_back between 0 and grants_amount),
  CONSTRAINT payments_status CHECK (status in ('pending', 'requires_action', 'processing', 'succeeded', 'failed', 'canceled', 'expired', 'partially_refunded', 'refunded', 'disputed')),
  CONSTRAINT payments_booked CHECK ((status in ('succeeded', 'partially_refunded', 'refunded', 'disputed')) = (transaction_id is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX payments_provider_reference ON payments (provider, provider_reference);
--> statement-breakpoint
CREATE UNIQUE INDEX payments_money_reference ON payments (provider, money_reference);
--> statement-breakpoint
CREATE INDEX payments_customer ON payments (customer_id, id);
--> statement-breakpoint
CREATE INDEX payments_status ON payments (status, id);
--> statement-breakpoint
CREATE INDEX payments_next_check ON payments (next_check_at) WHERE next_check_at is not null;
--> statement-breakpoint
CREATE INDEX payments_invoice ON payments (invoice_id) WHERE invoice_id is not null;
--> statement-breakpoint
CREATE TABLE unexplained_receipts (
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  money_reference text NOT NULL,
  payment_id uuid,
  reason text NOT NULL,
  amount bigint NOT NULL,
  asset text NOT NULL,
  expected_amount bigint,
  expected_asset text,
  transaction_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT unexplained_receipts_money UNIQUE (provider, money_reference)
);
--> statement-breakpoint
CREATE TABLE payment_method_lists (
  customer_id text PRIMARY KEY,
  default_method_id text,
  version integer DEFAULT 0 NOT NULL,
  checked_at timestamptz,
  refresh_at timestamptz
);
--> statement-breakpoint
CREATE INDEX payment_method_lists_refresh ON payment_method_lists (refresh_at) WHERE refresh_at is not null;
--> statement-breakpoint
CREATE TABLE payment_methods (
  id text PRIMARY KEY,
  customer_id text NOT NULL,
  status text NOT NULL,
  type text NOT NULL,
  brand text,
  last4 text,
  exp_month integer,
  exp_year integer,
  fingerprint text,
  funding text,
  country text,
  expires_at timestamptz,
  expiry_noticed timestamptz,
  created_at timestamptz NOT NULL,
  detached_at timestamptz,
  updated_at timestamptz NOT NULL,
  CONSTRAINT payment_methods_status CHECK (status in ('attached', 'detaching', 'detached')),
  CONSTRAINT payment_methods_detached CHECK ((status = 'detached') = (detached_at is not null))
);
--> statement-breakpoint
CREATE INDEX payment_methods_customer ON payment_methods (customer_id, status);
--> statement-breakpoint
CREATE INDEX payment_methods_expiry ON payment_methods (expires_at) WHERE status = 'attached';
--> statement-breakpoint
CREATE INDEX payment_methods_fingerprint ON payment_methods (fingerprint) WHERE fingerprint is not null;
--> statement-breakpoint
CREATE TABLE dispute_transactions (
  dispute_id uuid NOT NULL,
  provider_reference text NOT NULL,
  amount bigint NOT NULL,
  asset text NOT NULL,
  fee bigint NOT NULL,
  worth bigint NOT NULL,
  is_foreign boolean NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT dispute_transactions_pkey PRIMARY KEY (dispute_id, provider_reference)
);
--> statement-breakpoint
CREATE TABLE disputes (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL,
  customer_id text NOT NULL,
  provider text NOT NULL,
  provider_reference text NOT NULL,
  status text NOT NULL,
  funds text NOT NULL,
  is_inquiry boolean NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  taken bigint DEFAULT 0 NOT NULL,
  foreign_taken json,
  review_reason text,
  reason text NOT NULL,
  fee_amount bigint,
  fee_asset text,
  evidence_due_by timestamptz,
  evidence_submitted_at timestamptz,
  next_check_at timestamptz DEFAULT now(),
  version integer DEFAULT 0 NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT disputes_funds CHECK (funds in ('none', 'withdrawn', 'lost', 'reinstated')),
  CONSTRAINT disputes_amount CHECK (amount between 0 and 9007199254740991)
);
--> statement-breakpoint
CREATE UNIQUE INDEX disputes_provider_reference ON disputes (provider, provider_reference);
--> statement-breakpoint
CREATE INDEX disputes_payment ON disputes (payment_id, id);
--> statement-breakpoint
CREATE INDEX disputes_next_check ON disputes (next_check_at) WHERE next_check_at is not null;
--> statement-breakpoint
CREATE TABLE refunds (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL,
  customer_id text NOT NULL,
  provider text NOT NULL,
  provider_reference text,
  second_reference text,
  status text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  excess bigint NOT NULL,
  origin text NOT NULL,
  reason text,
  note text,
  failure json,
  booked boolean NOT NULL,
  requested_by text NOT NULL,
  next_check_at timestamptz,
  checks integer DEFAULT 0 NOT NULL,
  version integer DEFAULT 0 NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT refunds_amount CHECK (amount between 1 and 9007199254740991 and excess between 0 and amount),
  CONSTRAINT refunds_status CHECK (status in ('requested', 'pending', 'succeeded', 'failed', 'canceled')),
  CONSTRAINT refunds_booked CHECK (booked = (status in ('pending', 'succeeded')))
);
--> statement-breakpoint
CREATE UNIQUE INDEX refunds_provider_reference ON refunds (provider, provider_reference);
--> statement-breakpoint
CREATE INDEX refunds_payment ON refunds (payment_id, id);
--> statement-breakpoint
CREATE INDEX refunds_next_check ON refunds (next_check_at) WHERE next_check_at is not null;
--> statement-breakpoint
CREATE TABLE reversal_cursors (
  name text PRIMARY KEY,
  read_up_to timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE billing_cursors (
  name text PRIMARY KEY,
  read_up_to timestamptz NOT NULL
);
--> statement-breakpoint
CREATE TABLE subscriptions (
  id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  wallet_id uuid NOT NULL,
  provider text NOT NULL,
  flow text NOT NULL,
  status text NOT NULL,
  plan_id uuid,
  currency text NOT NULL,
  quantity bigint NOT NULL,
  provider_customer text NOT NULL,
  price_reference text NOT NULL,
  trial_days integer NOT NULL,
  payment_method_id text,
  success_url text,
  cancel_url text,
  metadata json NOT NULL,
  provider_reference text,
  item_reference text,
  other_items json,
  session_reference text,
  checkout_url text,
  expires_at timestamptz,
  client_secret text,
  current_period_start timestamptz,
  current_period_end timestamptz,
  trial_end timestamptz,
  cancel_at timestamptz,
  canceled_at timestamptz,
  ended_at timestamptz,
  collection_paused boolean DEFAULT false NOT NULL,
  has_pending_update boolean DEFAULT false NOT NULL,
  default_method_reference text,
  latest_invoice_reference text,
  failure json,
  next_check_at timestamptz,
  checks integer DEFAULT 0 NOT NULL,
  version integer DEFAULT 0 NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT subscriptions_quantity CHECK (quantity >= 0),
  CONSTRAINT subscriptions_status CHECK (status in ('requested', 'failed', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX subscriptions_provider_reference ON subscriptions (provider, provider_reference);
--> statement-breakpoint
CREATE UNIQUE INDEX subscriptions_session_reference ON subscriptions (provider, session_reference);
--> statement-breakpoint
CREATE INDEX subscriptions_customer ON subscriptions (customer_id, id);
--> statement-breakpoint
CREATE INDEX subscriptions_status ON subscriptions (status, id);
--> statement-breakpoint
CREATE INDEX subscriptions_next_check ON subscriptions (next_check_at) WHERE next_check_at is not null;
--> statement-breakpoint
CREATE TABLE invoices (
  id uuid PRIMARY KEY,
  subscription_id uuid NOT NULL,
  customer_id text NOT NULL,
  wallet_id uuid NOT NULL,
  provider text NOT NULL,
  provider_reference text NOT NULL,
  number text,
  status text NOT NULL,
  billing_reason text NOT NULL,
  currency text NOT NULL,
  total bigint NOT NULL,
  amount_due bigint NOT NULL,
  amount_paid bigint NOT NULL,
  amount_remaining bigint NOT NULL,
  lines json NOT NULL,
  hosted_url text,
  pdf_url text,
  client_secret text,
  attempts integer NOT NULL,
  next_attempt_at timestamptz,
  failure json,
  requires_action boolean NOT NULL,
  finalized_at timestamptz,
  paid_at timestamptz,
  payment_id uuid,
  payment_ids json,
  credited bigint DEFAULT 0 NOT NULL,
  booked_at timestamptz,
  grants json NOT NULL,
  next_check_at timestamptz,
  checks integer DEFAULT 0 NOT NULL,
  version integer DEFAULT 0 NOT NULL,
  looked_up_at timestamptz NOT NULL,
  issued_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT invoices_status CHECK (status in ('draft', 'open', 'paid', 'uncollectible', 'void')),
  CONSTRAINT invoices_booked CHECK ((status = 'paid') = (booked_at is not null)),
  CONSTRAINT invoices_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id)
);
--> statement-breakpoint
CREATE UNIQUE INDEX invoices_provider_reference ON invoices (provider, provider_reference);
--> statement-breakpoint
CREATE UNIQUE INDEX invoices_payment ON invoices (payment_id);
--> statement-breakpoint
CREATE INDEX invoices_customer ON invoices (customer_id, id);
--> statement-breakpoint
CREATE INDEX invoices_subscription ON invoices (subscription_id, id);
--> statement-breakpoint
CREATE INDEX invoices_next_check ON invoices (next_check_at) WHERE next_check_at is not null;
--> statement-breakpoint
CREATE TABLE dunning_cases (
  id uuid PRIMARY KEY,
  invoice_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  customer_id text NOT NULL,
  wallet_id uuid NOT NULL,
  asset text NOT NULL,
  status text NOT NULL,
  consequence text NOT NULL,
  grace_ends_at timestamptz NOT NULL,
  act_at timestamptz,
  consequence_at timestamptz,
  failure json,
  requires_action boolean NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at timestamptz,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  CONSTRAINT dunning_cases_status CHECK (status in ('open', 'recovered', 'voided', 'ended')),
  CONSTRAINT dunning_cases_consequence CHECK (consequence in ('keep', 'freeze', 'cancel')),
  CONSTRAINT dunning_cases_closed CHECK ((status = 'open') = (closed_at is null)),
  CONSTRAINT dunning_cases_invoice_id_invoices_id_fk FOREIGN KEY (invoice_id) REFERENCES invoices (id),
  CONSTRAINT dunning_cases_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions (id)
);
--> statement-breakpoint
CREATE UNIQUE INDEX dunning_cases_invoice ON dunning_cases (invoice_id);
--> statement-breakpoint
CREATE INDEX dunning_cases_subscription ON dunning_cases (subscription_id, id);
--> statement-breakpoint
CREATE INDEX dunning_cases_act_at ON dunning_cases (act_at) WHERE act_at is not null;
--> statement-breakpoint
CREATE INDEX dunning_cases_frozen ON dunning_cases (wallet_id, asset) WHERE status = 'open';
--> statement-breakpoint
CREATE TABLE invoice_credits (
  provider text NOT NULL,
  line_reference text NOT NULL,
  invoice_id uuid NOT NULL,
  plan_id uuid NOT NULL,
  kind text NOT NULL,
  asset text NOT NULL,
  credits bigint NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT invoice_credits_pkey PRIMARY KEY (provider, line_reference),
  CONSTRAINT invoice_credits_kind CHECK (kind in ('cycle', 'trial', 'free', 'proration')),
  CONSTRAINT invoice_credits_invoice_id_invoices_id_fk FOREIGN KEY (invoice_id) REFERENCES invoices (id)
);
--> statement-breakpoint
CREATE INDEX invoice_credits_invoice ON invoice_credits (invoice_id);
--> statement-breakpoint
CREATE TABLE auto_top_up_attempts (
  id uuid PRIMARY KEY,
  auto_top_up_id uuid NOT NULL,
  wallet_id uuid NOT NULL,
  status text NOT NULL,
  payment_id uuid NOT NULL,
  purchase json NOT NULL,
  payment_method_id text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  available bigint NOT NULL,
  failure_code text,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT auto_top_up_attempts_status CHECK (status in ('in_flight', 'action_required', 'succeeded', 'failed')),
  CONSTRAINT auto_top_up_attempts_ended CHECK ((status in ('succeeded', 'failed')) = (ended_at is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX auto_top_up_attempts_open ON auto_top_up_attempts (wallet_id) WHERE status in ('in_flight', 'action_required');
--> statement-breakpoint
CREATE UNIQUE INDEX auto_top_up_attempts_payment ON auto_top_up_attempts (payment_id);
--> statement-breakpoint
CREATE INDEX auto_top_up_attempts_of ON auto_top_up_attempts (auto_top_up_id, created_at);
--> statement-breakpoint
CREATE TABLE auto_top_up_blocks (
  dispute_id text PRIMARY KEY,
  customer_id text NOT NULL,
  fingerprint text,
  lifted_at timestamptz,
  created_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE INDEX auto_top_up_blocks_customer ON auto_top_up_blocks (customer_id);
--> statement-breakpoint
CREATE INDEX auto_top_up_blocks_card ON auto_top_up_blocks (fingerprint);
--> statement-breakpoint
CREATE TABLE auto_top_up_consents (
  id uuid PRIMARY KEY,
  auto_top_up_id uuid NOT NULL,
  customer_id text NOT NULL,
  accepted_at timestamptz NOT NULL,
  text text,
  version text,
  ip text,
  user_agent text,
  terms json NOT NULL,
  recorded_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT auto_top_up_consents_words CHECK (text is not null or version is not null)
);
--> statement-breakpoint
CREATE INDEX auto_top_up_consents_of ON auto_top_up_consents (auto_top_up_id, id);
--> statement-breakpoint
CREATE TABLE auto_top_ups (
  id uuid PRIMARY KEY,
  wallet_id uuid NOT NULL,
  customer_id text NOT NULL,
  asset text NOT NULL,
  account_id uuid NOT NULL,
  status text NOT NULL,
  paused_reason text,
  paused_until timestamptz,
  threshold bigint NOT NULL,
  purchase json NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  grants_amount bigint NOT NULL,
  monthly_cap bigint NOT NULL,
  payment_method_id text NOT NULL,
  card_fingerprint text,
  card_last4 text,
  consent_id uuid NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  next_attempt_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT auto_top_ups_status CHECK (status in ('active', 'paused', 'off')),
  CONSTRAINT auto_top_ups_paused CHECK ((status = 'paused') = (paused_reason is not null)),
  CONSTRAINT auto_top_ups_amounts CHECK (threshold > 0 and amount > 0 and grants_amount >= threshold and monthly_cap >= amount)
);
--> statement-breakpoint
CREATE UNIQUE INDEX auto_top_ups_wallet ON auto_top_ups (wallet_id);
--> statement-breakpoint
CREATE INDEX auto_top_ups_customer ON auto_top_ups (customer_id);
--> statement-breakpoint
CREATE INDEX auto_top_ups_method ON auto_top_ups (payment_method_id);
--> statement-breakpoint
CREATE INDEX auto_top_ups_fingerprint ON auto_top_ups (card_fingerprint) WHERE card_fingerprint is not null;
--> statement-breakpoint
CREATE INDEX auto_top_ups_active ON auto_top_ups (id) WHERE status = 'active';
--> statement-breakpoint
CREATE INDEX auto_top_ups_paused_until ON auto_top_ups (paused_until) WHERE paused_until is not null;
--> statement-breakpoint
CREATE INDEX auto_top_ups_updated ON auto_top_ups (updated_at);
