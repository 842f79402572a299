import type { FormObject } from "../form.js";
import { randomId } from "../ids.js";
import type { Call, SandboxServer } from "../server.js";
import type { Collection } from "../store.js";
import type {
  Coupon,
  CreditNote,
  Discount,
  Invoice,
  InvoiceLine,
  InvoicePayment,
  Price,
  Product,
  SetupIntent,
  Subscription,
  SubscriptionItem,
} from "./billing/objects.js";
import { StripeClock } from "./clock.js";
import { missingResource } from "./errors.js";
import type {
  BalanceTransaction,
  Charge,
  CheckoutSession,
  Customer,
  DeletedCustomer,
  Dispute,
  LineItem,
  PaymentIntent,
  PaymentMethod,
  Payout,
  PortalSession,
  Refund,
  StripeEvent,
  Topup,
} from "./objects.js";
import { notificationOf, type ThinEvent, thinEvent } from "./thin-events.js";

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
  /** The invoice that it pays. */
  invoiceId?: string;
  returnUrl?: string;
}

export interface StoredSession {
  wire: CheckoutSession;
  lineItems: LineItem[];
  /** `payment_intent_data`, for the intent that the first attempt creates. */
  intent: { description: string | null; metadata: Record<string, string>; setup_future_usage: string | null };
  /** Of `mode=subscription`: what the page subscribes to, as `POST /v1/subscriptions` would be told. */
  subscription?: FormObject;
  /** The payment or setup intent of the page, which the first attempt creates. */
  attemptId?: string;
}

/** A setup intent and where the browser goes after its 3-D Secure page. */
export interface StoredSetup {
  wire: SetupIntent;
  /** The page on which the card is saved. */
  sessionId?: string;
  returnUrl?: string;
}

/** A change of items that waits for the payment of its invoice. */
export interface WaitingUpdate {
  invoiceId: string;
  items: SubscriptionItem[];
  anchor: number;
  metadata: Record<string, string>;
}

/** A subscription and what Stripe keeps in mind about it. */
export interface StoredSubscription {
  wire: Subscription;
  /** Prorations that wait for the next invoice. */
  pendingLines: InvoiceLine[];
  waiting?: WaitingUpdate;
  /** The invoice whose payment ends a pause. */
  resumedBy?: string;
  /** The end of the period whose `invoice.upcoming` was sent. */
  upcomingSentFor?: number;
  /** `trial_will_end` was sent. */
  trialNoticeSent?: boolean;
}

/** An invoice, all its lines, and the intent that pays it. */
export interface StoredInvoice {
  wire: Invoice;
  lines: InvoiceLine[];
  subscriptionId: string;
  intentId?: string;
  paymentId?: string;
}

/** `failed`: one attempt to collect it. `given_up`: the last one that there will be by itself. */
export type InvoiceNews = "paid" | "failed" | "given_up" | "void" | "uncollectible";

/** What the bank does with a customer's next charges, whatever the card. */
export interface ChargeRule {
  outcome: "decline" | "require_action" | "succeed";
  declineCode: string;
  /** How many more charges; absent, all until the rule is changed. */
  times?: number;
}

/** How the account is set up in the dashboard to go about invoices that could not be collected. */
export interface DunningSettings {
  /** Days from each failed attempt to the next. */
  retryDays: number[];
  /** What becomes of the subscription after the last. */
  finalAction: "cancel" | "unpaid" | "past_due";
}

/** How the account settles. `later`: a charge learns of its balance transaction only when it is settled by a control call. */
export interface BalanceMode {
  later: boolean;
  /** Everything is converted into this currency; absent, each is settled in its own. */
  settlement?: string;
  /** How much of it one of another currency is. */
  rate: number;
}

export const PLAIN_BALANCE: BalanceMode = { later: false, rate: 1 };

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
  readonly creditNotes: Collection<CreditNote>;
  readonly balance: Collection<BalanceTransaction>;
  readonly payouts: Collection<Payout>;
  readonly topups: Collection<Topup>;
  /** What each payout carried. */
  readonly payoutTransactions: Collection<string[]>;
  balanceMode: BalanceMode = PLAIN_BALANCE;
  /** The version of the API that the webhook endpoint was made with, and how it shows objects. */
  endpoint: { version: string; show: (object: object) => object } = { version: API_VERSION, show: (object) => object };
  /** The version that the account was made with: its own list of events shows that one. */
  accountVersion = API_VERSION;
  readonly sessions: Collection<StoredSession>;
  readonly portalSessions: Collection<PortalSession>;
  readonly events: Collection<StripeEvent>;
  readonly thinEvents: Collection<ThinEvent>;
  readonly products: Collection<Product>;
  readonly prices: Collection<Price>;
  readonly coupons: Collection<Coupon>;
  readonly discounts: Collection<Discount>;
  readonly setups: Collection<StoredSetup>;
  readonly subscriptions: Collection<StoredSubscription>;
  readonly invoices: Collection<StoredInvoice>;
  readonly invoicePayments: Collection<InvoicePayment>;
  readonly chargeRules: Collection<ChargeRule>;
  readonly dunning: Collection<DunningSettings>;
  readonly clock: StripeClock;
  /** Told of every change of an intent that belongs to a Checkout Session. */
  onSessionIntent: (sessionId: string, intent: PaymentIntent) => void = () => {};
  /** Told of a card that was saved on the page of a Checkout Session. */
  onSessionSetup: (sessionId: string, setup: SetupIntent) => void = () => {};
  /** Told of a Checkout Session whose time is over. */
  onSessionExpired: (sessionId: string) => void = () => {};
  /** Told of every change of an intent that pays an invoice. */
  onInvoiceIntent: (invoiceId: string, intent: PaymentIntent) => void = () => {};
  /** Told of what becomes of every invoice. */
  onInvoice: (news: InvoiceNews, invoiceId: string) => void = () => {};
  /** Told of every setup intent that succeeded. */
  onSetup: (setup: SetupIntent) => void = () => {};
  /** Told of every payment method that no longer belongs to its customer. */
  onDetached: (methodId: string, customerId: string) => void = () => {};
  /** Told of every customer that was deleted. */
  onCustomerDeleted: (customerId: string) => void = () => {};
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
    this.creditNotes = store.collection("credit_notes");
    this.balance = store.collection("balance_transactions");
    this.payouts = store.collection("payouts");
    this.topups = store.collection("topups");
    this.payoutTransactions = store.collection("payout_transactions");
    this.sessions = store.collection("checkout_sessions");
    this.portalSessions = store.collection("portal_sessions");
    this.events = store.collection("events");
    this.thinEvents = store.collection("thin_events");
    this.products = store.collection("products");
    this.prices = store.collection("prices");
    this.coupons = store.collection("coupons");
    this.discounts = store.collection("discounts");
    this.setups = store.collection("setup_intents");
    this.subscriptions = store.collection("subscriptions");
    this.invoices = store.collection("invoices");
    this.invoicePayments = store.collection("invoice_payments");
    this.chargeRules = store.collection("charge_rules");
    this.dunning = store.collection("dunning");
    this.clock = new StripeClock(store);
  }

  /** The account's time, in seconds since 1970. */
  now(): number {
    return this.clock.now();
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

  /**
   * Records an event with a snapshot of the object as it is now, and queues its webhook: the snapshot, a thin event or both.
   * `before` is what it was.
   */
  emit(type: string, object: object, before?: object): void {
    const event: StripeEvent = {
      id: randomId("evt_"),
      object: "event",
      api_version: this.accountVersion,
      created: this.now(),
      data: before ? { object, previous_attributes: differences(before, object) } : { object },
      livemode: false,
      pending_webhooks: 1,
      request: { id: this.#cause?.id ?? null, idempotency_key: this.#cause?.idempotencyKey ?? null },
      type,
    };
    this.events.put(event.id, event);
    const { webhooks } = this.server;
    const { thin } = webhooks.mode;
    if (thin !== "only") {
      const { version, show } = this.endpoint;
      const sent = { ...event, api_version: version, data: { ...event.data, object: show(object) } };
      webhooks.enqueue({ id: event.id, type, body: JSON.stringify(sent, null, 2) });
    }
    if (thin === "off") return;
    const told = thinEvent(event);
    this.thinEvents.put(told.id, told);
    webhooks.enqueue({ id: told.id, type: told.type, body: JSON.stringify(notificationOf(told)) });
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

  setup(id: string): StoredSetup {
    const setup = this.setups.get(id);
    if (!setup) throw missingResource("setupintent", id, "intent");
    return setup;
  }

  price(id: string, param = "price"): Price {
    const price = this.prices.get(id);
    if (!price) throw missingResource("price", id, param);
    return price;
  }

  subscription(id: string, param = "id"): StoredSubscription {
    const subscription = this.subscriptions.get(id);
    if (!subscription) throw missingResource("subscription", id, param);
    return subscription;
  }

  invoice(id: string, param = "invoice"): StoredInvoice {
    const invoice = this.invoices.get(id);
    if (!invoice) throw missingResource("invoice", id, param);
    return invoice;
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

/** The members of `before` that are different in `after`. */
function differences(before: object, after: object): Record<string, unknown> {
  const now = new Map(Object.entries(after));
  return Object.fromEntries(
    Object.entries(before).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(now.get(name))),
  );
}
