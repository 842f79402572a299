import { controlRefusal } from "../refusal.js";
import { behaviourOf } from "./methods.js";
import { type Behaviour, GENERIC_DECLINE } from "./test-cards.js";
import type { ChargeRule, StoredMethod, StripeWorld } from "./world.js";

const OUTCOMES = ["decline", "require_action", "succeed"] as const;

/** What the bank does with this charge: as the customer's rule says, one of whose times it uses up, or as the card does. */
export function takeBehaviour(world: StripeWorld, customerId: string | null, method: StoredMethod): Behaviour {
  const rule = world.chargeRules.get(customerId ?? "");
  if (!rule || customerId === null) return behaviourOf(method);
  if (rule.times === 1) world.chargeRules.delete(customerId);
  else if (rule.times !== undefined) world.chargeRules.put(customerId, { ...rule, times: rule.times - 1 });
  const card = { brand: "visa", last4: String(method.wire.card?.last4 ?? "4242") };
  if (rule.outcome === "succeed") return { kind: "charge", ...card };
  if (rule.outcome === "require_action") return { kind: "authenticate", ...card, unless: "never" };
  return {
    kind: "decline",
    ...card,
    decline: { ...GENERIC_DECLINE, decline_code: rule.declineCode },
    attachable: true,
  };
}

function readRule(body: Record<string, unknown>): ChargeRule {
  const { outcome, decline_code: declineCode = GENERIC_DECLINE.decline_code, times } = body;
  const known = OUTCOMES.find((each) => each === outcome);
  if (!known) throw controlRefusal(400, `outcome must be one of ${OUTCOMES.join(", ")}`);
  if (typeof declineCode !== "string") throw controlRefusal(400, "decline_code must be a string");
  if (times === undefined) return { outcome: known, declineCode };
  if (typeof times !== "number" || !Number.isInteger(times) || times < 1) {
    throw controlRefusal(400, "times must be a positive integer");
  }
  return { outcome: known, declineCode, times };
}

/** `/sandbox/customers/{id}/charges`: what the bank says to this customer's next charges, renewals among them. */
export function installChargeRules(world: StripeWorld): void {
  const path = "/sandbox/customers/:id/charges";
  world.server.control("POST", path, ({ params: { id = "" }, body }) => {
    const rule = readRule(body);
    world.chargeRules.put(world.customer(id).id, rule);
    return rule;
  });
  world.server.control("DELETE", path, ({ params: { id = "" } }) => world.chargeRules.delete(id));
}
