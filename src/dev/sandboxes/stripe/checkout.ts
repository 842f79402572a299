import { randomId } from "../ids.js";
import { Refusal } from "../refusal.js";
import { stripeError } from "./errors.js";
import { cancelIntent, confirmIntent, createIntent, setMethod } from "./intents.js";
import type { CheckoutSession, LineItem, PaymentIntent } from "./objects.js";
import type { StoredSession, StripeWorld } from "./world.js";

export interface NewSession {
  currency: string;
  lineItems: LineItem[];
  customer: string | undefined;
  customerEmail: string | undefined;
  clientReferenceId: string | undefined;
  metadata: Record<string, string>;
  intent: StoredSession["intent"];
  successUrl: string | undefined;
  cancelUrl: string | undefined;
  expiresAt: number;
}

/** Checkout Sessions: one page, one price, at most one payment intent. */
export class Checkout {
  readonly #world: StripeWorld;

  constructor(world: StripeWorld) {
    this.#world = world;
    world.onSessionIntent = (sessionId, intent) => this.#follow(sessionId, intent);
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
      customer: input.customer ?? null,
      customer_creation: input.customer === undefined ? "if_required" : null,
      customer_details: email === null ? null : customerDetails(email),
      customer_email: email,
      expires_at: input.expiresAt,
      invoice: null,
      livemode: false,
      locale: null,
      metadata: input.metadata,
      mode: "payment",
      payment_intent: null,
      payment_link: null,
      payment_method_types: ["card", "us_bank_account"],
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
    this.#world.sessions.put(id, { wire, lineItems: input.lineItems, intent: input.intent });
    this.#world.server.effects.count("checkout_sessions", id, "created", input.metadata);
    return wire;
  }

  /** The customer submits the page with a payment method. Throws the 402 of a decline. */
  pay(id: string, methodId: string): PaymentIntent {
    const intentId = this.openIntent(id);
    setMethod(this.#world, intentId, methodId);
    return confirmIntent(this.#world, intentId, { returnUrl: `${this.#world.server.url}/sandbox/checkout/${id}` });
  }

  /** As `pay`, for callers that show a decline instead of failing. */
  tryPay(id: string, methodId: string): { intent: PaymentIntent; error?: string } {
    try {
      return { intent: this.pay(id, methodId) };
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 402) throw error;
      const intent = this.intentOf(id);
      return { intent, error: intent.last_payment_error?.message ?? "Your card was declined." };
    }
  }

  /** The session's intent, which the first attempt creates. Throws unless the session is open. */
  openIntent(id: string): string {
    const { wire, intent } = this.#world.session(id);
    if (wire.status !== "open") throw notOpen(wire);
    if (wire.payment_intent !== null) return wire.payment_intent;
    const created = createIntent(this.#world, {
      amount: wire.amount_total,
      currency: wire.currency,
      customer: wire.customer ?? undefined,
      description: intent.description,
      metadata: intent.metadata,
      setupFutureUsage: intent.setup_future_usage,
      sessionId: id,
    });
    this.#put(id, { payment_intent: created.id });
    return created.id;
  }

  intentOf(id: string): PaymentIntent {
    const { wire } = this.#world.session(id);
    return this.#world.intent(wire.payment_intent ?? "none").wire;
  }

  expire(id: string): CheckoutSession {
    const { wire } = this.#world.session(id);
    if (wire.status !== "open") throw notOpen(wire);
    const expired = this.#put(id, { status: "expired", url: null });
    if (wire.payment_intent !== null) cancelIntent(this.#world, wire.payment_intent, "expired");
    this.#world.server.effects.count("checkout_sessions", id, "expired", wire.metadata);
    this.#world.emit("checkout.session.expired", expired);
    return expired;
  }

  /** What an intent's new status means for its session. */
  #follow(id: string, intent: PaymentIntent): void {
    const { wire } = this.#world.session(id);
    const paid = intent.status === "succeeded";
    if (wire.status === "open" && (paid || intent.status === "processing")) {
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

  #put(id: string, change: Partial<CheckoutSession>): CheckoutSession {
    const stored = this.#world.session(id);
    const wire = { ...stored.wire, ...change };
    this.#world.sessions.put(id, { ...stored, wire });
    return wire;
  }
}

function customerDetails(email: string): CheckoutSession["customer_details"] {
  return { address: null, email, name: null, phone: null, tax_exempt: "none", tax_ids: null };
}

function notOpen(session: CheckoutSession): Refusal {
  const message = `Only Checkout Sessions with a status in ["open"] can be changed. This Checkout Session has a status of ${session.status ?? "none"}.`;
  return stripeError(400, { type: "invalid_request_error", message, param: "session" }, true);
}
