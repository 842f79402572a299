import type pg from "pg";
import type { Test } from "tap";
import { EVENT_FAMILIES } from "../../src/events.js";

/** What must hold in every database at every quiet moment. Each query returns the rows that break the rule. */
export const INVARIANTS = {
  "books balance per asset": `
    SELECT asset, sum(amount) FROM ledger_entries GROUP BY asset HAVING sum(amount) <> 0`,
  "a customer's balance is the sum of its entries": `
    SELECT a.id FROM ledger_accounts a LEFT JOIN (SELECT account_id, sum(amount) AS moved FROM ledger_entries GROUP BY 1) e
        ON e.account_id = a.id
     WHERE a.balance <> coalesce(e.moved, 0)`,
  "a customer's version counts its entries": `
    SELECT a.id FROM ledger_accounts a LEFT JOIN (
        SELECT account_id, count(*) AS entries FROM ledger_entries WHERE account_version IS NOT NULL GROUP BY 1) e
        ON e.account_id = a.id
     WHERE a.version <> coalesce(e.entries, 0)`,
  "the chain of balances has no gap": `
    SELECT account_id, account_version FROM (
      SELECT account_id, account_version, amount, balance_after,
             lag(balance_after, 1, 0::bigint) OVER w AS before, row_number() OVER w AS place
        FROM ledger_entries WHERE account_version IS NOT NULL
      WINDOW w AS (PARTITION BY account_id ORDER BY account_version)) c
     WHERE account_version <> place OR balance_after <> before + amount`,
  "no balance was ever negative": `SELECT account_id FROM ledger_entries WHERE balance_after < 0`,
  "nothing spends what is held": `SELECT id FROM ledger_accounts WHERE balance - held < 0`,
  "both sides of a transfer count its asset": `
    SELECT t.id FROM ledger_transfers t JOIN ledger_chart f ON f.id = t.from_account_id
      JOIN ledger_chart o ON o.id = t.to_account_id WHERE f.asset <> t.asset OR o.asset <> t.asset`,
  "a key was posted once": `
    SELECT key_hash FROM ledger_transfers WHERE key_hash IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  "an account and its transfers are in one bucket": `
    SELECT t.id FROM ledger_transfers t LEFT JOIN ledger_accounts a ON a.id = t.account_id
     WHERE a.bucket <> t.bucket OR right(a.id::text, 2) <> right(a.wallet_id::text, 2) OR (a.id IS NOT NULL AND right(t.id::text, 2) <> right(a.id::text, 2))`,
  "a paid payment has exactly its purchase, and no other has one": `
    SELECT p.id FROM payments p LEFT JOIN (
        SELECT source, count(*) AS purchases, sum(amount) AS amount FROM ledger_transfers WHERE type = 'purchase' GROUP BY 1) t
        ON t.source = 'pay_' || coffer_test_base32(p.id)
     WHERE (p.transaction_id IS NOT NULL AND p.grants_amount > 0) <> (coalesce(t.purchases, 0) = 1)
        OR (p.transaction_id IS NOT NULL AND coalesce(t.amount, 0) <> p.grants_amount)`,
  "an invoice did to its wallet what it says, once": `
    SELECT i.id FROM (
        SELECT i.id, g.asset, g.amount::bigint, g.expired::bigint
          FROM invoices i CROSS JOIN LATERAL json_to_recordset(i.grants) AS g(asset text, amount text, expired text)) i
      LEFT JOIN (
        SELECT source, asset, sum(CASE type WHEN 'grant' THEN amount WHEN 'expired' THEN 0 ELSE -amount END) AS given,
               sum(CASE type WHEN 'expired' THEN amount ELSE 0 END) AS expired
          FROM ledger_transfers WHERE source LIKE 'inv_%' AND description IS DISTINCT FROM 'Credited on the invoice'
           AND type IN ('grant', 'take_back', 'debt_incurred', 'expired')
         GROUP BY 1, 2) t
        ON t.source = 'inv_' || coffer_test_base32(i.id) AND t.asset = i.asset
      LEFT JOIN (
        SELECT metadata->>'invoice' AS invoice, grants_asset, sum(grants_amount) AS granted FROM payments GROUP BY 1, 2) p
        ON p.invoice = 'inv_' || coffer_test_base32(i.id) AND p.grants_asset = i.asset
     WHERE i.amount <> coalesce(t.given, 0) + coalesce(p.granted, 0) OR i.expired <> coalesce(t.expired, 0)`,
  "what an invoice was paid with at the provider is its payments": `
    SELECT i.id FROM invoices i JOIN (
        SELECT metadata->>'invoice' AS invoice, sum(amount) AS amount, min(currency) AS currency, min(customer_id) AS customer
          FROM payments WHERE flow = 'invoice' GROUP BY 1) p ON p.invoice = 'inv_' || coffer_test_base32(i.id)
     WHERE p.amount > i.amount_paid OR p.currency <> i.currency OR p.customer <> i.customer_id OR i.booked_at IS NULL`,
  "a balance is frozen for as long as an open case says so": `
    SELECT a.id FROM ledger_accounts a WHERE a.frozen <> EXISTS (
      SELECT 1 FROM dunning_cases c WHERE c.wallet_id = a.wallet_id AND c.asset = a.asset AND c.status = 'open'
         AND c.consequence = 'freeze' AND c.consequence_at IS NOT NULL)`,
  "what a payment lost was taken back, in proportion and no more": `
    SELECT id FROM payments WHERE grants_taken_back
           <> div(grants_amount::numeric * least(amount, amount_refunded + amount_disputed), amount)`,
  "what customers owe is on customer_debt": `
    SELECT d.asset FROM (SELECT asset, sum(amount) AS owed FROM wallet_debts GROUP BY 1) d
      FULL JOIN (SELECT e.asset, sum(e.amount) AS balance FROM ledger_entries e JOIN ledger_system_accounts a ON a.id = e.account_id
                  WHERE a.code = 'customer_debt' GROUP BY 1) b ON b.asset = d.asset
     WHERE coalesce(d.owed, 0) <> -coalesce(b.balance, 0)`,
  "what is set aside for payouts is on payouts_in_flight": `
    SELECT p.asset FROM (SELECT asset, sum(amount) AS reserved FROM payouts WHERE reserved GROUP BY 1) p
      FULL JOIN (SELECT e.asset, sum(e.amount) AS balance FROM ledger_entries e JOIN ledger_system_accounts a ON a.id = e.account_id
                  WHERE a.code = 'payouts_in_flight' GROUP BY 1) b ON b.asset = p.asset
     WHERE coalesce(p.reserved, 0) <> coalesce(b.balance, 0)`,
  "a credited deposit is in its wallet once, and no other is": `
    SELECT d.id FROM deposits d LEFT JOIN (
        SELECT source, sum(CASE type WHEN 'deposit' THEN amount ELSE -amount END) AS amount FROM ledger_transfers
         WHERE type in ('deposit', 'take_back', 'debt_incurred') GROUP BY 1) t
        ON t.source = 'dep_' || coffer_test_base32(d.id)
     WHERE coalesce(t.amount, 0) <> CASE d.status WHEN 'credited' THEN d.amount ELSE 0 END`,
  "what an auto top-up counts as charged was paid, to the unit": `
    SELECT a.id FROM auto_top_up_attempts a LEFT JOIN payments p ON p.id = a.payment_id
     WHERE a.status = 'succeeded' AND (p.transaction_id IS NULL OR p.amount <> a.amount OR p.currency <> a.currency)`,
  "a statement line that is booked is in the books once, and no other is": `
    SELECT s.id FROM statement_lines s LEFT JOIN (
        SELECT t.reference, sum(t.amount) AS amount FROM ledger_transfers t
          JOIN ledger_system_accounts a ON a.id IN (t.from_account_id, t.to_account_id)
         WHERE a.code = 'bank_transfer_clearing' GROUP BY 1) b ON b.reference = s.line_id
     WHERE coalesce(b.amount, 0) <> CASE s.status WHEN 'booked' THEN s.amount ELSE 0 END`,
  "settled lots add up to the balance": `
    SELECT c.account_id FROM lot_cursors c JOIN ledger_accounts a ON a.id = c.account_id AND a.version = c.version
      LEFT JOIN (SELECT account_id, sum(remaining) AS remaining FROM lots WHERE came_version IS NOT NULL GROUP BY 1) l ON l.account_id = a.id
     WHERE a.balance <> coalesce(l.remaining, 0)`,
  "a lot's price is earned, owed, paid out or given back, and what is earned is booked": `
    SELECT l.id FROM lots l LEFT JOIN (
        SELECT source, sum(CASE type WHEN 'revenue_recognized' THEN amount WHEN 'revenue_reversed' THEN -amount ELSE 0 END) AS revenue,
               sum(CASE type WHEN 'breakage_recognized' THEN amount WHEN 'breakage_reversed' THEN -amount ELSE 0 END) AS breakage
          FROM ledger_transfers WHERE source LIKE 'lot_%' GROUP BY 1) b ON b.source = 'lot_' || coffer_test_base32(l.id)
     WHERE l.revenue <> coalesce(b.revenue, 0) OR l.breakage <> coalesce(b.breakage, 0) OR l.revenue + l.breakage > l.price_amount
        OR NOT l.unbooked AND l.revenue + l.breakage > greatest(0, l.price_amount - l.refunded)`,
  "what is earned is of lots, or of periods": `
    SELECT t.asset FROM (
        SELECT asset, sum(CASE WHEN type LIKE '%_reversed' THEN -amount ELSE amount END) AS earned FROM ledger_transfers
         WHERE type IN ('revenue_recognized', 'revenue_reversed', 'breakage_recognized', 'breakage_reversed') GROUP BY 1) t
      LEFT JOIN (SELECT currency, sum(earned) AS earned FROM (
        SELECT price_currency AS currency, revenue + breakage AS earned FROM lots
        UNION ALL SELECT currency, revenue FROM revenue_schedules) e GROUP BY 1) l ON l.currency = t.asset
     WHERE t.earned <> coalesce(l.earned, 0)`,
  "an event is in the inbox once": `
    SELECT provider, event_id FROM webhook_events GROUP BY 1, 2 HAVING count(*) > 1`,
} as const;

// TypeIDs are a rendering of uuids; the sums above need the same rendering inside SQL.
export const BASE32 = `
  CREATE OR REPLACE FUNCTION coffer_test_base32(p uuid) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE bits bit(130) := B'00' || ('x' || replace(p::text, '-', ''))::bit(128); r text := ''; BEGIN
    FOR i IN 0..25 LOOP r := r || substr('0123456789abcdefghjkmnpqrstvwxyz', substring(bits from i * 5 + 1 for 5)::int + 1, 1); END LOOP;
    RETURN r; END $$`;

const DATA_OF = new Map(
  EVENT_FAMILIES.flatMap(({ types, data }) => Object.keys(types).map((type) => [type, data.strict()] as const)),
);

/** What is wrong with an event; undefined when it is as it was declared. */
function undeclared(type: string, data: unknown): string | undefined {
  const schema = DATA_OF.get(type);
  if (!schema) return `${type} is not declared`;
  const { error } = schema.safeParse(data);
  return error && `${type}: ${error.message} in ${JSON.stringify(data)}`;
}

/** Asserts every invariant. `t` fails by the rule's name. */
export async function assertBooks(t: Test, sql: pg.Pool): Promise<void> {
  const client = await sql.connect();
  try {
    await client.query("BEGIN");
    await client.query(BASE32);
    for (const [rule, query] of Object.entries(INVARIANTS)) {
      const { rows } = await client.query(query);
      if (rows.length > 0) t.fail(rule, { rows: rows.slice(0, 3) });
    }
    const { rows } = await client.query<{ type: string; data: unknown }>(
      "SELECT DISTINCT type, data::text FROM outbox_events",
    );
    const wrong = rows
      .map(({ type, data }) => undeclared(type, JSON.parse(String(data))))
      .filter((each) => each !== undefined);
    if (wrong.length > 0) t.fail("an event is of a declared type and has its data", { wrong: wrong.slice(0, 3) });
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}
