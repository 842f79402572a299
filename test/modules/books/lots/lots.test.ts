import t, { type Test } from "tap";
import { DAY_MS } from "../../../../src/core/clock.js";
import { movableClock } from "../../../helpers/clock.js";
import { jobsOf } from "../../../helpers/jobs.js";
import { customerToken } from "../../../helpers/jwt.js";
import type { TestService } from "../../../helpers/service.js";
import { startShop } from "../../../helpers/stripe-shop.js";

interface LotBody {
  readonly id: string;
  readonly status: string;
  readonly granted: number;
  readonly remaining: number;
  readonly expired: number;
  readonly kind: string;
  readonly origin: string;
  readonly source: string | null;
  readonly expiresAt: string | null;
  readonly earnings: { readonly price: number; readonly deferred: number; readonly revenue: number } | null;
}

async function open(t: Test) {
  const { clock, advance } = movableClock();
  const shop = await startShop(t, { overrides: { clock } });
  const { call } = shop;
  const must = async (method: string, route: string, options?: Parameters<TestService["call"]>[2]) => {
    const reply = await call(method, route, options);
    if (reply.status >= 300) throw new Error(`${route}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const walletOf = async (customerId: string) => (await shop.wallet(customerId)).id;
  return {
    ...shop,
    advance,
    now: () => clock.now(),
    job: (name: string) => jobsOf(shop.deps)[name]?.({}),
    must,
    grant: async (customerId: string, amount: number, terms: object = {}) =>
      must("POST", "/v1/grants", { body: { customerId, asset: "CREDIT", amount, note: "welcome", ...terms } }),
    spend: async (customerId: string, amount: number) =>
      must("POST", `/v1/wallets/${await walletOf(customerId)}/debits`, { body: { asset: "CREDIT", amount } }),
    lots: async (customerId: string, query = "") =>
      (await must("GET", `/v1/wallets/${await walletOf(customerId)}/lots${query}`)).data as unknown as LotBody[],
    events: async (type: string) =>
      (await must("GET", `/v1/events?type=${type}&limit=100`)).data as unknown as { resource: string; data: object }[],
  };
}

t.test("what was paid for is earned as it is spent, from one lot after the other", async (t) => {
  const { buy, grant, spend, lots, books, call, wallet } = await open(t);
  const first = await buy("ada");
  await grant("ada", 4, { priority: 10, kind: "adjustment" });
  await spend("ada", 7);
  t.match(await lots("ada"), [
    { granted: 4, remaining: 0, status: "used", kind: "adjustment", origin: "grant", earnings: null },
    {
      granted: 10,
      remaining: 7,
      status: "active",
      kind: "paid",
      origin: "payment",
      source: first.id,
      earnings: { currency: "USD", price: 999, deferred: 700, revenue: 299, breakage: 0, refunded: 0 },
    },
  ]);
  t.match(await books("USD"), { stripe_clearing: 999, deferred_revenue: -700, revenue: -299 });
  await spend("ada", 7);
  t.match(await lots("ada", "?status=used"), [{}, { remaining: 0, earnings: { deferred: 0, revenue: 999 } }]);
  t.same(await books("USD"), { stripe_clearing: 999, revenue: -999 });
  t.same(await lots("ada", "?status=active"), []);

  const page = await call("GET", `/v1/wallets/${(await wallet("ada")).id}/lots?limit=1`);
  t.equal((page.body.data as LotBody[])[0]?.granted, 4);
  const rest = await call("GET", `/v1/wallets/${(await wallet("ada")).id}/lots?limit=1&cursor=${page.body.nextCursor}`);
  t.match(rest.body, { data: [{ granted: 10 }], nextCursor: null });
});

t.test("what was recorded of a grant, and what of it is refused", async (t) => {
  const { grant, lots, call, must, now, wallet, sql } = await open(t);
  const quietly = async () =>
    (await sql.query("SELECT count(*) FROM ledger_transfers UNION ALL SELECT count(*) FROM lots")).rows;
  const expiresAt = new Date(now().getTime() + 10 * DAY_MS).toISOString();
  await grant("ada", 5, { expiresAt, priority: 7, metadata: { campaign: "spring" } });
  await grant("ada", 3);
  t.match(await lots("ada"), [
    { granted: 3, kind: "promotional", priority: 50, expiresAt: null, origin: "grant", source: null },
    { granted: 5, kind: "promotional", priority: 7, expiresAt, metadata: { campaign: "spring" } },
  ]);
  const { id } = await wallet("ada");
  const credit = { asset: "CREDIT", amount: 2, reason: "goodwill", expiresAt, kind: "adjustment" };
  const given = await call("POST", `/v1/wallets/${id}/credits`, { key: "once", body: credit });
  t.equal(given.status, 201);
  const again = await call("POST", `/v1/wallets/${id}/credits`, { key: "once", body: credit });
  t.same([again.status, again.body.id, again.headers["idempotency-replayed"]], [201, given.body.id, "true"]);
  const other = await call("POST", `/v1/wallets/${id}/credits`, { key: "once", body: { ...credit, priority: 1 } });
  t.match(other, { status: 422, body: { code: "request.idempotency_key_reused" } });
  await must("POST", "/v1/grants/bulk", {
    body: {
      asset: "CREDIT",
      note: "beta",
      priority: 1,
      items: [
        { customerId: "ada", amount: 1 },
        { customerId: "bob", amount: 4 },
      ],
    },
  });
  t.match(await lots("bob"), [{ granted: 4, priority: 1 }]);
  t.match(await lots("ada", "?limit=2"), [
    { granted: 1, priority: 1 },
    { granted: 2, kind: "adjustment" },
  ]);

  const before = await quietly();
  const past = new Date(now().getTime() - 1_000).toISOString();
  for (const dryRun of ["", "?dryRun=true"]) {
    const refused = await call("POST", `/v1/wallets/${id}/credits${dryRun}`, { body: { ...credit, expiresAt: past } });
    t.match(refused, { status: 422, body: { code: "lots.expiry_in_past" } }, `credits${dryRun}`);
    const body = { customerId: "newcomer", asset: "CREDIT", amount: 1, note: "late", expiresAt: past };
    const grants = await call("POST", `/v1/grants${dryRun}`, { body });
    t.match(grants, { status: 422, body: { code: "lots.expiry_in_past" } }, `grants${dryRun}`);
  }
  for (const odd of [{ priority: 101 }, { priority: -1 }, { kind: "paid" }, { expiresAt: "tomorrow" }]) {
    const refused = await call("POST", `/v1/wallets/${id}/credits`, { body: { ...credit, ...odd } });
    t.match(refused, { status: 400, body: { code: "request.invalid" } }, JSON.stringify(odd));
  }
  t.same(await quietly(), before, "nothing changed");

  const own = await call("GET", `/v1/wallets/${id}/lots`, { token: await customerToken("ada") });
  t.equal(own.status, 200);
  t.equal((await call("GET", `/v1/wallets/${id}/lots`, { token: await customerToken("bob") })).status, 404);
});

t.test("lots that are over expire once, after what was spent of them, and their price is earned", async (t) => {
  const { must, buy, grant, spend, lots, books, job, advance, events, wallet } = await open(t);
  await must("POST", "/v1/packages", {
    body: {
      code: "monthly",
      name: "A month",
      grants: { asset: "CREDIT", amount: 12 },
      prices: [{ amount: 999, currency: "USD" }],
      creditsExpireAfter: "P40D",
      creditsPriority: 20,
    },
  });
  await buy("ada", { package: "monthly" });
  await grant("ada", 5);
  await spend("ada", 4);
  await job("lots:notice");
  t.same(await events("credits.expiring"), []);
  for (const [days, told] of [
    [11, 30],
    [20, 30],
    [3, 7],
    [5.5, 1],
  ] as const) {
    advance(days * DAY_MS);
    await job("lots:notice");
    await job("lots:notice");
    t.match((await events("credits.expiring"))[0], { data: { days: told, amount: 8, asset: "CREDIT" } });
  }
  t.equal((await events("credits.expiring")).length, 3, "once for each");
  await job("lots:expire");
  t.equal((await wallet("ada")).balance, 13);
  advance(DAY_MS);
  t.match(await lots("ada", "?status=expired"), [{ remaining: 8, expired: 0 }], "over, and not booked yet");
  await Promise.all([job("lots:expire"), job("lots:expire")]);
  await job("lots:expire");
  t.equal((await wallet("ada")).balance, 5);
  t.match(await lots("ada", "?status=expired"), [
    { remaining: 0, expired: 8, earnings: { price: 999, deferred: 0, revenue: 333, breakage: 666 } },
  ]);
  t.same(await books("USD"), { stripe_clearing: 999, revenue: -333, breakage_revenue: -666 });
  t.match(await books("CREDIT"), { credits_expired: 8, credits_used: 4 });
  t.match(await events("credits.expired"), [{ data: { amount: 8 } }]);
  t.match(await must("GET", `/v1/wallets/${(await wallet("ada")).id}/entries?type=expired`), {
    data: [{ type: "expired", amount: -8 }],
  });
});

t.test(
  "a refund takes its own lot first and what was earned of it back; what fails gives to the same lot",
  async (t) => {
    const { buy, refund, stripe, spend, lots, books, quiet, job, until, grant } = await open(t);
    const first = await buy("ada");
    await grant("ada", 4, { priority: 0 });
    await spend("ada", 12);
    t.match(await lots("ada"), [{ remaining: 0 }, { remaining: 2, earnings: { deferred: 200, revenue: 799 } }]);
    await refund(first.id, { amount: 500 });
    await quiet();
    await until(async () => (await books("USD")).revenue === -499);
    t.match(await lots("ada"), [{}, { remaining: 0, earnings: { deferred: 0, revenue: 499, refunded: 500 } }]);
    t.same(await books("USD"), { stripe_clearing: 499, revenue: -499 });
    t.match(await books("CREDIT"), { customer_debt: -3 });

    const second = await buy("ada");
    t.match(await lots("ada"), [
      { source: second.id, remaining: 7, earnings: { revenue: 299, deferred: 700 } },
      {},
      { source: first.id },
    ]);
    await stripe("rules", { on: "refund", as: "failed" }).catch(() => undefined);
    await job("revenue:recognize");
    t.same(await books("USD"), { stripe_clearing: 1498, revenue: -798, deferred_revenue: -700 });
  },
);
