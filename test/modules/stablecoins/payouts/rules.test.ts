import t from "tap";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../../src/core/clock.js";
import { attemptChart, payoutChart } from "../../../../src/modules/stablecoins/payouts/rules/chart.js";
import {
  limitsOf,
  limitValues,
  neededChange,
  splitLimits,
} from "../../../../src/modules/stablecoins/payouts/rules/limits.js";
import {
  carries,
  type Decision,
  isPriceOld,
  isUnsent,
  mayDecideFrom,
  mayExist,
  nextCheck,
  refusalOf,
  refusedTo,
  SEND_WITHIN_MS,
  settle,
  wasNeverSent,
  whyNotPayable,
} from "../../../../src/modules/stablecoins/payouts/rules/settle.js";
import type {
  Attempt,
  AttemptStatus,
  Payout,
  PayoutNews,
  PayoutStatus,
} from "../../../../src/modules/stablecoins/payouts/types.js";

const NOW = new Date("2026-03-01T12:00:00Z");
const clock = { now: () => NOW };

const payoutOf = (status: PayoutStatus, more: Partial<Payout> = {}) =>
  ({
    id: "po_1",
    status,
    attempts: 1,
    providerReference: null,
    reserved: !payoutChart.isFinal(status),
    ...more,
  }) as Payout;
const attemptOf = (status: AttemptStatus, more: Partial<Attempt> = {}) =>
  ({ id: "poa_1", number: 1, status, providerReference: null, ...more }) as Attempt;
const NEWS = ["submitted", "confirmed", "failed", "canceled"] as const;
type NewsStatus = (typeof NEWS)[number];
const newsOf = (status: NewsStatus, providerReference: string, more: Partial<PayoutNews> = {}) =>
  ({ news: { status, providerReference }, contradiction: undefined, ...more }) as PayoutNews;

/** What a decision comes to, short: `payout/attempt`, a dash for what stays. */
const short = (decision: Decision): string => {
  if (decision.kind === "quarantine" || decision.kind === "dispute") return `${decision.kind} ${decision.reason}`;
  if (decision.kind === "nothing") return "nothing";
  const late = decision.kind === "confirm" && decision.late ? ", late" : "";
  return `${decision.payout ?? "-"}/${decision.attempt}${late}`;
};

/** Payouts that were never sent have no attempt that news could be of. */
const SENT = payoutChart.statuses.filter((status) => status !== "requested" && status !== "awaiting_approval");
const REFERENCES = ["none known", "the same", "another", "another in its place"] as const;

t.test("whatever news says of whatever payout, it leads only where the charts do", async (t) => {
  let count = 0;
  const reached = new Set<string>();
  for (const payoutStatus of SENT) {
    for (const attemptStatus of attemptChart.statuses) {
      for (const status of NEWS) {
        for (const references of REFERENCES) {
          for (const known of [null, "tx_1", "tx_9"]) {
            for (const attempts of [1, 2]) {
              for (const contradiction of [undefined, "wrong_amount"] as const) {
                count += 1;
                const payout = payoutOf(payoutStatus, { providerReference: known, attempts });
                const providerReference = references === "none known" ? null : "tx_1";
                const attempt = attemptOf(attemptStatus, { providerReference });
                const named = references.startsWith("another") ? "tx_2" : "tx_1";
                const replaces = references === "another in its place" ? "tx_1" : undefined;
                const news = newsOf(status, named, { contradiction, replaces });
                const decision = settle(payout, attempt, news);
                const given = `${payoutStatus}/${attemptStatus}, ${status} of ${references}, payout knows ${known}, ${attempts}`;
                if ("payout" in decision && decision.payout) {
                  if (!payoutChart.mayGo(payoutStatus, decision.payout)) t.fail(`${given}: ${short(decision)}`);
                  payoutChart.step(payout, decision.payout, "provider");
                  reached.add(`${payoutStatus} ${decision.payout}`);
                }
                if ("attempt" in decision) {
                  if (!attemptChart.mayGo(attemptStatus, decision.attempt)) t.fail(`${given}: ${short(decision)}`);
                }
                if (payoutStatus === "confirmed") t.notOk("payout" in decision && decision.payout, given);
              }
            }
          }
        }
      }
    }
  }
  t.ok(count > 4_000, `${count} cases`);
  const drawn = payoutChart.transitions
    .filter(({ by, to }) => by.includes("provider") && to !== "approved")
    .flatMap(({ from, to }) => from.map((status) => `${status} ${to}`));
  t.strictSame([...reached].sort(), [...new Set(drawn)].sort(), "and everywhere where the chart says that it may");
});

t.test("what news does, case by case", async (t) => {
  // The payout, its attempt, what the provider says and of which transaction: what comes of both.
  const cases: readonly [PayoutStatus, AttemptStatus, NewsStatus, "same" | "other", string][] = [
    ["submitting", "submitting", "submitted", "same", "submitted/submitted"],
    ["submitting", "submitting", "confirmed", "same", "confirmed/confirmed"],
    ["submitting", "submitting", "failed", "same", "failed/failed"],
    ["submitting", "submitting", "canceled", "same", "canceled/failed"],
    ["unknown", "unknown", "submitted", "same", "submitted/submitted"],
    ["unknown", "unknown", "confirmed", "same", "confirmed/confirmed"],
    ["unknown", "unknown", "failed", "same", "failed/failed"],
    ["submitted", "submitted", "submitted", "same", "nothing"],
    ["submitted", "submitted", "confirmed", "same", "confirmed/confirmed"],
    ["submitted", "submitted", "failed", "same", "failed/failed"],
    ["submitted", "submitted", "canceled", "same", "canceled/failed"],
    ["submitted", "submitted", "submitted", "other", "nothing"],
    ["submitted", "submitted", "failed", "other", "nothing"],
    ["submitted", "submitted", "confirmed", "other", "confirmed/confirmed"],
    ["approved", "failed", "submitted", "same", "submitted/submitted"],
    ["approved", "abandoned", "submitted", "same", "submitted/submitted"],
    ["approved", "abandoned", "confirmed", "same", "confirmed/confirmed"],
    ["approved", "abandoned", "failed", "same", "-/failed"],
    ["approved", "failed", "failed", "same", "nothing"],
    ["failed", "failed", "submitted", "same", "nothing"],
    ["failed", "failed", "failed", "same", "nothing"],
    ["failed", "failed", "confirmed", "same", "confirmed/confirmed, late"],
    ["canceled", "failed", "confirmed", "same", "confirmed/confirmed, late"],
    ["confirmed", "confirmed", "submitted", "same", "nothing"],
    ["confirmed", "confirmed", "confirmed", "same", "nothing"],
    ["confirmed", "confirmed", "confirmed", "other", "quarantine second_transaction"],
    ["confirmed", "confirmed", "failed", "same", "dispute failed_after_confirmed"],
    ["confirmed", "confirmed", "canceled", "same", "dispute canceled_after_confirmed"],
    ["confirmed", "confirmed", "failed", "other", "nothing"],
    ["confirmed", "abandoned", "confirmed", "same", "quarantine second_attempt_confirmed"],
  ];
  for (const [payoutStatus, attemptStatus, status, which, expected] of cases) {
    const providerReference = attemptStatus === "submitting" || attemptStatus === "unknown" ? null : "tx_1";
    const payout = payoutOf(payoutStatus, {
      providerReference: payoutStatus === "approved" ? null : providerReference,
    });
    const attempt = attemptOf(attemptStatus, { providerReference });
    const decision = settle(payout, attempt, newsOf(status, which === "same" ? "tx_1" : "tx_2"));
    t.equal(short(decision), expected, `${payoutStatus}/${attemptStatus}, ${status} of the ${which} transaction`);
  }
});

t.test("coins that left otherwise than asked are never taken for the payout's", async (t) => {
  for (const contradiction of ["wrong_amount", "wrong_address", "wrong_asset", "wrong_network"] as const) {
    const news = newsOf("confirmed", "tx_1", { contradiction });
    t.equal(short(settle(payoutOf("submitted"), attemptOf("submitted"), news)), `quarantine ${contradiction}`);
  }
});

t.test("an earlier attempt ends without the payout, which goes on with a later one", async (t) => {
  const payout = payoutOf("submitting", { attempts: 2 });
  const earlier = attemptOf("abandoned", { providerReference: "tx_1" });
  t.equal(short(settle(payout, earlier, newsOf("failed", "tx_1"))), "-/failed");
  t.equal(short(settle(payout, earlier, newsOf("submitted", "tx_1"))), "nothing");
  t.equal(short(settle(payout, attemptOf("unknown"), newsOf("submitted", "tx_1"))), "-/submitted");
  t.equal(short(settle(payout, earlier, newsOf("confirmed", "tx_1"))), "confirmed/confirmed");
  t.notOk(carries(payout, earlier));
  t.ok(carries(payoutOf("submitted", { attempts: 2, providerReference: "tx_1" }), earlier));
});

t.test("a transaction that another took the place of", async (t) => {
  const payout = payoutOf("submitted", { providerReference: "tx_1" });
  const inItsPlace = newsOf("submitted", "tx_2", { replaces: "tx_1" });
  const of = (status: AttemptStatus) => attemptOf(status, { providerReference: "tx_1" });
  t.equal(short(settle(payout, of("submitted"), inItsPlace)), "submitted/submitted");
  t.equal(short(settle(payout, of("submitted"), newsOf("submitted", "tx_2", { replaces: "tx_0" }))), "nothing");
  const confirmed = payoutOf("confirmed", { providerReference: "tx_1" });
  t.equal(short(settle(confirmed, of("confirmed"), inItsPlace)), "nothing", "what arrived is not on its way again");
});

t.test("what a refusal in the provider's words comes to", async (t) => {
  const cases = [
    ["unauthorized", "halts", "approved"],
    ["rate_limited", "waits", "approved"],
    ["not_sent", "waits", "approved"],
    ["insufficient_funds", "waits", "approved"],
    ["insufficient_gas", "waits", "approved"],
    ["invalid_address", "fails", "failed"],
    ["anything else", "fails", "failed"],
  ] as const;
  for (const [code, refusal, to] of cases) {
    t.equal(refusalOf(code), refusal, code);
    t.equal(refusedTo(refusal), to, code);
    for (const from of ["submitting", "unknown"] as const) {
      t.ok(payoutChart.step({ id: "po_1", status: from }, to, "provider"));
      t.ok(attemptChart.step({ id: "poa_1", status: from }, "failed", "provider"));
    }
  }
});

t.test("when a payout is looked at next", async (t) => {
  const after = (status: PayoutStatus, checks: number) => {
    const next = nextCheck(clock, status, checks);
    return next && next.getTime() - NOW.getTime();
  };
  for (const status of ["requested", "awaiting_approval", "confirmed", "failed", "canceled"] as const) {
    t.equal(after(status, 0), null, status);
  }
  const waiting = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, HOUR_MS, HOUR_MS];
  for (const status of ["approved", "submitting", "submitted"] as const) {
    t.strictSame(
      waiting.map((_, checks) => after(status, checks)),
      waiting,
      status,
    );
  }
  const unknown = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, DAY_MS];
  t.strictSame(
    unknown.map((_, checks) => after("unknown", checks)),
    unknown,
  );
});

t.test("what is known of an attempt's sending", async (t) => {
  const past = new Date(NOW.getTime() - 1);
  const late = { askBy: past, askedAt: null };
  t.ok(wasNeverSent(attemptOf("submitting", late), NOW));
  t.notOk(wasNeverSent(attemptOf("submitting", { ...late, askBy: NOW }), NOW), "its time is not over");
  t.notOk(wasNeverSent(attemptOf("submitting", { ...late, askedAt: past }), NOW), "it was about to be");
  t.notOk(wasNeverSent(attemptOf("submitting", { ...late, askBy: null }), NOW), "of before this was written down");
  t.notOk(wasNeverSent(attemptOf("unknown", late), NOW));
  t.strictSame(mayDecideFrom({ createdAt: NOW }, 5_000), new Date(NOW.getTime() + SEND_WITHIN_MS + 5_000));
  const failure = (code: string) => ({ failure: { code, message: "" } });
  t.notOk(mayExist(attemptOf("confirmed")));
  t.notOk(mayExist(attemptOf("failed", failure("not_sent"))));
  t.ok(mayExist(attemptOf("failed", failure("invalid_address"))));
  for (const status of ["submitting", "unknown", "submitted", "abandoned"] as const) {
    t.ok(mayExist(attemptOf(status, { failure: null })), status);
  }
  t.strictSame(payoutChart.statuses.filter(isUnsent), ["requested", "awaiting_approval", "approved"]);
});

t.test("prices and payments", async (t) => {
  const ago = (ms: number) => new Date(NOW.getTime() - ms);
  t.notOk(isPriceOld(clock, { rate: null, createdAt: ago(DAY_MS) }));
  t.notOk(isPriceOld(clock, { rate: "1.01", createdAt: ago(HOUR_MS) }));
  t.ok(isPriceOld(clock, { rate: "1.01", createdAt: ago(HOUR_MS + 1) }));
  t.equal(whyNotPayable("succeeded"), undefined);
  t.equal(whyNotPayable("refunded"), "the payment is refunded");
  t.equal(whyNotPayable(undefined), "the payment is not paid");
});

t.test("of a change of limits the stricter of two values holds at once", async (t) => {
  const limits = (perPayoutMax: bigint | null, customerDayMax: bigint | null, approvalAbove: bigint | null) => ({
    perPayoutMax,
    customerDayMax,
    globalDayMax: null,
    approvalAbove,
  });
  const cases = [
    ["stricter", limits(10n, 20n, 5n), limits(9n, 20n, 0n), limits(9n, 20n, 0n), false],
    ["looser", limits(10n, 20n, 5n), limits(11n, 20n, 5n), limits(10n, 20n, 5n), true],
    ["no limit is above every limit", limits(10n, null, 5n), limits(null, 7n, 5n), limits(10n, 7n, 5n), true],
    ["both", limits(10n, 20n, 5n), limits(9n, 21n, null), limits(9n, 20n, 5n), true],
    ["first ones wait for a second person", undefined, limits(10n, 20n, 5n), limits(10n, 20n, 0n), true],
    ["unless they are as strict", undefined, limits(10n, 20n, 0n), limits(10n, 20n, 0n), false],
  ] as const;
  for (const [what, current, wanted, now, waits] of cases)
    t.strictSame(splitLimits(current, wanted), { now, waits }, what);
  t.strictSame(limitsOf(limitValues(limits(10n, null, 0n))), limits(10n, null, 0n));
  t.strictSame(limitsOf({ coolingOffSeconds: 5 }), {});
});

t.test("whether a payout goes through only because of what a change loosened", async (t) => {
  const payout = { payoutAmount: 10n, createdAt: NOW };
  const facts = { customerDay: 20n, globalDay: 30n, listedAt: new Date(NOW.getTime() - 60_000) };
  const cases = [
    ["nothing named", {}, false],
    ["within all", { perPayoutMax: "10", customerDayMax: "20", globalDayMax: "30" }, false],
    ["over one payout's", { perPayoutMax: "9" }, true],
    ["over a customer's day", { customerDayMax: "19" }, true],
    ["over everybody's day", { globalDayMax: "29" }, true],
    ["no limit before", { perPayoutMax: null }, false],
    ["the address was cool", { coolingOffSeconds: 60 }, false],
    ["the address was not", { coolingOffSeconds: 61 }, true],
  ] as const;
  for (const [what, before, expected] of cases) t.equal(neededChange({ before }, payout, facts), expected, what);
  t.notOk(neededChange({ before: { coolingOffSeconds: 61 } }, payout, { ...facts, listedAt: undefined }));
});
