/** Stripe's balance transactions as movements of ours (docs.stripe.com/api/balance_transactions, API 2026-10-28.endive). */
import { z } from "zod";
import type { BalanceCategory, BalanceFee, BalanceSubject, BalanceTransaction } from "../ports/balance.js";
import { isOfAnother, metadataSchema, paymentIdOf, REFUND_ID_KEY } from "../shared.js";
import { fromSignedStripeAmount } from "./amounts.js";
import { currency, idOf, optional, toDate, unixTime } from "./billing/read.js";

/**
 * Stripe says to account by `reporting_category` and not by `type` (docs.stripe.com/reports/reporting-categories). A capture below
 * the authorisation is a charge of all of it and a reversal of the rest: both are the payment.
 */
const CATEGORIES = named<BalanceCategory>({
  charge: "payment",
  partial_capture_reversal: "payment",
  charge_failure: "payment_returned",
  refund: "refund",
  refund_failure: "refund_returned",
  dispute: "dispute",
  dispute_reversal: "dispute_reversal",
  fee: "fee",
  network_cost: "fee",
  tax: "tax",
  payout: "bank_payout",
  payout_reversal: "bank_payout_returned",
  topup: "bank_top_up",
  topup_reversal: "bank_top_up",
  risk_reserved_funds: "reserve",
  connect_reserved_funds: "reserve",
});

/** Reserves under all their names: they are listed as types, and no page says that each has a category of the same name. */
const RESERVE =
  /^(reserve|payment_network_reserve|payout_minimum_balance)_(hold|release|transaction)$|^reserved_funds$/;

const currencyAmounts = { amount: z.int(), currency };

const sourceSchema = z.looseObject({
  id: z.string().min(1),
  object: z.string(),
  payment_intent: idOf.nullish(),
  amount: z.int().nullish(),
  currency: currency.nullish(),
  metadata: metadataSchema,
});
type Source = z.infer<typeof sourceSchema>;

const transactionSchema = z.looseObject({
  id: z.string().min(1),
  ...currencyAmounts,
  fee: z.int(),
  net: z.int(),
  fee_details: z.array(z.looseObject({ ...currencyAmounts, type: z.string(), description: z.string().nullish() })),
  reporting_category: z.string(),
  type: z.string(),
  // Null on what is of no object, and an id where the object is not shown.
  source: z.union([z.string(), sourceSchema]).nullish(),
  status: z.string(),
  created: unixTime,
  available_on: unixTime.nullish(),
  exchange_rate: z.number().positive().nullish(),
  description: z.string().nullish(),
  balance_type: z.string().nullish(),
});
type Transaction = z.infer<typeof transactionSchema>;

/**
 * A balance transaction as received, its source expanded or not. `installation`: whose references are ours. Throws a ZodError or a
 * RangeError when it is not what Stripe documents: an entry whose net is not amount less fee is not to be booked.
 */
export function readBalanceTransaction(value: unknown, installation: string | undefined): BalanceTransaction {
  const transaction = transactionSchema.parse(value);
  const { amount, fee, net, exchange_rate: rate } = transaction;
  if (net !== amount - fee) throw new RangeError(`net ${net} is not amount ${amount} less fee ${fee}`);
  const asset = transaction.currency.toUpperCase();
  const money = (units: number) => fromSignedStripeAmount(units, asset).amount;
  const category = categoryOf(transaction);
  const source = typeof transaction.source === "object" ? (transaction.source ?? undefined) : undefined;
  return {
    reference: transaction.id,
    ...optional("account", accountOf(transaction.balance_type)),
    category,
    providerCategory: transaction.reporting_category,
    asset,
    amount: money(amount),
    fee: money(fee),
    net: money(net),
    fees: transaction.fee_details.map((each) => feeOf(each, transaction.currency)),
    ...optional("subject", subjectOf(category, transaction.source)),
    ...optional("presented", source && presentedOf(transaction, category, source)),
    ...(rate ? { exchangeRate: String(rate) } : {}),
    ...optional("ourReference", source && referenceOf(source, installation)),
    ...optional("description", transaction.description),
    status: transaction.status === "available" ? "available" : "pending",
    occurredAt: toDate(transaction.created),
    ...(transaction.available_on ? { availableAt: toDate(transaction.available_on) } : {}),
    raw: unexpanded(value),
  };
}

function categoryOf({ reporting_category: name, type, balance_type: of }: Transaction): BalanceCategory {
  const category = CATEGORIES.get(name) ?? (RESERVE.test(name) || RESERVE.test(type) ? "reserve" : "other");
  // The other side of money set aside, in the balance of what is set aside: it came from a balance of ours.
  return category === "reserve" && accountOf(of) !== undefined ? "internal" : category;
}

/** The balance of payments is the account that everybody means; issuing and prefunding have balances beside it. */
const accountOf = (balanceType: string | null | undefined): string | undefined =>
  balanceType && balanceType !== "payments" ? balanceType : undefined;

function feeOf(fee: Transaction["fee_details"][number], of: string): BalanceFee {
  if (fee.currency !== of) throw new RangeError(`a fee in ${fee.currency} on an amount in ${of}`);
  const { amount } = fromSignedStripeAmount(fee.amount, fee.currency);
  return { kind: fee.type, amount, ...optional("description", fee.description) };
}

type SubjectKind = BalanceSubject["kind"];

/** By the object's own name, since a `type` says little of its source: that of an `application_fee_refund` is a `fee_refund`. */
const KINDS = named<SubjectKind>({
  charge: "payment",
  refund: "refund",
  dispute: "dispute",
  payout: "bank_payout",
});
/** The same of an id alone: `py_` and `pyr_` are charges and refunds of what is no card. */
const PREFIXES = named<SubjectKind>({
  ch: "payment",
  py: "payment",
  re: "refund",
  pyr: "refund",
  du: "dispute",
  dp: "dispute",
  po: "bank_payout",
});

/** A payment is known by its intent; by its charge where it has none that we see, which no payment of ours is known by. */
function subjectOf(category: BalanceCategory, source: string | Source | null | undefined): BalanceSubject | undefined {
  if (!source) return undefined;
  const [prefix = ""] = typeof source === "string" ? source.split("_", 1) : [];
  const kind = typeof source === "string" ? PREFIXES.get(prefix) : KINDS.get(source.object);
  if (kind === undefined) return undefined;
  if (typeof source === "string") return { kind, reference: source };
  // What takes a whole payment back has a refund for its source that nobody asked for.
  const isOfPayment = kind === "payment" || (kind === "refund" && category === "payment_returned");
  if (!isOfPayment) return { kind, reference: source.id };
  return { kind: "payment", reference: source.payment_intent ?? source.id };
}

/** What one printed amount stands for one movement of; a dispute has several, and a capture reverses a part that is not printed. */
const WHOLE: ReadonlySet<string> = new Set(["charge", "charge_failure", "refund", "refund_failure"]);

function presentedOf(
  { currency: kept, amount, reporting_category: name }: Transaction,
  category: BalanceCategory,
  source: Source,
): BalanceTransaction["presented"] {
  if (category === "other" || !WHOLE.has(name)) return undefined;
  if (!source.currency || source.amount == null || source.currency === kept) return undefined;
  return fromSignedStripeAmount(amount < 0 ? -source.amount : source.amount, source.currency);
}

function referenceOf({ object, metadata }: Source, installation: string | undefined): string | undefined {
  if (isOfAnother(metadata, installation)) return undefined;
  if (object === "charge") return paymentIdOf(metadata);
  const id = object === "refund" ? metadata[REFUND_ID_KEY] : undefined;
  return typeof id === "string" ? id : undefined;
}

/** The object without what it was expanded by: the customer's name and address on a charge are not the statement's. */
function unexpanded(value: unknown): unknown {
  const { source } = value as { source?: { id?: unknown } | string | null };
  return { ...(value as object), ...(typeof source === "object" && source ? { source: source.id } : {}) };
}

/** What Stripe calls something, and what it is to us; what is in no table is nothing, whatever it is called. */
function named<Ours>(table: Readonly<Record<string, Ours>>): ReadonlyMap<string, Ours> {
  return new Map(Object.entries(table));
}
