import { randomId } from "../ids.js";
import { settleCharge } from "./balance.js";
import type { Charge, PaymentIntent } from "./objects.js";
import type { Decline } from "./test-cards.js";
import type { StoredMethod, StripeWorld } from "./world.js";

/** What a control call makes of a success: money other than what was asked for. */
export interface Received {
  amount: number;
  currency: string;
}

function outcome(decline: Decline | undefined): Record<string, unknown> {
  if (!decline) {
    return { network_status: "approved_by_network", reason: null, risk_level: "normal", type: "authorized" };
  }
  return {
    network_status: "declined_by_network",
    reason: decline.decline_code,
    risk_level: "normal",
    seller_message: "The bank did not return any further details with this decline.",
    type: "issuer_declined",
  };
}

/** What a charge says of its card is less than what the method says. */
function detailsOf({ wire }: StoredMethod): Record<string, unknown> | undefined {
  if (!wire.card) return wire.us_bank_account;
  const { display_brand: _brand, networks: _networks, three_d_secure_usage: _usage, ...details } = wire.card;
  return { ...details, amount_authorized: null, network: wire.card.brand, three_d_secure: null };
}

/** Records one attempt to move money: the only place where a charge comes into being, and where it is counted. */
export function recordCharge(
  world: StripeWorld,
  intent: PaymentIntent,
  method: StoredMethod,
  result: { received: Received } | { decline: Decline },
): Charge {
  const decline = "decline" in result ? result.decline : undefined;
  const received = "received" in result ? result.received : { amount: intent.amount, currency: intent.currency };
  const { wire } = method;
  const charge: Charge = {
    id: randomId("ch_3"),
    object: "charge",
    amount: received.amount,
    amount_captured: decline ? 0 : received.amount,
    amount_refunded: 0,
    balance_transaction: null,
    billing_details: wire.billing_details,
    captured: !decline,
    created: world.now(),
    currency: received.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    livemode: false,
    metadata: intent.metadata,
    outcome: outcome(decline),
    paid: !decline,
    payment_intent: intent.id,
    payment_method: wire.id,
    payment_method_details: { type: wire.type, [wire.type]: detailsOf(method) },
    receipt_email: intent.receipt_email,
    receipt_url: null,
    refunded: false,
    status: decline ? "failed" : "succeeded",
  };
  world.charges.put(charge.id, charge);
  world.server.effects.count("payment_intents", intent.id, decline ? "declined" : "charged", intent.metadata);
  if (!decline && !world.balanceMode.later) settleCharge(world, charge.id);
  const recorded = world.charges.get(charge.id) ?? charge;
  world.emit(decline ? "charge.failed" : "charge.succeeded", recorded);
  return recorded;
}
