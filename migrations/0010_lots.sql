-- Credits that came together are a lot: what is left of them, until when they can be spent, and what of their price is earned. The
-- release before this one writes none of it; what it posts is settled with default terms.
CREATE TABLE lots (
  granted bigint NOT NULL,
  remaining bigint NOT NULL,
  expired bigint DEFAULT 0 NOT NULL,
  price_amount bigint DEFAULT 0 NOT NULL,
  spent_basis bigint DEFAULT 0 NOT NULL,
  expired_basis bigint DEFAULT 0 NOT NULL,
  paid_out_basis bigint DEFAULT 0 NOT NULL,
  revenue bigint DEFAULT 0 NOT NULL,
  breakage bigint DEFAULT 0 NOT NULL,
  refunded bigint DEFAULT 0 NOT NULL,
  came_version bigint,
  effective_at timestamptz NOT NULL,
  expires_at timestamptz,
  next_notice_at timestamptz,
  created_at timestamptz NOT NULL,
  bucket integer NOT NULL,
  bookings integer DEFAULT 0 NOT NULL,
  priority smallint NOT NULL,
  unbooked boolean DEFAULT false NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  wallet_id uuid NOT NULL,
  asset text NOT NULL,
  kind text NOT NULL,
  origin text NOT NULL,
  source text,
  price_currency text,
  metadata json,
  CONSTRAINT lots_pkey PRIMARY KEY (id, bucket),
  CONSTRAINT lots_units CHECK (granted > 0 and remaining between 0 and granted and expired >= 0),
  CONSTRAINT lots_priority CHECK (priority between 0 and 100),
  CONSTRAINT lots_kind CHECK (kind in ('paid', 'promotional', 'adjustment')),
  CONSTRAINT lots_origin CHECK (origin in ('payment', 'invoice', 'grant', 'deposit', 'conversion', 'returned')),
  CONSTRAINT lots_price CHECK (price_amount >= 0 and (price_amount = 0 or price_currency is not null)
        and revenue >= 0 and breakage >= 0 and revenue + breakage <= price_amount)
);
--> statement-breakpoint
CREATE INDEX lots_account ON lots (account_id, id);
--> statement-breakpoint
CREATE INDEX lots_live ON lots (account_id) WHERE remaining > 0 or unbooked;
--> statement-breakpoint
CREATE INDEX lots_source ON lots (account_id, source);
--> statement-breakpoint
CREATE INDEX lots_expires ON lots (expires_at) WHERE expires_at is not null and remaining > 0;
--> statement-breakpoint
CREATE INDEX lots_notice ON lots (next_notice_at) WHERE next_notice_at is not null;
--> statement-breakpoint
CREATE TABLE lot_claims (
  bucket integer NOT NULL,
  transfer_id uuid NOT NULL,
  source text NOT NULL,
  CONSTRAINT lot_claims_pkey PRIMARY KEY (transfer_id, bucket)
);
--> statement-breakpoint
CREATE TABLE lot_slices (
  units bigint NOT NULL,
  bucket integer NOT NULL,
  lot_id uuid NOT NULL,
  source text NOT NULL,
  CONSTRAINT lot_slices_pkey PRIMARY KEY (lot_id, source, bucket),
  CONSTRAINT lot_slices_units CHECK (units >= 0)
);
--> statement-breakpoint
CREATE TABLE lot_cursors (
  version bigint NOT NULL,
  version_at timestamptz NOT NULL,
  bucket integer NOT NULL,
  account_id uuid NOT NULL,
  CONSTRAINT lot_cursors_pkey PRIMARY KEY (account_id, bucket)
);
--> statement-breakpoint
CREATE TABLE revenue_schedules (
  source text PRIMARY KEY,
  currency text NOT NULL,
  amount bigint NOT NULL,
  refunded bigint DEFAULT 0 NOT NULL,
  revenue bigint DEFAULT 0 NOT NULL,
  bookings integer DEFAULT 0 NOT NULL,
  first_day date NOT NULL,
  end_day date NOT NULL,
  due_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT revenue_schedules_days CHECK (first_day < end_day),
  CONSTRAINT revenue_schedules_amounts CHECK (amount > 0 and revenue between 0 and amount and refunded >= 0)
);
--> statement-breakpoint
CREATE INDEX revenue_schedules_due ON revenue_schedules (due_at) WHERE due_at is not null;
--> statement-breakpoint
ALTER TABLE packages ADD COLUMN credits_expire_after text, ADD COLUMN credits_priority smallint,
  ADD CONSTRAINT packages_credits CHECK (credits_priority between 0 and 100);
--> statement-breakpoint
ALTER TABLE plans ADD COLUMN credits_expire_after text, ADD COLUMN credits_priority smallint,
  ADD COLUMN recognition text DEFAULT 'use' NOT NULL,
  ADD CONSTRAINT plans_credits CHECK (credits_priority between 0 and 100 and recognition in ('use', 'straight_line'));
--> statement-breakpoint
ALTER TABLE payments ADD COLUMN credits_expire_after text, ADD COLUMN credits_priority smallint;
