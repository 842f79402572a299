import type { StoredInvoice, StoredSubscription, StripeWorld } from "../world.js";
import { periodEnd } from "./calendar.js";
import { collectInvoice, payingMethod } from "./collection.js";
import { composeInvoice, type NewInvoice } from "./compose.js";
import { remainingDiscounts } from "./discounts.js";
import { dropWaiting } from "./follow.js";
import { createInvoice, finalizeInvoice, markUncollectible, putInvoice, voidInvoice } from "./invoices.js";
import { checkTogether } from "./items.js";
import { fullLine } from "./lines.js";
import type { Invoice, InvoiceLine, Subscription, SubscriptionItem } from "./objects.js";
import { endSubscription, itemList, periodOf, productName, putSubscription } from "./subscriptions.js";

/** The items in the period that starts at `start`. */
export function inPeriodFrom(items: readonly SubscriptionItem[], anchor: number, start: number): SubscriptionItem[] {
  const { recurring } = checkTogether(items);
  const end = periodEnd(anchor, recurring, start);
  return items.map((item) => ({ ...item, current_period_start: start, current_period_end: end }));
}

/** The full prices of the items for the period that they are in. */
export function fullLines(
  world: StripeWorld,
  subscription: Pick<Subscription, "id" | "currency" | "metadata">,
  items: readonly SubscriptionItem[],
): InvoiceLine[] {
  return items.map((item) => {
    const period = { start: item.current_period_start, end: item.current_period_end };
    return fullLine(subscription, item, period, productName(world, item.price.product));
  });
}

/** The invoice that the next renewal will make, when the items stay as given; what waits comes first. */
export function nextCycle(
  world: StripeWorld,
  { wire, pendingLines }: StoredSubscription,
  items: readonly SubscriptionItem[] = wire.items.data,
): NewInvoice & { items: SubscriptionItem[] } {
  const { start, end } = periodOf(wire);
  const next = inPeriodFrom(items, wire.billing_cycle_anchor, end);
  return {
    subscription: wire,
    lines: [...pendingLines, ...fullLines(world, wire, next)],
    reason: "subscription_cycle",
    period: { start, end },
    items: next,
  };
}

/** Makes an invoice of a subscription its latest one, and uses its one-off discounts up. */
export function addInvoice(world: StripeWorld, input: NewInvoice): StoredInvoice {
  const invoice = createInvoice(world, input);
  const { id, discounts } = input.subscription;
  const left = remainingDiscounts(world, discounts, invoice.wire.total_discount_amounts);
  putSubscription(world, id, { latest_invoice: invoice.wire.id, discounts: left });
  return invoice;
}

/** Finalizes a renewal's invoice and collects it, or does with it what a pause says. */
function bill(world: StripeWorld, subscription: Subscription, invoiceId: string): void {
  const pause = subscription.pause_collection?.behavior;
  if (pause === "keep_as_draft" || subscription.status === "unpaid") {
    putInvoice(world, invoiceId, { auto_advance: false });
    return;
  }
  const { status } = finalizeInvoice(world, invoiceId);
  if (status !== "open") return;
  if (pause === "void") voidInvoice(world, invoiceId);
  else if (pause === "mark_uncollectible") markUncollectible(world, invoiceId);
  else collectInvoice(world, invoiceId, { automatic: true, offSession: true });
}

/** Starts the next period: a new invoice, collected at once. */
function renew(world: StripeWorld, stored: StoredSubscription): void {
  const { wire } = stored;
  const { items, ...input } = nextCycle(world, stored);
  const invoice = addInvoice(world, input);
  const change = {
    items: itemList(wire.id, items),
    status: wire.status === "trialing" ? ("active" as const) : wire.status,
  };
  world.server.effects.count("subscriptions", wire.id, "renewed", wire.metadata);
  const renewed = putSubscription(world, wire.id, change, "customer.subscription.updated", { pendingLines: [] });
  bill(world, renewed, invoice.wire.id);
}

/** What still waits for an invoice when a subscription ends by itself goes on a last one. */
export function billRest(world: StripeWorld, stored: StoredSubscription): Invoice | undefined {
  const { wire, pendingLines } = stored;
  if (pendingLines.length === 0) return undefined;
  const { start, end } = periodOf(wire);
  const input: NewInvoice = {
    subscription: wire,
    lines: pendingLines,
    reason: "subscription_cycle",
    period: { start, end },
  };
  const invoice = addInvoice(world, input);
  putSubscription(world, wire.id, {}, undefined, { pendingLines: [] });
  if (finalizeInvoice(world, invoice.wire.id).status === "open") {
    collectInvoice(world, invoice.wire.id, { automatic: true, offSession: true });
  }
  return world.invoice(invoice.wire.id).wire;
}

/** Whether somebody asked for the subscription to end at the end of its period or before. */
export function endsWithPeriod(wire: Subscription): boolean {
  return wire.cancel_at_period_end || (wire.cancel_at !== null && wire.cancel_at <= periodOf(wire).end);
}

/** The end of a period, or of a trial: the subscription ends, pauses or renews. */
export function turnPeriod(world: StripeWorld, id: string): void {
  dropWaiting(world, id);
  const stored = world.subscription(id);
  const { wire } = stored;
  const trialOver = wire.status === "trialing";
  const missing = trialOver && payingMethod(world, id) === null;
  const without = missing ? wire.trial_settings?.end_behavior.missing_payment_method : undefined;
  if (endsWithPeriod(wire) || without === "cancel") {
    billRest(world, stored);
    endSubscription(world, id, "cancellation_requested");
  } else if (without === "pause") {
    putSubscription(world, id, { status: "paused" }, "customer.subscription.paused");
  } else renew(world, stored);
}

/** The invoice that `invoice.upcoming` announces: the next one, which has no id yet. */
export function announceUpcoming(world: StripeWorld, id: string): void {
  const stored = world.subscription(id);
  const { items: _items, ...input } = nextCycle(world, stored);
  const { id: _id, ...wire } = composeInvoice(world, `upcoming_${id}`, input).wire;
  putSubscription(world, id, {}, undefined, { upcomingSentFor: input.period.end });
  world.emit("invoice.upcoming", { ...wire, billing_reason: "upcoming" });
}
