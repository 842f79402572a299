import t from "tap";
import { DAY_MS } from "../../../../src/core/clock.js";
import { startBilling } from "../../../helpers/billing.js";
import { movableClock } from "../../../helpers/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { eventually } from "../../../helpers/service.js";

async function open(test: Parameters<typeof startBilling>[0]) {
  const { clock, advance: pass } = movableClock();
  const service = await startBilling(test, { overrides: { clock } });
  return {
    ...service,
    pass: (days: number) => pass(days * DAY_MS),
    job: (name: string) => jobsOf(service.deps)[name]?.({}),
    lots: async (customerId: string) =>
      (await service.must("GET", `/v1/wallets/${(await service.wallet(customerId)).id}/lots`)).data as unknown,
    earned: async () => {
      const { rows } = await service.sql.query<{ code: string; balance: string }>(
        `SELECT a.code, sum(e.amount) AS balance FROM ledger_entries e JOIN ledger_chart a ON a.id = e.account_id
          WHERE a.code IN ('deferred_revenue', 'revenue', 'breakage_revenue') AND e.asset = 'USD' GROUP BY 1`,
      );
      return Object.fromEntries(rows.map(({ code, balance }) => [code, Number(balance)]));
    },
  };
}

t.test("a cycle's credits are a lot with the plan's terms, and what is not kept of them goes first", async (t) => {
  const { plan, subscribe, balanceIs, advance, spend, must, lots, earned, wallet } = await open(t);
  const terms = { creditsExpireAfter: "P2M", creditsPriority: 30, renewal: { mode: "add", rolloverCap: 0 } };
  t.match(await plan("monthly", terms), { creditsExpireAfter: "P2M", creditsPriority: 30, recognition: "use" });
  await subscribe("ada", "monthly");
  await balanceIs("ada", 100);
  await spend("ada", 40);
  t.match(await lots("ada"), [
    {
      granted: 100,
      remaining: 60,
      origin: "invoice",
      kind: "paid",
      priority: 30,
      earnings: { price: 2_000, revenue: 800 },
    },
  ]);
  await advance({ days: 32 });
  await balanceIs("ada", 100);
  t.match(await lots("ada"), [
    { remaining: 100, status: "active", earnings: { deferred: 2_000 } },
    { remaining: 0, expired: 60, status: "expired", earnings: { revenue: 800, breakage: 1_200, deferred: 0 } },
  ]);
  t.same(await earned(), { deferred_revenue: -2_000, revenue: -800, breakage_revenue: -1_200 });
  await must("PATCH", "/v1/plans/monthly", { creditsExpireAfter: null, creditsPriority: 5 });
  t.match(await must("GET", "/v1/plans/monthly"), { creditsExpireAfter: null, creditsPriority: 5 });
  t.equal((await wallet("ada")).balance, 100);
});

t.test("a plan that is earned by the days is not earned by use", async (t) => {
  const { plan, subscribe, balanceIs, spend, lots, earned, pass, job, invoices, must } = await open(t);
  await plan("steady", { recognition: "straight_line" });
  const { currentPeriodStart, currentPeriodEnd } = await subscribe("ada", "steady");
  await balanceIs("ada", 100);
  await spend("ada", 70);
  await job("revenue:recognize");
  t.match(await lots("ada"), [{ remaining: 30, kind: "paid", earnings: null }]);
  t.same(await earned(), { deferred_revenue: -2_000 });
  const days = (Date.parse(currentPeriodEnd) - Date.parse(currentPeriodStart)) / DAY_MS;
  pass(10);
  await Promise.all([job("revenue:recognize"), job("revenue:recognize")]);
  const first = Math.floor((2_000 * 10) / days);
  t.same(await earned(), { deferred_revenue: first - 2_000, revenue: -first });
  const [{ paymentId } = { paymentId: null }] = await invoices("ada");
  await must("POST", `/v1/payments/${paymentId}/refunds`, { amount: 500 });
  await eventually(async () => (await earned()).deferred_revenue === first - 1_500);
  pass(30);
  await job("revenue:recognize");
  await job("revenue:recognize");
  t.same(await earned(), { deferred_revenue: 0, revenue: -1_500 }, "what went back is not earned");
});
