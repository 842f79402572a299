/** What Coinbase's checkouts say of the money that it took for us (docs.cdp.coinbase.com/coinbase-business/checkout-apis). */
import { z } from "zod";
import type { Outbound } from "../http.js";
import type { BalancePort, BalanceTransaction } from "../ports/balance.js";
import type { Installation, Listing, ListingQuery, ProviderResult, UnreadableEntry } from "../ports/common.js";
import { decimalString, isOfAnother, lessDecimal, paymentIdOf, readEach, rejected } from "../shared.js";
import { type AskCoinbase, type CoinbaseClientOptions, createCoinbaseClient } from "./client.js";
import { PAGE_SIZE, pageSchema, traitsOf } from "./listing.js";
import { assetName, moment, parseCheckout } from "./news.js";

/** For how long after a checkout was made its refunds are looked for: the list is in the order in which checkouts were made. */
const REFUNDED_WITHIN_MS = 90 * 24 * 60 * 60 * 1_000;

/**
 * Coinbase as a keeper of money: what checkouts brought, each with its fee, and what refunds took.
 *
 * What is left on the account and what was withdrawn from it is told by another API, whose form Coinbase documents for accounts of
 * another kind. Until that was tried on a Business account, `getProviderBalances` is `rejected` with `not_supported`.
 */
export function createCoinbaseBalance(
  options: CoinbaseClientOptions & { readonly installation?: Installation | undefined },
  outbound: Outbound,
): BalancePort {
  const ask = createCoinbaseClient(options, outbound);
  return {
    feesComeWithPayments: true,
    listBalanceTransactions: async (query) => listMovements(ask, query, await options.installation?.get()),
    getProviderBalances: async () => rejected("not_supported", "Coinbase does not say what a Business account holds"),
  };
}

/** GET /checkouts: a page that runs from newer to older ends the reading when it has passed what may still have been refunded. */
function listMovements(
  ask: AskCoinbase,
  { since, cursor }: ListingQuery,
  installation: string | undefined,
): Promise<ProviderResult<Listing<BalanceTransaction>>> {
  if (cursor !== undefined && !/^[\w+=-]+$/.test(cursor))
    return Promise.resolve(rejected("invalid_cursor", "not a cursor of this listing"));
  return ask(
    {
      method: "GET",
      path: "/checkouts",
      name: "/checkouts",
      query: { pageSize: PAGE_SIZE, ...(cursor === undefined ? {} : { pageToken: cursor }) },
    },
    (json) => {
      const page = pageSchema.parse(json);
      const { values, unreadable } = readEach(page.checkouts, (value) => readMovements(value, installation));
      const from = since.getTime();
      const recent = values.filter(({ touchedAt }) => touchedAt >= from);
      const madeAt = values.map((each) => each.madeAt);
      const isPassed = isFalling(madeAt) && (madeAt.at(-1) ?? from) < from - REFUNDED_WITHIN_MS;
      const next = page.nextPageToken ? page.nextPageToken : null;
      return {
        data: recent.flatMap(({ movements }) => movements),
        unreadable: [
          ...unreadable.map((each) => ({ ...each, ...traitsOf(each.entry) })),
          ...recent.flatMap((each) => each.unreadable),
        ],
        // A token that leads back to the same page would page for ever.
        nextCursor: isPassed || next === cursor ? null : next,
      };
    },
  );
}

const isFalling = (times: readonly number[]): boolean =>
  times.every((time, index) => index === 0 || time <= (times[index - 1] ?? time));

const settlementSchema = z.looseObject({
  totalAmount: decimalString,
  feeAmount: decimalString,
  netAmount: decimalString,
  currency: assetName,
});
const checkoutSchema = z.looseObject({
  createdAt: z.string().transform((text) => new Date(text)),
  updatedAt: moment,
  transactionHash: z.string().nullish(),
  refunds: z.array(z.unknown()).nullish(),
});
const refundSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  amount: decimalString,
  currency: assetName,
  createdAt: moment,
  completedAt: moment,
  transactionHash: z.string().nullish(),
  reason: z.string().nullish(),
});

/** The money came; what became of it afterwards is in the refunds. */
const PAID: ReadonlySet<string> = new Set(["COMPLETED", "REFUNDED", "PARTIALLY_REFUNDED"]);

interface Read {
  readonly madeAt: number;
  readonly touchedAt: number;
  readonly movements: readonly BalanceTransaction[];
  readonly unreadable: readonly UnreadableEntry[];
}

/** The movements that one checkout tells: none before it is paid; then its payment, and each refund that arrived. */
function readMovements(value: unknown, installation: string | undefined): Read {
  const { id, status, settlement, metadata } = parseCheckout(value);
  const { createdAt, updatedAt, transactionHash, refunds } = checkoutSchema.parse(value);
  const madeAt = createdAt.getTime();
  if (Number.isNaN(madeAt)) throw new RangeError("it does not say when it was made");
  const touchedAt = Math.max(madeAt, updatedAt?.getTime() ?? madeAt);
  if (!PAID.has(status)) return { madeAt, touchedAt, movements: [], unreadable: [] };
  if (!settlement) throw new RangeError("it was paid, and does not say what arrived");
  const { totalAmount: amount, feeAmount: fee, netAmount: net, currency } = settlementSchema.parse(settlement);
  if (!isZero(lessDecimal(lessDecimal(amount, fee), net))) throw new RangeError(`${net} is not ${amount} less ${fee}`);
  const paymentId = isOfAnother(metadata, installation) ? undefined : paymentIdOf(metadata);
  const payment: BalanceTransaction = {
    reference: id,
    category: "payment",
    providerCategory: "checkout",
    asset: currency.toUpperCase(),
    amount,
    fee,
    net,
    fees: isZero(fee) ? [] : [{ kind: "checkout_fee", amount: fee }],
    subject: { kind: "payment", reference: id },
    ...(transactionHash ? { transactionHash } : {}),
    ...(paymentId === undefined ? {} : { ourReference: paymentId }),
    status: "available",
    // When it was made: nothing says when it was paid, which is hours later at most.
    occurredAt: createdAt,
    raw: value,
  };
  const read = readEach(refunds ?? [], (refund) => refundOf(refund, createdAt));
  const unreadable = read.unreadable.map((each) => ({ ...each, ...traitsOf(each.entry) }));
  return { madeAt, touchedAt, movements: [payment, ...read.values.flat()], unreadable };
}

/** A refund that arrived; of one that is under way nothing can be said yet. */
function refundOf(value: unknown, madeAt: Date): BalanceTransaction[] {
  const { id, status, amount, currency, reason, ...refund } = refundSchema.parse(value);
  if (status !== "COMPLETED" && status !== "SUCCEEDED") return [];
  return [
    {
      reference: id,
      category: "refund",
      providerCategory: "refund",
      asset: currency.toUpperCase(),
      amount: `-${amount}`,
      fee: "0",
      net: `-${amount}`,
      fees: [],
      subject: { kind: "refund", reference: id },
      ...(refund.transactionHash ? { transactionHash: refund.transactionHash } : {}),
      ...(reason ? { description: reason } : {}),
      status: "available",
      occurredAt: refund.completedAt ?? refund.createdAt ?? madeAt,
      raw: value,
    },
  ];
}

const isZero = (amount: string): boolean => /^-?[0.]+$/.test(amount);
