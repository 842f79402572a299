import t from "tap";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../src/core/clock.js";
import { BOOKED, disputeChart, refundChart } from "../../../../src/modules/sales/refunds/rules/chart.js";
import {
  fundsOf,
  type Move,
  nextDisputeLook,
  stepsBetween,
  sumMoves,
  topicOf,
  worthOf,
} from "../../../../src/modules/sales/refunds/rules/dispute.js";
import { moneyFor, nextCheck, settleRefund } from "../../../../src/modules/sales/refunds/rules/refund.js";
import type { DisputeFunds } from "../../../../src/modules/sales/refunds/types.js";

const NOW = new Date("2026-03-01T12:00:00Z");
const clock = { now: () => NOW };
const NEWS = ["pending", "succeeded", "failed", "canceled"] as const;

t.test("what news does to a refund, whatever it is and whatever the news", async (t) => {
  // A row for each status, a column for each news: pending, succeeded, failed, canceled.
  const table = {
    requested: ["book pending", "book succeeded", "undo failed", "undo canceled"],
    pending: ["nothing", "advance succeeded", "undo failed", "undo canceled"],
    succeeded: ["nothing", "nothing", "undo failed", "undo canceled"],
    failed: ["nothing", "nothing", "nothing", "nothing"],
    canceled: ["nothing", "nothing", "nothing", "nothing"],
  } as const;
  const reached = new Set<string>();
  for (const status of refundChart.statuses) {
    for (const [index, news] of NEWS.entries()) {
      const decision = settleRefund(status, news);
      const said = decision.kind === "nothing" ? "nothing" : `${decision.kind} ${decision.status}`;
      t.equal(said, table[status][index], `${status}, ${news}`);
      if (decision.kind === "nothing") continue;
      const step = refundChart.step({ id: "ref_1", status }, decision.status, "provider");
      t.equal(step.moves !== undefined, decision.kind !== "advance", "money moves unless only its status does");
      const isBooked = BOOKED.some((each) => each === decision.status);
      t.equal(isBooked, decision.kind !== "undo", "what is undone is not booked");
      reached.add(`${status} ${decision.status}`);
    }
  }
  const drawn = refundChart.transitions.flatMap(({ from, to }) => from.map((status) => `${status} ${to}`));
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
});

t.test("when a refund is looked at next", async (t) => {
  const after = (status: (typeof refundChart.statuses)[number], checks: number) => {
    const next = nextCheck(clock, status, checks);
    return next && next.getTime() - NOW.getTime();
  };
  const looks = [MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, DAY_MS];
  for (const status of refundChart.statuses) {
    const expected = refundChart.isFinal(status) ? looks.map(() => null) : looks;
    t.strictSame(
      looks.map((_, checks) => after(status, checks)),
      expected,
      status,
    );
  }
});

t.test("the least money whose refund takes back so many grants", async (t) => {
  const payment = {
    amount: 999n,
    grantsAmount: 10n,
    amountRefunded: 0n,
    amountDisputed: 0n,
    grantsTakenBack: 0n,
  };
  const cases = [
    ["one of ten", payment, 1n, 1n, 100n],
    ["all", payment, 10n, 1n, 999n],
    ["in tens", payment, 1n, 10n, 100n],
    ["in tens, rounded up", payment, 2n, 10n, 200n],
    ["in hundreds", payment, 3n, 100n, 300n],
    ["after some was refunded", { ...payment, amountRefunded: 100n, grantsTakenBack: 1n }, 1n, 1n, 100n],
    ["a refund before it took nothing yet", { ...payment, amountRefunded: 99n }, 1n, 1n, 1n],
    ["it is with the bank already", { ...payment, amountDisputed: 999n, grantsTakenBack: 0n }, 5n, 1n, 0n],
    ["many credits for one unit", { ...payment, amount: 1n, grantsAmount: 100n }, 1n, 1n, 1n],
  ] as const;
  for (const [what, of, grants, unit, expected] of cases) t.equal(moneyFor(of, grants, unit), expected, what);
});

t.test("whatever moves for a dispute, its money gets only where the chart has it", async (t) => {
  const sums = [-5n, 0n, 5n, 10n];
  const before: Readonly<Record<DisputeFunds, readonly bigint[]>> = {
    none: [-5n, 0n],
    withdrawn: [5n, 10n],
    lost: [5n, 10n],
    reinstated: [-5n, 0n],
  };
  const reached = new Set<string>();
  for (const known of disputeChart.statuses) {
    for (const was of before[known]) {
      for (const now of sums) {
        for (const status of ["needs_response", "under_review", "won", "lost", "warning_closed", "a new word"]) {
          for (const wasTaken of now > 0n ? [true] : [true, false]) {
            for (const isNew of known === "none" ? [true, false] : [false]) {
              const funds = fundsOf(known, status, now, wasTaken);
              const topic = topicOf({ isNew, before: known, funds, moved: now - was });
              const step = disputeChart.step({ id: "dsp_1", status: known }, funds, "provider", topic);
              t.equal(step.event, topic);
              reached.add(`${known} ${funds} ${topic}`);
            }
          }
        }
      }
    }
  }
  const drawn = disputeChart.transitions.flatMap(({ from, to, event }) => from.map((each) => `${each} ${to} ${event}`));
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
});

t.test("what became of a dispute's money", async (t) => {
  const cases: readonly [DisputeFunds, string, bigint, boolean, DisputeFunds][] = [
    ["none", "needs_response", 0n, false, "none"],
    ["none", "needs_response", 999n, true, "withdrawn"],
    ["none", "lost", 0n, false, "none"],
    ["none", "lost", 999n, true, "lost"],
    ["withdrawn", "won", 999n, true, "withdrawn"],
    ["withdrawn", "won", 0n, true, "reinstated"],
    ["lost", "won", 999n, true, "lost"],
    ["lost", "won", 0n, true, "reinstated"],
    ["reinstated", "needs_response", 500n, true, "withdrawn"],
    ["reinstated", "lost", 500n, true, "lost"],
  ];
  for (const [known, status, taken, wasTaken, expected] of cases) {
    t.equal(fundsOf(known, status, taken, wasTaken), expected, `${known}, ${status}, ${taken} taken`);
  }
});

t.test("how the books get from what they say of a dispute to what they should say", async (t) => {
  const at = (funds: DisputeFunds, booked: bigint) => ({ funds, booked });
  const cases = [
    ["taken", at("none", 0n), at("withdrawn", 999n), ["withdraw disputed 999"]],
    ["nothing new", at("withdrawn", 999n), at("withdrawn", 999n), []],
    ["part came back", at("withdrawn", 999n), at("withdrawn", 400n), ["reinstate disputed 599"]],
    ["all came back", at("withdrawn", 999n), at("reinstated", 0n), ["reinstate disputed 999"]],
    ["lost", at("withdrawn", 999n), at("lost", 999n), ["lose deferred 999"]],
    ["taken and lost at once", at("none", 0n), at("lost", 999n), ["withdraw disputed 999", "lose deferred 999"]],
    ["came back after it was lost", at("lost", 999n), at("reinstated", 0n), ["reinstate deferred 999"]],
    ["more was lost", at("lost", 500n), at("lost", 999n), ["withdraw deferred 499"]],
  ] as const;
  for (const [what, before, after, expected] of cases) {
    const steps = stepsBetween(before, after).map(({ kind, place, amount }) => `${kind} ${place} ${amount}`);
    t.strictSame(steps, expected, what);
  }
});

t.test("moves are summed by currency, and rounding is taken for what it is", async (t) => {
  const move = (worth: bigint, asset = "USD", more: Partial<Move> = {}): Move => ({
    reference: "txn",
    amount: -worth,
    asset,
    fee: 0n,
    worth,
    isForeign: false,
    ...more,
  });
  t.match(sumMoves([move(999n), move(-400n)], "USD", 999n), { taken: 599n, booked: 599n });
  t.match(sumMoves([move(998n, "EUR")], "USD", 999n), { taken: 999n }, "converted, next to all");
  t.match(sumMoves([move(997n, "EUR")], "USD", 999n), { taken: 997n });
  t.match(sumMoves([move(999n, "EUR"), move(-998n, "EUR")], "USD", 999n), { taken: 0n }, "and next to nothing");
  t.match(sumMoves([move(998n)], "USD", 999n), { taken: 998n }, "what was not converted is exact");
  const foreign = sumMoves([move(999n, "EUR", { isForeign: true, fee: 1_500n })], "USD", undefined);
  t.match(foreign, { taken: 999n, booked: 0n });
  t.strictSame([...foreign.foreign], [["EUR", 999n]]);
  t.strictSame([...foreign.fees], [["EUR", 1_500n]]);
});

t.test("how much of the payment a move is", async (t) => {
  const usd = (amount: bigint) => ({ amount, asset: "USD" });
  const eur = (amount: bigint) => ({ amount, asset: "EUR" });
  const same = { payment: usd(999n), dispute: usd(999n), firstTaken: 900n };
  t.strictSame(worthOf(usd(-999n), same, undefined), { worth: 999n, isForeign: false });
  const rate = { value: 900_000_000_000n, scales: [2, 2] } as const;
  t.strictSame(worthOf(eur(-900n), same, rate), { worth: 1_000n, isForeign: false }, "at its own rate");
  t.strictSame(worthOf(eur(-450n), same, undefined), { worth: 500n, isForeign: false }, "or by its share, rounded");
  t.strictSame(worthOf(eur(-450n), { ...same, firstTaken: 0n }, undefined), { worth: 0n, isForeign: false });
  const elsewhere = { payment: usd(999n), dispute: eur(900n), firstTaken: 900n };
  t.strictSame(worthOf(eur(-900n), elsewhere, rate), { worth: 999n, isForeign: true }, "what was taken first is all");
});

t.test("when a dispute is looked up that nobody speaks of", async (t) => {
  const after = (status: string, ageMs: number) => {
    const next = nextDisputeLook(clock, { status, createdAt: new Date(NOW.getTime() - ageMs) });
    return next && next.getTime() - NOW.getTime();
  };
  for (const status of ["needs_response", "under_review", "warning_needs_response", "a new word"]) {
    t.equal(after(status, 400 * DAY_MS), DAY_MS, status);
  }
  for (const status of ["won", "lost", "warning_closed", "prevented"]) {
    t.equal(after(status, 120 * DAY_MS), 7 * DAY_MS, status);
    t.equal(after(status, 120 * DAY_MS + 1), null, status);
  }
});
