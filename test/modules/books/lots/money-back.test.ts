import t from "tap";
import { startShop } from "../../../helpers/stripe-shop.js";

interface Earnings {
  readonly price: number;
  readonly deferred: number;
  readonly revenue: number;
  readonly breakage: number;
  readonly refunded: number;
}

async function open(test: Parameters<typeof startShop>[0]) {
  const shop = await startShop(test);
  const { call, books, wallet } = shop;
  const lots = async (customerId: string) => {
    const { body } = await call("GET", `/v1/wallets/${(await wallet(customerId)).id}/lots`);
    return body.data as { remaining: number; source: string; earnings: Earnings | null }[];
  };
  return {
    ...shop,
    lots,
    spend: async (customerId: string, amount: number) =>
      call("POST", `/v1/wallets/${(await wallet(customerId)).id}/debits`, { body: { asset: "CREDIT", amount } }),
    /** What was sold is earned, owed or given back, and what is owed is what the books owe. */
    sold: async (...customers: string[]) => {
      const all = (await Promise.all(customers.map(lots))).flat().flatMap(({ earnings }) => earnings ?? []);
      const sum = (pick: (each: Earnings) => number) => all.reduce((total, each) => total + pick(each), 0);
      for (const { price, deferred, revenue, breakage, refunded } of all)
        test.equal(price, revenue + breakage + deferred + refunded, "sold");
      const { deferred_revenue = 0, revenue = 0 } = await books("USD");
      test.same([-deferred_revenue, -revenue], [sum(({ deferred }) => deferred), sum((each) => each.revenue)], "books");
    },
  };
}

t.test("a refund that fails later leaves its lot as it was", async (t) => {
  const { buy, spend, refund, lots, sold, until, payment, wallet } = await open(t);
  const { id } = await buy("ada", { package: "starter" }, "pm_card_refundFail");
  await spend("ada", 4);
  t.match(await lots("ada"), [{ remaining: 6, earnings: { revenue: 399, deferred: 600 } }]);
  await refund(id);
  await until(async () => (await payment(id)).status === "succeeded" && (await wallet("ada")).balance === 6);
  t.match(await lots("ada"), [{ remaining: 6, source: id, earnings: { revenue: 399, deferred: 600, refunded: 0 } }]);
  await sold("ada");
});

t.test("a dispute that is won restores its lot, and one that is lost takes back what was earned", async (t) => {
  const { buy, spend, call, stripe, lots, sold, until, payment, wallet } = await open(t);
  const won = await buy("ada", { package: "starter" });
  await buy("ada", { package: "starter" });
  await spend("ada", 3);
  await stripe("disputes", { payment_intent: won.intent });
  await until(async () => (await payment(won.id)).status === "disputed");
  t.match(await lots("ada"), [{ remaining: 7 }, { remaining: 0, source: won.id }], "its own first, then the other's");
  const [dispute] = (await call("GET", "/v1/disputes")).body.data as { id: string }[];
  const body = { evidence: { uncategorized_text: "winning_evidence" }, submit: true };
  await call("POST", `/v1/disputes/${dispute?.id}/evidence`, { body });
  await until(async () => (await payment(won.id)).status === "succeeded");
  t.match(await lots("ada"), [{ remaining: 7 }, { remaining: 10, source: won.id }], "given back to its own");
  await sold("ada");

  const lost = await buy("bob");
  await spend("bob", 10);
  t.match(await lots("bob"), [{ remaining: 0, earnings: { revenue: 999, deferred: 0 } }]);
  await stripe("disputes", { payment_intent: lost.intent });
  await until(async () => (await payment(lost.id)).status === "disputed");
  t.match(await wallet("bob"), { balance: 0, owed: 10 });
  const [second] = (await call("GET", `/v1/disputes?paymentId=${lost.id}`)).body.data as {
    providerReference: string;
  }[];
  await stripe(`disputes/${second?.providerReference}/lose`);
  await until(async () => (await lots("bob"))[0]?.earnings?.revenue === 0);
  t.match(await lots("bob"), [{ remaining: 0, earnings: { deferred: 0, refunded: 999 } }]);
  await sold("ada", "bob");
});
