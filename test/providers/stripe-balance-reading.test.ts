import t from "tap";
import { readBalanceTransaction } from "../../src/providers/stripe/balance-transaction.js";

const OURS = "ins_ours";

const transaction = (change: object) => ({
  id: "txn_1",
  object: "balance_transaction",
  amount: 1_000,
  available_on: 1_700_086_400,
  balance_type: "payments",
  created: 1_700_000_000,
  currency: "usd",
  description: null,
  exchange_rate: null,
  fee: 0,
  fee_details: [],
  net: (change as { amount?: number }).amount ?? 1_000,
  reporting_category: "charge",
  source: null,
  status: "pending",
  type: "charge",
  ...change,
});
const read = (change: object) => readBalanceTransaction(transaction(change), OURS);

const charge = (change: object = {}) => ({
  id: "ch_1",
  object: "charge",
  payment_intent: "pi_1",
  amount: 1_000,
  currency: "usd",
  metadata: { coffer_payment_id: "pay_1", coffer_installation: OURS },
  ...change,
});

t.test("the source is read by its own object, whether it is shown, named, or not there", async (t) => {
  const cases: [category: string, source: unknown, subject: object | undefined][] = [
    ["charge", charge(), { kind: "payment", reference: "pi_1" }],
    [
      "charge",
      charge({ payment_intent: { id: "pi_2", object: "payment_intent" } }),
      { kind: "payment", reference: "pi_2" },
    ],
    ["charge", charge({ payment_intent: null }), { kind: "payment", reference: "ch_1" }],
    ["charge", "py_1", { kind: "payment", reference: "py_1" }],
    ["charge_failure", { ...charge(), id: "pyr_1", object: "refund" }, { kind: "payment", reference: "pi_1" }],
    ["refund", { ...charge(), id: "re_1", object: "refund" }, { kind: "refund", reference: "re_1" }],
    ["refund", "pyr_1", { kind: "refund", reference: "pyr_1" }],
    ["dispute", "du_1", { kind: "dispute", reference: "du_1" }],
    ["dispute_reversal", { id: "dp_1", object: "dispute" }, { kind: "dispute", reference: "dp_1" }],
    ["payout", "po_1", { kind: "bank_payout", reference: "po_1" }],
    ["platform_earning_refund", { id: "fr_1", object: "fee_refund", fee: "fee_1" }, undefined],
    ["topup", { id: "tu_1", object: "topup" }, undefined],
    ["fee", null, undefined],
    ["other_adjustment", "zzz_1", undefined],
  ];
  for (const [reporting_category, source, subject] of cases)
    t.strictSame(
      read({ reporting_category, source }).subject,
      subject,
      `${reporting_category} ${JSON.stringify(source)}`,
    );
});

t.test("categories are Stripe's for accounting, and what we have no name for keeps its own", async (t) => {
  const cases: [category: string, type: string, ours: string][] = [
    ["partial_capture_reversal", "refund", "payment"],
    ["charge_failure", "payment_failure_refund", "payment_returned"],
    ["network_cost", "stripe_fee", "fee"],
    ["payout_reversal", "payout_failure", "bank_payout_returned"],
    ["risk_reserved_funds", "reserved_funds", "reserve"],
    ["connect_reserved_funds", "reserve_transaction", "reserve"],
    ["whatever_they_call_it", "payout_minimum_balance_hold", "reserve"],
    ["platform_earning", "application_fee", "other"],
    ["financing_payout", "advance", "other"],
    ["toString", "toString", "other"],
  ];
  for (const [reporting_category, type, category] of cases)
    t.match(read({ reporting_category, type }), { category, providerCategory: reporting_category });
  t.match(read({ reporting_category: "risk_reserved_funds", balance_type: "risk_reserved" }), {
    account: "risk_reserved",
    category: "internal",
  });
});

t.test("amounts have the digits of their currency, and never a sum that does not hold", async (t) => {
  t.match(read({ amount: -5_000, net: -5_000, currency: "jpy" }), { asset: "JPY", amount: "-5000", net: "-5000" });
  t.match(read({ amount: 12_340, currency: "kwd" }), { asset: "KWD", amount: "12.340" });
  t.match(read({ amount: 500, currency: "isk" }), { asset: "ISK", amount: "5" });
  const details = [
    { type: "stripe_fee", amount: 50, currency: "usd", description: "Stripe processing fees", application: null },
    { type: "tax", amount: -8, currency: "usd", description: null, application: null },
  ];
  t.match(read({ fee: 42, net: 958, fee_details: details }), {
    fee: "0.42",
    fees: [
      { kind: "stripe_fee", amount: "0.50", description: "Stripe processing fees" },
      { kind: "tax", amount: "-0.08", description: undefined },
    ],
  });
  t.throws(() => read({ fee: 42, net: 959 }), /net 959 is not amount 1000 less fee 42/);
  t.throws(() => read({ fee_details: [{ ...details[0], currency: "eur" }] }), /a fee in eur/);
  t.throws(() => read({ amount: 2 ** 53, net: 2 ** 53 }));
  t.throws(() => read({ amount: 10.5, net: 10.5 }));
});

t.test("what the customer paid is what Stripe printed, where one printed amount is all of it", async (t) => {
  const yen = charge({ amount: 10_000, currency: "jpy" });
  const presented = (change: object) => read({ source: yen, exchange_rate: 0.0067, ...change }).presented;
  t.strictSame(presented({}), { amount: "10000", asset: "JPY" });
  t.strictSame(presented({ reporting_category: "refund", amount: -1_000 }), { amount: "-10000", asset: "JPY" });
  for (const reporting_category of ["partial_capture_reversal", "dispute", "fee"])
    t.equal(presented({ reporting_category }), undefined, reporting_category);
  t.equal(presented({ currency: "jpy" }), undefined);
});

t.test("references of another installation are not ours", async (t) => {
  t.equal(read({ source: charge() }).ourReference, "pay_1");
  const theirs = { coffer_payment_id: "pay_1", coffer_installation: "ins_theirs" };
  t.equal(read({ source: charge({ metadata: theirs }) }).ourReference, undefined);
  const refund = { id: "re_1", object: "refund", metadata: { coffer_refund_id: "ref_1" } };
  t.equal(read({ reporting_category: "refund", source: refund }).ourReference, "ref_1");
});
