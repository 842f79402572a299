/** The statement of a Stripe balance (docs.stripe.com/api/balance, /balance_transactions, /payouts; API 2026-10-28.endive). */
import { z } from "zod";
import type { Outbound } from "../http.js";
import type { BalancePort, BalanceTransaction, BankPayout, ProviderBalance } from "../ports/balance.js";
import type { Listing, ProviderResult, UnreadableEntry } from "../ports/common.js";
import { rejected } from "../shared.js";
import { fromSignedStripeAmount } from "./amounts.js";
import { readBalanceTransaction } from "./balance-transaction.js";
import { currency, optional, toDate, unixTime } from "./billing/read.js";
import { askStripe, createStripeClient, type StripeClient, type StripeClientOptions } from "./client.js";
import { listSince, OBJECT_ID, PAGE_SIZE, readListed } from "./listing.js";

/** So that a charge says its intent. */
const EXPAND = { expand: ["data.source"] };

/** Stripe as a keeper of money, on the same pool and breaker as its payments. */
export function createStripeBalance(options: StripeClientOptions, outbound: Outbound): BalancePort {
  const stripe = createStripeClient(options, outbound);
  const ours = async () => options.installation?.get();
  return {
    listBalanceTransactions: async (query) => {
      const installation = await ours();
      const page = await listSince(
        stripe,
        query,
        (client, params) => client.balanceTransactions.list({ ...params, ...EXPAND }),
        (entry) => [readBalanceTransaction(entry, installation)],
      );
      return dated(page);
    },
    getProviderBalances: () => askStripe(stripe, (client) => client.balance.retrieve(), readBalance),
    listBankPayouts: (query) =>
      listSince(
        stripe,
        query,
        (client, params) => client.payouts.list(params),
        (entry) => [readPayout(entry)],
      ),
    listPayoutTransactions: async (query) => listPayoutTransactions(stripe, query, await ours()),
  };
}

/** Stripe refuses this of payouts that were not its own idea: nothing says what those carry. */
async function listPayoutTransactions(
  stripe: StripeClient,
  { payoutReference, cursor }: { readonly payoutReference: string; readonly cursor?: string },
  installation: string | undefined,
): Promise<ProviderResult<Listing<BalanceTransaction>>> {
  if (cursor !== undefined && !OBJECT_ID.test(cursor))
    return rejected("invalid_cursor", "not a cursor of this listing");
  const from = cursor === undefined ? {} : { starting_after: cursor };
  const page = await askStripe(
    stripe,
    (client) => client.balanceTransactions.list({ payout: payoutReference, limit: PAGE_SIZE, ...from, ...EXPAND }),
    (reply) => {
      const { last = null, ...listed } = readListed(reply, (entry) => [readBalanceTransaction(entry, installation)]);
      return { ...listed, nextCursor: last };
    },
  );
  return dated(page);
}

const createdSchema = z.looseObject({ created: unixTime });

/** What cannot be read says at least when it was, so that it is looked for in the right days. */
function dated(page: ProviderResult<Listing<BalanceTransaction>>): ProviderResult<Listing<BalanceTransaction>> {
  if (page.outcome !== "accepted" || !page.value.unreadable?.length) return page;
  const unreadable = page.value.unreadable.map((each): UnreadableEntry => {
    const { data } = createdSchema.safeParse(each.entry);
    return { ...each, ...(data ? { occurredAt: toDate(data.created) } : {}) };
  });
  return { ...page, value: { ...page.value, unreadable } };
}

const amounts = z.array(z.looseObject({ amount: z.int(), currency }));
const balanceSchema = z.looseObject({
  available: amounts,
  pending: amounts,
  connect_reserved: amounts.nullish(),
  issuing: z.looseObject({ available: amounts }).nullish(),
  refund_and_dispute_prefunding: z.looseObject({ available: amounts, pending: amounts }).nullish(),
});
type Amounts = z.infer<typeof amounts>;

/** GET /v1/balance. Of what is reserved for risk Stripe says nothing there: it is gone from `available`, and no part of the total. */
function readBalance(value: unknown): ProviderBalance[] {
  const balance = balanceSchema.parse(value);
  const { refund_and_dispute_prefunding: prefunding } = balance;
  return [
    ...balancesOf(undefined, balance.available, balance.pending, balance.connect_reserved ?? []),
    ...balancesOf("issuing", balance.issuing?.available ?? [], [], []),
    ...balancesOf("refund_and_dispute_prefunding", prefunding?.available ?? [], prefunding?.pending ?? [], []),
  ];
}

function balancesOf(account: string | undefined, available: Amounts, pending: Amounts, reserved: Amounts) {
  const parts = [available, pending, reserved];
  const currencies = new Set(parts.flat().map((each) => each.currency));
  return [...currencies].map((code): ProviderBalance => {
    // A sum that a double does not hold exactly is refused by `money`.
    const [free = 0, waiting = 0, held = 0] = parts.map((part) =>
      part.filter((each) => each.currency === code).reduce((sum, { amount }) => sum + amount, 0),
    );
    const money = (units: number) => fromSignedStripeAmount(units, code);
    return {
      ...optional("account", account),
      asset: money(0).asset,
      total: money(free + waiting + held).amount,
      available: money(free).amount,
      pending: money(waiting).amount,
      reserved: money(held).amount,
    };
  });
}

const payoutSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string(),
  amount: z.int(),
  currency,
  automatic: z.boolean(),
  reconciliation_status: z.string(),
  created: unixTime,
  arrival_date: unixTime.nullish(),
  trace_id: z.looseObject({ status: z.string(), value: z.string().nullish() }).nullish(),
});

const PAYOUT_STATUSES: ReadonlySet<string> = new Set<BankPayout["status"]>([
  "pending",
  "in_transit",
  "paid",
  "failed",
  "canceled",
]);
/** An open enum: a status that we do not know is never an end. */
const statusOf = (status: string): BankPayout["status"] =>
  PAYOUT_STATUSES.has(status) ? (status as BankPayout["status"]) : "pending";

/** A payout, which is below zero when Stripe takes what we owe from our bank. */
function readPayout(value: unknown): BankPayout {
  const payout = payoutSchema.parse(value);
  const { amount, asset } = fromSignedStripeAmount(payout.amount, payout.currency);
  return {
    reference: payout.id,
    status: statusOf(payout.status),
    amount,
    asset,
    isAutomatic: payout.automatic,
    isItemized: payout.automatic && payout.reconciliation_status === "completed",
    createdAt: toDate(payout.created),
    ...(payout.arrival_date ? { arrivesAt: toDate(payout.arrival_date) } : {}),
    ...optional("traceId", payout.trace_id?.status === "supported" ? payout.trace_id.value : undefined),
  };
}
