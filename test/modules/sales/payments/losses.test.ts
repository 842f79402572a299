import fc from "fast-check";
import t from "tap";
import type { PaymentId } from "../../../../src/core/ids.js";
import { credit, type Losing, leftToRefund, lose } from "../../../../src/modules/sales/payments/index.js";

// An invoice that several payments paid: what is credited of it is a loss of all of them, and each keeps its share as long as
// there is room for it beside what it lost by itself.

const idOf = (index: number) => `pay_${index}` as PaymentId;

/** One credit for each unit of money, so that nothing is rounded. */
const paid = (amounts: readonly number[]): Losing[] =>
  amounts.map((amount, index) => ({
    id: idOf(index),
    amount: BigInt(amount),
    grantsAmount: BigInt(amount),
    amountRefunded: 0n,
    amountCredited: 0n,
    amountDisputed: 0n,
    grantsTakenBack: 0n,
  }));

const refund = (rows: Losing[], index: number, refunded: number) =>
  lose(rows, { id: idOf(index), refunded: BigInt(refunded), disputed: 0n });
const dispute = (rows: Losing[], index: number, disputed: number) =>
  lose(rows, { id: idOf(index), refunded: 0n, disputed: BigInt(disputed) });
const shares = (rows: readonly Losing[]) => rows.map(({ amountCredited }) => Number(amountCredited));
const taken = (rows: readonly Losing[]) => rows.map(({ grantsTakenBack }) => Number(grantsTakenBack));

t.test("who bears what is credited", async (t) => {
  const cases: readonly [string, (rows: Losing[]) => Losing[], number[], number[]][] = [
    ["the first payments first", (rows) => credit(rows, 800n), [700, 100], [700, 100]],
    ["more is added where there is room", (rows) => credit(credit(rows, 300n), 800n), [700, 100], [700, 100]],
    ["a note that is voided is taken off the last", (rows) => credit(credit(rows, 800n), 650n), [650, 0], [650, 0]],
    ["a refund that leaves room moves nothing", (rows) => refund(credit(rows, 300n), 0, 400), [300, 0], [700, 0]],
    ["a refund of another moves nothing", (rows) => refund(credit(rows, 300n), 1, 300), [300, 0], [300, 300]],
    ["a refund pushes it to the other", (rows) => refund(credit(rows, 300n), 0, 700), [0, 300], [700, 300]],
    ["as far as it has no room", (rows) => refund(credit(rows, 300n), 0, 500), [200, 100], [700, 100]],
    ["a dispute does, too", (rows) => dispute(credit(rows, 200n), 0, 700), [0, 200], [700, 200]],
    ["a note after a refund goes to the other", (rows) => credit(refund(rows, 0, 700), 200n), [0, 200], [700, 200]],
    [
      "what came back does not move it again",
      (rows) => refund(refund(credit(rows, 300n), 0, 700), 0, -700),
      [0, 300],
      [0, 300],
    ],
    ["more than all of it is nobody's loss", (rows) => refund(credit(rows, 1_000n), 0, 700), [700, 300], [700, 300]],
    [
      "and is one again when there is room",
      (rows) => refund(refund(credit(rows, 1_000n), 0, 700), 0, -700),
      [700, 300],
      [700, 300],
    ],
  ];
  for (const [what, play, wantedShares, wantedTaken] of cases) {
    const rows = play(paid([700, 300]));
    t.strictSame([shares(rows), taken(rows)], [wantedShares, wantedTaken], what);
  }
  const left = (rows: readonly Losing[]) => [leftToRefund(rows, idOf(0)), leftToRefund(rows, idOf(1))].map(Number);
  t.strictSame(left(paid([700, 300])), [700, 300]);
  t.strictSame(left(credit(paid([700, 300]), 400n)), [600, 300], "so much can become the other's");
  t.strictSame(left(refund(credit(paid([700, 300]), 400n), 1, 300)), [300, 0]);
});

type Step = { readonly kind: "note" | "refund" | "dispute" | "return"; readonly index: number; readonly part: number };

const STEP: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("note", "refund", "dispute", "return"),
  index: fc.nat(3),
  part: fc.integer({ min: 0, max: 100 }),
});

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);
const least = (a: bigint, b: bigint) => (a < b ? a : b);

t.test("for any split, notes, refunds and disputes what is taken is what was given back, and no more", async (t) => {
  const splits = fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(splits, fc.array(STEP, { maxLength: 14 }), (amounts, steps) => {
      const total = BigInt(amounts.reduce((all, amount) => all + amount, 0));
      const refunded = amounts.map(() => 0n);
      const disputed = amounts.map(() => 0n);
      let credited = 0n;
      let rows = paid(amounts);
      for (const step of steps) {
        const index = step.index % amounts.length;
        const [amount = 0n, sent = 0n, gone = 0n] = [BigInt(amounts[index] ?? 0), refunded[index], disputed[index]];
        const part = (of: bigint) => (of * BigInt(step.part)) / 100n;
        if (step.kind === "note") {
          credited = part(total);
          rows = credit(rows, credited);
        } else if (step.kind === "refund") {
          const more = part(amount - sent);
          refunded[index] = sent + more;
          rows = lose(rows, { id: idOf(index), refunded: more, disputed: 0n });
        } else {
          const now = step.kind === "dispute" ? part(amount) : 0n;
          disputed[index] = now;
          rows = lose(rows, { id: idOf(index), refunded: 0n, disputed: now - gone });
        }
        const own = sum(amounts.map((each, at) => least(BigInt(each), (refunded[at] ?? 0n) + (disputed[at] ?? 0n))));
        const wanted = least(total, own + credited);
        const lost = sum(rows.map(({ grantsTakenBack }) => grantsTakenBack));
        if (lost !== wanted) throw new Error(`${lost} of ${wanted}`);
        const borne = sum(rows.map(({ amountCredited }) => amountCredited));
        if (borne !== credited) throw new Error(`${borne} of ${credited} credited`);
      }
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});
