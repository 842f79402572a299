import t from "tap";
import { DAY_MS } from "../../src/core/clock.js";
import { movableClock } from "../helpers/clock.js";
import { jobsOf } from "../helpers/jobs.js";
import { startTestService } from "../helpers/service.js";

const SPENDS = 64;

t.test("spends beside expiry and settlement: nothing is spent twice, expired twice or lost", async (t) => {
  const { clock, advance } = movableClock();
  const service = await startTestService(t, { overrides: { clock } });
  const { call, sql, deps } = service;
  const job = (name: string) => jobsOf(deps)[name]?.({});
  const grant = (amount: number, terms: object) =>
    call("POST", "/v1/grants", { body: { customerId: "ada", asset: "CREDIT", amount, note: "start", ...terms } });
  for (let round = 0; round < 3; round += 1) {
    const expiresAt = new Date(clock.now().getTime() + DAY_MS).toISOString();
    const { body } = await grant(100, { expiresAt });
    await grant(60, { priority: 90 });
    const wallet = `/v1/wallets/${body.walletId}`;
    advance(2 * DAY_MS);
    const jobs = Promise.all(["lots:expire", "revenue:recognize", "lots:expire", "lots:notice"].map(job));
    const replies = await Promise.all([
      ...Array.from({ length: SPENDS }, () =>
        call("POST", `${wallet}/debits`, { body: { asset: "CREDIT", amount: 2 } }),
      ),
      call("GET", `${wallet}/lots`),
      grant(5, { priority: 1 }),
      call("GET", `${wallet}/lots`),
    ]);
    await jobs;
    const statuses = new Set(replies.map(({ status }) => status));
    t.notOk(statuses.has(500), [...statuses].join(", "));
    await job("lots:expire");
    const lots = (await call("GET", `${wallet}/lots?limit=100`)).body.data as Record<string, number>[];
    const { balance } =
      ((await call("GET", "/v1/customers/ada/wallet")).body.balances as { balance: number }[])[0] ?? {};
    const sum = (field: string) => lots.reduce((total, lot) => total + Number(lot[field]), 0);
    t.equal(sum("remaining"), balance);
    const { rows } = await sql.query(
      "SELECT coalesce(sum(amount) FILTER (WHERE type = 'debit'), 0)::int AS spent, coalesce(sum(amount) FILTER (WHERE type = 'expired'), 0)::int AS expired FROM ledger_transfers",
    );
    t.equal(sum("granted"), rows[0].spent + rows[0].expired + Number(balance));
    t.equal(sum("expired"), rows[0].expired);
    t.same(
      lots.filter(({ expiresAt, remaining }) => expiresAt && remaining),
      [],
      "what is over is gone",
    );
  }
});

t.test("an account with thousands of spends is settled a portion at a time, by two at once", async (t) => {
  const { call, deps, sql } = await startTestService(t);
  const { body } = await call("POST", "/v1/grants", {
    body: { customerId: "ada", asset: "CREDIT", amount: 5_000, note: "start" },
  });
  // As spends post them, without an HTTP request for each.
  await sql.query(
    `SELECT count(*) FROM ledger_accounts a, LATERAL ledger_post(array_fill(a.bucket, ARRAY[2500]), NULL,
        ARRAY(SELECT (left(gen_random_uuid()::text, 34) || right(a.id::text, 2))::uuid FROM generate_series(1, 2500)), NULL,
        array_fill(a.id, ARRAY[2500]), array_fill((SELECT s.id FROM ledger_system_accounts s WHERE s.code = 'credits_issued' AND s.asset = 'CREDIT'), ARRAY[2500]),
        array_fill(1::bigint, ARRAY[2500]), array_fill('CREDIT'::text, ARRAY[2500]), array_fill('debit'::text, ARRAY[2500]), NULL, NULL, NULL, NULL, NULL, NULL,
        array_fill('test'::text, ARRAY[2500]), NULL, NULL, false)`,
  );
  const lots = () => call("GET", `/v1/wallets/${body.walletId}/lots`);
  const both = await Promise.all([lots(), lots(), jobsOf(deps)["revenue:recognize"]?.({})]);
  for (const reply of both.slice(0, 2)) t.match(reply, { status: 200, body: { data: [{ remaining: 2_500 }] } });
});
