import pg from "pg";
import t from "tap";
import { migrate } from "../../../../src/db/migrate.js";
import { createTestDatabase } from "../../../helpers/cluster.js";
import { type Book, openBook } from "./book.js";

async function openDatabase(t: { teardown(work: () => Promise<void>): void }): Promise<{ sql: pg.Client; book: Book }> {
  const database = await createTestDatabase({ migrate });
  const sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  t.teardown(async () => {
    await sql.end();
    await database.drop();
  });
  const book = await openBook(sql, { customers: 1 });
  await book.post([{ from: book.issued, to: book.customers[0] ?? "", amount: 10n, key: "first" }]);
  await sql.query(
    "INSERT INTO audit_events (id, actor, action, resource, details, created_at) VALUES (gen_random_uuid(), 'test', 'test', 'test', '{}', now())",
  );
  return { sql, book };
}

const CHANGES = [
  "UPDATE ledger_transfers SET amount = amount + 1",
  "DELETE FROM ledger_transfers",
  "TRUNCATE ledger_transfers",
  "TRUNCATE ledger_transfers CASCADE",
  "UPDATE audit_events SET actor = 'somebody else'",
  "DELETE FROM audit_events",
  "TRUNCATE audit_events",
  "INSERT INTO ledger_transfers SELECT * FROM ledger_transfers ON CONFLICT (id, bucket) DO UPDATE SET amount = 1",
];

for (const role of ["origin", "replica", "local"]) {
  t.test(`not even the owner rewrites the books, with session_replication_role=${role}`, async (t) => {
    const { sql } = await openDatabase(t);
    await sql.query(`SET session_replication_role = ${role}`);
    for (const change of CHANGES) await t.rejects(sql.query(change), { code: "55000" }, change);
    const { rows } = await sql.query("SELECT count(*)::int AS n, sum(amount)::int AS amount FROM ledger_transfers");
    t.same(rows, [{ n: 1, amount: 10 }]);
  });
}

t.test("the role that the service connects as has no right to try", async (t) => {
  const { sql, book } = await openDatabase(t);
  const [customer = ""] = book.customers;
  await sql.query("SET ROLE coffer_app");
  const denied = { code: "42501" };
  for (const change of CHANGES) await t.rejects(sql.query(change), denied, change);
  for (const table of ["ledger_accounts", "payments", "unexplained_receipts", "assets", "wallets", "customers"]) {
    await t.rejects(sql.query(`DELETE FROM ${table}`), denied, `DELETE FROM ${table}`);
    await t.rejects(sql.query(`TRUNCATE ${table}`), denied, `TRUNCATE ${table}`);
  }
  await t.rejects(sql.query("ALTER TABLE ledger_transfers DISABLE TRIGGER ALL"), denied);
  await t.rejects(sql.query("SET session_replication_role = replica"), denied);
  await t.rejects(sql.query("DROP TABLE ledger_transfers"), denied);

  const posted = await book.post([
    { from: book.issued, to: customer, amount: 5n, key: "second" },
    { from: customer, to: book.used, amount: 12n, key: "third" },
    { from: customer, to: book.used, amount: 4n, key: "fourth" },
  ]);
  t.match(posted, [
    { outcome: "posted", balanceAfter: 15n },
    { outcome: "posted", balanceAfter: 3n },
    { outcome: "insufficient_balance", available: 3n },
  ]);
});

t.test("a customer's account cannot be brought below zero or above 2^53 - 1 by hand either", async (t) => {
  const { sql } = await openDatabase(t);
  for (const change of ["balance = -1", "held = balance + 1", "held = -1", "balance = 9007199254740992"]) {
    await t.rejects(sql.query(`UPDATE ledger_accounts SET ${change}`), { code: "23514" }, change);
  }
});
