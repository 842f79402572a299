import t from "tap";
import { addsUp, allSince, balanceContract, readAll } from "./balance-contract.js";
import { acceptedValue } from "./contract-harness.js";
import { sumDecimals } from "./decimals.js";
import { makeStripeHarness } from "./stripe-balance-harness.js";

balanceContract(t, makeStripeHarness);

t.test("a movement says what it is about, by the name under which we know it", async (t) => {
  const { balance, client, control, pay } = await makeStripeHarness(t);
  const intent = await pay(2_000, "usd", { coffer_payment_id: "pay_1" });
  const refund = await client.refunds.create({
    payment_intent: intent,
    amount: 700,
    metadata: { coffer_refund_id: "ref_1" },
  });
  const other = await pay(3_000);
  const dispute = (await control.post("disputes", { payment_intent: other })) as { id: string };
  await control.post(`disputes/${dispute.id}/win`);
  const payout = (await control.post("payouts", { currency: "usd" })) as { id: string };
  await control.post(`payouts/${payout.id}/fail`);
  const { movements } = await allSince(t, balance);
  addsUp(t, movements, acceptedValue(t, await balance.getProviderBalances()));
  const told = movements.map(({ category, subject, amount, fee, net, ourReference }) =>
    [category, subject?.kind, subject?.reference, amount, fee, net, ourReference].join(" "),
  );
  t.same(told.reverse(), [
    `payment payment ${intent} 20.00 0.88 19.12 pay_1`,
    `refund refund ${refund.id} -7.00 0.00 -7.00 ref_1`,
    `payment payment ${other} 30.00 1.17 28.83 `,
    `dispute dispute ${dispute.id} -30.00 15.00 -45.00 `,
    `dispute_reversal dispute ${dispute.id} 30.00 0.00 30.00 `,
    `bank_payout bank_payout ${payout.id} -25.95 0.00 -25.95 `,
    `bank_payout_returned bank_payout ${payout.id} 25.95 0.00 25.95 `,
  ]);
  const [first] = movements.toReversed();
  t.match(first, { fees: [{ kind: "stripe_fee", amount: "0.88" }], providerCategory: "charge", asset: "USD" });
  t.match(first?.raw, { source: /^ch_/ }, "what it was expanded by is not kept");
});

t.test("money that is kept in another currency says both printed amounts, and the fee is the kept one's", async (t) => {
  const { balance, client, control, pay } = await makeStripeHarness(t);
  await control.post("balance/mode", { settlement: "usd", rate: 0.0067 });
  const yen = await pay(10_000, "jpy");
  await client.refunds.create({ payment_intent: yen, amount: 2_500 });
  const dollars = await pay(500);
  const { movements } = await allSince(t, balance);
  t.match(movements.toReversed(), [
    {
      subject: { reference: yen },
      asset: "USD",
      amount: "0.67",
      fee: "0.32",
      net: "0.35",
      presented: { amount: "10000", asset: "JPY" },
      exchangeRate: "0.0067",
    },
    { category: "refund", asset: "USD", amount: "-0.17", presented: { amount: "-2500", asset: "JPY" } },
    { subject: { reference: dollars }, amount: "5.00", presented: undefined, exchangeRate: undefined },
  ]);
});

t.test("a payout is itemized when Stripe says so, and its movements come to nothing", async (t) => {
  const { balance, control, pay } = await makeStripeHarness(t);
  if (!balance.listBankPayouts || !balance.listPayoutTransactions) throw new Error("not offered");
  for (let index = 0; index < 55; index += 1) await pay(1_000 + index);
  const sent = (await control.post("payouts", { currency: "usd" })) as { id: string };
  await pay(9_999);
  const since = new Date(Date.now() - 60_000);
  const { data } = acceptedValue(t, await balance.listBankPayouts({ since }));
  t.match(data, [{ reference: sent.id, status: "paid", asset: "USD", isAutomatic: true, isItemized: true }]);
  const { listPayoutTransactions } = balance;
  const carried = await readAll(t, (cursor) =>
    listPayoutTransactions({ payoutReference: sent.id, ...(cursor === undefined ? {} : { cursor }) }),
  );
  t.equal(carried.movements.length, 56);
  t.equal(sumDecimals(carried.movements.map(({ net }) => net)), "0");
  const [own] = carried.movements.filter(({ category }) => category === "bank_payout");
  t.equal(own?.amount, `-${data[0]?.amount}`);
  t.match(await listPayoutTransactions({ payoutReference: "po_none" }), { outcome: "notFound" });
});
