import type { InvoiceNews, StoredInvoice, StoredSubscription, StripeWorld } from "../world.js";
import { dunningOf, followIntent } from "./collection.js";
import { voidInvoice } from "./invoices.js";
import type { SetupIntent, Subscription } from "./objects.js";
import { endSubscription, isOver, itemList, putSubscription } from "./subscriptions.js";

const UPDATED = "customer.subscription.updated";

/** The method that paid, when the subscription is to keep it. */
function savedMethod(world: StripeWorld, { wire }: StoredSubscription, invoice: StoredInvoice): Partial<Subscription> {
  if (wire.payment_settings?.save_default_payment_method !== "on_subscription") return {};
  const paidBy = world.intents.get(invoice.intentId ?? "")?.wire.payment_method ?? null;
  return paidBy === null ? {} : { default_payment_method: paidBy };
}

/** The update that waited for this payment comes into force. */
function applyWaiting(world: StripeWorld, stored: StoredSubscription): void {
  const { wire, waiting } = stored;
  if (!waiting) return;
  const { waiting: _applied, ...rest } = stored;
  world.subscriptions.put(wire.id, rest);
  const change = {
    billing_cycle_anchor: waiting.anchor,
    items: itemList(wire.id, waiting.items),
    metadata: waiting.metadata,
    pending_update: null,
  };
  const applied = putSubscription(world, wire.id, change);
  if (wire.pending_update) world.emit("customer.subscription.pending_update_applied", applied);
  world.emit(UPDATED, applied, wire);
}

/** The update that waited for a payment is dropped, and its invoice with it. */
export function dropWaiting(world: StripeWorld, id: string): void {
  const stored = world.subscription(id);
  const { waiting, ...rest } = stored;
  if (!waiting) return;
  world.subscriptions.put(id, rest);
  putSubscription(world, id, { pending_update: null }, "customer.subscription.pending_update_expired");
  if (world.invoice(waiting.invoiceId).wire.status === "open") voidInvoice(world, waiting.invoiceId);
}

function onPaid(world: StripeWorld, stored: StoredSubscription, invoice: StoredInvoice): void {
  const { wire, waiting, resumedBy } = stored;
  const { id } = wire;
  const isLatest = wire.latest_invoice === invoice.wire.id;
  if (waiting?.invoiceId === invoice.wire.id) applyWaiting(world, stored);
  else if (wire.status === "incomplete") {
    world.server.effects.count("subscriptions", id, "activated", wire.metadata);
    putSubscription(world, id, { status: "active", ...savedMethod(world, stored, invoice) }, UPDATED);
  } else if ((wire.status === "past_due" || wire.status === "unpaid") && isLatest) {
    putSubscription(world, id, { status: "active" }, UPDATED);
  } else if (wire.status === "paused" && resumedBy === invoice.wire.id) {
    putSubscription(world, id, { status: "active" }, "customer.subscription.resumed");
  }
}

function onFailed(world: StripeWorld, { wire, waiting }: StoredSubscription, invoice: StoredInvoice): void {
  if (waiting?.invoiceId === invoice.wire.id || invoice.wire.billing_reason === "subscription_create") return;
  if (wire.status === "active" || wire.status === "trialing") {
    putSubscription(world, wire.id, { status: "past_due" }, UPDATED);
  }
}

function onGivenUp(world: StripeWorld, { wire }: StoredSubscription): void {
  const { finalAction } = dunningOf(world);
  if (isOver(wire) || finalAction === "past_due") return;
  if (finalAction === "cancel") endSubscription(world, wire.id, "payment_failed");
  else putSubscription(world, wire.id, { status: "unpaid" }, UPDATED);
}

function onVoid(world: StripeWorld, { wire, waiting }: StoredSubscription, invoice: StoredInvoice): void {
  if (waiting?.invoiceId === invoice.wire.id) dropWaiting(world, wire.id);
  else if (wire.status === "incomplete") {
    const ended = { status: "incomplete_expired", ended_at: world.now(), canceled_at: world.now() } as const;
    putSubscription(world, wire.id, ended, UPDATED);
  } else if (wire.status === "past_due" && wire.latest_invoice === invoice.wire.id) {
    putSubscription(world, wire.id, { status: "active" }, UPDATED);
  }
}

function onInvoice(world: StripeWorld, news: InvoiceNews, invoiceId: string): void {
  const invoice = world.invoice(invoiceId);
  const stored = world.subscriptions.get(invoice.subscriptionId);
  if (!stored || isOver(stored.wire)) return;
  if (news === "paid") onPaid(world, stored, invoice);
  else if (news === "failed") onFailed(world, stored, invoice);
  else if (news === "given_up") onGivenUp(world, stored);
  else if (news === "void") onVoid(world, stored, invoice);
}

/** A card that was saved for a subscription becomes the one that pays it. */
function onSetup(world: StripeWorld, setup: SetupIntent): void {
  for (const { wire } of world.subscriptions.values()) {
    if (wire.pending_setup_intent !== setup.id) continue;
    const default_payment_method = wire.default_payment_method ?? setup.payment_method;
    putSubscription(world, wire.id, { pending_setup_intent: null, default_payment_method }, UPDATED);
  }
}

/** A method that is gone pays nothing by itself any more. */
function onDetached(world: StripeWorld, methodId: string, customerId: string): void {
  const customer = world.customers.get(customerId);
  if (customer?.invoice_settings.default_payment_method === methodId) {
    const updated = {
      ...customer,
      invoice_settings: { ...customer.invoice_settings, default_payment_method: null },
    };
    world.customers.put(customerId, updated);
    world.emit("customer.updated", updated, customer);
  }
  for (const { wire } of world.subscriptions.values()) {
    if (wire.default_payment_method !== methodId || isOver(wire)) continue;
    putSubscription(world, wire.id, { default_payment_method: null }, UPDATED);
  }
}

/** Nobody is left to be billed. */
function onCustomerDeleted(world: StripeWorld, customerId: string): void {
  for (const { wire } of world.subscriptions.values()) {
    if (wire.customer === customerId && !isOver(wire)) endSubscription(world, wire.id, "cancellation_requested");
  }
}

/** Lets subscriptions follow their invoices, and invoices their intents. */
export function followBilling(world: StripeWorld): void {
  world.onInvoiceIntent = (invoiceId, intent) => followIntent(world, invoiceId, intent);
  world.onInvoice = (news, invoiceId) => onInvoice(world, news, invoiceId);
  world.onSetup = (setup) => onSetup(world, setup);
  world.onDetached = (methodId, customerId) => onDetached(world, methodId, customerId);
  world.onCustomerDeleted = (customerId) => onCustomerDeleted(world, customerId);
}
