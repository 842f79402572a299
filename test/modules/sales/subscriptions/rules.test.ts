import fc from "fast-check";
import t from "tap";
import { caseChart, invoiceChart, subscriptionChart } from "../../../../src/modules/sales/subscriptions/rules/chart.js";
import { creditsOf, renew } from "../../../../src/modules/sales/subscriptions/rules/credits.js";
import { dunningStep, schedule } from "../../../../src/modules/sales/subscriptions/rules/dunning.js";
import { settleInvoice } from "../../../../src/modules/sales/subscriptions/rules/invoice.js";
import {
  isSecretOfUse,
  nextLook,
  settleCheckout,
  settleSubscription,
} from "../../../../src/modules/sales/subscriptions/rules/subscription.js";
import type {
  DunningCase,
  Invoice,
  Line,
  LineTerms,
  Standing,
  Subscription,
} from "../../../../src/modules/sales/subscriptions/types.js";
import { SUBSCRIPTION_STATUSES, type SubscriptionNews } from "../../../../src/providers/ports/index.js";

const PERIOD = { periodStart: new Date("2026-01-01"), periodEnd: new Date("2026-02-01") };
const terms = (planId: string, grants: bigint, unitAmount: bigint, more: Partial<LineTerms> = {}): LineTerms => ({
  planId: planId as LineTerms["planId"],
  asset: "CREDIT",
  grants,
  unitAmount,
  trialGrants: 5n,
  freeInvoices: "grant",
  renewal: { mode: "add", rolloverCap: null },
  credits: { creditsExpireAfter: null, creditsPriority: null },
  recognition: "use",
  interval: "month",
  intervalCount: 1,
  ...more,
});
let lines = 0;
const line = (amount: bigint, plan: LineTerms | null, more: Partial<Line> = {}): Line => {
  lines += 1;
  return {
    lineReference: `il_${lines}`,
    description: "",
    amount,
    discount: 0n,
    quantity: 1,
    proration: false,
    priceReference: "price_1",
    terms: plan,
    ...PERIOD,
    // Where a test does not say how much time a proration is for, its amount is what counts.
    ...(more.proration ? { periodStart: PERIOD.periodEnd } : {}),
    ...more,
  };
};
const BASIC = terms("pln_basic", 25n, 1999n);
const PRO = terms("pln_pro", 100n, 5999n);

t.test("a whole line is for the plan's grants, whatever was paid for it", async (t) => {
  const of = (...some: Line[]) => creditsOf(some).assets[0];
  t.match(of(line(1999n, BASIC)), { cycle: 25n, proration: 0n, renewal: { mode: "add" } });
  t.match(of(line(5997n, BASIC, { quantity: 3 })), { cycle: 75n });
  t.match(of(line(1999n, BASIC, { discount: 1000n })), { cycle: 25n }, "half price, all credits");
  t.match(of(line(1999n, BASIC, { discount: 1999n })), { cycle: 25n }, "free, by rule");
  const skipping = { ...BASIC, freeInvoices: "skip" as const };
  t.match(of(line(1999n, skipping, { discount: 1999n })), { cycle: 0n, renewal: null }, "free, by the other rule");
  t.match(of(line(0n, BASIC, { quantity: 2 })), { cycle: 10n }, "a trial");
  t.equal(of(line(500n, null)), undefined, "a fee added by hand");
  t.strictSame(
    creditsOf([line(0n, BASIC), line(1999n, BASIC, { discount: 1999n }), line(1999n, BASIC)]).lines.map((l) => l.kind),
    ["trial", "free", "cycle"],
  );
});

t.test("unused time that was bought at a discount is given back as time, not as the discounted money", async (t) => {
  const half = { proration: true, periodStart: new Date("2026-01-16T12:00:00Z") };
  const of = (...some: Line[]) => creditsOf(some).assets[0]?.proration;
  t.equal(of(line(-3000n, PRO, half)), -51n, "half of January at the full price: 3000 of 5999, rounded down");
  t.equal(of(line(-1500n, PRO, half)), -50n, "at half the price: half of the month all the same");
  t.equal(of(line(-15000n, PRO, { ...half, quantity: 10 })), -500n, "of ten");
  t.equal(of(line(-2999n, PRO, half)), -50n, "a cent is rounding");
  // Of a month's end: the cycle is taken for a day longer than it was, and never for shorter.
  const april = { proration: true, periodStart: new Date("2026-03-31"), periodEnd: new Date("2026-04-30") };
  t.equal(of(line(-5999n, PRO, april)), -100n);
  t.equal(of(line(-1000n, PRO, april)), -97n);
});

t.test("a proration is for its part of the grants, exact over the invoice and rounded down once", async (t) => {
  const upgrade = [line(-1000n, BASIC, { proration: true }), line(3001n, PRO, { proration: true })];
  // 3001 x 100 / 5999 - 1000 x 25 / 1999 = 50.025... - 12.506... = 37.518...
  const { assets, lines } = creditsOf(upgrade);
  t.match(assets, [{ cycle: 0n, proration: 37n, renewal: null }]);
  t.equal(
    lines.reduce((sum, { credits }) => sum + credits, 0n),
    37n,
    "the lines' shares add up",
  );
  const downgrade = [line(1000n, BASIC, { proration: true }), line(-3001n, PRO, { proration: true })];
  t.match(creditsOf(downgrade).assets, [{ proration: -38n }], "what is taken is at least what is given back in money");
});

t.test("any cut of a change into prorations is for the same credits", async () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: -6000n, max: 6000n }), { minLength: 1, maxLength: 8 }),
      fc.bigInt({ min: 1n, max: 9999n }),
      fc.bigInt({ min: 1n, max: 100_000n }),
      (amounts, grants, unitAmount) => {
        const plan = terms("pln_x", grants, unitAmount);
        const whole = amounts.reduce((sum, amount) => sum + amount, 0n);
        const cut = creditsOf(amounts.map((amount) => line(amount, plan, { proration: true })));
        const one = creditsOf([line(whole, plan, { proration: true })]);
        const shares = cut.lines.reduce((sum, { credits }) => sum + credits, 0n);
        return cut.assets[0]?.proration === one.assets[0]?.proration && shares === cut.assets[0]?.proration;
      },
    ),
  );
});

t.test("recoupable/app#1960: a refill that adds never lowers the balance; only set does, and it says so", async (t) => {
  const renewal = (mode: LineTerms["renewal"]["mode"], rolloverCap: bigint | null = null) => ({ mode, rolloverCap });
  const begin = (rule: LineTerms["renewal"], left: bigint, proration = 0n) =>
    renew({ cycle: 100n, proration, renewal: rule }, left);
  t.strictSame(begin(renewal("add"), 2779n), { expired: 0n, granted: 100n, takenBack: 0n });
  t.strictSame(begin(renewal("add", 50n), 80n), { expired: 30n, granted: 100n, takenBack: 0n });
  t.strictSame(begin(renewal("add", 50n), 20n), { expired: 0n, granted: 100n, takenBack: 0n });
  t.strictSame(begin(renewal("set"), 30n), { expired: 0n, granted: 70n, takenBack: 0n });
  t.strictSame(begin(renewal("set"), 250n), { expired: 150n, granted: 0n, takenBack: 0n });
  t.strictSame(begin(renewal("top_up_to"), 30n), { expired: 0n, granted: 70n, takenBack: 0n });
  t.strictSame(begin(renewal("top_up_to"), 250n), { expired: 0n, granted: 0n, takenBack: 0n });
  t.strictSame(renew({ cycle: 0n, proration: 0n, renewal: null }, 250n), { expired: 0n, granted: 0n, takenBack: 0n });
  for (const mode of ["add", "top_up_to"] as const) {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10_000n }), (left) => {
        const { expired, granted, takenBack } = begin(renewal(mode), left);
        return left - expired + granted - takenBack >= left;
      }),
    );
  }
});

t.test("what a downgrade takes is of the cycle before, what an upgrade gives of the new one", async (t) => {
  const end = (mode: LineTerms["renewal"]["mode"], left: bigint, proration: bigint) => {
    const { expired, granted, takenBack } = renew(
      { cycle: 25n, proration, renewal: { mode, rolloverCap: null } },
      left,
    );
    return left - expired + granted - takenBack;
  };
  t.equal(end("set", 60n, -38n), 25n, "set ends at the cycle's credits");
  t.equal(end("top_up_to", 60n, -38n), 25n);
  t.equal(end("add", 60n, -38n), 47n);
  t.equal(end("set", 0n, -38n), -13n, "more was spent than there was: owed");
  t.equal(end("set", 10n, 37n), 62n, "an upgrade is not lost to the set");
  t.equal(end("top_up_to", 10n, 37n), 62n);
});

const NEWS: SubscriptionNews = {
  providerReference: "sub_1",
  customerReference: "cus_1",
  status: "active",
  items: [{ itemReference: "si_1", priceReference: "price_1", quantity: 2, ...PERIOD }],
  currency: "USD",
  collectionPaused: false,
  hasPendingUpdate: false,
  createdAt: new Date("2026-01-01"),
};
const ROW = {
  status: "requested",
  version: 3,
  providerReference: null,
  sessionReference: null,
  checkoutUrl: null,
  expiresAt: null,
} as Subscription;
const seen = { planId: null, observedVersion: 3 };

t.test("a subscription is what the provider says now, if nothing happened since it was asked", async (t) => {
  const first = settleSubscription(ROW, NEWS, seen);
  if (first.kind !== "update") throw new Error(first.kind);
  const after = { ...ROW, ...first.change } as Subscription;
  t.match(settleSubscription(after, NEWS, seen), { kind: "nothing" });
  t.match(settleSubscription(after, NEWS, { ...seen, observedVersion: 2 }), { kind: "refetch" });
  t.match(settleSubscription(after, { ...NEWS, providerReference: "sub_2" }, seen), { kind: "foreign" });
  const unpaid = settleSubscription(after, { ...NEWS, status: "past_due" }, seen);
  t.match(unpaid, { kind: "update", change: { status: "past_due" } });
  const ended = { ...after, status: "canceled" } as Subscription;
  t.match(settleSubscription(ended, NEWS, seen), { kind: "nothing" }, "what has ended stays ended");
  const refused = { ...after, status: "failed" } as Subscription;
  t.match(settleSubscription(refused, NEWS, seen), { change: { status: "active" } }, "it was made after all");
});

t.test("whatever the provider says of whatever subscription, it leads only where the chart does", async (t) => {
  const reached = new Set<string>();
  const go = (status: Standing, to: Standing) => {
    const event = to === status ? "subscription.updated" : undefined;
    const step = subscriptionChart.step({ id: "sub_1", status }, to, "provider", event);
    reached.add(`${status} ${to} ${step.event}`);
  };
  for (const status of subscriptionChart.statuses) {
    for (const said of SUBSCRIPTION_STATUSES) {
      const row = { ...ROW, status } as Subscription;
      const decision = settleSubscription(row, { ...NEWS, status: said }, seen);
      if (decision.kind === "update") go(status, decision.change.status ?? status);
    }
    for (const page of ["open", "complete", "expired"] as const) {
      const row = { ...ROW, status, providerReference: null } as Subscription;
      const { status: to } = settleCheckout(row, { sessionReference: "cs_1", status: page });
      if (to !== undefined) go(status, to);
    }
  }
  const drawn = subscriptionChart.transitions
    .filter(({ to }) => to !== "failed")
    .flatMap(({ from, to, event }) => from.map((status) => `${status} ${to} ${event}`));
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
  t.ok(subscriptionChart.mayGo("requested", "failed"));
  t.strictSame(
    subscriptionChart.statuses.filter((status) => subscriptionChart.mayGo("canceled", status)),
    ["canceled"],
    "what has ended stays ended",
  );
});

t.test("ansvisor#4: the period is read at the item, a subscription has none", async (t) => {
  const decision = settleSubscription(ROW, NEWS, seen);
  t.match(decision, { change: { currentPeriodStart: PERIOD.periodStart, currentPeriodEnd: PERIOD.periodEnd } });
  const bare = settleSubscription(ROW, { ...NEWS, items: [] }, seen);
  t.notMatch(bare, { change: { currentPeriodEnd: "Invalid Date" } }, "and no item is no date");
});

t.test("a hosted page says where it is and how it ended, and never grants", async (t) => {
  const page = { sessionReference: "cs_1", status: "open", checkoutUrl: "https://pay" } as const;
  t.strictSame(settleCheckout(ROW, page), {
    sessionReference: "cs_1",
    checkoutUrl: "https://pay",
    status: "incomplete",
  });
  const open = { ...ROW, ...settleCheckout(ROW, page) } as Subscription;
  t.strictSame(settleCheckout(open, { ...page, status: "expired" }), { status: "incomplete_expired" });
  t.strictSame(settleCheckout({ ...open, providerReference: "sub_1" }, { ...page, status: "expired" }), {});
  t.strictSame(settleCheckout(open, { ...page, sessionReference: "cs_2", status: "expired" }), {}, "another page");
});

const FACTS = { status: "open", attempts: 1, lines: [] } as unknown as Invoice;

t.test("an invoice is booked once, and what was fetched before a change is fetched again", async (t) => {
  t.match(settleInvoice(undefined, { ...FACTS, status: "paid" }, null), { kind: "book" });
  t.match(settleInvoice(undefined, FACTS, null), { kind: "update" });
  const row = { ...FACTS, version: 4, bookedAt: null } as Invoice;
  t.match(settleInvoice(row, FACTS, 4), { kind: "nothing" });
  t.match(settleInvoice(row, FACTS, null), { kind: "refetch" }, "it was not there yet when the provider was asked");
  t.match(settleInvoice(row, { ...FACTS, status: "paid" }, 4), { kind: "book", change: { status: "paid" } });
  const booked = { ...row, status: "paid", bookedAt: new Date() } as Invoice;
  t.match(settleInvoice(booked, { ...FACTS, status: "paid" }, 4), { kind: "nothing" });
  t.match(settleInvoice(booked, { ...FACTS, status: "void" }, 4), { kind: "nothing" }, "paid is an end");
  t.match(settleInvoice(booked, { ...FACTS, pdfUrl: "https://pdf" }, 4), { change: { pdfUrl: "https://pdf" } });
});

t.test("what needs looking after is a later invoice that fails, of a subscription that goes on", async (t) => {
  const failing = { ...FACTS, billingReason: "subscription_cycle" } as Invoice;
  const active = { status: "past_due", hasPendingUpdate: false } as Subscription;
  t.match(dunningStep(undefined, failing, active), { kind: "open" });
  t.match(dunningStep(undefined, { ...failing, attempts: 0 }, active), { kind: "nothing" });
  t.match(dunningStep(undefined, { ...failing, billingReason: "subscription_create" }, active), { kind: "nothing" });
  const waiting = { ...failing, billingReason: "subscription_update" };
  t.match(dunningStep(undefined, waiting, { ...active, hasPendingUpdate: true }), { kind: "nothing" });
  t.match(dunningStep(undefined, waiting, active), { kind: "open" });
  t.match(dunningStep(undefined, failing, { ...active, status: "canceled" }), { kind: "nothing" });
  const known = { status: "open", attempts: 1, requiresAction: false } as DunningCase;
  t.match(dunningStep(known, { ...failing, requiresAction: false }, active), { kind: "nothing" });
  t.match(dunningStep(known, { ...failing, attempts: 2 }, active), { kind: "update" });
  t.match(dunningStep(known, { ...failing, status: "paid" }, active), { kind: "close", status: "recovered" });
  t.match(dunningStep(known, { ...failing, status: "void" }, active), { kind: "close", status: "voided" });
  t.match(dunningStep({ ...known, status: "recovered" }, failing, active), { kind: "nothing" });
});

t.test("when to look, and when to act", async (t) => {
  const clock = { now: () => new Date("2026-01-01T00:00:00Z") };
  const at = (status: Subscription["status"], end: string | null, checks = 0) =>
    nextLook(
      clock,
      { status, currentPeriodEnd: end === null ? null : new Date(end), trialEnd: null, cancelAt: null },
      checks,
    )?.toISOString();
  t.equal(at("requested", null), "2026-01-01T00:01:00.000Z");
  t.equal(at("incomplete", null, 3), "2026-01-01T01:00:00.000Z");
  t.equal(at("active", "2026-01-02T00:00:00Z"), "2026-01-02T01:00:00.000Z", "an hour after it should have renewed");
  t.equal(at("active", "2026-06-01T00:00:00Z"), "2026-01-08T00:00:00.000Z", "once a week at least");
  t.equal(at("past_due", "2025-12-01T00:00:00Z"), "2026-01-02T00:00:00.000Z");
  t.equal(at("canceled", "2026-06-01T00:00:00Z"), undefined);
  t.match(schedule(clock, { graceDays: 3, consequence: "freeze" }), { actAt: new Date("2026-01-04T00:00:00Z") });
  t.match(schedule(clock, { graceDays: 3, consequence: "keep" }), { actAt: null });
});

t.test("a secret is shown while a payment is due or a card is to be saved", async (t) => {
  const paid = { status: "active", hasPendingUpdate: false, defaultMethodReference: "pm_1" } as const;
  t.equal(isSecretOfUse(paid), false);
  t.equal(isSecretOfUse({ ...paid, hasPendingUpdate: true }), true, "an upgrade waits for its payment");
  t.equal(isSecretOfUse({ ...paid, defaultMethodReference: null }), true, "a free cycle, and no card yet");
  for (const status of ["incomplete", "trialing", "past_due"] as const)
    t.equal(isSecretOfUse({ ...paid, status }), true);
  for (const status of ["failed", "incomplete_expired", "canceled"] as const) {
    t.equal(isSecretOfUse({ ...paid, status, hasPendingUpdate: true }), false);
  }
});

t.test("whatever the provider says of whatever invoice, it leads only where the chart does", async (t) => {
  const reached = new Set<string>();
  for (const status of invoiceChart.statuses) {
    const bookedAt = status === "paid" ? PERIOD.periodStart : null;
    const row = { id: "inv_1" as string, status, version: 1, bookedAt } as Invoice;
    for (const said of invoiceChart.statuses) {
      const decision = settleInvoice(row, { status: said } as Parameters<typeof settleInvoice>[1], 1);
      if (!("change" in decision)) continue;
      t.equal(
        decision.kind === "book",
        decision.change.status === "paid",
        "it is booked when, and only when, it gets paid",
      );
      const to = decision.change.status ?? status;
      if (to !== status) reached.add(`${status} ${to} ${invoiceChart.step(row, to, "provider").event}`);
    }
    const fresh = settleInvoice(undefined, { status } as Parameters<typeof settleInvoice>[1], null);
    t.match(
      fresh,
      { change: { status: invoiceChart.begin("inv_1", status, "provider").to } },
      "and it may begin anywhere",
    );
  }
  const drawn = invoiceChart.transitions.flatMap(({ from, to, event }) =>
    from.filter((status) => status !== to).map((status) => `${status} ${to} ${event}`),
  );
  t.strictSame([...reached].sort(), drawn.sort(), "and everywhere where the chart says that it may");
});

t.test("whatever becomes of an invoice, the case about it goes only where the chart does", async (t) => {
  const reached = new Set<string>();
  for (const standing of subscriptionChart.statuses) {
    for (const status of invoiceChart.statuses) {
      const invoice = { status, attempts: 1, billingReason: "subscription_cycle", requiresAction: false } as Invoice;
      const subscription = { status: standing, hasPendingUpdate: false };
      if (dunningStep(undefined, invoice, subscription).kind === "open") caseChart.begin("dun_1", "open", "provider");
      for (const known of caseChart.statuses) {
        const step = dunningStep(
          { id: "dun_1" as string, status: known, attempts: 0 } as DunningCase,
          invoice,
          subscription,
        );
        if (step.kind !== "close") continue;
        caseChart.step({ id: "dun_1", status: known }, step.status, "provider");
        reached.add(`${known} ${step.status}`);
      }
    }
  }
  t.strictSame([...reached].sort(), ["open recovered", "open voided"]);
  t.ok(caseChart.mayGo("open", "ended"), "which is what the end of the subscription does");
});
