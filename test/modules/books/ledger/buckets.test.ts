import { readFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import t, { type Test } from "tap";
import { BUCKETS, bucketOf, inBucketOf } from "../../../../src/core/buckets.js";
import { decodeId, systemIds } from "../../../../src/core/ids.js";
import { MIGRATIONS_FOLDER, migrate } from "../../../../src/db/migrate.js";
import { TRANSFER_TYPES } from "../../../../src/modules/books/ledger/types.js";
import { createTestDatabase } from "../../../helpers/cluster.js";
import { assertBooks } from "../../../helpers/invariants.js";
import { type Book, openBook } from "./book.js";

const TEMPLATE = readFileSync(path.join(MIGRATIONS_FOLDER, "living", "ledger_post.sql"), "utf8");
/** The function as it is where the tables are distributed. */
const distributed = TEMPLATE.replaceAll(
  /^( *)[^\n]*? --\| ([^\n]*)$/gm,
  (_, indent: string, text: string) => indent + text,
);
const HOT = ["ledger_accounts", "ledger_transfers"];

/** The same beside the function that the service calls. */
const POST_ONE =
  distributed.split("--> statement-breakpoint")[0]?.replace("FUNCTION ledger_post(", "FUNCTION post_one(") ?? "";

/** A grant of 10 and spends of 4 and 7, in the bucket of the customer's account. */
async function postOne(sql: pg.Pool | pg.Client, book: Book, customer: string, isDry = true): Promise<unknown[]> {
  const id = decodeId("acc", customer) ?? "";
  const issued = decodeId("acc", book.issued);
  const used = decodeId("acc", book.used);
  const { rows } = await (sql as pg.Pool).query(
    `SELECT outcome, balance_after::int, available::int FROM post_one($1, NULL, $2, $2, $3, $4, ARRAY[10, 4, 7]::bigint[],
       array_fill('CREDIT'::text, ARRAY[3]), ARRAY['grant', 'debit', 'debit'], NULL, NULL, NULL, NULL, NULL, NULL,
       array_fill('test'::text, ARRAY[3]), NULL, NULL, ${isDry})`,
    [bucketOf(id), [1, 2, 3].map(() => inBucketOf(systemIds.uuid(), id)), [issued, id, id], [id, used, used]],
  );
  return rows;
}

async function openDatabase(t: Test) {
  const database = await createTestDatabase({ migrate });
  const sql = new pg.Pool({ connectionString: database.url, max: 2 });
  t.teardown(async () => {
    await sql.end();
    await database.drop();
  });
  return sql;
}

t.test("the 64 buckets are the same in the code and in the database, and no two are alike", async (t) => {
  const sql = await openDatabase(t);
  const { rows } = await sql.query<{ bucket: number }>("SELECT bucket FROM ledger_buckets ORDER BY bucket");
  t.same(
    rows.map(({ bucket }) => bucket),
    [...BUCKETS].sort((a, b) => a - b),
  );
  t.equal(new Set(BUCKETS).size, 64);
  const wallet = systemIds.uuid();
  const account = inBucketOf(systemIds.uuid(), wallet);
  t.equal(bucketOf(account), bucketOf(wallet), "an account is found where its wallet is");
  const [first, second] = [systemIds.uuid(), systemIds.uuid()];
  t.ok(inBucketOf(first, wallet) < inBucketOf(second, wallet), "ids stay in order");
});

t.test("a wallet cannot get a second account in another bucket", async (t) => {
  const sql = await openDatabase(t);
  const wallet = systemIds.uuid();
  const account = inBucketOf(systemIds.uuid(), wallet);
  const open = (id: string, bucket: number) =>
    sql.query("INSERT INTO ledger_accounts (id, bucket, wallet_id, asset) VALUES ($1, $2, $3, 'CREDIT')", [
      id,
      bucket,
      wallet,
    ]);
  const other = BUCKETS.find((bucket) => bucket !== bucketOf(wallet)) ?? 0;
  await t.rejects(open(account, other), { code: "23514", constraint: "ledger_accounts_bucket" });
  const astray = inBucketOf(account, `${"0".repeat(35)}${wallet.endsWith("0") ? "1" : "0"}`);
  await t.rejects(open(astray, bucketOf(wallet)), { code: "23514", constraint: "ledger_accounts_id" });
  await open(account, bucketOf(wallet));
});

t.test("every unique key of the tables that can be distributed contains the bucket", async (t) => {
  const sql = await openDatabase(t);
  const { rows } = await sql.query(`
    SELECT i.indexrelid::regclass::text AS name FROM pg_index i
     WHERE i.indrelid IN ('ledger_accounts'::regclass, 'ledger_transfers'::regclass, 'ledger_snapshots'::regclass,
                          'ledger_buckets'::regclass, 'wallet_debts'::regclass)
       AND i.indisunique AND NOT EXISTS (
         SELECT FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attname = 'bucket' AND a.attnum = ANY (i.indkey))`);
  t.same(rows, []);
});

t.test("the function knows the types of transfers that the code knows", (t) => {
  const [, list = ""] = /c_types constant text\[\] := ARRAY\[([^\]]*)\]/.exec(TEMPLATE) ?? [];
  t.strictSame(
    [...list.matchAll(/'(\w+)'/g)].map(([, type]) => type),
    [...TRANSFER_TYPES],
  );
  t.end();
});

t.test("expanded, every statement on a hot table names the bucket, and reads no other table", (t) => {
  const body = distributed.slice(distributed.indexOf("BEGIN")).replaceAll(/--[^\n]*/g, "");
  const statements = body.split(";").filter((each) => HOT.some((table) => each.includes(table)));
  t.equal(statements.length, 5, "lock, read, look keys up, insert, update");
  for (const statement of statements) {
    if (/INSERT INTO/.test(statement)) t.match(statement, /SELECT p_bucket,/);
    else t.match(statement, /WHERE \w\.bucket = p_bucket AND/, statement.trim().slice(0, 60));
  }
  t.notMatch(body, /ledger_system_accounts|\bassets\b/);
  t.notMatch(body, /SET \w+ = \w+\[|, \w+ = \w+\[/, "no bare subscript is a value of SET: it ends a worker's process");
  t.end();
});

t.test("the service calls nothing but the function, every argument a parameter", async (t) => {
  const text = readFileSync(path.join(MIGRATIONS_FOLDER, "..", "src/modules/books/ledger/queries/posting.ts"), "utf8");
  t.match(text, /"SELECT \* FROM ledger_post\(\$1(,\$\d+)+\)"/);
});

t.test("expanded, it posts what the other posts, within a bucket", async (t) => {
  const sql = await openDatabase(t);
  const book = await openBook(sql, { customers: 3 });
  const moves = book.customers.flatMap((customer) => [
    { from: book.issued, to: customer, amount: 10n, key: `grant-${customer}` },
    { from: customer, to: book.used, amount: 4n, key: `spend-${customer}` },
    { from: customer, to: book.used, amount: 7n, key: `more-${customer}` },
  ]);
  const plain = await book.post(moves);
  await sql.query(POST_ONE);
  for (const customer of book.customers) {
    const rows = await postOne(sql, book, customer);
    // The first round left 6; ten more are granted, and both spends fit.
    t.same(rows, [
      { outcome: "posted", balance_after: 16, available: null },
      { outcome: "posted", balance_after: 12, available: null },
      { outcome: "posted", balance_after: 5, available: null },
    ]);
  }
  t.same(
    plain.map(({ outcome }) => outcome),
    book.customers.flatMap(() => ["posted", "posted", "insufficient_balance"]),
  );
  await assertBooks(t, sql);
});

t.test("cut into four partitions by bucket, the same books are kept", async (t) => {
  const sql = await openDatabase(t);
  for (const table of HOT) {
    await sql.query(`ALTER TABLE ${table} RENAME TO whole_${table}`);
    await sql.query(
      `CREATE TABLE ${table} (LIKE whole_${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY HASH (bucket)`,
    );
    await sql.query(`ALTER TABLE ${table} ADD PRIMARY KEY (id, bucket)`);
    for (let part = 0; part < 4; part += 1)
      await sql.query(
        `CREATE TABLE ${table}_${part} PARTITION OF ${table} FOR VALUES WITH (MODULUS 4, REMAINDER ${part})`,
      );
  }
  await sql.query("CREATE UNIQUE INDEX ON ledger_transfers (key_hash, bucket) WHERE key_hash IS NOT NULL");
  await sql.query("DROP VIEW ledger_entries, ledger_chart CASCADE");
  const views = readFileSync(path.join(MIGRATIONS_FOLDER, "living", "ledger_views.sql"), "utf8");
  for (const statement of views.split("--> statement-breakpoint")) await sql.query(statement);
  const book = await openBook(sql, { customers: 40 });
  const grants = book.customers.map((to) => ({ from: book.issued, to, amount: 5n, key: `grant-${to}` }));
  t.ok((await book.post(grants)).every(({ outcome }) => outcome === "posted"));
  t.ok((await book.post(grants)).every(({ outcome }) => outcome === "replayed"));
  const spends = book.customers.map((from) => ({ from, to: book.used, amount: 6n, key: `spend-${from}` }));
  t.ok((await book.post(spends)).every(({ outcome }) => outcome === "insufficient_balance"));
  const { rows } = await sql.query("SELECT count(DISTINCT tableoid)::int AS parts FROM ledger_transfers");
  t.same(rows, [{ parts: 4 }]);
  await assertBooks(t, sql);

  await t.test("a posting looks at one partition of each table, and at no other table", async (t) => {
    await sql.query(POST_ONE);
    const [customer = ""] = book.customers;
    const { rows: homes } = await sql.query<{ part: string }>(
      "SELECT tableoid::regclass::text AS part FROM ledger_accounts WHERE id = $1",
      [decodeId("acc", customer)],
    );
    const client = new pg.Client({ connectionString: sql.options.connectionString });
    await client.connect();
    t.teardown(() => client.end());
    try {
      await client.query("LOAD 'auto_explain'");
    } catch {
      return t.pass("skipped: this PostgreSQL has no auto_explain, or does not let us load it");
    }
    await client.query(`SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on;
      SET client_min_messages = log`);
    const plans: string[] = [];
    client.on("notice", ({ message = "" }) => plans.push(message));
    await postOne(client, book, customer, false);
    const inside = plans.filter((plan) => /ledger_(accounts|transfers)/.test(plan) && !plan.includes("post_one("));
    t.ok(inside.length >= 4, `${inside.length} statements inside`);
    const part = homes[0]?.part.replace("ledger_accounts_", "") ?? "none";
    for (const plan of inside) {
      const tree = plan.slice(
        plan.search(/^(Insert|Update|LockRows|Sort|Nested|Hash|Index|Seq|Limit|Merge|Result|Append)/m),
      );
      t.notMatch(tree, /Append/);
      const tables = [...tree.matchAll(/ (?:on|using \w+ on) (ledger_\w+|wallet\w+|assets)/g)].map(([, name]) => name);
      for (const name of tables)
        t.match(name, new RegExp(`^ledger_(accounts|transfers)(_${part})?$`), tree.slice(0, 60));
    }
  });
});
