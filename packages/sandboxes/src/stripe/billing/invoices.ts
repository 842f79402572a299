import { randomId } from "../../ids.js";
import { cancelIntent, createIntent } from "../intents.js";
import type { StoredInvoice, StripeWorld } from "../world.js";
import { composeInvoice, type NewInvoice, settleBalance } from "./compose.js";
import type { Invoice, InvoicePayment } from "./objects.js";

/** Stores the next state of an invoice, and announces it. */
export function putInvoice(world: StripeWorld, id: string, change: Partial<Invoice>, eventType?: string): Invoice {
  const stored = world.invoice(id);
  const wire = { ...stored.wire, ...change };
  world.invoices.put(id, { ...stored, wire });
  if (eventType !== undefined) world.emit(eventType, wire, eventType === "invoice.updated" ? stored.wire : undefined);
  return wire;
}

/** Makes a draft. */
export function createInvoice(world: StripeWorld, input: NewInvoice): StoredInvoice {
  const id = randomId("in_1");
  const { wire, lines } = composeInvoice(world, id, input);
  const stored = { wire: { ...wire, ending_balance: null }, lines, subscriptionId: input.subscription.id };
  world.invoices.put(id, stored);
  world.server.effects.count("invoices", id, "created", input.subscription.metadata);
  world.emit("invoice.created", stored.wire);
  return stored;
}

function nextNumber(world: StripeWorld, customerId: string): string {
  const numbered = world.invoices.values().filter(({ wire }) => wire.customer === customerId && wire.number !== null);
  return `${customerId.slice(-8).toUpperCase()}-${String(numbered.length + 1).padStart(4, "0")}`;
}

/** Gives or takes what the customer has in advance; negative is in their favour. */
export function setBalance(world: StripeWorld, customerId: string, balance: number): void {
  const customer = world.customers.get(customerId);
  if (!customer || customer.balance === balance) return;
  const updated = { ...customer, balance };
  world.customers.put(customerId, updated);
  world.emit("customer.updated", updated, customer);
}

/** The intent that pays an invoice, made for it. */
function intentFor(world: StripeWorld, invoice: Invoice, amount: number): string {
  const first = invoice.billing_reason === "subscription_create";
  const { id } = createIntent(world, {
    amount,
    currency: invoice.currency,
    customer: invoice.customer,
    description: first ? "Subscription creation" : "Subscription update",
    metadata: {},
    setupFutureUsage: first ? "off_session" : null,
    invoiceId: invoice.id,
  });
  return id;
}

/**
 * Makes a draft binding: from now on it waits for its payment, or is paid when there is nothing to be paid. `paidBy` is an
 * intent that has taken the money already.
 */
export function finalizeInvoice(world: StripeWorld, id: string, paidBy?: string): Invoice {
  const { wire: draft } = world.invoice(id);
  const starting = world.customers.get(draft.customer)?.balance ?? 0;
  const { due, balance } = settleBalance(draft.total, starting, draft.currency);
  setBalance(world, draft.customer, balance);
  const page = `${world.server.url}/sandbox/invoices/${id}`;
  putInvoice(
    world,
    id,
    {
      amount_due: due,
      amount_remaining: due,
      effective_at: world.now(),
      ending_balance: balance,
      hosted_invoice_url: page,
      invoice_pdf: `${page}/pdf`,
      number: nextNumber(world, draft.customer),
      starting_balance: starting,
      status: "open",
      status_transitions: { ...draft.status_transitions, finalized_at: world.now() },
    },
    "invoice.finalized",
  );
  if (due === 0) return markPaid(world, id);
  const intentId = paidBy ?? intentFor(world, draft, due);
  const payment: InvoicePayment = {
    id: randomId("inpay_1"),
    object: "invoice_payment",
    amount_paid: null,
    amount_requested: due,
    created: world.now(),
    currency: draft.currency,
    invoice: id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intentId, type: "payment_intent" },
    status: "open",
    status_transitions: { canceled_at: null, paid_at: null },
  };
  world.invoicePayments.put(payment.id, payment);
  world.invoices.put(id, { ...world.invoice(id), intentId, paymentId: payment.id });
  if (paidBy === undefined) return world.invoice(id).wire;
  world.intents.put(paidBy, { ...world.intent(paidBy), invoiceId: id });
  return markPaid(world, id);
}

function putPayment(world: StripeWorld, id: string | undefined, change: Partial<InvoicePayment>, event?: string): void {
  const before = world.invoicePayments.get(id ?? "");
  if (!before) return;
  const payment = { ...before, ...change };
  world.invoicePayments.put(payment.id, payment);
  if (event !== undefined) world.emit(event, payment);
}

/** An invoice is paid: by its intent, elsewhere, or because nothing is due. Announced, and told to its subscription. */
export function markPaid(world: StripeWorld, id: string): Invoice {
  const { wire: before, paymentId, intentId } = world.invoice(id);
  const now = world.now();
  // Paid elsewhere: the intent was canceled, and so is what it would have paid.
  const isElsewhere = intentId !== undefined && world.intent(intentId).wire.status === "canceled";
  const paid = {
    // What notes took off was taken off `amount_due`.
    amount_paid: before.amount_due,
    amount_remaining: 0,
    attempted: true,
    attempt_count: before.amount_due === 0 ? before.attempt_count : Math.max(1, before.attempt_count),
    auto_advance: false,
    next_payment_attempt: null,
    status: "paid",
    status_transitions: { ...before.status_transitions, paid_at: now },
  } as const;
  if (isElsewhere) {
    putPayment(world, paymentId, { status: "canceled", status_transitions: { canceled_at: now, paid_at: null } });
  } else {
    const transitions = { canceled_at: null, paid_at: now };
    const payment = world.invoicePayments.get(paymentId ?? "");
    const isLeft = before.amount_remaining > 0 && payment !== undefined;
    if (isLeft) {
      const change = {
        amount_paid: payment.amount_requested,
        status: "paid",
        status_transitions: transitions,
      } as const;
      putPayment(world, paymentId, change, "invoice_payment.paid");
    }
  }
  const wire = putInvoice(world, id, paid, "invoice.updated");
  world.server.effects.count("invoices", id, "paid", before.parent.subscription_details.metadata);
  world.emit("invoice.paid", wire);
  world.emit("invoice.payment_succeeded", wire);
  world.onInvoice("paid", id);
  return wire;
}

/** Ends an invoice that will not be paid: nothing is owed any more, and what the balance gave to it goes back. */
export function voidInvoice(world: StripeWorld, id: string): Invoice {
  const { wire, intentId, paymentId } = world.invoice(id);
  if (wire.ending_balance !== null && wire.ending_balance !== wire.starting_balance) {
    const customer = world.customers.get(wire.customer);
    if (customer) setBalance(world, customer.id, customer.balance + wire.starting_balance - wire.ending_balance);
  }
  const now = world.now();
  const ended = {
    auto_advance: false,
    next_payment_attempt: null,
    status: "void",
    status_transitions: { ...wire.status_transitions, voided_at: now },
  } as const;
  putInvoice(world, id, ended, "invoice.voided");
  putPayment(world, paymentId, { status: "canceled", status_transitions: { canceled_at: now, paid_at: null } });
  if (intentId !== undefined && world.intent(intentId).wire.status !== "processing") {
    cancelIntent(world, intentId, "void_invoice");
  }
  world.onInvoice("void", id);
  return world.invoice(id).wire;
}

/** Gives up on an invoice, which may still be paid one day. */
export function markUncollectible(world: StripeWorld, id: string): Invoice {
  const { wire } = world.invoice(id);
  const change = {
    auto_advance: false,
    next_payment_attempt: null,
    status: "uncollectible",
    status_transitions: { ...wire.status_transitions, marked_uncollectible_at: world.now() },
  } as const;
  putInvoice(world, id, change, "invoice.marked_uncollectible");
  world.onInvoice("uncollectible", id);
  return world.invoice(id).wire;
}
