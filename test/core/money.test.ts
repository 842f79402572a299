import fc from "fast-check";
import t from "tap";
import { currencyExponent } from "../../src/core/currencies.js";
import { formatDecimal, MAX_AMOUNT, parseDecimal, toWire } from "../../src/core/money.js";

t.test("a decimal becomes minor units, and what is finer is told apart", async (t) => {
  t.same(parseDecimal("9.99", 2), { amount: 999n, remainder: null });
  t.same(parseDecimal("9.9", 2), { amount: 990n, remainder: null });
  t.same(parseDecimal("9", 2), { amount: 900n, remainder: null });
  t.same(parseDecimal("0009.50", 2), { amount: 950n, remainder: null });
  t.same(parseDecimal("500", 0), { amount: 500n, remainder: null });
  t.same(parseDecimal("5.00", 0), { amount: 5n, remainder: null });
  t.same(parseDecimal("1.239", 2), { amount: 123n, remainder: "0.009" });
  t.same(parseDecimal("1.230010", 2), { amount: 123n, remainder: "0.00001" });
  t.same(parseDecimal("0.1", 0), { amount: 0n, remainder: "0.1" });
});

t.test("what is not a plain non-negative decimal is refused", async (t) => {
  const bad = [
    "",
    " ",
    "-1",
    "+1",
    "1e2",
    "1.",
    ".5",
    "1,5",
    "0x10",
    "NaN",
    "Infinity",
    "1.2.3",
    " 1",
    "1 ",
    "1\n",
    "١",
  ];
  for (const text of [...bad, "9".repeat(61)]) t.throws(() => parseDecimal(text, 2), RangeError, JSON.stringify(text));
});

t.test("writing an amount keeps its scale and its sign", async (t) => {
  t.equal(formatDecimal(999n, 2), "9.99");
  t.equal(formatDecimal(5n, 2), "0.05");
  t.equal(formatDecimal(0n, 2), "0.00");
  t.equal(formatDecimal(-5n, 2), "-0.05");
  t.equal(formatDecimal(-1234n, 0), "-1234");
  t.equal(formatDecimal(1n, 18), "0.000000000000000001");
});

t.test("reading what was written gives the same amount, at every scale", async () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.integer({ min: 0, max: 18 }), (amount, scale) => {
      const read = parseDecimal(formatDecimal(amount, scale), scale);
      return read.amount === amount && read.remainder === null;
    }),
  );
});

t.test("amount and remainder add up to what was given", async () => {
  const digits = fc.stringMatching(/^\d{1,20}$/);
  fc.assert(
    fc.property(digits, digits, fc.integer({ min: 0, max: 8 }), (whole, fraction, scale) => {
      const { amount, remainder } = parseDecimal(`${whole}.${fraction}`, scale);
      const fine = 45;
      const total = parseDecimal(`${whole}.${fraction}`, fine).amount;
      const rest = remainder === null ? 0n : parseDecimal(remainder, fine).amount;
      return amount * 10n ** BigInt(fine - scale) + rest === total;
    }),
  );
});

t.test("the wire carries no amount that a JSON number would change", async (t) => {
  t.equal(toWire(MAX_AMOUNT), Number.MAX_SAFE_INTEGER);
  t.equal(toWire(-MAX_AMOUNT), -Number.MAX_SAFE_INTEGER);
  t.throws(() => toWire(MAX_AMOUNT + 1n), RangeError);
  t.throws(() => toWire(-MAX_AMOUNT - 1n), RangeError);
});

t.test("exponents are ISO 4217's, not those of Intl", async (t) => {
  const expected = { USD: 2, EUR: 2, JPY: 0, KWD: 3, CLF: 4, UYW: 4, ISK: 0, UGX: 0, MGA: 2, IQD: 3, XCG: 2, SLE: 2 };
  for (const [code, exponent] of Object.entries(expected)) t.equal(currencyExponent(code), exponent, code);
  for (const code of ["HUF", "IDR", "COP", "PKR"]) t.equal(currencyExponent(code), 2, `${code} is 0 in Intl`);
  for (const code of ["usd", "ANG", "HRK", "XAU", "XXX", "USDC", "CREDIT", "", "constructor", "__proto__"]) {
    t.equal(currencyExponent(code), undefined, JSON.stringify(code));
  }
});
