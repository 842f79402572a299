import fc from "fast-check";
import t, { type Test } from "tap";
import type { BalanceTransaction } from "../../src/providers/ports/index.js";
import { addsUp, allSince, readAll } from "./balance-contract.js";
import { acceptedValue } from "./contract-harness.js";
import { sumDecimals } from "./decimals.js";
import { makeStripeHarness } from "./stripe-balance-harness.js";

type Harness = Awaited<ReturnType<typeof makeStripeHarness>>;
type Named = { readonly id: string };

const wordsOf = ({ category, providerCategory, amount, net, subject }: BalanceTransaction) =>
  `${category} ${providerCategory} ${amount} ${net} ${subject?.kind ?? "-"}`;

/** All movements, oldest first, after they were seen to add up to the balance. */
async function statement(t: Test, { balance }: Harness): Promise<BalanceTransaction[]> {
  const { movements, unreadable } = await allSince(t, balance);
  t.same(unreadable, []);
  addsUp(t, movements, acceptedValue(t, await balance.getProviderBalances()));
  return movements.reverse();
}

/** What an itemized payout carries, by the words of each; together it comes to nothing. */
async function carriedBy(t: Test, { balance: { listPayoutTransactions } }: Harness, payoutReference: string) {
  if (!listPayoutTransactions) throw new Error("not offered");
  const { movements } = await readAll(t, (cursor) =>
    listPayoutTransactions({ payoutReference, ...(cursor === undefined ? {} : { cursor }) }),
  );
  t.equal(sumDecimals(movements.map(({ net }) => net)), "0", payoutReference);
  return movements;
}

t.test("a charge whose movement comes late is told once it is there, by its own earlier time", async (t) => {
  const harness = await makeStripeHarness(t);
  const { client, control, pay } = harness;
  await control.post("balance/mode", { later: true });
  const late = await pay(1_000);
  const charge = (await client.paymentIntents.retrieve(late)).latest_charge as string;
  t.equal((await client.charges.retrieve(charge)).balance_transaction, null);
  t.same(await statement(t, harness), []);
  await control.post("balance/mode", { later: false });
  await control.post("clock/advance", { by: { hours: 3 } });
  const later = await pay(2_000);
  await control.post(`charges/${charge}/settle`, { backdate: true });
  const told = await statement(t, harness);
  t.same(
    told.map(({ subject }) => subject?.reference),
    [late, later],
    "in the order of their times, not of their writing",
  );
  t.equal(told[1]?.occurredAt.getTime(), (told[0]?.occurredAt.getTime() ?? 0) + 3 * 3_600_000);
});

t.test(
  "what has no object, or one that we know by no name, is told by its category and never guessed at",
  async (t) => {
    const harness = await makeStripeHarness(t);
    const { client, control, pay } = harness;
    const move = (body: object) => control.post("balance/transactions", body);
    await move({ type: "stripe_fee", reporting_category: "fee", amount: -1_200, description: "Radar (2026-11)" });
    await move({ type: "tax_fee", reporting_category: "tax", amount: -228 });
    await move({ type: "advance", amount: 500_000 });
    await move({ type: "advance_funding", amount: -250 });
    await move({ type: "moon_tax", reporting_category: "lunar_adjustment", amount: -77, fee: -7 });
    const topup = (await control.post("topups", { amount: 10_000 })) as Named;
    await control.post(`topups/${topup.id}/reverse`);
    const debit = await pay(4_000);
    const charge = (await client.paymentIntents.retrieve(debit)).latest_charge as string;
    await control.post(`charges/${charge}/return`);
    const refunded = await pay(3_000);
    const refund = (await control.post("refunds", { payment_intent: refunded, amount: 900 })) as Named;
    await control.post(`refunds/${refund.id}/fail`);
    const told = await statement(t, harness);
    t.same(told.map(wordsOf), [
      "fee fee -12.00 -12.00 -",
      "tax tax -2.28 -2.28 -",
      "other advance 5000.00 5000.00 -",
      "other advance_funding -2.50 -2.50 -",
      "other lunar_adjustment -0.77 -0.70 -",
      "bank_top_up topup 100.00 100.00 -",
      "bank_top_up topup_reversal -100.00 -100.00 -",
      "payment charge 40.00 38.54 payment",
      "payment_returned charge_failure -40.00 -40.00 payment",
      "payment charge 30.00 28.83 payment",
      "refund refund -9.00 -9.00 refund",
      "refund_returned refund_failure 9.00 9.00 refund",
    ]);
    t.same(
      told.filter(({ subject }) => subject?.kind === "payment").map(({ subject }) => subject?.reference),
      [debit, debit, refunded],
      "a payment that was taken back is known by its intent",
    );
    t.equal(told[0]?.description, "Radar (2026-11)");
  },
);

t.test("a dispute has as many movements as the bank makes, each its own", async (t) => {
  const harness = await makeStripeHarness(t);
  const { control, pay } = harness;
  await control.post("balance/mode", { settlement: "usd", rate: 1.08 });
  const intent = await pay(5_000, "eur");
  const dispute = (await control.post("disputes", { payment_intent: intent })) as Named;
  await control.post(`disputes/${dispute.id}/transactions`, { amount: -12, currency: "usd" });
  const told = (await statement(t, harness)).filter(({ subject }) => subject?.kind === "dispute");
  t.same(told.map(wordsOf), ["dispute dispute -54.00 -69.00 dispute", "dispute dispute -0.12 -0.12 dispute"]);
  t.same(new Set(told.map(({ subject }) => subject?.reference)), new Set([dispute.id]));
  t.same(
    told.map(({ presented }) => presented),
    [undefined, undefined],
    "the printed amount of the dispute is that of no single movement",
  );
});

t.test("money that is set aside stays ours, and is shown where Stripe shows it", async (t) => {
  const harness = await makeStripeHarness(t);
  const { balance, control, pay } = harness;
  await pay(100_000);
  for (const kind of ["risk", "connect", "network", "minimum"]) {
    await control.post("balance/reserves", { kind, amount: 1_000 });
    await control.post("balance/reserves", { kind, amount: -400 });
  }
  const told = (await statement(t, harness)).slice(1);
  t.same([...new Set(told.map(({ category }) => category))], ["reserve"]);
  t.equal(sumDecimals(told.map(({ net }) => net)), "-24");
  const [usd] = acceptedValue(t, await balance.getProviderBalances());
  t.match(usd, { asset: "USD", reserved: "6.00", total: "952.70" }, "of all but connected accounts' it says nothing");
});

t.test("payouts that come back, take from the bank, or are no idea of Stripe's", async (t) => {
  const harness = await makeStripeHarness(t);
  const { balance, control, pay } = harness;
  if (!balance.listBankPayouts || !balance.listPayoutTransactions) throw new Error("not offered");
  const payOut = async (body: object) => (await control.post("payouts", body)) as Named;
  await pay(10_000);
  const first = await payOut({});
  await control.post("clock/advance", { by: { days: 4 } });
  await control.post(`payouts/${first.id}/fail`);
  const manual = await payOut({ amount: 3_000 });
  const instant = await payOut({ amount: 2_000, method: "instant", fee: 20 });
  const advance = (await control.post("balance/transactions", { type: "advance", amount: 50_000 })) as Named;
  const funding = (await control.post("balance/transactions", { type: "advance_funding", amount: -500 })) as Named;
  const second = await payOut({ except: [funding.id], in_transit: true });
  t.match(acceptedValue(t, await balance.listBankPayouts({ since: new Date(0) })).data[0], {
    reference: second.id,
    status: "in_transit",
    isAutomatic: true,
    isItemized: false,
    traceId: undefined,
  });
  await control.post(`payouts/${second.id}/arrive`);
  await control.post("balance/transactions", { type: "adjustment", reporting_category: "fee", amount: -900 });
  const debit = await payOut({ debit: true });
  await statement(t, harness);

  const { data } = acceptedValue(t, await balance.listBankPayouts({ since: new Date(0) }));
  const told = data.map(({ reference, status, amount, isAutomatic, isItemized }) => [
    reference,
    status,
    amount,
    isAutomatic,
    isItemized,
  ]);
  t.same(told.reverse(), [
    [first.id, "failed", "96.80", true, true],
    [manual.id, "paid", "30.00", false, false],
    [instant.id, "paid", "20.00", false, false],
    [second.id, "paid", "546.60", true, true],
    [debit.id, "paid", "-14.00", true, true],
  ]);
  t.match(data[3]?.traceId, /^trace/);
  t.ok((await carriedBy(t, harness, second.id)).some(({ reference }) => reference === advance.id));
  const owed = await carriedBy(t, harness, debit.id);
  t.same(owed.reverse().map(wordsOf), [
    "other advance_funding -5.00 -5.00 -",
    "fee fee -9.00 -9.00 -",
    "bank_payout payout 14.00 14.00 bank_payout",
  ]);
  for (const { id } of [manual, instant])
    t.match(await balance.listPayoutTransactions({ payoutReference: id }), { outcome: "rejected" });
});

t.test("an entry that a page loses or says twice is seen as that", async (t) => {
  const harness = await makeStripeHarness(t);
  const { balance, control, pay } = harness;
  for (let index = 0; index < 5; index += 1) await pay(1_000 + index);
  const all = (await statement(t, harness)).map(({ reference }) => reference);
  const list = "/v1/balance_transactions";
  await control.post("entries", { list, omit: all[2] });
  await control.post("entries", { list, repeat: all[3] });
  const { movements } = await allSince(t, balance);
  t.same(movements.map(({ reference }) => reference).reverse(), [all[0], all[1], all[3], all[3], all[4]]);
  await control.delete("entries");
  t.same(
    (await statement(t, harness)).map(({ reference }) => reference),
    all,
  );
});

t.test("whatever moves the balance, all of it comes to what there is", async (t) => {
  const harness = await makeStripeHarness(t);
  const { control, pay } = harness;
  const amount = fc.integer({ min: 100, max: 90_000 });
  const currency = fc.constantFrom("usd", "eur", "jpy", "kwd");
  const signed = fc.integer({ min: -50_000, max: 50_000 });
  const category = fc.constantFrom("fee", "tax", "other_adjustment", "advance", "never_heard_of");
  const step = fc.oneof(
    fc.record({ currency, pay: amount.map((each) => each * 10) }),
    fc.record({ currency, move: signed, reporting_category: category, fee: fc.integer({ min: -9, max: 9 }) }),
    fc.record({ currency, reserve: signed, kind: fc.constantFrom("risk", "connect", "network", "minimum") }),
    fc.record({
      currency,
      settle: fc.constantFrom("usd", undefined),
      rate: fc.double({ min: 0.1, max: 9, noNaN: true }),
    }),
    fc.record({ currency, payout: fc.boolean() }),
  );
  const steps = fc.array(step, { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      await control.post("reset");
      for (const each of history) {
        const { currency } = each;
        if ("pay" in each) await pay(each.pay, currency);
        else if ("move" in each) await control.post("balance/transactions", { ...each, amount: each.move });
        else if ("reserve" in each) await control.post("balance/reserves", { ...each, amount: each.reserve });
        else if ("settle" in each)
          await control.post("balance/mode", { rate: each.rate, ...(each.settle ? { settlement: each.settle } : {}) });
        else await control.post("payouts", { currency, debit: true, in_transit: each.payout }).catch(() => {});
      }
      await statement(t, harness);
    }),
    { seed: 20_261_128, numRuns: 25 },
  );
});
