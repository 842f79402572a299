import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { invalidParameter, missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { BalanceTransaction } from "./objects.js";
import { type BalanceMode, PLAIN_BALANCE, type StripeWorld } from "./world.js";

/** What the account keeps of each charge: 2.9% and 30 of the smallest unit. */
const FEE_PER_MILLE = 29;
const FEE_FIXED = 30;
const DAY_S = 86_400;

interface Movement {
  readonly amount: number;
  readonly currency: string;
  readonly fee?: number;
  readonly type: string;
  readonly reporting_category: string;
  /** Null on what is of no object. */
  readonly source: string | null;
  readonly description?: string;
  /** Said by a control call; else the account's. */
  readonly exchange_rate?: number;
  /** When it says that it was; else now. */
  readonly created?: number;
  /** It never was on its way: what leaves the account, is set aside or comes back. */
  readonly isThere?: true;
  readonly balance_type?: string;
}

/** What an amount is in the currency that the account is settled in. */
function settled(world: StripeWorld, { amount, currency }: { readonly amount: number; readonly currency: string }) {
  const { settlement = currency, rate } = world.balanceMode;
  if (settlement === currency) return { amount, currency, rate: null };
  return { amount: Math.round(amount * rate), currency: settlement, rate };
}

/** A movement of the account's balance, not yet written down. Amounts are in the currency that it is settled in. */
export function balanceTransaction(world: StripeWorld, movement: Movement): BalanceTransaction {
  const { amount, currency, rate } = settled(world, movement);
  const { fee = 0 } = movement;
  const created = movement.created ?? world.now();
  return {
    id: randomId("txn_1"),
    object: "balance_transaction",
    amount,
    available_on: created + (movement.isThere ? 0 : 2 * DAY_S),
    balance_type: movement.balance_type ?? "payments",
    created,
    currency,
    description: movement.description ?? null,
    exchange_rate: movement.exchange_rate ?? rate,
    fee,
    fee_details:
      fee === 0
        ? []
        : [{ amount: fee, application: null, currency, description: "Stripe processing fees", type: "stripe_fee" }],
    net: amount - fee,
    reporting_category: movement.reporting_category,
    source: movement.source,
    status: movement.isThere ? "available" : "pending",
    type: movement.type,
  };
}

/** Writes a movement of the account's balance down. */
export function recordTransaction(world: StripeWorld, movement: Movement): BalanceTransaction {
  const transaction = balanceTransaction(world, movement);
  world.balance.put(transaction.id, transaction);
  return transaction;
}

/** The movement of a charge, the account's fee taken off. `isBackdated`: it says that it was when the charge was. */
export function settleCharge(world: StripeWorld, chargeId: string, isBackdated = false): void {
  const charge = world.charges.get(chargeId);
  if (charge?.status !== "succeeded" || charge.balance_transaction !== null) return;
  const { amount } = settled(world, charge);
  const fee = Math.round((amount * FEE_PER_MILLE) / 1_000) + FEE_FIXED;
  const { id } = recordTransaction(world, {
    amount: charge.amount,
    currency: charge.currency,
    fee: Math.min(fee, amount),
    type: "charge",
    reporting_category: "charge",
    source: charge.id,
    ...(isBackdated ? { created: charge.created } : {}),
  });
  world.charges.put(chargeId, { ...charge, balance_transaction: id });
}

function readMode(world: StripeWorld, body: Record<string, unknown>): BalanceMode {
  const { later = world.balanceMode.later, settlement, rate = 1 } = body;
  if (typeof later !== "boolean") throw controlRefusal(400, "later must be true or false");
  if (typeof rate !== "number" || !(rate > 0)) throw controlRefusal(400, "rate must be a number above 0");
  if (settlement !== undefined && typeof settlement !== "string") throw controlRefusal(400, "settlement is a currency");
  return { later, rate, ...(settlement === undefined ? {} : { settlement: settlement.toLowerCase() }) };
}

/** Money that was on its way is there when its day has come. */
const asOfNow = (world: StripeWorld, transaction: BalanceTransaction): BalanceTransaction =>
  transaction.available_on <= world.now() ? { ...transaction, status: "available" } : transaction;

/** What a payout carried. Throws Stripe's 400 on one that was not its own idea. */
function carriedBy(world: StripeWorld, payout: string): ReadonlySet<string> {
  const carried = world.payoutTransactions.get(payout);
  if (!carried) throw missingResource("payout", payout, "payout");
  if (world.payouts.get(payout)?.automatic) return new Set(carried);
  const message = "Balance transaction history can only be filtered on automatic transfers, not manual.";
  throw invalidParameter("payout", message);
}

/**
 * What the account has: the sum of all that moved it, and nothing else. What is set aside for connected accounts is shown beside it,
 * what is set aside for risk is not shown at all.
 */
function balanceOf(world: StripeWorld) {
  const transactions = world.balance
    .values()
    .filter(({ balance_type }) => balance_type === "payments")
    .map((each) => asOfNow(world, each));
  const currencies = [...new Set(["usd", ...transactions.map(({ currency }) => currency)])];
  const sums = (status: BalanceTransaction["status"]) =>
    currencies.map((currency) => {
      const those = transactions.filter((each) => each.currency === currency && each.status === status);
      const amount = those.reduce((sum, { net }) => sum + net, 0);
      return { amount, currency, source_types: { card: amount } };
    });
  const connected = transactions.filter((each) => each.reporting_category === "connect_reserved_funds");
  const reserved = currencies.map((currency) => {
    const amount = connected.filter((each) => each.currency === currency).reduce((sum, { net }) => sum - net, 0);
    return { amount, currency, source_types: { card: amount } };
  });
  return {
    object: "balance",
    available: sums("available"),
    connect_reserved: reserved,
    livemode: false,
    pending: sums("pending"),
  };
}

/** `/v1/balance`, `/v1/balance_transactions`, and how the account settles under `/sandbox/balance`. */
export function installBalanceRoutes(world: StripeWorld): void {
  stripeRoute(world, "GET", "/v1/balance_transactions", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "payout", "source", "type", "currency");
    const wanted = { source: params.text("source"), type: params.text("type"), currency: params.text("currency") };
    const payout = params.text("payout");
    const paid = payout === undefined ? undefined : carriedBy(world, payout);
    const found = world.balance
      .values()
      .filter((each) => paid === undefined || paid.has(each.id))
      .filter((each) => wanted.source === undefined || each.source === wanted.source)
      .filter((each) => wanted.type === undefined || each.type === wanted.type)
      .filter((each) => wanted.currency === undefined || each.currency === wanted.currency)
      .sort((one, other) => one.created - other.created);
    const page = listPage(found, params, "/v1/balance_transactions");
    return { ...page, data: page.data.map((each) => asOfNow(world, each)) };
  });
  stripeRoute(world, "GET", "/v1/balance_transactions/:id", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    const found = world.balance.get(id);
    if (!found) throw missingResource("balance_transaction", id);
    return asOfNow(world, found);
  });
  stripeRoute(world, "GET", "/v1/balance", (params) => {
    params.onlyKnown();
    return balanceOf(world);
  });
  world.server.control("POST", "/sandbox/balance/mode", ({ body }) => {
    world.balanceMode = readMode(world, body);
    return world.balanceMode;
  });
  world.server.onReset(() => {
    world.balanceMode = PLAIN_BALANCE;
  });
  world.server.control("POST", "/sandbox/charges/:id/settle", ({ params: { id = "" }, body }) => {
    const before = world.charges.get(id);
    if (!before) throw controlRefusal(404, `no charge ${id}`);
    settleCharge(world, id, body.backdate === true);
    const charge = world.charges.get(id) ?? before;
    if (charge !== before) world.emit("charge.updated", charge, before);
    return charge;
  });
}
