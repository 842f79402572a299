import type pg from "pg";

/** The role that the service connects as in production, by way of a login role that is a member of it. */
export const APP_ROLE = "coffer_app";

/**
 * What the role may do with each table, and nothing else. It reads the books and calls the posting function, which owns them;
 * it never deletes a money record. `UPDATE(column)` is a grant on that column, and is enough to lock a row. A new table gets its
 * line here, beside the GRANT of its migration; a test compares the two.
 */
export const TABLE_GRANTS: Readonly<Record<string, string>> = {
  accounting_periods: "SELECT, INSERT",
  api_keys: "SELECT, INSERT, UPDATE(revoked_at), UPDATE(expires_at), UPDATE(last_used_at)",
  assets: "SELECT, INSERT",
  audit_events: "SELECT, INSERT",
  auto_top_up_attempts: "SELECT, INSERT, UPDATE",
  auto_top_up_blocks: "SELECT, INSERT, UPDATE",
  auto_top_up_consents: "SELECT, INSERT",
  auto_top_ups: "SELECT, INSERT, UPDATE",
  bank_payouts: "SELECT, INSERT, UPDATE",
  billing_cursors: "SELECT, INSERT, UPDATE",
  catalog_prices: "SELECT, INSERT, UPDATE",
  catalog_products: "SELECT, INSERT, UPDATE",
  clearing_transfers: "SELECT, INSERT, UPDATE",
  custody_tokens: "SELECT, INSERT, UPDATE, DELETE",
  custody_wallets: "SELECT, INSERT, UPDATE",
  customer_links: "SELECT, INSERT, DELETE",
  customers: "SELECT, INSERT, UPDATE",
  deposit_addresses: "SELECT, INSERT, UPDATE",
  deposits: "SELECT, INSERT, UPDATE",
  dispute_transactions: "SELECT, INSERT",
  installation: "SELECT, INSERT",
  disputes: "SELECT, INSERT, UPDATE",
  dunning_cases: "SELECT, INSERT, UPDATE",
  event_epochs: "SELECT",
  export_accounts: "SELECT",
  export_audit_events: "SELECT",
  export_entries: "SELECT",
  export_payments: "SELECT",
  export_payouts: "SELECT",
  export_transfers: "SELECT",
  exports: "SELECT, INSERT, UPDATE",
  gas_thresholds: "SELECT, INSERT, UPDATE, DELETE",
  idempotency_keys: "SELECT, INSERT, UPDATE, DELETE",
  invoice_credits: "SELECT, INSERT",
  invoices: "SELECT, INSERT, UPDATE",
  ledger_accounts: "SELECT, INSERT, UPDATE(frozen)",
  ledger_buckets: "SELECT",
  ledger_chart: "SELECT",
  ledger_entries: "SELECT",
  ledger_snapshots: "SELECT",
  ledger_system_accounts: "SELECT, INSERT",
  ledger_transfers: "SELECT",
  lot_claims: "SELECT, INSERT",
  lot_cursors: "SELECT, INSERT, UPDATE",
  lot_slices: "SELECT, INSERT, UPDATE",
  lots: "SELECT, INSERT, UPDATE",
  outbox_events: "SELECT, INSERT",
  packages: "SELECT, INSERT, UPDATE",
  payment_method_lists: "SELECT, INSERT, UPDATE",
  payment_methods: "SELECT, INSERT, UPDATE",
  payments: "SELECT, INSERT, UPDATE",
  payout_addresses: "SELECT, INSERT, UPDATE",
  payout_attempts: "SELECT, INSERT, UPDATE",
  payout_controls: "SELECT, INSERT, UPDATE",
  payout_policies: "SELECT, INSERT, UPDATE",
  payout_setting_changes: "SELECT, INSERT, UPDATE",
  payouts: "SELECT, INSERT, UPDATE",
  plans: "SELECT, INSERT, UPDATE",
  principals: "SELECT, INSERT",
  provider_balances: "SELECT, INSERT",
  provider_openings: "SELECT, INSERT",
  provider_transactions: "SELECT, INSERT, UPDATE",
  reconciliation_breaks: "SELECT, INSERT, UPDATE",
  reconciliation_cursors: "SELECT, INSERT, UPDATE",
  reconciliation_notes: "SELECT, INSERT",
  reconciliations: "SELECT, INSERT, UPDATE",
  refunds: "SELECT, INSERT, UPDATE",
  revenue_schedules: "SELECT, INSERT, UPDATE",
  reversal_cursors: "SELECT, INSERT, UPDATE",
  statement_lines: "SELECT, INSERT, UPDATE",
  subscriptions: "SELECT, INSERT, UPDATE",
  treasury_fundings: "SELECT, INSERT, UPDATE",
  treasury_receipts: "SELECT, INSERT, UPDATE",
  unexplained_receipts: "SELECT, INSERT",
  unreadable_entries: "SELECT, INSERT, UPDATE",
  wallet_debts: "SELECT, INSERT, UPDATE",
  wallets: "SELECT, INSERT",
  webhook_cursors: "SELECT, INSERT, UPDATE",
  webhook_events: "SELECT, INSERT, UPDATE, DELETE",
};

/** Functions that the role may call. Those that own what they write are closed to everybody else. */
export const FUNCTION_GRANTS: readonly string[] = [
  "current_event_epoch",
  "ledger_post",
  "ledger_snapshot_until",
  "ledger_take_snapshot",
];

interface Missing {
  readonly statement: string;
}

// What is granted already is not granted again: a start without anything to do writes nothing.
const MISSING = `
  WITH wanted AS (
    SELECT c.oid, c.relname, w.privilege, w.col FROM unnest($2::text[], $3::text[], $4::text[]) AS w(relname, privilege, col)
      JOIN pg_class c ON c.relname = w.relname AND c.relnamespace = 'public'::regnamespace
  )
  SELECT format('GRANT %s ON %I TO %I', w.privilege, w.relname, $1::text) AS statement FROM wanted w
   WHERE w.col = '' AND NOT has_table_privilege($1, w.oid, w.privilege)
  UNION ALL
  SELECT format('GRANT %s (%I) ON %I TO %I', w.privilege, w.col, w.relname, $1::text) FROM wanted w
   WHERE w.col <> '' AND NOT has_column_privilege($1, w.oid, w.col, w.privilege)
  UNION ALL
  SELECT format('GRANT EXECUTE ON FUNCTION %s TO %I', p.oid::regprocedure, $1::text) FROM pg_proc p
   WHERE p.pronamespace = 'public'::regnamespace AND p.proname = ANY ($5) AND NOT has_function_privilege($1, p.oid, 'EXECUTE')
  UNION ALL
  SELECT format('GRANT USAGE ON SCHEMA public TO %I', $1::text) WHERE NOT has_schema_privilege($1, 'public', 'USAGE')`;

/**
 * Gives the role what it lacks of the above: it may have been made after the tables were, or a restore may have lost its grants.
 * Returns whether there is such a role. Takes nothing away; migrations do.
 */
export async function grantToAppRole(client: pg.Client): Promise<boolean> {
  const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [APP_ROLE]);
  if (rowCount === 0) return false;
  const wanted = Object.entries(TABLE_GRANTS).flatMap(([table, grants]) =>
    grants.split(", ").map((grant) => {
      const [, privilege = "", column = ""] = /^(\w+)(?:\((\w+)\))?$/.exec(grant) ?? [];
      return { table, privilege, column };
    }),
  );
  const { rows } = await client.query<Missing>(MISSING, [
    APP_ROLE,
    wanted.map(({ table }) => table),
    wanted.map(({ privilege }) => privilege),
    wanted.map(({ column }) => column),
    FUNCTION_GRANTS,
  ]);
  for (const { statement } of rows) await client.query(statement);
  return true;
}
