-- What exports read of the modules' tables, with the words of the files. A module that changes a table keeps its view here. The
-- file comes after ledger_views, which it builds on.
CREATE OR REPLACE VIEW export_accounts AS
  SELECT c.id, c.code, c.wallet_id, c.asset, a.scale, a.kind AS asset_kind
    FROM ledger_chart c JOIN assets a ON a.code = c.asset;
--> statement-breakpoint
CREATE OR REPLACE VIEW export_transfers AS
  SELECT t.id, coalesce(t.transaction_id, t.id) AS transaction_id, t.type, t.asset, s.scale, s.kind AS asset_kind, t.amount,
         t.from_account_id, coalesce(fs.code, 'wallet') AS from_account, fa.wallet_id AS from_wallet_id,
         t.to_account_id, coalesce(ts.code, 'wallet') AS to_account, ta.wallet_id AS to_wallet_id,
         t.source, t.reference, t.description, t.metadata::text AS metadata, t.created_by, t.reverses,
         coalesce(t.effective_at, t.created_at) AS effective_at, t.created_at
    FROM ledger_transfers t
    JOIN assets s ON s.code = t.asset
    LEFT JOIN ledger_system_accounts fs ON fs.id = t.from_account_id
    LEFT JOIN ledger_accounts fa ON fa.id = t.from_account_id
    LEFT JOIN ledger_system_accounts ts ON ts.id = t.to_account_id
    LEFT JOIN ledger_accounts ta ON ta.id = t.to_account_id;
--> statement-breakpoint
CREATE OR REPLACE VIEW export_entries AS
  SELECT e.transfer_id, e.transaction_id, e.account_id, coalesce(y.code, 'wallet') AS account, a.wallet_id, e.type, e.asset, s.scale,
         e.amount, e.balance_after, e.account_version, e.other_account_id, coalesce(oy.code, 'wallet') AS other_account,
         e.source, e.reference, e.description, e.metadata::text AS metadata, e.created_by, e.effective_at, e.created_at
    FROM ledger_entries e
    JOIN assets s ON s.code = e.asset
    LEFT JOIN ledger_system_accounts y ON y.id = e.account_id
    LEFT JOIN ledger_accounts a ON a.id = e.account_id
    LEFT JOIN ledger_system_accounts oy ON oy.id = e.other_account_id;
--> statement-breakpoint
CREATE OR REPLACE VIEW export_payments AS
  SELECT p.id, p.customer_id, p.wallet_id, p.provider, p.flow, p.status, p.currency, c.scale, p.amount, p.amount_refunded,
         p.amount_disputed, p.grants_asset, g.scale AS grants_scale, p.grants_amount, p.package_id, p.provider_reference,
         p.money_reference, p.description, p.metadata::text AS metadata, p.failure ->> 'code' AS failure_code, p.created_by,
         p.succeeded_at, p.created_at, p.updated_at
    FROM payments p
    LEFT JOIN assets c ON c.code = p.currency
    LEFT JOIN assets g ON g.code = p.grants_asset;
--> statement-breakpoint
CREATE OR REPLACE VIEW export_payouts AS
  SELECT p.id, p.customer_id, p.wallet_id, p.payment_id, p.status, p.asset, s.scale, p.amount, p.platform_fee, p.payout_asset,
         o.scale AS payout_scale, p.payout_amount, p.rate, p.network, p.address, p.provider, p.provider_reference,
         p.transaction_hash, p.reference, p.description, p.metadata::text AS metadata, p.failure ->> 'code' AS failure_code,
         p.requested_by, p.approved_by, p.submitted_at, p.confirmed_at, p.created_at, p.updated_at
    FROM payouts p
    LEFT JOIN assets s ON s.code = p.asset
    LEFT JOIN assets o ON o.code = p.payout_asset;
--> statement-breakpoint
CREATE OR REPLACE VIEW export_audit_events AS
  SELECT e.id, e.actor, e.action, e.resource, e.request_id, e.details::text AS details, e.created_at FROM audit_events e;
