import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { recordTransaction } from "./balance.js";
import { missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { BalanceTransaction, Payout } from "./objects.js";
import type { StripeWorld } from "./world.js";

interface PayoutOrder {
  readonly currency: string;
  /** By the account's own schedule, with everything that no payout has carried yet; else just this amount, of which nobody says what it is. */
  readonly amount?: number;
  readonly method: Payout["method"];
  /** What an instant one costs. */
  readonly fee: number;
  /** What is left for a later one. */
  readonly except: readonly string[];
  /** What the account owes is taken from its bank. */
  readonly isDebit: boolean;
  readonly isInTransit: boolean;
}

function readOrder(body: Record<string, unknown>): PayoutOrder {
  const { currency = "usd", amount, method = "standard", fee = 0, except = [], debit, in_transit } = body;
  if (typeof currency !== "string") throw controlRefusal(400, "currency must be a string");
  if (amount !== undefined && (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 1))
    throw controlRefusal(400, "amount must be a positive integer");
  if (method !== "standard" && method !== "instant") throw controlRefusal(400, "method is standard or instant");
  if (method === "instant" && amount === undefined) throw controlRefusal(400, "an instant payout has an amount");
  if (typeof fee !== "number" || !Number.isSafeInteger(fee) || fee < 0)
    throw controlRefusal(400, "fee must be an integer of zero or more");
  if (!Array.isArray(except) || !except.every((id) => typeof id === "string"))
    throw controlRefusal(400, "except must be a list of ids");
  return {
    currency: currency.toLowerCase(),
    ...(amount === undefined ? {} : { amount }),
    method,
    fee,
    except,
    isDebit: debit === true,
    isInTransit: in_transit === true,
  };
}

/** What no payout of the account's own schedule has carried yet. */
function uncarried(world: StripeWorld, { currency, except }: PayoutOrder): BalanceTransaction[] {
  const carried = new Set([...world.payoutTransactions.values().flat(), ...except]);
  return world.balance
    .values()
    .filter((each) => each.currency === currency && each.balance_type === "payments" && !carried.has(each.id));
}

/** Sends money to the account's bank. */
function payOut(world: StripeWorld, order: PayoutOrder): Payout {
  const due = order.amount === undefined ? uncarried(world, order) : [];
  const amount = order.amount ?? due.reduce((sum, { net }) => sum + net, 0);
  if (amount === 0 || (amount < 0 && !order.isDebit))
    throw controlRefusal(409, `the ${order.currency} balance is ${amount}`);
  const id = randomId("po_1");
  const transaction = recordTransaction(world, {
    amount: -amount,
    currency: order.currency,
    fee: order.fee,
    type: "payout",
    reporting_category: "payout",
    source: id,
    description: "STRIPE PAYOUT",
    isThere: true,
  });
  const payout = newPayout(world, order, { id, amount, balance_transaction: transaction.id });
  world.payouts.put(id, payout);
  world.payoutTransactions.put(id, payout.automatic ? [...due.map((each) => each.id), transaction.id] : []);
  for (const each of due) world.balance.put(each.id, { ...each, status: "available" });
  world.emit("payout.created", payout);
  return order.isInTransit ? payout : arrive(world, id);
}

function newPayout(
  world: StripeWorld,
  order: PayoutOrder,
  { id, amount, balance_transaction }: Pick<Payout, "id" | "amount" | "balance_transaction">,
): Payout {
  const now = world.now();
  const automatic = order.amount === undefined;
  return {
    id,
    object: "payout",
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: now,
    automatic,
    balance_transaction,
    created: now,
    currency: order.currency,
    description: "STRIPE PAYOUT",
    destination: "ba_1sandbox",
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: order.method,
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? "in_progress" : "not_applicable",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: null,
    status: "in_transit",
    trace_id: { status: "pending", value: null },
    type: "bank_account",
  };
}

/** What the bank's statement will show is known, and what the payout carried. */
function arrive(world: StripeWorld, id: string): Payout {
  const before = payoutOf(world, id);
  if (before.status !== "in_transit") throw controlRefusal(409, `the payout is ${before.status}`);
  const payout: Payout = {
    ...before,
    reconciliation_status: before.automatic ? "completed" : "not_applicable",
    status: "paid",
    trace_id: { status: "supported", value: `trace${id.slice(-12)}` },
  };
  world.payouts.put(id, payout);
  world.emit("payout.paid", payout);
  if (payout.automatic) world.emit("payout.reconciliation_completed", payout);
  return payout;
}

/** A bank sends a payout back, days after it was said to be paid. */
function fail(world: StripeWorld, id: string): Payout {
  const before = payoutOf(world, id);
  if (before.status === "failed") throw controlRefusal(409, "the payout has failed");
  const returned = recordTransaction(world, {
    amount: before.amount,
    currency: before.currency,
    type: "payout_failure",
    reporting_category: "payout_reversal",
    source: id,
    isThere: true,
  });
  const payout: Payout = {
    ...before,
    status: "failed",
    failure_balance_transaction: returned.id,
    failure_code: "account_closed",
    failure_message: "The bank account has been closed.",
  };
  world.payouts.put(id, payout);
  world.emit("payout.failed", payout);
  return payout;
}

function payoutOf(world: StripeWorld, id: string): Payout {
  const payout = world.payouts.get(id);
  if (!payout) throw missingResource("payout", id);
  return payout;
}

/** `/v1/payouts`, and the account's bank under `/sandbox/payouts`. */
export function installPayoutRoutes(world: StripeWorld): void {
  stripeRoute(world, "GET", "/v1/payouts", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "arrival_date", "destination", "status");
    const status = params.text("status");
    const payouts = world.payouts.values().filter((each) => status === undefined || each.status === status);
    return listPage(payouts, params, "/v1/payouts");
  });
  stripeRoute(world, "GET", "/v1/payouts/:id", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return payoutOf(world, id);
  });
  world.server.control("POST", "/sandbox/payouts", ({ body }) => payOut(world, readOrder(body)));
  world.server.control("POST", "/sandbox/payouts/:id/arrive", ({ params: { id = "" } }) => arrive(world, id));
  world.server.control("POST", "/sandbox/payouts/:id/fail", ({ params: { id = "" } }) => fail(world, id));
}
