import t from "tap";
import { decodeId } from "../../../../src/core/ids.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { startTestService, type TestService } from "../../../helpers/service.js";
import { openBook } from "./book.js";

const balances = async (service: TestService, asOf?: Date) => {
  const query = asOf ? `&asOf=${asOf.toISOString()}` : "";
  const { body } = await service.call("GET", `/v1/ledger/accounts?limit=100${query}`);
  const rows = body.data as { kind: string; code: string; asset: string; balance: number }[];
  return Object.fromEntries(rows.map((row) => [`${row.kind} ${row.code} ${row.asset}`, row.balance]));
};

t.test("a system account's balance is its snapshot plus what came since", async (t) => {
  const service = await startTestService(t);
  const { call, sql } = service;
  const grant = (amount: number) =>
    call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount, note: "x" } });
  const wallet = (await grant(10)).body.walletId;
  await call("POST", `/v1/wallets/${wallet}/debits`, { body: { asset: "CREDIT", amount: 4 } });
  const before = await balances(service);
  t.match(before, {
    "system credits_issued CREDIT": -10,
    "system credits_used CREDIT": 4,
    "customer wallet CREDIT": 6,
  });

  const take = () => sql.query("SELECT ledger_take_snapshot(interval '0')");
  await take();
  t.equal((await sql.query("SELECT * FROM ledger_snapshots")).rowCount, 2);
  t.strictSame(await balances(service), before, "the same, from the snapshot");

  await new Promise((resolve) => setTimeout(resolve, 20));
  const between = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await grant(5);
  const after = await balances(service);
  t.match(after, { "system credits_issued CREDIT": -15, "customer wallet CREDIT": 11 });
  await take();
  await take();
  t.strictSame(await balances(service), after);
  t.strictSame(await balances(service, between), before, "as of a past moment");
  t.match(await balances(service, new Date(0)), { "system credits_issued CREDIT": 0, "customer wallet CREDIT": 0 });
});

t.test("a transfer that commits after a snapshot was taken is not lost", async (t) => {
  const service = await startTestService(t);
  const { call, sql } = service;
  const wallet = (
    await call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" } })
  ).body.walletId;
  await call("POST", `/v1/wallets/${wallet}/debits`, { body: { asset: "CREDIT", amount: 1 } });
  const open = await sql.connect();
  await open.query("BEGIN");
  await open.query(`
    SELECT * FROM ledger_post(
      ARRAY[(SELECT bucket FROM ledger_accounts)], NULL,
      ARRAY[(SELECT overlay(gen_random_uuid()::text PLACING right(id::text, 2) FROM 35)::uuid FROM ledger_accounts)], ARRAY[gen_random_uuid()],
      ARRAY[(SELECT id FROM ledger_accounts)], ARRAY[(SELECT id FROM ledger_system_accounts WHERE code = 'credits_used')],
      ARRAY[2], ARRAY['CREDIT'], ARRAY['debit'], ARRAY[gen_random_uuid()], ARRAY[NULL::bytea], ARRAY[NULL], ARRAY[NULL], ARRAY[NULL],
      ARRAY[NULL], ARRAY['test'], ARRAY[NULL::timestamptz], ARRAY[NULL::uuid], false)`);
  await sql.query("SELECT ledger_take_snapshot(interval '0')");
  await open.query("COMMIT");
  open.release();
  await sql.query("SELECT ledger_take_snapshot(interval '0')");
  t.match(await balances(service), { "system credits_used CREDIT": 3, "customer wallet CREDIT": 7 });
});

t.test("a system account may hold more than a JSON integer, and more than a bigint", async (t) => {
  const service = await startTestService(t);
  const { call, sql } = service;
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const book = await openBook(sql, { customers: 1_030 });
  const issued = async () => (await call("GET", `/v1/ledger/accounts/${book.issued}`)).body;
  const post = (customers: readonly string[], amount: bigint) =>
    book.post(customers.map((to) => ({ from: book.issued, to, amount })));
  const take = () => sql.query("SELECT ledger_take_snapshot(interval '0')");

  await post(book.customers.slice(0, 1), most);
  t.match(await issued(), { balance: -Number(most), available: -Number(most), exactBalance: `-${most}` });
  await post(book.customers.slice(1, 2), 1n);
  t.match(await issued(), { balance: null, available: null, exactBalance: `-${most + 1n}` });
  await take();
  t.match(await issued(), { balance: null, exactBalance: `-${most + 1n}` }, "the same, from the snapshot");

  await post(book.customers.slice(2), most);
  const all = -(most * BigInt(book.customers.length - 1) + 1n);
  t.ok(all < -(2n ** 63n));
  await take();
  t.match(await issued(), { balance: null, exactBalance: String(all) });
  await post(book.customers.slice(1, 2), 1n);
  await take();
  t.match(await issued(), { balance: null, exactBalance: String(all - 1n) }, "and a snapshot upon a snapshot");
  const listed = await call("GET", "/v1/ledger/accounts?kind=system&asset=CREDIT");
  t.equal(listed.status, 200, "one such account does not spoil the list");
  t.match(listed.body.data, [
    { id: book.issued, balance: null, exactBalance: String(all - 1n) },
    { id: book.used, balance: 0, exactBalance: "0" },
  ]);
});

t.test(
  "the job leaves the newest minute alone: a transaction that we do not see may still write into it",
  async (t) => {
    const service = await startTestService(t);
    const { call, sql } = service;
    await call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount: 10, note: "x" } });
    const { issued, used } = await openBook(sql, { customers: 0 });
    // A transfer of ten minutes ago, between system accounts, of which nobody keeps a balance.
    await sql.query(
      `INSERT INTO ledger_transfers (bucket, account_id, id, from_account_id, to_account_id, asset, amount, type,
            created_by, created_at)
     VALUES (0, $1, gen_random_uuid(), $1, $2, 'CREDIT', 7, 'grant', 'test', now() - interval '10 minutes')`,
      [decodeId("acc", issued), decodeId("acc", used)],
    );
    await jobsOf(service.deps)["ledger:snapshot"]?.({});
    const { rows } = await sql.query(
      "SELECT account_id, balance::int, now() - as_of BETWEEN interval '60 seconds' AND interval '70 seconds' AS lags FROM ledger_snapshots",
    );
    t.same(
      rows.sort((a, b) => a.balance - b.balance),
      [
        { account_id: decodeId("acc", issued), balance: -7, lags: true },
        { account_id: decodeId("acc", used), balance: 7, lags: true },
      ],
      "the old one is summed, the new one is not",
    );
    t.match(await balances(service), { "system credits_issued CREDIT": -10 }, "and nothing is missing");
  },
);
