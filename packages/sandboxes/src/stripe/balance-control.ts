import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { recordTransaction } from "./balance.js";
import { missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { BalanceTransaction, Charge, Topup } from "./objects.js";
import type { StripeWorld } from "./world.js";

type Body = Record<string, unknown>;

function integer(body: Body, name: string): number {
  const { [name]: value } = body;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw controlRefusal(400, `${name} must be an integer`);
}

function text(body: Body, name: string, otherwise: string): string {
  const { [name]: value = otherwise } = body;
  if (typeof value === "string") return value;
  throw controlRefusal(400, `${name} must be a string`);
}

/** A movement as it is described: fees of no object, advances, categories that nobody knows. */
function describe(world: StripeWorld, body: Body): BalanceTransaction {
  const { fee, source, description, ago_seconds, balance_type } = body;
  const type = text(body, "type", "adjustment");
  return recordTransaction(world, {
    amount: integer(body, "amount"),
    currency: text(body, "currency", "usd").toLowerCase(),
    ...(fee === undefined ? {} : { fee: integer(body, "fee") }),
    type,
    reporting_category: text(body, "reporting_category", type),
    source: typeof source === "string" ? source : null,
    ...(typeof description === "string" ? { description } : {}),
    ...(ago_seconds === undefined ? {} : { created: world.now() - integer(body, "ago_seconds") }),
    ...(body.pending === true ? {} : { isThere: true }),
    ...(typeof balance_type === "string" ? { balance_type } : {}),
  });
}

/** What money is set aside for: the types of the two movements, and the category of both where they share one. */
const RESERVES: Readonly<Record<string, { hold: string; release: string; category?: string }>> = {
  risk: { hold: "reserve_hold", release: "reserve_release", category: "risk_reserved_funds" },
  connect: { hold: "reserve_transaction", release: "reserve_transaction", category: "connect_reserved_funds" },
  network: { hold: "payment_network_reserve_hold", release: "payment_network_reserve_release" },
  minimum: { hold: "payout_minimum_balance_hold", release: "payout_minimum_balance_release" },
};

/** Sets money aside, or gives it free again when the amount is below zero. */
function reserve(world: StripeWorld, body: Body): BalanceTransaction {
  const kind = RESERVES[text(body, "kind", "risk")];
  if (!kind) throw controlRefusal(400, `kind is ${Object.keys(RESERVES).join(", ")}`);
  const amount = integer(body, "amount");
  const type = amount > 0 ? kind.hold : kind.release;
  return recordTransaction(world, {
    amount: -amount,
    currency: text(body, "currency", "usd").toLowerCase(),
    type,
    reporting_category: kind.category ?? type,
    source: null,
    isThere: true,
  });
}

function topUp(world: StripeWorld, body: Body): Topup {
  const amount = integer(body, "amount");
  if (amount < 1) throw controlRefusal(400, "amount must be a positive integer");
  const currency = text(body, "currency", "usd").toLowerCase();
  const id = randomId("tu_1");
  const moved = { amount, currency, type: "topup", reporting_category: "topup", source: id, isThere: true } as const;
  const topup: Topup = {
    id,
    object: "topup",
    amount,
    balance_transaction: recordTransaction(world, moved).id,
    created: world.now(),
    currency,
    description: null,
    expected_availability_date: world.now(),
    failure_code: null,
    failure_message: null,
    initiated_by: "user",
    livemode: false,
    metadata: {},
    source: null,
    statement_descriptor: null,
    status: "succeeded",
    transfer_group: null,
  };
  world.topups.put(id, topup);
  world.emit("topup.succeeded", topup);
  return topup;
}

function topupOf(world: StripeWorld, id: string): Topup {
  const topup = world.topups.get(id);
  if (!topup) throw missingResource("topup", id);
  return topup;
}

function reverseTopUp(world: StripeWorld, id: string): Topup {
  const before = topupOf(world, id);
  if (before.status !== "succeeded") throw controlRefusal(409, `the top-up is ${before.status}`);
  recordTransaction(world, {
    amount: -before.amount,
    currency: before.currency,
    type: "topup_reversal",
    reporting_category: "topup_reversal",
    source: id,
    isThere: true,
  });
  const topup: Topup = { ...before, status: "reversed" };
  world.topups.put(id, topup);
  world.emit("topup.reversed", topup);
  return topup;
}

/** A bank takes a payment back that it had let through: a debit without cover, days later. */
function returnCharge(world: StripeWorld, id: string): Charge {
  const before = world.charges.get(id);
  if (before?.status !== "succeeded") throw controlRefusal(409, `no charge ${id} that succeeded`);
  const returned = recordTransaction(world, {
    amount: -before.amount,
    currency: before.currency,
    type: "payment_failure_refund",
    reporting_category: "charge_failure",
    source: id,
    isThere: true,
  });
  const charge: Charge = {
    ...before,
    failure_balance_transaction: returned.id,
    failure_code: "insufficient_funds",
    failure_message: "The customer's account has insufficient funds to cover this payment.",
    paid: false,
    status: "failed",
  };
  world.charges.put(id, charge);
  world.emit("charge.failed", charge);
  return charge;
}

/** What moves the balance without anybody's asking for it, under `/sandbox`. */
export function installBalanceControl(world: StripeWorld): void {
  const { server } = world;
  server.control("POST", "/sandbox/balance/transactions", ({ body }) => describe(world, body));
  server.control("POST", "/sandbox/balance/reserves", ({ body }) => reserve(world, body));
  server.control("POST", "/sandbox/topups", ({ body }) => topUp(world, body));
  server.control("POST", "/sandbox/topups/:id/reverse", ({ params: { id = "" } }) => reverseTopUp(world, id));
  server.control("POST", "/sandbox/charges/:id/return", ({ params: { id = "" } }) => returnCharge(world, id));
  stripeRoute(world, "GET", "/v1/topups", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "amount", "status");
    return listPage(world.topups.values(), params, "/v1/topups");
  });
  stripeRoute(world, "GET", "/v1/topups/:id", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return topupOf(world, id);
  });
}
