import { randomId } from "../ids.js";
import type { SetupIntent } from "./billing/objects.js";
import { invalidParameter, stripeError } from "./errors.js";
import { attachMethod, behaviourOf, resolveMethod } from "./methods.js";
import type { Decline } from "./test-cards.js";
import type { StripeWorld } from "./world.js";

const CONFIRMABLE = ["requires_payment_method", "requires_confirmation", "requires_action"];

export interface NewSetup {
  customer?: string | null | undefined;
  description?: string | undefined;
  metadata: Record<string, string>;
  usage?: string | undefined;
  allowedTypes?: string[] | undefined;
  allowRedirects?: "always" | "never" | undefined;
  sessionId?: string;
}

/** Creates a setup intent that waits for a payment method. */
export function createSetup(world: StripeWorld, input: NewSetup): SetupIntent {
  const id = randomId("seti_1");
  const wire: SetupIntent = {
    id,
    object: "setup_intent",
    allowed_payment_method_types: input.allowedTypes ?? null,
    application: null,
    automatic_payment_methods: input.allowedTypes
      ? null
      : { allow_redirects: input.allowRedirects ?? "always", enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomId("", 25)}`,
    created: world.now(),
    customer: input.customer ?? null,
    customer_account: null,
    description: input.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: input.allowedTypes ?? ["card", "us_bank_account"],
    single_use_mandate: null,
    status: "requires_payment_method",
    usage: input.usage ?? "off_session",
  };
  world.setups.put(id, { wire, ...(input.sessionId === undefined ? {} : { sessionId: input.sessionId }) });
  world.server.effects.count("setup_intents", id, "created", input.metadata);
  world.emit("setup_intent.created", wire);
  return wire;
}

function put(world: StripeWorld, id: string, change: Partial<SetupIntent>, eventType?: string): SetupIntent {
  const stored = world.setup(id);
  const wire = { ...stored.wire, ...change };
  world.setups.put(id, { ...stored, wire });
  if (eventType !== undefined) world.emit(eventType, wire);
  return wire;
}

export function unexpectedSetupState(setup: SetupIntent, verb: string) {
  return stripeError(
    400,
    {
      type: "invalid_request_error",
      code: "setup_intent_unexpected_state",
      message: `You cannot ${verb} this SetupIntent because it has a status of ${setup.status}.`,
      setup_intent: setup,
    },
    true,
  );
}

/** Gives an unfinished setup a payment method, without using it. */
export function setSetupMethod(world: StripeWorld, id: string, methodId: string): SetupIntent {
  const { wire } = world.setup(id);
  if (!CONFIRMABLE.includes(wire.status)) throw unexpectedSetupState(wire, "update");
  const method = resolveMethod(world, methodId);
  if (method.wire.customer !== null && method.wire.customer !== wire.customer) {
    throw invalidParameter("payment_method", "The provided PaymentMethod belongs to another Customer.");
  }
  if (!wire.payment_method_types.includes(method.wire.type)) {
    throw invalidParameter("payment_method", `The PaymentMethod's type ${method.wire.type} is not allowed here.`);
  }
  return put(world, id, { payment_method: method.wire.id, next_action: null, status: "requires_confirmation" });
}

/** Tries the method. Throws the 402 of a refusal after recording it. */
export function confirmSetup(world: StripeWorld, id: string, returnUrl: string | undefined): SetupIntent {
  const stored = world.setup(id);
  const { wire } = stored;
  if (!CONFIRMABLE.includes(wire.status)) throw unexpectedSetupState(wire, "confirm");
  if (wire.payment_method === null) {
    throw stripeError(
      400,
      {
        type: "invalid_request_error",
        code: "setup_intent_unexpected_state",
        message: "You cannot confirm this SetupIntent because it's missing a payment method.",
        setup_intent: wire,
      },
      true,
    );
  }
  const target = returnUrl ?? stored.returnUrl;
  if (target === undefined && wire.automatic_payment_methods?.allow_redirects === "always") {
    throw invalidParameter("return_url", "This SetupIntent accepts methods that redirect, so `return_url` is needed.");
  }
  if (target !== undefined) world.setups.put(id, { ...stored, returnUrl: target });
  const behaviour = behaviourOf(resolveMethod(world, wire.payment_method));
  if (behaviour.kind === "decline" && !behaviour.attachable) return declineSetup(world, id, behaviour.decline);
  if (behaviour.kind !== "authenticate" || behaviour.unless === "off_session") return succeedSetup(world, id);
  const url = `${world.server.url}/sandbox/3ds/${id}`;
  const next_action =
    target === undefined
      ? { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url } }
      : { type: "redirect_to_url", redirect_to_url: { url, return_url: target } };
  return put(
    world,
    id,
    { status: "requires_action", next_action, last_setup_error: null },
    "setup_intent.requires_action",
  );
}

/** The method is saved: attached to the customer, and good for charges while they are away. */
export function succeedSetup(world: StripeWorld, id: string): SetupIntent {
  const { wire, sessionId } = world.setup(id);
  const { wire: method } = resolveMethod(world, wire.payment_method ?? "pm_card_visa");
  if (wire.customer !== null) attachMethod(world, method.id, wire.customer);
  const saved = world.methods.get(method.id);
  if (saved) world.methods.put(method.id, { ...saved, setUp: true });
  world.server.effects.count("setup_intents", id, "succeeded", wire.metadata);
  const done = { status: "succeeded", next_action: null, last_setup_error: null, payment_method: method.id } as const;
  const succeeded = put(world, id, done, "setup_intent.succeeded");
  world.onSetup(succeeded);
  if (sessionId !== undefined) world.onSessionSetup(sessionId, succeeded);
  return succeeded;
}

function failSetup(
  world: StripeWorld,
  id: string,
  error: { type: string; code: string; message: string },
): SetupIntent {
  const { wire } = world.setup(id);
  const method = wire.payment_method === null ? undefined : world.methods.get(wire.payment_method)?.wire;
  return put(
    world,
    id,
    {
      last_setup_error: { ...error, ...(method ? { payment_method: method } : {}) },
      next_action: null,
      payment_method: null,
      status: "requires_payment_method",
    },
    "setup_intent.setup_failed",
  );
}

/** The bank refuses the card: news, and the 402 that the caller gets. */
export function declineSetup(world: StripeWorld, id: string, decline: Decline): never {
  const setup_intent = failSetup(world, id, { type: "card_error", ...decline });
  throw stripeError(402, { type: "card_error", ...decline, setup_intent }, true);
}

/** The cardholder's answer to the 3-D Secure challenge of a setup. */
export function answerSetupChallenge(world: StripeWorld, id: string, authenticated: boolean): SetupIntent {
  const { wire } = world.setup(id);
  if (wire.status !== "requires_action") throw unexpectedSetupState(wire, "authenticate");
  if (authenticated) return succeedSetup(world, id);
  return failSetup(world, id, {
    type: "invalid_request_error",
    code: "setup_intent_authentication_failure",
    message: "The latest attempt to set up the payment method has failed because authentication failed.",
  });
}

/** Ends a setup that saved nothing. */
export function cancelSetup(world: StripeWorld, id: string, reason: string | null): SetupIntent {
  const { wire } = world.setup(id);
  if (!CONFIRMABLE.includes(wire.status)) throw unexpectedSetupState(wire, "cancel");
  const change = { status: "canceled", cancellation_reason: reason, next_action: null } as const;
  return put(world, id, change, "setup_intent.canceled");
}
