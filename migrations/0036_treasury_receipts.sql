-- Coins that came to a master wallet are known like deposits: by chain, hash and log index, and by the provider's id.
CREATE TABLE "treasury_receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"chain_key" text NOT NULL,
	"provider_reference" text,
	"wallet_reference" text,
	"network" text,
	"asset" text NOT NULL,
	"amount" bigint NOT NULL,
	"transaction_hash" text,
	"status" text NOT NULL,
	"booked_on" text,
	"funding_id" uuid,
	"duplicate_of" uuid,
	"reviewed_by" text,
	"version" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "treasury_receipts_amount" CHECK ("treasury_receipts"."amount" between 0 and 9007199254740991),
	CONSTRAINT "treasury_receipts_status" CHECK ("treasury_receipts"."status" in ('booked', 'held', 'rejected', 'gone')),
	CONSTRAINT "treasury_receipts_booked" CHECK (("treasury_receipts"."status" = 'booked') = ("treasury_receipts"."booked_on" is not null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX "treasury_receipts_chain_key" ON "treasury_receipts" USING btree ("chain_key");--> statement-breakpoint
CREATE UNIQUE INDEX "treasury_receipts_provider_reference" ON "treasury_receipts" USING btree ("provider_reference");--> statement-breakpoint
CREATE INDEX "treasury_receipts_transaction_hash" ON "treasury_receipts" USING btree ("transaction_hash");--> statement-breakpoint
CREATE INDEX "treasury_receipts_held" ON "treasury_receipts" USING btree ("id") WHERE status = 'held';--> statement-breakpoint
-- What was booked so far is in the ledger alone, under `funding:<network>:<hash>:<asset>:<amount>` or `funding:<provider's id>`,
-- with `:1`, `:2` behind it for each time that the coins came back. The last of these times is how the coins stand.
INSERT INTO treasury_receipts (id, chain_key, provider_reference, wallet_reference, network, asset, amount, transaction_hash,
                               status, booked_on, funding_id, created_at, updated_at)
SELECT gen_random_uuid(), 'blockradar:' || coalesce(r.provider_reference, r.idempotency_key), r.provider_reference, r.wallet_reference,
       r.network, r.asset, r.amount,
       CASE WHEN r.hash !~* '^(0x)?[0-9a-f]{64}$' THEN r.hash
            WHEN r.network = 'tron' THEN lower(right(r.hash, 64)) ELSE '0x' || lower(right(r.hash, 64)) END,
       CASE WHEN r.is_undone THEN 'gone' ELSE 'booked' END,
       CASE WHEN r.is_undone THEN NULL WHEN r.type = 'treasury_funding' THEN 'capital' ELSE 'unexplained' END,
       CASE WHEN r.is_undone THEN NULL ELSE r.funding_id END, r.created_at, r.created_at
  FROM (
    SELECT DISTINCT ON (CASE WHEN named THEN parts[1:4] ELSE parts[1:1] END)
           k.*, f.id AS funding_id, f.wallet_reference, coalesce(f.provider_reference, CASE WHEN named THEN NULL ELSE parts[1] END) AS provider_reference,
           CASE WHEN named THEN parts[1] ELSE f.network END AS network,
           CASE WHEN named THEN parts[2] WHEN k.reference <> parts[1] THEN k.reference END AS hash,
           EXISTS (SELECT 1 FROM ledger_transfers u
                    WHERE u.account_id = k.to_account_id AND u.idempotency_key = k.idempotency_key || ':undone') AS is_undone
      FROM (SELECT t.*, string_to_array(substr(t.idempotency_key, 9), ':') AS parts,
                   array_length(string_to_array(t.idempotency_key, ':'), 1) >= 5 AS named
              FROM ledger_transfers t
             WHERE t.account_id IN (SELECT id FROM ledger_accounts WHERE kind = 'system' AND code IN ('treasury_capital', 'unexplained'))
               AND t.type IN ('treasury_funding', 'unexplained_receipt') AND t.idempotency_key LIKE 'funding:%') k
      LEFT JOIN treasury_fundings f ON f.transaction_id = k.transaction_id
     ORDER BY CASE WHEN named THEN parts[1:4] ELSE parts[1:1] END,
              coalesce((CASE WHEN named THEN parts[5] ELSE parts[2] END)::int, 0) DESC) r
ON CONFLICT DO NOTHING;
--> statement-breakpoint
DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coffer_app') THEN
    GRANT SELECT, INSERT, UPDATE ON treasury_receipts TO coffer_app;
  END IF;
END
$$;
