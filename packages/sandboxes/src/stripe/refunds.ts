import { ExpiryWatch } from "../expiry.js";
import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { checkStep } from "./amounts.js";
import { stripeRoute } from "./api.js";
import { recordTransaction } from "./balance.js";
import { invalidParameter, missingResource, stripeError } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Charge, Refund } from "./objects.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

/** What becomes later of a refund to these test cards. */
const LATER: Readonly<Record<string, "succeeded" | "failed">> = {
  pm_card_pendingRefund: "succeeded",
  pm_card_refundFail: "failed",
};
const LATER_MS = 300;

const REASONS = ["duplicate", "fraudulent", "requested_by_customer"];

function chargeOf(world: StripeWorld, params: Params): Charge {
  const intentId = params.text("payment_intent");
  const chargeId = params.text("charge");
  if (intentId === undefined && chargeId === undefined) {
    throw invalidParameter("payment_intent", "Must provide one of charge or payment_intent.", "parameter_missing");
  }
  const id = chargeId ?? world.intent(intentId ?? "").wire.latest_charge ?? "";
  const charge = world.charges.get(id);
  if (!charge) throw missingResource("charge", id, chargeId === undefined ? "payment_intent" : "charge", true);
  return charge;
}

const refuse = (message: string, code: string) =>
  stripeError(400, { type: "invalid_request_error", message, code }, true);

function createRefund(world: StripeWorld, params: Params): Refund {
  params.onlyKnown("payment_intent", "charge", "amount", "reason", "metadata");
  const charge = chargeOf(world, params);
  const reason = params.text("reason") ?? null;
  if (reason !== null && !REASONS.includes(reason)) throw invalidParameter("reason", `Invalid reason: ${reason}`);
  if (charge.status !== "succeeded") throw refuse("This charge has not succeeded.", "charge_not_refundable");
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) throw refuse(`Charge ${charge.id} has already been refunded.`, "charge_already_refunded");
  if (charge.disputed) throw refuse(`Charge ${charge.id} has been charged back.`, "charge_disputed");
  const amount = params.integer("amount") ?? left;
  if (amount < 1) throw invalidParameter("amount", "Invalid positive integer", "parameter_invalid_integer");
  checkStep(amount, charge.currency);
  if (amount > left) {
    throw stripeError(
      400,
      {
        type: "invalid_request_error",
        message: `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
        param: "amount",
      },
      true,
    );
  }
  return recordRefund(world, charge, amount, reason, params.metadata());
}

/** Sends money back, whoever asked for it. */
export function recordRefund(
  world: StripeWorld,
  charge: Charge,
  amount: number,
  reason: string | null,
  metadata: Record<string, string>,
): Refund {
  const behaviour = world.methods.get(charge.payment_method)?.testName;
  const id = randomId("re_3");
  const moved = { amount: -amount, currency: charge.currency, source: id };
  const refund: Refund = {
    id,
    object: "refund",
    amount,
    balance_transaction: recordTransaction(world, { ...moved, type: "refund", reporting_category: "refund" }).id,
    charge: charge.id,
    created: world.now(),
    currency: charge.currency,
    metadata,
    payment_intent: charge.payment_intent,
    reason,
    receipt_number: null,
    status: behaviour === "pm_card_pendingRefund" ? "pending" : "succeeded",
  };
  world.refunds.put(refund.id, refund);
  world.server.effects.count("refunds", refund.id, "created", metadata);
  world.emit("refund.created", refund);
  const updated = changeRefunded(world, charge.id, amount);
  if (updated) world.emit("charge.refunded", updated);
  if (LATER[behaviour ?? ""]) world.onRefundToEnd(refund.id);
  return refund;
}

function changeRefunded(world: StripeWorld, chargeId: string, amount: number): Charge | undefined {
  const charge = world.charges.get(chargeId);
  if (!charge) return undefined;
  const amount_refunded = charge.amount_refunded + amount;
  const updated = { ...charge, amount_refunded, refunded: amount_refunded === charge.amount };
  world.charges.put(chargeId, updated);
  return updated;
}

function refundOf(world: StripeWorld, id: string): Refund {
  const refund = world.refunds.get(id);
  if (!refund) throw missingResource("refund", id);
  return refund;
}

/** What a bank makes of a refund later: money arrives, or comes back. */
export function endRefund(world: StripeWorld, id: string, status: "succeeded" | "failed"): Refund {
  const before = refundOf(world, id);
  if (before.status === status || before.status === "failed")
    throw controlRefusal(409, `the refund is ${before.status}`);
  const returned = { amount: before.amount, currency: before.currency, source: id };
  const refund: Refund = {
    ...before,
    status,
    ...(status === "failed"
      ? {
          failure_reason: "lost_or_stolen_card",
          failure_balance_transaction: recordTransaction(world, {
            ...returned,
            type: "refund_failure",
            reporting_category: "refund_failure",
          }).id,
        }
      : {}),
  };
  world.refunds.put(id, refund);
  if (status === "failed") changeRefunded(world, refund.charge, -refund.amount);
  world.emit("refund.updated", refund);
  if (status === "failed") world.emit("refund.failed", refund);
  return refund;
}

function endLater(world: StripeWorld): void {
  const watch = new ExpiryWatch((id) => {
    const refund = world.refunds.get(id);
    const charge = refund && world.charges.get(refund.charge);
    const status = LATER[world.methods.get(charge?.payment_method ?? "")?.testName ?? ""];
    if (!refund || !status || refund.status === status || refund.status === "failed") return;
    world.server.store.batch(() => endRefund(world, id, status));
  });
  world.server.onStop(() => watch.stop());
  world.onRefundToEnd = (id) => watch.watch(id, Date.now() + LATER_MS);
}

/** `/v1/refunds`, and what banks do under `/sandbox/refunds`. */
export function installRefundRoutes(world: StripeWorld): void {
  endLater(world);
  stripeRoute(world, "POST", "/v1/refunds", (params) => createRefund(world, params));
  stripeRoute(world, "GET", "/v1/refunds", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "payment_intent", "charge");
    const intent = params.text("payment_intent");
    const charge = params.text("charge");
    const refunds = world.refunds
      .values()
      .filter((refund) => intent === undefined || refund.payment_intent === intent)
      .filter((refund) => charge === undefined || refund.charge === charge);
    return listPage(refunds, params, "/v1/refunds");
  });
  stripeRoute(world, "GET", "/v1/refunds/:id", (_params, { params: { id = "" } }) => refundOf(world, id));
  for (const status of ["succeeded", "failed"] as const) {
    const verb = status === "failed" ? "fail" : "succeed";
    world.server.control("POST", `/sandbox/refunds/:id/${verb}`, ({ params: { id = "" } }) =>
      endRefund(world, id, status),
    );
  }
  // What somebody does in the dashboard: a refund without our metadata.
  world.server.control("POST", "/sandbox/refunds", ({ body }) => {
    const { payment_intent, amount } = body;
    const id = typeof payment_intent === "string" ? world.intents.get(payment_intent)?.wire.latest_charge : undefined;
    const charge = world.charges.get(id ?? "");
    if (!charge) throw controlRefusal(404, "no such paid payment_intent");
    const left = charge.amount - charge.amount_refunded;
    return recordRefund(world, charge, typeof amount === "number" ? amount : left, null, {});
  });
}
