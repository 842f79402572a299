import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { missingResource } from "./errors.js";
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
  readonly type: BalanceTransaction["type"];
  readonly reporting_category: string;
  readonly source: string;
  readonly description?: string;
  /** Said by a control call; else the account's. */
  readonly exchange_rate?: number;
}

/** A movement of the account's balance, not yet written down. Amounts are in the currency that it is settled in. */
export function balanceTransaction(world: StripeWorld, movement: Movement): BalanceTransaction {
  const { settlement, rate } = world.balanceMode;
  const converts = settlement !== undefined && settlement !== movement.currency;
  const amount = converts ? Math.round(movement.amount * rate) : movement.amount;
  const { fee = 0 } = movement;
  const currency = converts ? settlement : movement.currency;
  const now = world.now();
  return {
    id: randomId("txn_1"),
    object: "balance_transaction",
    amount,
    available_on: now + 2 * DAY_S,
    balance_type: "payments",
    created: now,
    currency,
    description: movement.description ?? null,
    exchange_rate: movement.exchange_rate ?? (converts ? rate : null),
    fee,
    fee_details:
      fee === 0
        ? []
        : [{ amount: fee, application: null, currency, description: "Stripe processing fees", type: "stripe_fee" }],
    net: amount - fee,
    reporting_category: movement.reporting_category,
    source: movement.source,
    status: "pending",
    type: movement.type,
  };
}

/** Writes a movement of the account's balance down. */
export function recordTransaction(world: StripeWorld, movement: Movement): BalanceTransaction {
  const transaction = balanceTransaction(world, movement);
  world.balance.put(transaction.id, transaction);
  return transaction;
}

/** The movement of a charge, the account's fee taken off. */
export function settleCharge(world: StripeWorld, chargeId: string): void {
  const charge = world.charges.get(chargeId);
  if (charge?.status !== "succeeded" || charge.balance_transaction !== null) return;
  const fee = Math.round((charge.amount * FEE_PER_MILLE) / 1_000) + FEE_FIXED;
  const { id } = recordTransaction(world, {
    amount: charge.amount,
    currency: charge.currency,
    fee: Math.min(fee, charge.amount),
    type: "charge",
    reporting_category: "charge",
    source: charge.id,
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

/** `/v1/balance_transactions`, and how the account settles under `/sandbox/balance`. */
export function installBalanceRoutes(world: StripeWorld): void {
  stripeRoute(world, "GET", "/v1/balance_transactions", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "payout", "source", "type", "currency");
    const wanted = { source: params.text("source"), type: params.text("type"), currency: params.text("currency") };
    const payout = params.text("payout");
    const paid = payout === undefined ? undefined : world.payoutTransactions.get(payout);
    if (payout !== undefined && !paid) throw missingResource("payout", payout, "payout");
    const found = world.balance
      .values()
      .filter((each) => paid === undefined || paid.includes(each.id))
      .filter((each) => wanted.source === undefined || each.source === wanted.source)
      .filter((each) => wanted.type === undefined || each.type === wanted.type)
      .filter((each) => wanted.currency === undefined || each.currency === wanted.currency);
    return listPage(found, params, "/v1/balance_transactions");
  });
  stripeRoute(world, "GET", "/v1/balance_transactions/:id", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    const found = world.balance.get(id);
    if (!found) throw missingResource("balance_transaction", id);
    return found;
  });
  world.server.control("POST", "/sandbox/balance/mode", ({ body }) => {
    world.balanceMode = readMode(world, body);
    return world.balanceMode;
  });
  world.server.onReset(() => {
    world.balanceMode = PLAIN_BALANCE;
  });
  world.server.control("POST", "/sandbox/charges/:id/settle", ({ params: { id = "" } }) => {
    const before = world.charges.get(id);
    if (!before) throw controlRefusal(404, `no charge ${id}`);
    settleCharge(world, id);
    const charge = world.charges.get(id) ?? before;
    if (charge !== before) world.emit("charge.updated", charge, before);
    return charge;
  });
}
