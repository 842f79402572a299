import pg from "pg";
import t from "tap";
import { migrate } from "../../../../src/db/migrate.js";
import { createTestDatabase } from "../../../helpers/cluster.js";
import { BASE32, INVARIANTS } from "../../../helpers/invariants.js";
import { openBook } from "./book.js";

const ENTRY = `INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type,
    balance_after, account_version, created_by, created_at)`;
const OWN = "WHERE type = 'debit' AND amount = 10";

const SUBSCRIPTION = `INSERT INTO subscriptions (id, customer_id, wallet_id, provider, flow, status, currency, quantity,
    provider_customer, price_reference, trial_days, metadata, created_by, created_at, updated_at)
  VALUES ('01930000-0000-7000-8000-0000000000aa', 'ada', gen_random_uuid(), 'stripe', 'checkout', 'active', 'USD', 1, 'cus_1',
    'price_1', 0, '{}', 'test', now(), now())`;
/** Still to be given: what was paid, with which payment, and what it granted. */
const INVOICE = `INSERT INTO invoices (id, subscription_id, customer_id, wallet_id, provider, provider_reference, status,
    billing_reason, currency, total, amount_due, amount_remaining, lines, attempts, requires_action, booked_at, looked_up_at,
    issued_at, created_at, updated_at, amount_paid, payment_id, grants)
  VALUES (gen_random_uuid(), '01930000-0000-7000-8000-0000000000aa', 'ada', gen_random_uuid(), 'stripe', 'in_1', 'paid',
    'subscription_cycle', 'USD', 1999, 1999, 0, '[]', 1, false, now(), now(), now(), now(), now(),`;

const LOT = `INSERT INTO lots (id, bucket, account_id, wallet_id, asset, kind, origin, granted, remaining, priority,
    effective_at, created_at, price_currency, price_amount, revenue)
  VALUES (gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 'CREDIT', 'paid', 'payment', 1, 0, 50,
    now(), now(), 'USD', 1,`;

/** What somebody with all rights could do to the books, by the invariant that must notice. */
const DAMAGE: Readonly<Record<keyof typeof INVARIANTS, readonly string[]>> = {
  // A transfer has two sides in one row, so only the view that splits it could unbalance the books.
  "books balance per asset": [
    `CREATE OR REPLACE VIEW ledger_entries AS ${"SELECT bucket, account_id, id AS transfer_id, transaction_id, asset, type, amount, balance_after, account_version, to_account_id AS other_account_id, source, reference, description, metadata, created_by, effective_at, created_at FROM ledger_transfers"}`,
  ],
  "a customer's balance is the sum of its entries": ["UPDATE ledger_accounts SET balance = balance + 1"],
  "a customer's version counts its entries": ["UPDATE ledger_accounts SET version = version + 1"],
  "the chain of balances has no gap": [`UPDATE ledger_transfers SET balance_after = balance_after + 1 ${OWN}`],
  "no balance was ever negative": [
    "ALTER TABLE ledger_transfers DROP CONSTRAINT ledger_transfers_floor",
    `UPDATE ledger_transfers SET balance_after = -1 ${OWN}`,
  ],
  "nothing spends what is held": [
    "ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_available",
    "UPDATE ledger_accounts SET held = balance + 1",
  ],
  "both sides of a transfer count its asset": [`UPDATE ledger_transfers SET asset = 'USD' ${OWN}`],
  "a key was posted once": [
    "DROP INDEX ledger_transfers_key",
    `${ENTRY} SELECT bucket, account_id, gen_random_uuid(), from_account_id, to_account_id, asset, amount, type,
        balance_after, account_version, created_by, created_at FROM ledger_transfers ${OWN}`,
    "UPDATE ledger_transfers SET key_hash = '01930000-0000-7000-8000-00000000abcd'",
  ],
  "an account and its transfers are in one bucket": ["UPDATE ledger_transfers SET bucket = 1 - sign(bucket)::int"],
  "a paid payment has exactly its purchase, and no other has one": [
    "INSERT INTO payments (id, customer_id, wallet_id, provider, flow, status, amount, currency, grants_asset, grants_amount, description, metadata, transfer_ids, transaction_id, created_by, created_at, updated_at) VALUES (gen_random_uuid(), 'ada', gen_random_uuid(), 'stripe', 'checkout', 'succeeded', 1, 'USD', 'CREDIT', 1, '', '{}', '[]', gen_random_uuid(), 'test', now(), now())",
  ],
  "an invoice did to its wallet what it says, once": [
    SUBSCRIPTION,
    `${INVOICE} 0, null, '[{"asset":"CREDIT","amount":"25","expired":"0"}]')`,
  ],
  "what an invoice was paid with at the provider is its payments": [
    SUBSCRIPTION,
    `${INVOICE} 1999, null, '[]')`,
    `INSERT INTO payments (id, customer_id, wallet_id, provider, flow, status, amount, currency, grants_asset, grants_amount, description, metadata, transfer_ids, transaction_id, created_by, created_at, updated_at)
     SELECT gen_random_uuid(), 'ada', gen_random_uuid(), 'stripe', 'invoice', 'succeeded', 2000, 'USD', 'CREDIT', 0, '', json_build_object('invoice', 'inv_' || coffer_test_base32(i.id)), '[]', gen_random_uuid(), 'test', now(), now() FROM invoices i`,
  ],
  "a balance is frozen for as long as an open case says so": ["UPDATE ledger_accounts SET frozen = true"],
  "what a payment lost was taken back, in proportion and no more": [
    "INSERT INTO payments (id, customer_id, wallet_id, provider, flow, status, amount, amount_refunded, currency, grants_asset, grants_amount, description, metadata, transfer_ids, created_by, created_at, updated_at) VALUES (gen_random_uuid(), 'ada', gen_random_uuid(), 'stripe', 'checkout', 'failed', 2, 1, 'USD', 'CREDIT', 10, '', '{}', '[]', 'test', now(), now())",
  ],
  "what customers owe is on customer_debt": [
    "INSERT INTO wallet_debts (bucket, wallet_id, asset, amount, updated_at) VALUES (60, '01930000-0000-7000-8000-000000000000', 'CREDIT', 1, now())",
  ],
  "what is set aside for payouts is on payouts_in_flight": [
    "INSERT INTO payouts (id, customer_id, wallet_id, status, amount, asset, platform_fee, payout_amount, payout_asset, chain_amount, network, address, wallet_reference, asset_reference, terms_hash, needs_approval, requested_by, reserved, reserved_at, metadata, transfer_ids, created_at, updated_at) VALUES (gen_random_uuid(), 'ada', gen_random_uuid(), 'approved', 2, 'USDC', 1, 1, 'USDC', '0.000001', 'base', '0x', 'w', 'a', '', false, 'test', true, now(), '{}', '[]', now(), now())",
  ],
  "a credited deposit is in its wallet once, and no other is": [
    "INSERT INTO deposits (id, chain_key, provider_reference, wallet_id, status, asset, amount, on_chain_amount, wallet_reference, created_at, updated_at) VALUES (gen_random_uuid(), 'k', 'r', gen_random_uuid(), 'credited', 'USDC', 1, '0.000001', 'w', now(), now())",
  ],
  "what an auto top-up counts as charged was paid, to the unit": [
    "INSERT INTO auto_top_up_attempts (id, auto_top_up_id, wallet_id, status, payment_id, purchase, payment_method_id, amount, currency, available, created_at, ended_at) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'succeeded', gen_random_uuid(), '{}', 'pm_1', 1, 'USD', 0, now(), now())",
  ],
  "a statement line that is booked is in the books once, and no other is": [
    "INSERT INTO statement_lines (id, provider, line_id, amount, currency, text, booked_at, status, payment_id, told_by, created_at, updated_at) VALUES (gen_random_uuid(), 'bank_transfer', 'line_1', 1, 'USD', '', now(), 'booked', gen_random_uuid(), 'test', now(), now())",
  ],
  "settled lots add up to the balance": [
    "INSERT INTO lot_cursors (version, version_at, bucket, account_id) SELECT version, now(), bucket, id FROM ledger_accounts",
  ],
  "a lot's price is earned, owed, paid out or given back, and what is earned is booked": [`${LOT} 1)`],
  "what is earned is of lots, or of periods": [
    `${ENTRY} SELECT bucket, account_id, gen_random_uuid(), from_account_id, to_account_id, asset, amount, 'revenue_recognized',
        balance_after, account_version, created_by, created_at FROM ledger_transfers ${OWN}`,
  ],
  "an event is in the inbox once": [
    "ALTER TABLE webhook_events DROP CONSTRAINT webhook_events_event",
    ...["1", "2"].map(
      () =>
        "INSERT INTO webhook_events (id, provider, event_id, type, status, body, received_at) VALUES (gen_random_uuid(), 'stripe', 'evt_1', 'test', 'ignored', '', now())",
    ),
  ],
};

t.test("every invariant notices the damage that it is there for", async (t) => {
  const database = await createTestDatabase({ migrate });
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  t.teardown(async () => {
    await sql.end();
    await database.drop();
  });
  const book = await openBook(sql, { customers: 2 });
  const [first = "", second = ""] = book.customers;
  await book.post([
    { from: book.issued, to: first, amount: 10n, key: "grant" },
    { from: first, to: second, amount: 4n, key: "gift" },
    { from: second, to: book.used, amount: 1n, key: "spend" },
  ]);
  await sql.query(BASE32);
  const broken = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const [rule, query] of Object.entries(INVARIANTS)) {
      if ((await sql.query(query)).rows.length > 0) found.push(rule);
    }
    return found;
  };
  t.same(await broken(), [], "the books are right to begin with");
  t.same(Object.keys(DAMAGE), Object.keys(INVARIANTS), "no invariant goes untried");
  for (const [rule, statements] of Object.entries(DAMAGE)) {
    await sql.query("BEGIN");
    await sql.query("ALTER TABLE ledger_transfers DISABLE TRIGGER ALL");
    for (const statement of statements) await sql.query(statement);
    t.ok((await broken()).includes(rule), rule);
    await sql.query("ROLLBACK");
  }
  t.same(await broken(), [], "and in the end again");
});
