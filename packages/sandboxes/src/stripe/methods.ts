import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { invalidParameter, missingResource, stripeError } from "./errors.js";
import type { PaymentMethod } from "./objects.js";
import { type Behaviour, TEST_PAYMENT_METHODS } from "./test-cards.js";
import type { StoredMethod, StripeWorld } from "./world.js";

function details(behaviour: Behaviour, year: number): Pick<PaymentMethod, "type" | "card" | "us_bank_account"> {
  if (behaviour.kind === "bank") {
    return {
      type: "us_bank_account",
      us_bank_account: {
        account_holder_type: "individual",
        account_type: "checking",
        bank_name: "STRIPE TEST BANK",
        last4: "6789",
        routing_number: "110000000",
      },
    };
  }
  return {
    type: "card",
    card: {
      brand: behaviour.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      display_brand: behaviour.brand,
      exp_month: 12,
      exp_year: year + 1,
      fingerprint: `sandbox${behaviour.brand}${behaviour.last4}`,
      funding: behaviour.kind === "charge" ? (behaviour.funding ?? "credit") : "credit",
      last4: behaviour.last4,
      networks: { available: [behaviour.brand], preferred: null },
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
  };
}

/** The behaviour of a stored method. */
export function behaviourOf(method: StoredMethod): Behaviour {
  const behaviour = TEST_PAYMENT_METHODS.get(method.testName);
  if (!behaviour) throw new Error(`the journal names an unknown test payment method: ${method.testName}`);
  return behaviour;
}

/** The method with this id. A test name such as `pm_card_visa` makes a new method each time, as it does at Stripe. */
export function resolveMethod(world: StripeWorld, id: string, param = "payment_method"): StoredMethod {
  const known = world.methods.get(id);
  if (known) return known;
  const behaviour = TEST_PAYMENT_METHODS.get(id);
  if (!behaviour) throw missingResource("PaymentMethod", id, param);
  const method: StoredMethod = {
    testName: id,
    setUp: false,
    wire: {
      id: randomId("pm_1"),
      object: "payment_method",
      allow_redisplay: "unspecified",
      billing_details: { address: null, email: null, name: null, phone: null },
      ...details(behaviour, new Date(world.now() * 1_000).getUTCFullYear()),
      created: world.now(),
      customer: null,
      livemode: false,
      metadata: {},
    },
  };
  world.methods.put(method.wire.id, method);
  return method;
}

/** Attaches a method to a customer. A card that is declined cannot be attached either: 402. */
export function attachMethod(world: StripeWorld, id: string, customerId: string): PaymentMethod {
  const customer = world.customer(customerId, "customer");
  const method = resolveMethod(world, id);
  const behaviour = behaviourOf(method);
  if (behaviour.kind === "decline" && !behaviour.attachable) {
    throw stripeError(402, { type: "card_error", ...behaviour.decline }, true);
  }
  if (method.wire.customer !== null && method.wire.customer !== customer.id) {
    throw invalidParameter(
      "customer",
      "The payment method you provided has already been attached to a customer.",
      "payment_method_unexpected_state",
    );
  }
  const wire = { ...method.wire, customer: customer.id };
  world.methods.put(wire.id, { ...method, wire });
  if (method.wire.customer === null) world.emit("payment_method.attached", wire);
  return wire;
}

export function detachMethod(world: StripeWorld, id: string): PaymentMethod {
  const method = world.methods.get(id);
  if (!method) throw missingResource("PaymentMethod", id, "payment_method");
  if (method.wire.customer === null) {
    throw invalidParameter("payment_method", "The payment method you provided is not attached to a customer.");
  }
  const wire = { ...method.wire, customer: null };
  world.methods.put(id, { ...method, wire });
  world.emit("payment_method.detached", wire, method.wire);
  world.onDetached(id, method.wire.customer);
  return wire;
}

/** The bank gave out a new card in the place of an old one: same method, another expiry and perhaps number. */
export function renewCard(world: StripeWorld, id: string, body: Record<string, unknown>): PaymentMethod {
  const method = world.methods.get(id);
  if (!method?.wire.card) throw controlRefusal(404, "no such card");
  const { exp_month, exp_year, last4 } = body;
  const card = {
    ...method.wire.card,
    ...(typeof exp_month === "number" ? { exp_month } : {}),
    ...(typeof exp_year === "number" ? { exp_year } : {}),
    ...(typeof last4 === "string" ? { last4 } : {}),
  };
  const wire = { ...method.wire, card };
  world.methods.put(id, { ...method, wire });
  world.emit("payment_method.automatically_updated", wire, method.wire);
  return wire;
}
