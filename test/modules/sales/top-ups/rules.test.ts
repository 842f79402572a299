import t from "tap";
import { DAY_MS, HOUR_MS } from "../../../../src/core/clock.js";
import { attemptChart, topUpChart } from "../../../../src/modules/sales/top-ups/rules/chart.js";
import {
  afterFailure,
  decideFollow,
  decideStart,
  type Follow,
  goesToDebt,
  mayPause,
  monthOf,
  type PaymentView,
  pausedBy,
  unfitness,
} from "../../../../src/modules/sales/top-ups/rules/decide.js";
import type { AutoTopUp } from "../../../../src/modules/sales/top-ups/types.js";

const NOW = new Date("2026-12-15T12:00:00Z");

const viewOf = (status: string, more: Partial<PaymentView> = {}): PaymentView => ({
  status,
  isPaid: ["succeeded", "partially_refunded", "refunded", "disputed"].includes(status),
  isAsked: true,
  failure: null,
  ...more,
});
const short = (follow: Follow): string =>
  follow.kind === "move" ? `${follow.to}${follow.failureCode ? ` (${follow.failureCode})` : ""}` : follow.kind;

t.test("a charge follows its payment, whatever both are, only where the chart has it", async (t) => {
  const payments = [
    "pending",
    "requires_action",
    "processing",
    "succeeded",
    "failed",
    "canceled",
    "expired",
    "refunded",
    "disputed",
  ];
  const reached = new Set<string>();
  for (const status of attemptChart.statuses) {
    for (const payment of payments) {
      for (const isAsked of [false, true]) {
        for (const failure of [null, { code: "card_declined" }]) {
          for (const isWanted of [false, true]) {
            const follow = decideFollow({ status }, viewOf(payment, { isAsked, failure }), isWanted);
            if (follow.kind !== "move") continue;
            attemptChart.step({ id: "ata_1", status }, follow.to, "provider");
            reached.add(`${status} ${follow.to}`);
          }
        }
      }
    }
  }
  const drawn = attemptChart.transitions
    .filter(({ by }) => by.includes("provider"))
    .flatMap(({ from, to }) => from.map((status) => `${status} ${to}`));
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
});

t.test("what a payment makes of its charge, case by case", async (t) => {
  const declined = { failure: { code: "card_declined", declineCode: "lost_card" } };
  const cases = [
    ["in_flight", viewOf("succeeded"), true, "succeeded"],
    ["failed", viewOf("succeeded"), false, "succeeded"],
    ["succeeded", viewOf("refunded"), true, "nothing"],
    ["in_flight", viewOf("failed", declined), true, "failed (lost_card)"],
    ["in_flight", viewOf("failed", { failure: { code: "card_declined" } }), true, "failed (card_declined)"],
    ["action_required", viewOf("canceled"), true, "failed (canceled)"],
    ["in_flight", viewOf("expired"), true, "failed (expired)"],
    ["failed", viewOf("failed"), true, "nothing"],
    ["in_flight", viewOf("requires_action"), true, "action_required"],
    ["in_flight", viewOf("requires_action"), false, "cancel"],
    ["action_required", viewOf("requires_action"), true, "nothing"],
    ["action_required", viewOf("processing"), true, "in_flight"],
    ["in_flight", viewOf("processing"), true, "nothing"],
    ["in_flight", viewOf("pending", { isAsked: false, ...declined }), true, "nothing"],
    ["in_flight", viewOf("pending"), true, "nothing"],
    ["in_flight", viewOf("pending", declined), true, "cancel"],
    ["in_flight", viewOf("pending"), false, "cancel"],
  ] as const;
  for (const [status, payment, isWanted, expected] of cases) {
    const wanted = isWanted ? "" : ", switched off";
    t.equal(short(decideFollow({ status }, payment, isWanted)), expected, `${status}, ${payment.status}${wanted}`);
  }
});

t.test("whether a top-up is begun", async (t) => {
  const topUp = { status: "active", nextAttemptAt: null, threshold: 100n, amount: 1_000n, monthlyCap: 3_000n } as const;
  const facts = { available: 99n, spent: 2_000n, hasOpen: false, now: NOW };
  const cases = [
    ["low", topUp, facts, "start"],
    ["not low", topUp, { ...facts, available: 100n }, "nothing"],
    ["one is under way", topUp, { ...facts, hasOpen: true }, "nothing"],
    ["paused", { ...topUp, status: "paused" }, facts, "nothing"],
    ["off", { ...topUp, status: "off" }, facts, "nothing"],
    ["not yet", { ...topUp, nextAttemptAt: new Date(NOW.getTime() + 1) }, facts, "nothing"],
    ["now", { ...topUp, nextAttemptAt: NOW }, facts, "start"],
    ["beyond the month's cap", topUp, { ...facts, spent: 2_001n }, "pause"],
  ] as const;
  for (const [what, of, given, expected] of cases) t.equal(decideStart(of, given).kind, expected, what);
  const paused = decideStart(topUp, { ...facts, spent: 3_000n });
  t.match(paused, { reason: "monthly_cap", until: new Date("2027-01-01T00:00:00Z") }, "until the next month, or year");
  t.strictSame(monthOf(NOW), new Date("2026-12-01T00:00:00Z"));
  t.ok(goesToDebt({ grantsAmount: 10n }, 10n));
  t.notOk(goesToDebt({ grantsAmount: 10n }, 9n));
});

t.test("after a charge that failed", async (t) => {
  const next = (failures: number, code: string | null = "card_declined") => {
    const after = afterFailure(failures, code, NOW);
    return after.pause ? "pause" : (after.nextAttemptAt?.getTime() ?? 0) - NOW.getTime();
  };
  t.strictSame(
    [0, 1, 2, 3].map((failures) => next(failures)),
    [HOUR_MS, 6 * HOUR_MS, DAY_MS, "pause"],
  );
  t.equal(next(0, "lost_card"), "pause", "it will not be good again");
  t.equal(next(0, null), HOUR_MS);
  t.match(afterFailure(3, null, NOW), { failures: 4, nextAttemptAt: null });
});

t.test("pauses, and the card that was agreed to", async (t) => {
  const until = new Date(NOW.getTime() + DAY_MS);
  const of = (status: AutoTopUp["status"], pausedUntil: Date | null = null) => ({ status, pausedUntil });
  const cases = [
    ["active", of("active"), null, true],
    ["active, for a time", of("active"), until, true],
    ["paused firmly", of("paused"), null, false],
    ["paused for a time, now firmly", of("paused", until), null, true],
    ["paused for a time, again for one", of("paused", until), until, false],
    ["off", of("off"), null, false],
  ] as const;
  for (const [what, topUp, wanted, expected] of cases) {
    t.equal(mayPause(topUp, wanted), expected, what);
    if (!expected) continue;
    for (const by of [pausedBy("declined"), pausedBy("monthly_cap")]) {
      t.ok(topUpChart.step({ id: "atu_1", status: topUp.status }, "paused", by), `${what}: the chart has it`);
    }
  }
  const agreed = { cardFingerprint: "fp_1", cardLast4: "4242" };
  t.equal(unfitness(agreed, undefined), "card_detached");
  t.equal(unfitness(agreed, { status: "detached", fingerprint: "fp_1", last4: "4242" }), "card_detached");
  t.equal(unfitness(agreed, { status: "attached", fingerprint: "fp_2", last4: "4242" }), "card_changed");
  t.equal(unfitness(agreed, { status: "attached", fingerprint: "fp_1", last4: "1881" }), "card_changed");
  t.equal(unfitness(agreed, { status: "attached", fingerprint: "fp_1", last4: "4242" }), undefined);
});
