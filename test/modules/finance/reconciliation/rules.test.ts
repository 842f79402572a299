import fc from "fast-check";
import t from "tap";
import { planOf } from "../../../../src/modules/finance/reconciliation/rules/book.js";
import {
  ageBucketOf,
  breakKindOf,
  isInTransit,
  type OpenGroup,
  severityOf,
} from "../../../../src/modules/finance/reconciliation/rules/breaks.js";
import { endOfMonth, windowProblem } from "../../../../src/modules/finance/reconciliation/rules/window.js";
import { BALANCE_CATEGORIES } from "../../../../src/providers/ports/index.js";

const HOUR_MS = 3_600_000;
const STRIPE = { feesComeWithPayments: false, keepsCoins: false };

t.test(
  "whatever a movement is, what is booked of it is all of it, in its own asset; in the customer's it is nothing",
  async () => {
    const movement = fc.record({
      category: fc.constantFrom(...BALANCE_CATEGORIES),
      asset: fc.constant("USD"),
      amount: fc.bigInt({ min: -1_000_000n, max: 1_000_000n }),
      fee: fc.bigInt({ min: -1_000n, max: 1_000n }),
      subject: fc.option(fc.constant({ kind: "payment" as const, reference: "pi_1" }), { nil: undefined }),
      presented: fc.option(
        fc.record({ asset: fc.constantFrom("EUR", "USD"), amount: fc.bigInt({ min: -1_000_000n, max: 1_000_000n }) }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(movement, fc.boolean(), (told, feesComeWithPayments) => {
        const { expected, own } = planOf(told, { feesComeWithPayments, keepsCoins: false });
        const sum = (asset: string) =>
          own.filter((each) => each.asset === asset).reduce((total, { amount }) => total + amount, 0n) +
          (expected?.asset === asset ? expected.amount : 0n);
        if (sum("USD") !== told.amount - told.fee) throw new Error("not all of it is booked");
        if (sum("EUR") !== 0n) throw new Error("something is left in the customer's currency");
      }),
      { seed: 10, numRuns: 500 },
    );
  },
);

t.test("who books what of a movement", async (t) => {
  const of = (category: (typeof BALANCE_CATEGORIES)[number], amount = -1_000n, fee = 0n) => {
    const subject = { kind: "payment" as const, reference: "pi_1" };
    const { expected, own } = planOf({ category, asset: "USD", amount, fee, subject }, STRIPE);
    return [expected?.kind ?? null, ...own.map(({ type, against, amount: moved }) => `${type} ${against} ${moved}`)];
  };
  const rows = [
    [of("payment", 1_000n, 59n), ["payment", "provider_fee provider_fees -59"]],
    [of("refund"), ["refund"]],
    [of("dispute", -1_000n, 1_500n), ["dispute"]],
    [of("fee", -325n), [null, "provider_fee provider_fees -325"]],
    [of("tax", -5n), [null, "provider_fee provider_fees -5"]],
    [of("bank_payout"), [null, "bank_payout bank -1000"]],
    [of("bank_payout_returned", 1_000n), [null, "bank_payout_returned bank 1000"]],
    [of("bank_top_up", 1_000n), [null, "bank_top_up bank 1000"]],
    [of("reserve"), [null, "reserve_held stripe_reserve -1000"]],
    [of("reserve", 1_000n), [null, "reserve_released stripe_reserve 1000"]],
    [of("payment_returned"), [null, "unexplained_withdrawal unexplained -1000"]],
    [of("other", 250n), [null, "unexplained_receipt unexplained 250"]],
    [of("other", 0n), [null]],
  ] as const;
  for (const [got, wanted] of rows) t.strictSame(got, wanted);
});

const NOW = new Date("2026-11-20T12:00:00Z");
const group = (change: Partial<OpenGroup>): OpenGroup => ({
  kind: "payment",
  reference: "pi_1",
  asset: "USD",
  account: "",
  ours: 0n,
  oursCount: 0,
  theirs: 0n,
  theirsCount: 0,
  fees: 0n,
  hasOtherAsset: false,
  since: new Date(NOW.getTime() - 100 * HOUR_MS),
  ...change,
});

t.test("what is waited for, and what it is called when it is not", async (t) => {
  const ours = { ours: 999n, oursCount: 1 };
  const theirs = { theirs: 999n, theirsCount: 1 };
  const hours = (count: number) => ({ since: new Date(NOW.getTime() - count * HOUR_MS) });
  const rows: readonly (readonly [Partial<OpenGroup>, boolean, string])[] = [
    [{ ...ours, ...hours(71) }, true, "missing_there"],
    [{ ...ours, ...hours(73) }, false, "missing_there"],
    [{ ...theirs, ...hours(23) }, true, "missing_here"],
    [{ ...theirs, ...hours(25) }, false, "missing_here"],
    [{ ...ours, theirs: 990n, theirsCount: 1, ...hours(2) }, false, "amount"],
    [{ ...ours, theirs: 990n, theirsCount: 1, fees: 59n }, false, "fee_variance"],
    [{ ...ours, theirs: 1_998n, theirsCount: 2 }, false, "duplicate"],
    [{ ...ours, hasOtherAsset: true }, false, "currency"],
    [{ kind: "withdrawal", theirs: -3n, theirsCount: 1, ...hours(0) }, false, "unexplained_withdrawal"],
    [{ kind: "withdrawal", ours: -3n, oursCount: 1, ...hours(1) }, true, "missing_there"],
  ];
  for (const [change, waits, kind] of rows) {
    t.equal(
      isInTransit(group(change), NOW),
      waits,
      JSON.stringify(change, (_, value) => String(value)),
    );
    t.equal(breakKindOf(group(change)), kind);
  }
});

t.test("how grave, how old, and which window", async (t) => {
  const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);
  const severity = (kind: "amount" | "unexplained_withdrawal", units: bigint, hours: number) =>
    severityOf({ kind, ours: units * 100n, theirs: 0n, firstSeenAt: ago(hours) }, 2, NOW);
  t.equal(severity("amount", 999n, 1_000), "low");
  t.equal(severity("amount", 1_000n, 24), "medium");
  t.equal(severity("amount", 10_000n, 1), "medium");
  t.equal(severity("amount", 10_000n, 72), "high");
  t.equal(severity("amount", 100_000n, 119), "high");
  t.equal(severity("amount", 100_000n, 120), "critical");
  t.equal(severity("unexplained_withdrawal", 1n, 0), "critical");
  t.strictSame(
    [1, 3, 7, 20, 40].map((days) => ageBucketOf(ago(days * 24), NOW)),
    ["0-1", "2-5", "6-10", "11-30", "over_30"],
  );
  t.equal(windowProblem({ from: ago(1), to: ago(2) }, NOW), "reversed");
  t.equal(windowProblem({ from: ago(1), to: ago(1) }, NOW), "reversed");
  t.equal(windowProblem({ from: ago(1), to: ago(-1) }, NOW), "in_future");
  t.equal(windowProblem({ from: ago(24 * 401), to: ago(0) }, NOW), "too_wide");
  t.equal(windowProblem({ from: ago(1), to: ago(0) }, NOW), undefined);
  t.equal(endOfMonth("2026-12").toISOString(), "2027-01-01T00:00:00.000Z");
  t.equal(endOfMonth("2028-02").toISOString(), "2028-03-01T00:00:00.000Z");
});
