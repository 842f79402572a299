import { randomId } from "../ids.js";
import { takeBehaviour } from "./charge-rules.js";
import { type Received, recordCharge } from "./charges.js";
import { disputeByCard } from "./disputes.js";
import { invalidParameter, stripeError } from "./errors.js";
import { resolveMethod } from "./methods.js";
import type { IntentStatus, NextAction, PaymentError, PaymentIntent } from "./objects.js";
import { AUTHENTICATION_REQUIRED, type Behaviour, type Decline } from "./test-cards.js";
import type { StoredIntent, StoredMethod, StripeWorld } from "./world.js";

const CONFIRMABLE: readonly IntentStatus[] = ["requires_payment_method", "requires_confirmation", "requires_action"];

export interface NewIntent {
  amount: number;
  currency: string;
  customer?: string | undefined;
  description?: string | null | undefined;
  metadata: Record<string, string>;
  receiptEmail?: string | undefined;
  setupFutureUsage?: string | null | undefined;
  statementDescriptor?: string | undefined;
  statementDescriptorSuffix?: string | undefined;
  allowedTypes?: string[] | undefined;
  excludedTypes?: string[] | undefined;
  allowRedirects?: "always" | "never" | undefined;
  sessionId?: string;
  invoiceId?: string;
}

export interface Confirmation {
  returnUrl?: string | undefined;
  offSession?: boolean;
  errorOnRequiresAction?: boolean;
  /** Stripe itself collects an invoice: a customer who must authenticate is asked to, not declined. */
  collected?: boolean;
}

/** Creates an intent that waits for a payment method. */
export function createIntent(world: StripeWorld, input: NewIntent): PaymentIntent {
  const id = randomId("pi_3");
  const available = input.allowedTypes ?? ["card", "us_bank_account"];
  const wire: PaymentIntent = {
    id,
    object: "payment_intent",
    allowed_payment_method_types: input.allowedTypes ?? null,
    amount: input.amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods:
      input.allowedTypes || input.invoiceId !== undefined
        ? null
        : { allow_redirects: input.allowRedirects ?? "always", enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${id}_secret_${randomId("", 25)}`,
    confirmation_method: "automatic",
    created: world.now(),
    currency: input.currency,
    customer: input.customer ?? null,
    description: input.description ?? null,
    excluded_payment_method_types: input.excludedTypes ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: available.filter((type) => !input.excludedTypes?.includes(type)),
    processing: null,
    receipt_email: input.receiptEmail ?? null,
    review: null,
    setup_future_usage: input.setupFutureUsage ?? null,
    shipping: null,
    statement_descriptor: input.statementDescriptor ?? null,
    statement_descriptor_suffix: input.statementDescriptorSuffix ?? null,
    status: "requires_payment_method",
    transfer_data: null,
    transfer_group: null,
  };
  const { sessionId, invoiceId } = input;
  world.intents.put(id, {
    wire,
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(invoiceId === undefined ? {} : { invoiceId }),
  });
  world.server.effects.count("payment_intents", id, "created", input.metadata);
  world.emit("payment_intent.created", wire);
  return wire;
}

/** Stores the next state of an intent, announces it, and lets its Checkout Session follow. */
export function putIntent(
  world: StripeWorld,
  id: string,
  change: Partial<PaymentIntent>,
  eventType?: string,
): PaymentIntent {
  const stored = world.intent(id);
  const wire = { ...stored.wire, ...change };
  world.intents.put(id, { ...stored, wire });
  if (eventType !== undefined) world.emit(eventType, wire);
  if (stored.sessionId !== undefined) world.onSessionIntent(stored.sessionId, wire);
  if (stored.invoiceId !== undefined && eventType !== undefined) world.onInvoiceIntent(stored.invoiceId, wire);
  return wire;
}

/** Gives an unfinished intent a payment method, without using it. */
export function setMethod(world: StripeWorld, id: string, methodId: string): PaymentIntent {
  const { wire } = world.intent(id);
  const method = resolveMethod(world, methodId);
  if (method.wire.customer !== null && method.wire.customer !== wire.customer) {
    throw invalidParameter(
      "payment_method",
      "The provided PaymentMethod belongs to a Customer. Please include the Customer in the `customer` parameter on the PaymentIntent.",
      "payment_intent_unexpected_state",
    );
  }
  if (!wire.payment_method_types.includes(method.wire.type)) {
    throw invalidParameter("payment_method", `The PaymentMethod's type ${method.wire.type} is not allowed here.`);
  }
  return putIntent(world, id, {
    payment_method: method.wire.id,
    next_action: null,
    status: "requires_confirmation",
  });
}

export function unexpectedState(intent: PaymentIntent, verb: string) {
  return stripeError(
    400,
    {
      type: "invalid_request_error",
      code: "payment_intent_unexpected_state",
      message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
      payment_intent: intent,
    },
    true,
  );
}

/** Uses the intent's payment method. Throws the 402 of a decline after recording it. */
export function confirmIntent(world: StripeWorld, id: string, confirmation: Confirmation): PaymentIntent {
  const stored = world.intent(id);
  const intent = stored.wire;
  if (!CONFIRMABLE.includes(intent.status)) throw unexpectedState(intent, "confirm");
  if (intent.payment_method === null) {
    throw stripeError(
      400,
      {
        type: "invalid_request_error",
        code: "payment_intent_unexpected_state",
        message:
          "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
        payment_intent: intent,
      },
      true,
    );
  }
  const returnUrl = confirmation.returnUrl ?? stored.returnUrl;
  if (returnUrl === undefined && mayRedirect(stored)) {
    throw invalidParameter(
      "return_url",
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    );
  }
  if (returnUrl !== undefined) world.intents.put(id, { ...stored, returnUrl });
  const method = resolveMethod(world, intent.payment_method);
  const behaviour = takeBehaviour(world, intent.customer, method);
  if (behaviour.kind === "bank") return processIntent(world, id);
  if (behaviour.kind === "decline") return declineIntent(world, id, behaviour.decline);
  if (behaviour.kind === "authenticate" && needsAuthentication(behaviour, method, confirmation)) {
    if (!confirmation.collected && (confirmation.offSession || confirmation.errorOnRequiresAction)) {
      return declineIntent(world, id, AUTHENTICATION_REQUIRED);
    }
    return putIntent(
      world,
      id,
      { status: "requires_action", next_action: nextAction(world, id, returnUrl), last_payment_error: null },
      "payment_intent.requires_action",
    );
  }
  return succeedIntent(world, id);
}

function mayRedirect({ wire, sessionId }: StoredIntent): boolean {
  return sessionId === undefined && wire.automatic_payment_methods?.allow_redirects === "always";
}

function needsAuthentication(
  behaviour: Behaviour & { kind: "authenticate" },
  method: StoredMethod,
  { offSession }: Confirmation,
): boolean {
  if (behaviour.unless === "never") return true;
  if (behaviour.unless === "set_up") return !method.setUp;
  return offSession !== true;
}

function nextAction(world: StripeWorld, id: string, returnUrl: string | undefined): NextAction {
  const url = `${world.server.url}/sandbox/3ds/${id}`;
  if (returnUrl !== undefined) return { type: "redirect_to_url", redirect_to_url: { url, return_url: returnUrl } };
  return { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect", stripe_js: url } };
}

/** The money will arrive later, or not. */
export function processIntent(world: StripeWorld, id: string): PaymentIntent {
  const change = { status: "processing", next_action: null, last_payment_error: null } as const;
  world.server.effects.count("payment_intents", id, "processing", world.intent(id).wire.metadata);
  return putIntent(world, id, change, "payment_intent.processing");
}

/** Takes the money. `override` makes what arrived differ from what was asked. */
export function succeedIntent(world: StripeWorld, id: string, override: Partial<Received> = {}): PaymentIntent {
  const intent = world.intent(id).wire;
  const method = resolveMethod(world, intent.payment_method ?? "pm_card_visa");
  const received = { amount: override.amount ?? intent.amount, currency: override.currency ?? intent.currency };
  const charge = recordCharge(world, intent, method, { received });
  if (intent.setup_future_usage !== null && intent.customer !== null) {
    const wire = { ...method.wire, customer: intent.customer };
    world.methods.put(wire.id, { ...method, setUp: true, wire });
    if (method.wire.customer === null) world.emit("payment_method.attached", wire);
  }
  const succeeded = putIntent(
    world,
    id,
    {
      amount_received: received.amount,
      currency: received.currency,
      last_payment_error: null,
      latest_charge: charge.id,
      next_action: null,
      payment_method: method.wire.id,
      status: "succeeded",
    },
    "payment_intent.succeeded",
  );
  disputeByCard(world, charge);
  return succeeded;
}

/** Records a failed attempt, after which another method may be tried. */
export function failIntent(world: StripeWorld, id: string, error: PaymentError, chargeId?: string): PaymentIntent {
  const { wire } = world.intent(id);
  const method = wire.payment_method === null ? undefined : world.methods.get(wire.payment_method)?.wire;
  return putIntent(
    world,
    id,
    {
      last_payment_error: {
        ...error,
        ...(chargeId === undefined ? {} : { charge: chargeId }),
        ...(method ? { payment_method: method } : {}),
      },
      latest_charge: chargeId ?? wire.latest_charge,
      next_action: null,
      payment_method: null,
      status: "requires_payment_method",
    },
    "payment_intent.payment_failed",
  );
}

/** A declined attempt: charge, news and the 402 that the caller gets. */
export function declineIntent(world: StripeWorld, id: string, decline: Decline): never {
  const { wire } = world.intent(id);
  const method = resolveMethod(world, wire.payment_method ?? "pm_card_chargeDeclined");
  const charge = recordCharge(world, wire, method, { decline });
  const failed = failIntent(world, id, { type: "card_error", ...decline }, charge.id);
  throw stripeError(
    402,
    { type: "card_error", ...decline, charge: charge.id, payment_intent: failed, payment_method: method.wire },
    true,
  );
}

/** Ends an intent that took no money. */
export function cancelIntent(world: StripeWorld, id: string, reason: string | null): PaymentIntent {
  const { wire } = world.intent(id);
  if (!CONFIRMABLE.includes(wire.status)) throw unexpectedState(wire, "cancel");
  world.server.effects.count("payment_intents", id, "canceled", wire.metadata);
  return putIntent(
    world,
    id,
    { status: "canceled", canceled_at: world.now(), cancellation_reason: reason, next_action: null },
    "payment_intent.canceled",
  );
}
