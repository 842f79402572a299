import type pg from "pg";

/** What must hold after any load. Each query returns the rows that break the rule. */
const RULES: Readonly<Record<string, string>> = {
  "nothing is negative": "SELECT id FROM ledger_accounts WHERE balance < 0 OR balance - held < 0",
  "a balance is the sum of its entries": `
    SELECT a.id FROM ledger_accounts a LEFT JOIN (SELECT account_id, sum(amount) AS moved FROM ledger_entries GROUP BY 1) e
        ON e.account_id = a.id
     WHERE a.balance <> coalesce(e.moved, 0)`,
  "what customers spent is what was earned": `
    SELECT 1 FROM (SELECT coalesce(sum(amount), 0) AS spent FROM ledger_transfers WHERE type = 'debit') d,
                  (SELECT coalesce(sum(e.amount), 0) AS used FROM ledger_entries e JOIN ledger_chart a ON a.id = e.account_id
                    WHERE a.code = 'credits_used') u
     WHERE d.spent <> u.used`,
  "the chain of balances has no gap": `
    SELECT account_id FROM (
      SELECT account_id, account_version, amount, balance_after,
             lag(balance_after, 1, 0::bigint) OVER w AS before, row_number() OVER w AS place
        FROM ledger_entries WHERE account_version IS NOT NULL
      WINDOW w AS (PARTITION BY account_id ORDER BY account_version)) c
     WHERE account_version <> place OR balance_after <> before + amount OR balance_after < 0 LIMIT 1`,
  "a paid payment was credited exactly once, and in full": `
    SELECT p.id FROM payments p LEFT JOIN (
        SELECT account_id, reference, count(*) AS times, sum(amount) AS credited
          FROM ledger_transfers WHERE type = 'purchase' GROUP BY 1, 2) t ON t.reference = p.provider_reference
      LEFT JOIN ledger_accounts a ON a.wallet_id = p.wallet_id AND a.asset = p.grants_asset
     WHERE p.status = 'succeeded' AND (t.times IS DISTINCT FROM 1 OR t.credited <> p.grants_amount OR t.account_id <> a.id)
        OR p.status <> 'succeeded' AND t.times IS NOT NULL`,
};

/** Throws naming the first rule that the books break. */
export async function assertBooks(sql: pg.Pool): Promise<void> {
  for (const [rule, query] of Object.entries(RULES)) {
    const { rows } = await sql.query<Record<string, unknown>>(query);
    if (rows.length > 0) throw new Error(`broken after the load: ${rule} (${JSON.stringify(rows[0])})`);
  }
  const { rows } = await sql.query<{ transfers: string }>("SELECT count(*) AS transfers FROM ledger_transfers");
  console.log(`  books checked: ${Number(rows[0]?.transfers).toLocaleString("en-US")} transfers, no rule broken`);
}
