import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { recordTransaction } from "./balance.js";
import { missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Payout } from "./objects.js";
import type { StripeWorld } from "./world.js";

/** Sends everything of a currency that no payout has carried yet to the account's bank. */
function payOut(world: StripeWorld, currency: string): Payout {
  const carried = new Set(world.payoutTransactions.values().flat());
  const due = world.balance.values().filter((each) => each.currency === currency && !carried.has(each.id));
  const amount = due.reduce((sum, { net }) => sum + net, 0);
  if (amount <= 0) throw controlRefusal(409, `the ${currency} balance is ${amount}`);
  const now = world.now();
  const id = randomId("po_1");
  const transaction = recordTransaction(world, {
    amount: -amount,
    currency,
    type: "payout",
    reporting_category: "payout",
    source: id,
    description: "STRIPE PAYOUT",
  });
  const payout: Payout = {
    id,
    object: "payout",
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: now,
    automatic: true,
    balance_transaction: transaction.id,
    created: now,
    currency,
    description: "STRIPE PAYOUT",
    destination: "ba_1sandbox",
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: "standard",
    original_payout: null,
    payout_method: null,
    reconciliation_status: "completed",
    reversed_by: null,
    source_type: "card",
    statement_descriptor: null,
    status: "paid",
    trace_id: null,
    type: "bank_account",
  };
  world.payouts.put(id, payout);
  world.payoutTransactions.put(id, [...due.map((each) => each.id), transaction.id]);
  for (const each of due) world.balance.put(each.id, { ...each, status: "available" });
  world.emit("payout.created", { ...payout, status: "in_transit", reconciliation_status: "in_progress" });
  world.emit("payout.paid", payout);
  world.emit("payout.reconciliation_completed", payout);
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
  world.server.control("POST", "/sandbox/payouts", ({ body: { currency = "usd" } }) => {
    if (typeof currency !== "string") throw controlRefusal(400, "currency must be a string");
    return payOut(world, currency.toLowerCase());
  });
  world.server.control("POST", "/sandbox/payouts/:id/fail", ({ params: { id = "" } }) => fail(world, id));
}
