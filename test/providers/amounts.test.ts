import fc from "fast-check";
import t from "tap";
import { fitMetadata } from "../../src/providers/shared.js";
import {
  fromStripeAmount,
  isStripeCurrency,
  refuseStripePrice,
  toStripeAmount,
} from "../../src/providers/stripe/amounts.js";

const price = (amount: string, asset: string) => ({ amount, asset });

t.test("prices become Stripe's integers", async (t) => {
  const cases: [string, string, number][] = [
    ["9.99", "USD", 999],
    ["10", "EUR", 1000],
    ["500", "JPY", 500],
    ["500.00", "JPY", 500],
    ["1.230", "KWD", 1230],
    ["5", "ISK", 500],
    ["5.00", "UGX", 500],
    ["175.50", "HUF", 17550],
    ["3", "MGA", 3],
    ["100.5", "TWD", 10050],
  ];
  for (const [amount, asset, integer] of cases) {
    t.equal(toStripeAmount(price(amount, asset)), integer, `${amount} ${asset}`);
  }
});

t.test("digits that Stripe cannot charge are refused, never rounded", async (t) => {
  const cases = [
    ["9.999", "USD"],
    ["500.5", "JPY"],
    ["1.231", "KWD"],
    ["5.50", "ISK"],
    ["0.01", "UGX"],
    ["1.5", "MGA"],
    ["90071992547409.92", "USD"],
    ["-1", "USD"],
    ["1e3", "USD"],
  ] as const;
  for (const [amount, asset] of cases)
    t.throws(() => toStripeAmount(price(amount, asset)), RangeError, `${amount} ${asset}`);
});

t.test("Stripe's integers become decimals", async (t) => {
  t.same(fromStripeAmount(999, "usd"), price("9.99", "USD"));
  t.same(fromStripeAmount(500, "jpy"), price("500", "JPY"));
  t.same(fromStripeAmount(1230, "kwd"), price("1.230", "KWD"));
  t.same(fromStripeAmount(500, "isk"), price("5", "ISK"));
  t.same(fromStripeAmount(550, "isk"), price("5.50", "ISK"), "not to be, but not lost either");
  t.same(fromStripeAmount(1, "zzz"), price("0.01", "ZZZ"), "two decimals unless listed");
  for (const bad of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    t.throws(() => fromStripeAmount(bad, "usd"), RangeError, String(bad));
  }
});

t.test("there and back is the identity for every amount that Stripe can hold", async () => {
  const steps = { USD: 1, JPY: 1, KWD: 10, ISK: 100, UGX: 100, MGA: 1, HUF: 1 };
  const currency = fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[]));
  fc.assert(
    fc.property(currency, fc.nat({ max: 2 ** 31 - 1 }), (asset, units) => {
      const integer = units * steps[asset];
      return toStripeAmount(fromStripeAmount(integer, asset.toLowerCase())) === integer;
    }),
  );
});

t.test("a price is refused with a reason, or is charged", async (t) => {
  t.equal(refuseStripePrice(price("0.50", "USD")), undefined);
  t.match(refuseStripePrice(price("0.49", "USD")), /minimum is 0\.50 USD/);
  t.match(refuseStripePrice(price("0.29", "GBP")), /minimum is 0\.30 GBP/);
  t.equal(refuseStripePrice(price("175", "HUF")), undefined);
  t.match(refuseStripePrice(price("174.99", "HUF")), /minimum/);
  t.match(refuseStripePrice(price("49", "JPY")), /minimum/);
  t.match(refuseStripePrice(price("0", "KES")), /more than zero/);
  t.match(refuseStripePrice(price("1.231", "KWD")), /finer digits/);
  t.match(refuseStripePrice(price("abc", "USD")), /not a decimal/);
  t.match(refuseStripePrice(price("5", "USDC")), /does not charge in USDC/);
  t.equal(isStripeCurrency("usd"), false, "assets have one spelling");
});

t.test("metadata keeps our id on top and drops only what does not fit", async (t) => {
  const limits = { keys: 3, keyLength: 20, valueLength: 4 };
  const metadata = {
    coffer_payment_id: "forg",
    a: "1",
    "a-key-that-is-too-long": "1",
    b: "12345",
    "x[y]": "1",
    "": "1",
    c: "3",
    d: "4",
  };
  t.same(fitMetadata(metadata, "pay_1", limits), { a: "1", c: "3", coffer_payment_id: "pay_1" });
});
