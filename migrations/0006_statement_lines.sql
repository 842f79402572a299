-- Payments by transfer: what payers are told, and what a bank says arrived.
ALTER TABLE payments ADD COLUMN instructions json;
--> statement-breakpoint
CREATE TABLE statement_lines (
  id uuid PRIMARY KEY,
  provider text NOT NULL,
  line_id text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  text text NOT NULL,
  booked_at timestamptz NOT NULL,
  status text NOT NULL,
  reason text,
  payment_id uuid,
  told_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT statement_lines_line UNIQUE (provider, line_id),
  CONSTRAINT statement_lines_amount CHECK (amount between 1 and 9007199254740991),
  CONSTRAINT statement_lines_status CHECK (status in ('booked', 'unmatched')),
  CONSTRAINT statement_lines_booked CHECK ((status = 'booked') = (payment_id is not null))
);
--> statement-breakpoint
CREATE INDEX statement_lines_status ON statement_lines (status, id);
