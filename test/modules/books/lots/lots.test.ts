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
