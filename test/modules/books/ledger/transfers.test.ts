import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import t from "tap";
import { type AccountId, decodeId, type TransferId } from "../../../../src/core/ids.js";
import { migrate } from "../../../../src/db/migrate.js";
import { listTransfers, type TransferFilter } from "../../../../src/modules/books/ledger/queries/index.js";
import { createTestDatabase } from "../../../helpers/cluster.js";
import { openBook } from "./book.js";

const ROWS = 60_000;
// Some two pages; or all that a customer has, where sorting that looks cheaper.
const FEW = 200;

// Most transfers go to `used`, some come from `issued`, and the oldest few are all that a third system account ever had.
const FILL = `
  INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type,
         balance_after, account_version, created_by, created_at)
  SELECT 0, customer, ('01900000-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid, 
         CASE WHEN g <= 3 THEN $4 WHEN g % 50 = 0 THEN $2 ELSE customer END,
         CASE WHEN g <= 3 OR g % 50 = 0 THEN customer ELSE $3 END,
         'CREDIT', 1, CASE WHEN g <= 3 OR g % 50 = 0 THEN 'grant' ELSE 'debit' END, 1, g, 'test', now() + g * interval '1 ms'
    FROM (SELECT g, ($1::uuid[])[g % 500 + 1] AS customer FROM generate_series(1, ${ROWS}) AS g) row`;

interface Plan {
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
}

/** How many rows of the table a plan looked at. */
const lookedAt = (plan: Plan): number =>
  plan.Plans?.reduce((sum, each) => sum + lookedAt(each), 0) ??
  (plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0)) * plan["Actual Loops"];

t.test("the transfers of an account are found by its index, be it the busiest or the rarest", async (t) => {
  const database = await createTestDatabase({ migrate });
  const sql = new pg.Pool({ connectionString: database.url, max: 2 });
  t.teardown(async () => {
    await sql.end();
    await database.drop();
  });
  const book = await openBook(sql, { customers: 500 });
  const rare = (await openBook(sql, { customers: 0 })).issued;
  const uuid = (account: string) => decodeId("acc", account);
  await sql.query(FILL, [book.customers.map(uuid), uuid(book.issued), uuid(book.used), uuid(rare)]);
  await sql.query("UPDATE ledger_system_accounts SET code = 'credits_used' WHERE id = $1", [uuid(book.used)]);
  await sql.query("ANALYZE ledger_transfers");

  const sent: [text: string, values: unknown[]][] = [];
  const db = drizzle(sql, { logger: { logQuery: (text, values) => sent.push([text, values]) } });
  const list = async (filter: TransferFilter, before?: TransferId) => {
    const rows = await listTransfers(db, filter, before, 21);
    const [text, values] = sent.at(-1) ?? ["", []];
    const { rows: explained } = await sql.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    return { rows, looked: lookedAt(explained[0]["QUERY PLAN"][0].Plan) };
  };

  for (const [name, account, expected] of [
    ["the busiest", book.used, 21],
    ["one of many", book.issued, 21],
    ["the rarest", rare, 3],
    ["a customer's", book.customers[7] ?? "", 21],
  ] as const) {
    const accountId = account as AccountId;
    const first = await list({ accountId });
    t.equal(first.rows.length, expected, name);
    t.ok(first.looked <= FEW, `${name}: looked at ${first.looked} of ${ROWS} rows`);
    t.ok(first.rows.every((row) => row.fromAccountId === accountId || row.toAccountId === accountId));
    const ids = first.rows.map(({ id }) => id);
    t.strictSame(ids, [...ids].sort().reverse(), "newest first");
    const middle = Math.floor(ids.length / 2);
    const next = await list({ accountId }, ids[middle]);
    const rest = ids.slice(middle + 1);
    t.strictSame(next.rows.map(({ id }) => id).slice(0, rest.length), rest, "and goes on where a page ended");
    t.ok(next.looked <= FEW, `and looked at ${next.looked}`);
  }
  const grants = await list({ accountId: book.issued as AccountId, type: "grant", asset: "CREDIT" });
  t.equal(grants.rows.length, 21, "with other filters");
  t.strictSame((await list({ accountId: book.used as AccountId, to: new Date(0) })).rows, []);
});
