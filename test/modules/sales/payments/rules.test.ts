import t from "tap";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../src/core/clock.js";
import { paymentChart } from "../../../../src/modules/sales/payments/rules/chart.js";
import { grantsLost, statusAfterLoss } from "../../../../src/modules/sales/payments/rules/losses.js";
import {
  canCancel,
  canConfirm,
  type Decision,
  isFinal,
  isPaid,
  nextCheck,
  settle,
} from "../../../../src/modules/sales/payments/rules/settle.js";
import type { Payment, PaymentStatus, SettleNews } from "../../../../src/modules/sales/payments/types.js";

const NOW = new Date("2026-03-01T12:00:00Z");
const clock = { now: () => NOW };
const FAILURE = { code: "card_declined", message: "Declined." };

const paymentOf = (status: PaymentStatus, more: Partial<Payment> = {}) =>
  ({
    id: "pay_1",
    status,
    amount: 999n,
    currency: "USD",
    grantsAmount: 10n,
    version: 3,
    providerReference: "cs_1",
    moneyReference: null,
    clientSecret: null,
    checkoutUrl: null,
    expiresAt: null,
    nextAction: null,
    failure: null,
    reviewReason: null,
    cancelRequestedAt: null,
    offSession: false,
    ...more,
  }) as Payment;

const NEWS = ["pending", "requires_action", "processing", "succeeded", "failed", "canceled", "expired"] as const;
type NewsStatus = (typeof NEWS)[number];
const USD = (amount: bigint) => ({ amount, asset: "USD" });
const WEBHOOK = { kind: "webhook" } as const;
const REPLY = { kind: "reply", observedVersion: 3 } as const;
const OLD_REPLY = { kind: "reply", observedVersion: 2 } as const;
const newsOf = (
  status: NewsStatus,
  more: Partial<Omit<SettleNews, "news">> & { news?: Partial<SettleNews["news"]> } = {},
): SettleNews => ({
  received: undefined,
  fee: undefined,
  from: WEBHOOK,
  ...more,
  news: { providerReference: "cs_1", status, ...more.news } as SettleNews["news"],
});
const moneyOf = (amount: bigint, moneyReference = "pi_1", asset = "USD") =>
  newsOf("succeeded", { received: { amount, asset }, news: { moneyReference } });

/** What a decision comes to, short: the status that is written, if any. */
function short(decision: Decision): string {
  if (decision.kind === "nothing" || decision.kind === "refetch") return decision.kind;
  const to = decision.change.status ?? "facts";
  return decision.kind === "quarantine" ? `quarantine ${decision.reason}, ${to}` : `${decision.kind} ${to}`;
}

t.test("whatever news says of whatever payment, it leads only where the chart does", async (t) => {
  let count = 0;
  const reached = new Set<string>();
  const news = NEWS.flatMap((status) =>
    [WEBHOOK, REPLY, OLD_REPLY].flatMap((from) => [
      newsOf(status, { from }),
      newsOf(status, { from, news: { failure: FAILURE } }),
      newsOf(status, { from, news: { failure: { code: "authentication_required", message: "" } } }),
      newsOf(status, { from, news: { providerReference: "pi_1" } }),
      newsOf(status, { from, received: USD(999n), news: { moneyReference: "pi_1" } }),
      newsOf(status, { from, received: USD(998n), news: { moneyReference: "pi_1" } }),
      newsOf(status, { from, received: USD(999n), news: { moneyReference: "pi_2" } }),
    ]),
  );
  for (const status of paymentChart.statuses) {
    for (const moneyReference of [null, "pi_1"]) {
      for (const failure of [null, FAILURE]) {
        for (const reviewReason of [null, "underpaid"]) {
          for (const offSession of [false, true]) {
            for (const cancelRequestedAt of [null, NOW]) {
              const more = { moneyReference, failure, reviewReason, offSession, cancelRequestedAt };
              for (const told of news) {
                count += 1;
                const payment = paymentOf(status, more);
                const decision = settle(payment, told);
                const to = "change" in decision ? decision.change.status : undefined;
                if (to === undefined) {
                  if (decision.kind === "credit") t.fail("money is credited and nothing says so");
                  continue;
                }
                const event = decision.kind === "quarantine" ? "payment.quarantined" : undefined;
                const step = paymentChart.step(payment, to, "provider", event);
                if ((decision.kind !== "update") !== (step.moves !== undefined)) {
                  t.fail(`${short(decision)} from ${status}: the chart says that ${step.moves ?? "nothing"} moves`);
                }
                reached.add(`${status} ${to} ${step.event}`);
              }
            }
          }
        }
      }
    }
  }
  t.ok(count > 20_000, `${count} cases`);
  const drawn = paymentChart.transitions
    .filter(({ event }) => event !== undefined)
    .flatMap(({ from, to, event }) => from.map((status) => `${status} ${to} ${event}`));
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
});

t.test("what news of money does", async (t) => {
  for (const status of ["pending", "requires_action", "processing", "failed", "canceled", "expired"] as const) {
    t.equal(short(settle(paymentOf(status), moneyOf(999n))), "credit succeeded", status);
    t.equal(short(settle(paymentOf(status), moneyOf(998n))), "quarantine underpaid, processing", status);
    t.equal(short(settle(paymentOf(status), moneyOf(1_000n))), "quarantine overpaid, processing", status);
    t.equal(short(settle(paymentOf(status), moneyOf(999n, "pi_1", "EUR"))), "quarantine wrong_currency, processing");
    t.equal(short(settle(paymentOf(status), newsOf("succeeded"))), "refetch", "no word of what arrived");
    const under = paymentOf(status, { reviewReason: "underpaid", moneyReference: "pi_1" });
    t.equal(short(settle(under, moneyOf(998n))), "nothing", "it is under review");
    t.equal(short(settle(under, moneyOf(999n, "pi_2"))), "quarantine second_payment, facts");
  }
  for (const status of paymentChart.statuses.filter(isPaid)) {
    const paid = paymentOf(status, { moneyReference: "pi_1" });
    t.equal(short(settle(paid, moneyOf(999n))), "nothing", status);
    t.equal(short(settle(paid, moneyOf(999n, "pi_2"))), "quarantine second_payment, facts", status);
    for (const ended of ["failed", "canceled", "expired", "processing", "pending"] as const) {
      t.match(short(settle(paid, newsOf(ended))), /^(nothing|update facts)$/, `${status}, late ${ended}`);
    }
  }
});

t.test("what other news does", async (t) => {
  const declined = { news: { failure: FAILURE } };
  const cases: readonly [PaymentStatus, SettleNews, string, Partial<Payment>?][] = [
    // A reply is the provider's present word, unless something changed while it was on its way.
    ["pending", newsOf("processing", { from: REPLY }), "update processing"],
    ["processing", newsOf("pending", { from: REPLY }), "update pending"],
    ["processing", newsOf("pending", { from: OLD_REPLY }), "nothing"],
    ["pending", newsOf("failed", { from: OLD_REPLY }), "nothing"],
    // A webhook may be late: up is taken, and so is an end; the rest is asked.
    ["pending", newsOf("requires_action"), "update requires_action"],
    ["requires_action", newsOf("processing"), "update processing"],
    ["requires_action", newsOf("pending"), "refetch"],
    ["processing", newsOf("pending"), "refetch"],
    ["processing", newsOf("requires_action"), "refetch"],
    ["pending", newsOf("pending"), "nothing"],
    ["pending", newsOf("pending", declined), "update pending"],
    ["requires_action", newsOf("requires_action", declined), "update requires_action"],
    ["pending", newsOf("pending", declined), "nothing", { failure: FAILURE }],
    ["pending", newsOf("requires_action"), "refetch", { failure: FAILURE }],
    ["pending", newsOf("failed"), "update failed"],
    ["processing", newsOf("canceled"), "update canceled"],
    ["pending", newsOf("expired"), "update expired"],
    ["pending", newsOf("expired"), "update canceled", { cancelRequestedAt: NOW }],
    ["pending", newsOf("failed", { news: { providerReference: "pi_1" } }), "refetch"],
    // Nothing but money changes what is over or under review.
    ["failed", newsOf("processing", { from: REPLY }), "nothing"],
    ["canceled", newsOf("expired"), "nothing"],
    ["processing", newsOf("failed"), "nothing", { reviewReason: "underpaid" }],
    ["failed", newsOf("processing", { news: { moneyReference: "pi_1" } }), "update facts"],
  ];
  for (const [status, news, expected, more] of cases) {
    const from = news.from.kind;
    t.equal(short(settle(paymentOf(status, more), news)), expected, `${status}, ${news.news.status} by ${from}`);
  }
  const away = paymentOf("pending", { offSession: true });
  const wanted = newsOf("pending", { news: { failure: { code: "authentication_required", message: "" } } });
  t.equal(short(settle(away, wanted)), "update requires_action", "the bank wants the customer, who is not there");
  t.equal(short(settle(paymentOf("pending"), wanted)), "update pending");
});

t.test("what may still be done about a payment, and when it is looked at", async (t) => {
  const those = (may: (payment: Payment) => boolean, more: Partial<Payment> = {}) =>
    paymentChart.statuses.filter((status) => may(paymentOf(status, more)));
  t.strictSame(those(canConfirm), ["pending", "requires_action"]);
  t.strictSame(those(canCancel), ["pending", "requires_action", "processing"]);
  t.strictSame(those(canConfirm, { reviewReason: "underpaid" }), []);
  t.strictSame(those(canCancel, { reviewReason: "underpaid" }), []);
  const after = (status: PaymentStatus, checks: number) => {
    const next = nextCheck(clock, status, checks);
    return next && next.getTime() - NOW.getTime();
  };
  const looks = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, DAY_MS];
  for (const status of paymentChart.statuses) {
    const expected = isFinal(status) ? looks.map(() => null) : looks;
    t.strictSame(
      looks.map((_, checks) => after(status, checks)),
      expected,
      status,
    );
  }
  t.equal(after("processing", 34), DAY_MS);
  t.equal(after("processing", 35), null, "after a month nobody asks any more");
});

t.test("the status of a paid payment follows from what it has lost", async (t) => {
  const cases = [
    [0n, 0n, "succeeded"],
    [1n, 0n, "partially_refunded"],
    [998n, 0n, "partially_refunded"],
    [999n, 0n, "refunded"],
    [1_200n, 0n, "refunded"],
    [0n, 1n, "disputed"],
    [999n, 1n, "disputed"],
  ] as const;
  const reached = cases.map(([refunded, disputed, expected]) => {
    t.equal(
      statusAfterLoss({ amount: 999n }, refunded, disputed),
      expected,
      `${refunded} refunded, ${disputed} disputed`,
    );
    return expected;
  });
  for (const from of reached) for (const to of reached) t.ok(paymentChart.mayGo(from, to), `${from} to ${to}`);
  const grants = [0n, 1n, 99n, 100n, 500n, 998n, 999n, 2_000n, -5n].map((lost) =>
    grantsLost({ amount: 999n, grantsAmount: 10n }, lost),
  );
  t.strictSame(grants, [0n, 0n, 0n, 1n, 5n, 9n, 10n, 10n, 0n], "rounded down, and all of them with all of it");
});
