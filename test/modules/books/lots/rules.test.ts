import { isDeepStrictEqual } from "node:util";
import t from "tap";
import { DAY_MS } from "../../../../src/core/clock.js";
import { addDuration } from "../../../../src/core/durations.js";
import { encodeId } from "../../../../src/core/ids.js";
import { bookingsOf, deferredOf, earnedOf } from "../../../../src/modules/books/lots/rules/basis.js";
import { type Event, type Held, inOrder, replay } from "../../../../src/modules/books/lots/rules/replay.js";
import { daysOf, earnedBy, nextDue } from "../../../../src/modules/books/lots/rules/schedule.js";
import { defaultTerms, nextNotice, noticeDaysAt, standingOf } from "../../../../src/modules/books/lots/rules/terms.js";
import type { LotSlice } from "../../../../src/modules/books/lots/types.js";

const uuid = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
const lotId = (n: number) => encodeId("lot", uuid(n));
const transferId = (n: number) => encodeId("trf", uuid(n));
const START = Date.parse("2026-01-01T00:00:00Z");
const after = (days: number) => new Date(START + days * DAY_MS);

const held = (n: number, more: Partial<Held> = {}): Held => {
  const { granted = 10n } = more;
  return {
    id: lotId(n),
    granted,
    remaining: granted,
    expired: 0n,
    priceAmount: 0n,
    spentBasis: 0n,
    expiredBasis: 0n,
    paidOutBasis: 0n,
    revenue: 0n,
    breakage: 0n,
    refunded: 0n,
    cameVersion: 1n,
    kind: "paid",
    origin: "payment",
    source: null,
    priority: 50,
    effectiveAt: after(n),
    expiresAt: null,
    ...more,
  };
};

const event = (n: number, amount: bigint, more: Partial<Event> = {}): Event => ({
  transferId: transferId(n),
  version: BigInt(n),
  type: amount > 0n ? "grant" : "debit",
  amount,
  balanceAfter: 0n,
  source: null,
  claim: null,
  at: after(n),
  ...more,
});

const open = (of: Event, units: bigint): Held => {
  const { kind, origin, source, effectiveAt = of.at } = defaultTerms(of.claim ? { ...of, source: of.claim } : of);
  return {
    ...held(Number(of.version), { granted: units }),
    kind,
    origin,
    source,
    effectiveAt,
  };
};

const left = (lots: readonly Held[]) =>
  Object.fromEntries([...lots].sort((a, b) => (a.id < b.id ? -1 : 1)).map((lot) => [lot.id, Number(lot.remaining)]));
const run = (lots: readonly Held[], events: readonly Event[], slices: readonly LotSlice[] = []) =>
  replay({ lots, slices }, events, open);
const only = (lots: readonly Held[], n: number): Held => {
  const found = lots.find(({ id }) => id === lotId(n));
  if (!found) throw new Error(`no lot ${n}`);
  return found;
};

t.test("lots are taken from by priority, then end, then what was free, then age, then id", async (t) => {
  const wanted = [
    held(9, { priority: 0 }),
    held(3, { expiresAt: after(40) }),
    held(4, { expiresAt: after(50), kind: "promotional" }),
    held(5, { expiresAt: after(50) }),
    held(6, { kind: "adjustment", effectiveAt: after(8) }),
    held(1, { effectiveAt: after(0) }),
    held(2, { effectiveAt: after(0) }),
    held(0, { priority: 100, expiresAt: after(1) }),
  ];
  t.same(
    wanted
      .toReversed()
      .sort(inOrder)
      .map(({ id }) => id),
    wanted.map(({ id }) => id),
  );
});

t.test("what is over can be spent before its end, and after it only when nothing else is left", async (t) => {
  const lots = [held(1, { expiresAt: after(20) }), held(2)];
  t.same(left(run(lots, [event(19, -4n)]).lots), { [lotId(1)]: 6, [lotId(2)]: 10 });
  t.same(left(run(lots, [event(20, -4n)]).lots), { [lotId(1)]: 10, [lotId(2)]: 6 });
  t.same(left(run(lots, [event(20, -14n)]).lots), { [lotId(1)]: 6, [lotId(2)]: 0 });
  t.throws(() => run(lots, [event(20, -21n)]), /takes 1 more than the lots have/);
});

t.test("shares add up to the price, whatever the parts", async (t) => {
  for (const parts of [[1n, 1n, 1n, 1n, 1n, 1n, 1n], [3n, 4n], [7n], [2n, 5n]]) {
    const { lots } = run(
      [held(1, { granted: 7n, priceAmount: 999n })],
      parts.map((part, index) => event(2 + index, -part)),
    );
    t.equal(only(lots, 1).spentBasis, 999n);
  }
  const bonus = run([held(1, { granted: 12n, priceAmount: 999n })], [event(2, -1n)]);
  t.equal(only(bonus.lots, 1).spentBasis, 83n, "10 and 2 more for 9.99: each costs a twelfth");
});

t.test("a refund takes its own lot first, and what was earned of it is not", async (t) => {
  const own = held(1, { priceAmount: 999n, source: "pay_1" });
  const other = held(2, { priceAmount: 500n, source: "pay_2", priority: 10 });
  const { lots } = run(
    [own, other],
    [event(3, -15n), event(4, -5n, { type: "take_back", source: "ref_1", claim: "pay_1" })],
  );
  t.same(left(lots), { [lotId(1)]: 0, [lotId(2)]: 0 });
  const lot = { ...only(lots, 1), refunded: 500n };
  t.same(earnedOf(lot), { revenue: 499n, breakage: 0n }, "five were spent, and the other five went back");
  t.equal(deferredOf({ ...lot, revenue: 499n }), 0n);

  const spent = run([own], [event(3, -8n), event(4, -2n, { type: "take_back", source: "ref_1", claim: "pay_1" })]);
  const booked = { ...only(spent.lots, 1), revenue: 799n, refunded: 500n };
  t.same(bookingsOf(booked), [{ account: "revenue", type: "revenue_reversed", more: false, amount: 300n }]);

  const restored = run(spent.lots, [
    event(5, 5n, { type: "restored", source: "ref_1", claim: "pay_1" }),
    event(6, -3n, { type: "debt_repaid" }),
  ]);
  t.same(left(restored.lots), { [lotId(1)]: 2 }, "given back to the same lot");
  t.same(earnedOf(only(restored.lots, 1)), { revenue: 799n, breakage: 0n }, "eight are spent as before");
});

t.test("a payout that does not happen gives back to the lots that it had taken from", async (t) => {
  const lots = [held(1, { priceAmount: 10n, granted: 10n }), held(2, { priceAmount: 10n, granted: 10n })];
  const reserved = run(lots, [event(3, -13n, { type: "payout_reserved", source: "po_1" })]);
  t.same(earnedOf(only(reserved.lots, 1)), { revenue: 0n, breakage: 0n }, "money that is paid out is not earned");
  t.equal(deferredOf(only(reserved.lots, 1)), 0n);
  const back = run(reserved.lots, [event(4, 13n, { type: "payout_released", source: "po_1" })], reserved.slices);
  t.same(left(back.lots), { [lotId(1)]: 10, [lotId(2)]: 10 });
  t.same(back.lots.map(deferredOf), [10n, 10n]);
  t.same(
    back.slices.map(({ units }) => units),
    [0n, 0n],
  );
});

t.test("a subscription lets the cycles' own credits go first", async (t) => {
  const lots = [held(1, { priority: 0 }), held(2, { origin: "invoice", priceAmount: 100n })];
  const { lots: kept } = run(lots, [event(3, -12n, { type: "expired", source: "inv_1" })]);
  t.same(left(kept), { [lotId(1)]: 8, [lotId(2)]: 0 });
  t.same(earnedOf(only(kept, 2)), { revenue: 0n, breakage: 100n });
});

t.test("notices come 30, 7 and 1 days before the end, and none before the lot is that old", async (t) => {
  const lot = { effectiveAt: after(0), expiresAt: after(40) };
  t.same(nextNotice(lot, after(0)), after(10));
  t.same(nextNotice(lot, after(10)), after(33));
  t.same(nextNotice(lot, after(33)), after(39));
  t.equal(nextNotice(lot, after(39)), null);
  t.same(nextNotice({ effectiveAt: after(0), expiresAt: after(30) }, after(0)), after(23));
  t.equal(nextNotice({ effectiveAt: after(0), expiresAt: after(1) }, after(0)), null);
  t.equal(nextNotice({ effectiveAt: after(0), expiresAt: null }, after(0)), null);
  t.same(
    [30, 12, 7, 1, 0].map((days) => noticeDaysAt(after(days), after(0))),
    [30, 30, 7, 1, undefined],
  );
  t.same(
    [{ remaining: 1n }, { expiresAt: after(1) }, { remaining: 0n, expired: 1n }, { remaining: 0n }].map((more) =>
      standingOf({ remaining: 1n, expired: 0n, expiresAt: null, ...more }, after(1)),
    ),
    ["active", "expired", "expired", "used"],
  );
});

t.test("a span ends on the last day of a month that is too short for it", async (t) => {
  const from = new Date("2026-01-31T12:00:00Z");
  t.same(addDuration(from, "P30D"), new Date("2026-03-02T12:00:00Z"));
  t.same(addDuration(from, "P1M"), new Date("2026-02-28T12:00:00Z"));
  t.same(addDuration(from, "P12M"), new Date("2027-01-31T12:00:00Z"));
  for (const odd of ["P0D", "P1Y", "PT5M", "1D", "P1.5M", ""]) t.throws(() => addDuration(from, odd), RangeError);
});

t.test("a price is earned day by day, to the unit", async (t) => {
  const days = daysOf(new Date("2026-01-10T15:00:00Z"), new Date("2026-02-10T15:00:00Z"));
  const at = (day: string) => earnedBy({ ...days, amount: 1_999n, refunded: 0n }, new Date(day));
  t.same(["2026-01-01", "2026-01-10T23:00Z", "2026-01-11", "2026-02-09", "2026-02-10", "2027-01-01"].map(at), [
    0n,
    0n,
    64n,
    1_934n,
    1_999n,
    1_999n,
  ]);
  t.equal(earnedBy({ ...days, amount: 1_999n, refunded: 1_500n }, new Date("2026-02-09")), 499n);
  t.same(nextDue(days, new Date("2026-01-10T15:00:00Z")), new Date("2026-01-11"));
  t.equal(nextDue(days, new Date("2026-02-10")), null);
  t.same(daysOf(after(1), after(1)), { firstDay: "2026-01-02", endDay: "2026-01-03" }, "at least one day");
});

/** A repeatable source of numbers: mulberry32. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below) | 0;
  };
}

/** Something that happens to an account, as the rest of the service would do it. */
type Step =
  | { readonly kind: "lot"; readonly lot: Held }
  | { readonly kind: "refunded"; readonly source: string; readonly amount: bigint }
  | { readonly kind: "event"; readonly event: Event };

/** What is stored of an account: its lots, and up to which step they are settled. */
class Account {
  lots: Held[] = [];
  #slices: readonly LotSlice[] = [];
  #waiting: Event[] = [];

  apply(step: Step): void {
    if (step.kind === "lot") this.lots.push(step.lot);
    if (step.kind === "event") this.#waiting.push(step.event);
    if (step.kind === "refunded")
      this.lots = this.lots.map((lot) =>
        lot.source === step.source && lot.priceAmount > 0n ? { ...lot, refunded: lot.refunded + step.amount } : lot,
      );
  }

  settle(): void {
    const result = replay({ lots: this.lots, slices: this.#slices }, this.#waiting, open);
    this.#waiting = [];
    this.#slices = result.slices.filter(({ units }) => units > 0n);
    this.lots = result.lots.map((lot) => ({ ...lot, ...earnedOf(lot) }));
  }

  get balance(): bigint {
    return this.lots.reduce((sum, lot) => (lot.cameVersion === null ? sum : sum + lot.remaining), 0n);
  }

  shown = () => this.lots.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** A history that the service could have: what it decides by the balance is decided by lots that are settled after each step. */
function history(seed: number): { steps: Step[]; balances: bigint[]; eager: Account } {
  const random = numbers(seed);
  const eager = new Account();
  const steps: Step[] = [];
  const balances: bigint[] = [];
  const payments: { source: string; granted: bigint; price: bigint; lost: bigint; refunded: bigint }[] = [];
  const payouts: { source: string; amount: bigint }[] = [];
  let [n, day, debt, balance] = [0, 1, 0n, 0n];
  const happen = (step: Step) => {
    steps.push(step);
    eager.apply(step);
    eager.settle();
    if (step.kind === "event") balance += step.event.amount;
    balances.push(balance);
  };
  const post = (amount: bigint, more: Partial<Event> = {}) => {
    n += 1;
    happen({ kind: "event", event: event(n, amount, { at: after(day), ...more }) });
  };
  const grant = () => {
    const amount = BigInt(1 + random(30));
    const isPaid = random(2) === 0;
    const source = isPaid ? `pay_${n}` : null;
    const priceAmount = isPaid ? BigInt(random(2_000)) : 0n;
    const life = random(3) === 0 ? null : after(day + random(20));
    n += 1;
    const kind = isPaid ? "paid" : (["promotional", "adjustment"] as const)[random(2)];
    const origin = random(3) === 0 ? "invoice" : isPaid ? "payment" : "grant";
    // Now and then nothing was recorded, as by the release before.
    if (random(6) > 0)
      happen({
        kind: "lot",
        lot: held(n, {
          granted: amount,
          priceAmount,
          source,
          priority: random(4) * 25,
          expiresAt: life,
          effectiveAt: after(day),
          cameVersion: null,
          ...(kind ? { kind } : {}),
          origin,
        }),
      });
    happen({ kind: "event", event: event(n, amount, { at: after(day), type: isPaid ? "purchase" : "grant", source }) });
    if (source) payments.push({ source, granted: amount, price: priceAmount, lost: 0n, refunded: 0n });
    repay(amount);
  };
  const repay = (amount: bigint) => {
    const repaid = amount < debt ? amount : debt;
    if (repaid === 0n) return;
    debt -= repaid;
    post(-repaid, { type: "debt_repaid" });
  };
  const acts = [
    grant,
    grant,
    () => balance > 0n && post(-BigInt(1 + random(Number(balance)))),
    () => balance > 0n && post(-BigInt(1 + random(Math.min(5, Number(balance))))),
    () => balance > 0n && post(-BigInt(1 + random(Number(balance))), { type: "expired", source: `inv_${n}` }),
    () => {
      day += random(6);
    },
    () => {
      for (const lot of eager
        .shown()
        .filter(({ expiresAt, remaining }) => remaining > 0n && expiresAt && expiresAt <= after(day)))
        post(-lot.remaining, { type: "expired", source: lot.id });
    },
    () => {
      const payment = payments[random(payments.length)];
      if (!payment || payment.lost === payment.granted) return;
      const lost = BigInt(1 + random(Number(payment.granted - payment.lost)));
      const taken = lost < balance ? lost : balance;
      payment.lost += lost;
      debt += lost - taken;
      if (taken > 0n) post(-taken, { type: "take_back", source: `ref_${n}`, claim: payment.source });
      if (random(3) === 0) return;
      const money = (payment.price * payment.lost) / payment.granted - payment.refunded;
      payment.refunded += money;
      happen({ kind: "refunded", source: payment.source, amount: money });
    },
    () => {
      const payment = payments[random(payments.length)];
      if (!payment || payment.lost === 0n) return;
      happen({ kind: "refunded", source: payment.source, amount: -payment.refunded });
      const { lost } = payment;
      Object.assign(payment, { lost: 0n, refunded: 0n });
      post(lost, { type: "restored", source: `ref_${n}`, claim: payment.source });
      repay(lost);
    },
    () => {
      if (balance === 0n) return;
      const payout = { source: `po_${n}`, amount: BigInt(1 + random(Number(balance))) };
      payouts.push(payout);
      post(-payout.amount, { type: "payout_reserved", source: payout.source });
    },
    () => {
      const [payout] = payouts.splice(random(Math.max(1, payouts.length)), 1);
      if (payout) post(payout.amount, { type: "payout_released", source: payout.source });
    },
  ];
  for (let act = 0; act < 40; act += 1) acts[random(acts.length)]?.();
  return { steps, balances, eager };
}

const HISTORIES = Number(process.env.COFFER_PROVE_LOTS ?? 50);

t.test(`${HISTORIES} random histories: settled late is settled at once, and lots add up to the balance`, async (t) => {
  let events = 0;
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const { steps, balances, eager } = history(seed);
    events += steps.length;
    const random = numbers(seed + 1_000_000);
    const [atOnce, atTimes] = [new Account(), new Account()];
    for (const [index, step] of steps.entries()) {
      atOnce.apply(step);
      atTimes.apply(step);
      if (random(5) > 0) continue;
      atTimes.settle();
      if (atTimes.balance !== balances[index]) t.fail(`seed ${seed}: ${atTimes.balance} is not ${balances[index]}`);
    }
    atOnce.settle();
    atTimes.settle();
    for (const account of [eager, atOnce, atTimes]) {
      const isWhole = account.balance === (balances.at(-1) ?? 0n);
      if (!isWhole || !isDeepStrictEqual(account.shown(), eager.shown())) {
        t.strictSame(account.shown(), eager.shown(), `seed ${seed}: ${account.balance} of ${balances.at(-1)}`);
        t.fail(`seed ${seed}`);
        return;
      }
    }
    for (const lot of eager.shown()) {
      const wrong =
        lot.remaining < 0n || lot.remaining > lot.granted || deferredOf(lot) < 0n || bookingsOf(lot).length > 0;
      const parts = lot.revenue + lot.breakage + deferredOf(lot) + lot.refunded;
      if (wrong || parts > lot.priceAmount) t.fail(`seed ${seed}: ${lot.id}`, { parts, price: lot.priceAmount });
      if (lot.paidOutBasis === 0n && parts !== lot.priceAmount) t.fail(`seed ${seed}: ${lot.id} sold`, { lot });
    }
  }
  t.ok(events > 10 * HISTORIES, `${events} steps`);
});
