import { declineIntent, failIntent, succeedIntent, unexpectedState } from "./intents.js";
import { behaviourOf, resolveMethod } from "./methods.js";
import type { PaymentIntent } from "./objects.js";
import type { StripeWorld } from "./world.js";

/** The cardholder's answer to the 3-D Secure challenge. A refusal of the card afterwards is thrown as its 402. */
export function answerChallenge(world: StripeWorld, id: string, authenticated: boolean): PaymentIntent {
  const { wire } = world.intent(id);
  if (wire.status !== "requires_action") throw unexpectedState(wire, "authenticate");
  if (!authenticated) {
    return failIntent(world, id, {
      type: "invalid_request_error",
      code: "payment_intent_authentication_failure",
      message:
        "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
    });
  }
  const behaviour = behaviourOf(resolveMethod(world, wire.payment_method ?? ""));
  if (behaviour.kind === "authenticate" && behaviour.decline) return declineIntent(world, id, behaviour.decline);
  return succeedIntent(world, id);
}
