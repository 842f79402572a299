import type { FormObject } from "../form.js";
import { randomId } from "../ids.js";
import { Refusal } from "../refusal.js";
import { settleBalance } from "./billing/compose.js";
import { composeSubscription, subscribeOnPage } from "./billing/create.js";
import type { SetupIntent } from "./billing/objects.js";
import { stripeError } from "./errors.js";
import { cancelIntent, confirmIntent, createIntent, setMethod } from "./intents.js";
import type { CheckoutSession, LineItem, PaymentIntent } from "./objects.js";
import { Params } from "./params.js";
import { cancelSetup, confirmSetup, createSetup, setSetupMethod } from "./setups.js";
import type { StoredSession, StripeWorld } from "./world.js";

export interface NewSession {
  currency: string;
  lineItems: LineItem[];
  customer: string | undefined;
  customerEmail: string | undefined;
  clientReferenceId: string | undefined;
  metadata: Record<string, string>;
  intent: StoredSession["intent"];
  /** Of `mode=subscription`: the form that will make the subscription. */
  subscription: FormObject | undefined;
  successUrl: string | undefined;
  cancelUrl: string | undefined;
  expiresAt: number;
}

/** What the page tries to finish: a payment, or the saving of a card when nothing is to be paid yet. */
export type Attempt = PaymentIntent | SetupIntent;

/** Checkout Sessions: one page, at most one payment or setup intent. A subscription exists only once its page is paid. */
export class Checkout {
  readonly #world: StripeWorld;

  constructor(world: StripeWorld) {
    this.#world = world;
    world.onSessionIntent = (sessionId, intent) => this.#follow(sessionId, intent);
    world.onSessionSetup = (sessionId, setup) => this.#saved(sessionId, setup);
    world.onSessionExpired = (sessionId) => void this.expire(sessionId);
  }

  create(input: NewSession): CheckoutSession {
    const id = randomId("cs_test_", 58);
    const total = input.lineItems.reduce((sum, item) => sum + item.amount_total, 0);
    const email = input.customerEmail ?? null;
    const wire: CheckoutSession = {
      id,
      object: "checkout.session",
      adaptive_pricing: { enabled: false },
      after_expiration: null,
      allow_promotion_codes: null,
      amount_subtotal: total,
      amount_total: total,
      automatic_tax: { enabled: false, liability: null, provider: null, status: null },
      billing_address_collection: null,
      cancel_url: input.cancelUrl ?? null,
      client_reference_id: input.clientReferenceId ?? null,
      client_secret: null,
      created: this.#world.now(),
      currency: input.currency,
      currency_conversion: null,
      custom_fields: [],
      custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
      shipping_options: [],
      customer: input.customer ?? null,
      customer_creation: input.customer === undefined && !input.subscription ? "if_required" : null,
      customer_details: email === null ? null : customerDetails(email),
      customer_email: email,
      expires_at: input.expiresAt,
      invoice: null,
      livemode: false,
      locale: null,
      metadata: input.metadata,
      mode: input.subscription ? "subscription" : "payment",
      payment_intent: null,
      payment_link: null,
      payment_method_collection: input.subscription ? "always" : null,
      payment_method_types: input.subscription ? ["card"] : ["card", "us_bank_account"],
      payment_status: "unpaid",
      recovered_from: null,
      setup_intent: null,
      status: "open",
      subscription: null,
      success_url: input.successUrl ?? null,
      total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
      ui_mode: "hosted_page",
      url: `${this.#world.server.url}/sandbox/checkout/${id}`,
    };
    const { lineItems, intent, subscription } = input;
    this.#world.sessions.put(id, { wire, lineItems, intent, ...(subscription ? { subscription } : {}) });
    this.#world.server.effects.count("checkout_sessions", id, "created", input.metadata);
    return wire;
  }

  /** The customer submits the page with a payment method. Throws the 402 of a decline, 400 when it cannot be begun. */
  pay(id: string, methodId: string): Attempt {
    const { subscription } = this.#world.session(id);
    const attemptId = this.openAttempt(id);
    // No money is taken for what could not begin any more, because its price was archived for example.
    if (subscription) composeSubscription(this.#world, new Params(subscription), "sub_of_a_page");
    const returnUrl = `${this.#world.server.url}/sandbox/checkout/${id}`;
    if (attemptId.startsWith("seti_")) {
      setSetupMethod(this.#world, attemptId, methodId);
      return confirmSetup(this.#world, attemptId, returnUrl);
    }
    setMethod(this.#world, attemptId, methodId);
    return confirmIntent(this.#world, attemptId, { returnUrl });
  }

  /** As `pay`, for callers that show a decline instead of failing. */
  tryPay(id: string, methodId: string): { attempt: Attempt; error?: string } {
    try {
      return { attempt: this.pay(id, methodId) };
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 402) throw error;
      const attempt = this.attemptOf(id);
      if (!attempt) throw error;
      return { attempt, error: errorOf(attempt) ?? "Your card was declined." };
    }
  }

  /** The session's payment or setup intent, which the first attempt creates. Throws unless the session is open. */
  openAttempt(id: string): string {
    const { wire, attemptId } = this.#world.session(id);
    if (wire.status !== "open") throw notOpen(wire);
    return attemptId ?? wire.payment_intent ?? this.#createAttempt(id);
  }

  #createAttempt(id: string): string {
    const { wire, intent, subscription } = this.#world.session(id);
    const balance = subscription ? (this.#world.customers.get(wire.customer ?? "")?.balance ?? 0) : 0;
    const due = subscription ? settleBalance(wire.amount_total, balance, wire.currency).due : wire.amount_total;
    const { customer } = wire;
    const attemptId =
      subscription && due === 0
        ? createSetup(this.#world, { customer, metadata: {}, allowedTypes: ["card"], sessionId: id }).id
        : createIntent(this.#world, {
            amount: due,
            currency: wire.currency,
            customer: customer ?? undefined,
            ...(subscription
              ? { ...FIRST_PAYMENT, allowedTypes: ["card"] }
              : {
                  description: intent.description,
                  metadata: intent.metadata,
                  setupFutureUsage: intent.setup_future_usage,
                }),
            sessionId: id,
          }).id;
    this.#world.sessions.put(id, { ...this.#world.session(id), attemptId });
    if (!subscription) this.#put(id, { payment_intent: attemptId });
    return attemptId;
  }

  /** The payment or setup intent of the session as it is now; undefined before the first attempt. */
  attemptOf(id: string): Attempt | undefined {
    const { wire, attemptId: own } = this.#world.session(id);
    const attemptId = own ?? wire.payment_intent;
    if (attemptId === null) return undefined;
    return attemptId.startsWith("seti_") ? this.#world.setup(attemptId).wire : this.#world.intent(attemptId).wire;
  }

  expire(id: string): CheckoutSession {
    const { wire } = this.#world.session(id);
    if (wire.status !== "open") throw notOpen(wire);
    const expired = this.#put(id, { status: "expired", url: null });
    const attempt = this.attemptOf(id);
    if (attempt?.object === "setup_intent") cancelSetup(this.#world, attempt.id, "abandoned");
    else if (attempt) cancelIntent(this.#world, attempt.id, "expired");
    this.#world.server.effects.count("checkout_sessions", id, "expired", wire.metadata);
    this.#world.emit("checkout.session.expired", expired);
    return expired;
  }

  /** What an intent's new status means for its session. */
  #follow(id: string, intent: PaymentIntent): void {
    const { wire, subscription } = this.#world.session(id);
    const paid = intent.status === "succeeded";
    if (subscription) {
      if (paid && wire.status === "open") this.#subscribe(id, subscription, intent);
    } else if (wire.status === "open" && (paid || intent.status === "processing")) {
      const completed = this.#put(id, {
        status: "complete",
        payment_status: paid ? "paid" : "unpaid",
        customer_details: wire.customer_details ?? customerDetails("buyer@example.com"),
        url: null,
      });
      this.#world.server.effects.count("checkout_sessions", id, paid ? "paid" : "completed_unpaid", wire.metadata);
      this.#world.emit("checkout.session.completed", completed);
    } else if (wire.status === "complete" && wire.payment_status === "unpaid" && paid) {
      this.#world.server.effects.count("checkout_sessions", id, "paid", wire.metadata);
      this.#world.emit("checkout.session.async_payment_succeeded", this.#put(id, { payment_status: "paid" }));
    } else if (wire.status === "complete" && intent.status === "requires_payment_method") {
      this.#world.emit("checkout.session.async_payment_failed", wire);
    }
  }

  /** A card is saved, and nothing was to be paid. */
  #saved(id: string, setup: SetupIntent): void {
    const { wire, subscription } = this.#world.session(id);
    if (subscription && wire.status === "open") this.#subscribe(id, subscription, setup);
  }

  /** The page is finished: now there is a subscription, paid by default with the card that was used here. */
  #subscribe(id: string, form: FormObject, attempt: Attempt): void {
    const { wire } = this.#world.session(id);
    const paid = attempt.object === "payment_intent";
    const method = attempt.payment_method ?? "";
    const params = new Params({ ...form, default_payment_method: method });
    const subscription = subscribeOnPage(this.#world, params, paid ? attempt.id : undefined);
    const completed = this.#put(id, {
      status: "complete",
      payment_status: paid ? "paid" : "no_payment_required",
      customer_details: wire.customer_details ?? customerDetails("buyer@example.com"),
      invoice: subscription.latest_invoice,
      subscription: subscription.id,
      url: null,
    });
    this.#world.server.effects.count("checkout_sessions", id, paid ? "paid" : "completed", wire.metadata);
    this.#world.emit("checkout.session.completed", completed);
  }

  #put(id: string, change: Partial<CheckoutSession>): CheckoutSession {
    const stored = this.#world.session(id);
    const wire = { ...stored.wire, ...change };
    this.#world.sessions.put(id, { ...stored, wire });
    return wire;
  }
}

/** The first payment of a subscription. What the caller would tell of itself is on the subscription, not on the intent. */
const FIRST_PAYMENT = { description: "Subscription creation", metadata: {}, setupFutureUsage: "off_session" };

/** What the customer is told about the latest attempt. */
export function errorOf(attempt: Attempt | undefined): string | undefined {
  if (attempt?.object !== "setup_intent") return attempt?.last_payment_error?.message;
  const message = attempt.last_setup_error?.message;
  return typeof message === "string" ? message : undefined;
}

function customerDetails(email: string): CheckoutSession["customer_details"] {
  return { address: null, email, name: null, phone: null, tax_exempt: "none", tax_ids: null };
}

function notOpen(session: CheckoutSession): Refusal {
  const message = `Only Checkout Sessions with a status in ["open"] can be changed. This Checkout Session has a status of ${session.status ?? "none"}.`;
  return stripeError(400, { type: "invalid_request_error", message, param: "session" }, true);
}
