import t from "tap";
import { addsUp, type BreakBody, startFinance } from "../../../helpers/reconcile.js";
import { callJson } from "../../../helpers/sandbox-client.js";
import { askStripe } from "../../../orders/replay.js";

// Generated months of a provider's account, each with faults of the statement: every fault is found and named, and nothing else is. The
// check takes a few; `npm run prove -- months` a thousand.
const MONTHS = Number(process.env.COFFER_PROVE_MONTHS ?? 3);
const SEED = Number(process.env.COFFER_PROVE_SEED ?? 20_261_128);
const DAY_MS = 86_400_000;

/** A generator of numbers that is the same for a seed (mulberry32). */
function numbersOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

type Finance = Awaited<ReturnType<typeof startFinance>>;
const LIST = "/v1/balance_transactions";

interface Fault {
  readonly name: string;
  /** Makes the statement say it, about a payment that nothing else is wrong with. Returns the breaks that it must come to. */
  inject(
    finance: Finance,
    bought: { id: string; intent: string },
    pick: (below: number) => number,
  ): Promise<readonly Partial<BreakBody>[]>;
  /** It goes away by itself when the statement is right again. */
  readonly heals?: true;
}

const chargeOf = async ({ atStripe }: Finance, intent: string): Promise<{ charge: string; transaction: string }> => {
  const { latest_charge: charge } = await atStripe(`payment_intents/${intent}`);
  const { balance_transaction: transaction } = await atStripe(`charges/${charge}`);
  return { charge: String(charge), transaction: String(transaction) };
};

const FAULTS: readonly Fault[] = [
  {
    name: "an entry that is lost",
    heals: true,
    inject: async (finance, { intent }) => {
      const { transaction } = await chargeOf(finance, intent);
      await finance.stripe("entries", { list: LIST, omit: transaction });
      return [{ kind: "missing_there", reference: intent, difference: 999 }];
    },
  },
  {
    name: "an entry that is said twice",
    inject: async (finance, { intent }) => {
      const { transaction } = await chargeOf(finance, intent);
      await finance.stripe("entries", { list: LIST, repeat: transaction });
      return [];
    },
  },
  {
    name: "a second movement of a payment",
    inject: async (finance, { intent }) => {
      const { charge } = await chargeOf(finance, intent);
      await finance.stripe("balance/transactions", { amount: 999, type: "charge", source: charge, ago_seconds: 1 });
      return [{ kind: "duplicate", reference: intent, difference: -999 }];
    },
  },
  {
    name: "a movement that corrects a payment",
    inject: async (finance, { intent }, pick) => {
      const { charge } = await chargeOf(finance, intent);
      const amount = -100 - pick(500);
      await finance.stripe("balance/transactions", { amount, type: "charge", source: charge });
      return [{ kind: "amount", reference: intent, difference: -amount }];
    },
  },
  {
    name: "a category that nobody knows",
    inject: async (finance, _, pick) => {
      const amount = 1 + pick(1_000);
      const { id } = await finance.stripe("balance/transactions", { amount, type: "obligation_outbound" });
      return [{ kind: "unknown", reference: String(id), difference: -amount }];
    },
  },
  {
    name: "a fee of no object",
    inject: async (finance, _, pick) => {
      await finance.stripe("balance/transactions", {
        amount: -1 - pick(99),
        type: "stripe_fee",
        reporting_category: "fee",
      });
      return [];
    },
  },
  {
    name: "a payment that the bank takes back late",
    inject: async (finance, { intent }) => {
      const { charge } = await chargeOf(finance, intent);
      await finance.stripe(`charges/${charge}/return`);
      return [{ kind: "unknown", difference: 999 }];
    },
  },
  {
    name: "money set aside, and part of it released",
    inject: async (finance, _, pick) => {
      const amount = 10 + pick(90);
      await finance.stripe("balance/reserves", { amount });
      await finance.stripe("balance/reserves", { amount: -5 });
      return [];
    },
  },
  {
    name: "a payment that somebody made in the dashboard",
    inject: async (finance) => {
      const fields = { amount: "4200", currency: "usd", confirm: "true", payment_method: "pm_card_visa" };
      await askStripe(finance.service, "payment_intents", { ...fields, return_url: "https://shop.test/" });
      return [{ kind: "missing_here", difference: -4_200 }];
    },
  },
  {
    name: "a payout that comes back",
    inject: async (finance) => {
      const sent = await finance.stripe("payouts", { currency: "usd" });
      await finance.stripe(`payouts/${sent.id}/fail`);
      return [];
    },
  },
  {
    name: "money from our bank",
    inject: async (finance, _, pick) => {
      await finance.stripe("topups", { amount: 1 + pick(5_000) });
      return [];
    },
  },
];

t.setTimeout(3_600_000);
t.test(`${MONTHS} generated months: every fault is found, named and attributed, and none is invented`, async (t) => {
  t.setTimeout(3_600_000);
  const pick = numbersOf(SEED);
  const finance = await startFinance(t);
  const { advance, books, breaks, buy, call, providerBalance, quiet, reconcile, stripe } = finance;
  for (let month = 0; month < MONTHS; month += 1) {
    for (let customer = 0; customer < 1 + pick(3); customer += 1) {
      const bought = await buy(`plain-${month}-${customer}`);
      if (pick(3) === 0) await call("POST", `/v1/payments/${bought.id}/refunds`, { body: { amount: 1 + pick(998) } });
      if (pick(4) === 0) await stripe("disputes", { payment_intent: bought.intent });
    }
    const wanted: Partial<BreakBody>[] = [];
    const names: string[] = [];
    // The first months have all kinds between them.
    const at = (month * 4) % FAULTS.length;
    for (const fault of [...FAULTS, ...FAULTS].slice(at, at + 4)) {
      const bought = await buy(`${fault.name.replaceAll(/[^a-z]+/g, "-")}-${month}`);
      names.push(fault.name);
      wanted.push(...(await fault.inject(finance, bought, pick)));
    }
    await quiet();
    await stripe("clock/advance", { by: { days: 4 } });
    advance(4 * DAY_MS);
    const run = await reconcile();
    t.match(run, { status: "completed", failure: null }, `month ${month}: ${names.join(", ")}`);
    for (const statement of run.statements) addsUp(t, statement);
    const found = (await breaks()).filter(({ kind }) => kind !== "balance" && kind !== "payout_sum");
    const shown = ({ kind, difference }: Partial<BreakBody>) => `${kind} ${difference}`;
    t.strictSame(
      found.map(shown).sort(),
      wanted.map(shown).sort(),
      `month ${month}: found what was injected, and nothing else`,
    );
    for (const { reference } of wanted.filter((each) => each.reference))
      t.ok(
        found.some((each) => each.reference === reference),
        `it names ${reference}`,
      );
    await callJson("DELETE", `${finance.service.stripe.url}/sandbox/entries`);
    await reconcile();
    for (const each of await breaks()) {
      if (each.kind === "payout_sum") continue;
      const body = { resolution: "booked", amount: each.difference, reason: "looked at" };
      t.equal((await call("POST", `/v1/reconciliation-breaks/${each.id}/resolve`, { body })).status, 200);
    }
    const before = await books();
    t.equal(before.stripe_clearing ?? 0, await providerBalance(), `month ${month}: clearing is the provider's balance`);
    const again = await reconcile();
    t.match(again.counts, { imported: 0, booked: 0, opened: 0 }, "and a second run posts nothing");
    t.same(await books(), before);
  }
});
