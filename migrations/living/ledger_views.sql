-- A view of transfers: one account's side of each, signed, with the balance after. System accounts have no balance after.
CREATE OR REPLACE VIEW ledger_entries AS
  SELECT bucket, account_id, id AS transfer_id, coalesce(transaction_id, id) AS transaction_id, asset, type,
         CASE WHEN account_id = from_account_id THEN -amount ELSE amount END AS amount,
         balance_after, account_version,
         CASE WHEN account_id = from_account_id THEN to_account_id ELSE from_account_id END AS other_account_id,
         source, reference, description, metadata, created_by, coalesce(effective_at, created_at) AS effective_at, created_at
    FROM ledger_transfers
  UNION ALL
  SELECT bucket, CASE WHEN account_id = from_account_id THEN to_account_id ELSE from_account_id END, id, coalesce(transaction_id, id), asset, type,
         CASE WHEN account_id = from_account_id THEN amount ELSE -amount END,
         other_balance_after, other_account_version, account_id,
         source, reference, description, metadata, created_by, coalesce(effective_at, created_at), created_at
    FROM ledger_transfers;
--> statement-breakpoint
-- Every account, the customers' and the system's. A system account's balance is not here: it is a sum.
CREATE OR REPLACE VIEW ledger_chart AS
  SELECT id, 'customer' AS kind, 'wallet' AS code, wallet_id, asset, balance, held, version, frozen, created_at FROM ledger_accounts
  UNION ALL
  SELECT id, 'system', code, NULL, asset, 0, 0, 0, false, created_at FROM ledger_system_accounts;
