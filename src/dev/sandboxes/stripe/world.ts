import { randomId } from "../ids.js";
import type { Call, SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import { missingResource } from "./errors.js";
import type {
  Charge,
  CheckoutSession,
  Customer,
  DeletedCustomer,
  Dispute,
  LineItem,
  PaymentIntent,
  PaymentMethod,
  Refund,
  StripeEvent,
} from "./objects.js";

export const API_VERSION = "2026-10-28.endive";

/** A payment method and how it behaves; the wire never shows the latter. */
export interface StoredMethod {
  wire: PaymentMethod;
  testName: string;
  /** The cardholder authenticated once for later use. */
  setUp: boolean;
}

/** A payment intent and what only Stripe would know of it. */
export interface StoredIntent {
  wire: PaymentIntent;
  sessionId?: string;
  returnUrl?: string;
}

export interface StoredSession {
  wire: CheckoutSession;
  lineItems: LineItem[];
  /** `payment_intent_data`, for the intent that the first attempt creates. */
  intent: { description: string | null; metadata: Record<string, string>; setup_future_usage: string | null };
}

/** Everything that one Stripe account holds, and the events it emits. */
export class StripeWorld {
  readonly server: SandboxServer;
  readonly customers: Collection<Customer>;
  readonly deletedCustomers: Collection<DeletedCustomer>;
  readonly methods: Collection<StoredMethod>;
  readonly intents: Collection<StoredIntent>;
  readonly charges: Collection<Charge>;
  readonly refunds: Collection<Refund>;
  readonly disputes: Collection<Dispute>;
  readonly sessions: Collection<StoredSession>;
  readonly events: Collection<StripeEvent>;
  /** Told of every change of an intent that belongs to a Checkout Session. */
  onSessionIntent: (sessionId: string, intent: PaymentIntent) => void = () => {};
  /** Told of a refund that its card ends later. */
  onRefundToEnd: (refundId: string) => void = () => {};
  /** The API call that events are being caused by; none for pages and control calls. */
  #cause: Call | undefined;

  constructor(server: SandboxServer) {
    const { store } = server;
    this.server = server;
    this.customers = store.collection("customers");
    this.deletedCustomers = store.collection("deleted_customers");
    this.methods = store.collection("payment_methods");
    this.intents = store.collection("payment_intents");
    this.charges = store.collection("charges");
    this.refunds = store.collection("refunds");
    this.disputes = store.collection("disputes");
    this.sessions = store.collection("checkout_sessions");
    this.events = store.collection("events");
  }

  /** Runs a handler of the API, so that its events name the request that caused them. */
  causedBy<T>(call: Call, work: () => T): T {
    this.#cause = call;
    try {
      return work();
    } finally {
      this.#cause = undefined;
    }
  }

  /** Records an event with a snapshot of the object as it is now, and queues its webhook. */
  emit(type: string, object: unknown): void {
    const event: StripeEvent = {
      id: randomId("evt_"),
      object: "event",
      api_version: API_VERSION,
      created: nowSeconds(),
      data: { object },
      livemode: false,
      pending_webhooks: 1,
      request: { id: this.#cause?.id ?? null, idempotency_key: this.#cause?.idempotencyKey ?? null },
      type,
    };
    this.events.put(event.id, event);
    this.server.webhooks.enqueue({ id: event.id, type, body: JSON.stringify(event, null, 2) });
  }

  customer(id: string, param?: string): Customer {
    const customer = this.customers.get(id);
    // Looking a customer up is part of executing the request, so the failure is stored under its key.
    if (!customer) throw missingResource("customer", id, param, param !== undefined);
    return customer;
  }

  intent(id: string): StoredIntent {
    const intent = this.intents.get(id);
    if (!intent) throw missingResource("payment_intent", id, "intent");
    return intent;
  }

  session(id: string): StoredSession {
    const session = this.sessions.get(id);
    if (!session) throw missingResource("checkout.session", id, "session");
    return session;
  }

  event(id: string): StripeEvent {
    const event = this.events.get(id);
    if (!event) throw missingResource("event", id);
    return { ...event, pending_webhooks: this.server.webhooks.wasDelivered(id) ? 0 : 1 };
  }
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
