import t from "tap";
import { formatDecimal, parseDecimal } from "../src/decimals.js";

t.test("a decimal becomes units, exactly, and what is finer is told apart", async (t) => {
  t.same(parseDecimal("9.99", 2), { amount: 999n, remainder: null });
  t.same(parseDecimal("5", 6), { amount: 5_000_000n, remainder: null });
  t.same(parseDecimal("1.230010", 2), { amount: 123n, remainder: "0.00001" });
  t.same(parseDecimal("123456789012345678.000000000000000001", 18).amount, 123456789012345678000000000000000001n);
  for (const bad of ["", "-1", "1e2", ".5", "1,5", "9".repeat(61)])
    t.throws(() => parseDecimal(bad, 2), RangeError, bad);
});

t.test("units are written with all their digits", async (t) => {
  t.equal(formatDecimal(999n, 2), "9.99");
  t.equal(formatDecimal(5n, 6), "0.000005");
  t.equal(formatDecimal(-5n, 2), "-0.05");
  t.equal(formatDecimal(500n, 0), "500");
});
