import { Refusal } from "../../refusal.js";
import type { StoredSubscription, StripeWorld } from "../world.js";
import { FIRST_PAYMENT_SECONDS } from "./calendar.js";
import { collectInvoice } from "./collection.js";
import { prepare } from "./create.js";
import { lastingPercentOff } from "./discounts.js";
import { dropWaiting } from "./follow.js";
import { finalizeInvoice } from "./invoices.js";
import { checkTogether } from "./items.js";
import { prorationLine } from "./lines.js";
import type { InvoiceLine, Subscription, SubscriptionItem } from "./objects.js";
import { addInvoice, fullLines, inPeriodFrom } from "./periods.js";
import { itemList, periodOf, productName, putSubscription } from "./subscriptions.js";

export type ProrationBehavior = "none" | "create_prorations" | "always_invoice";

export interface ChangeTerms {
  proration: ProrationBehavior;
  /** From when on the change is reckoned: seconds since 1970. */
  at: number;
  /** A new period starts now, whatever changes. */
  restart: boolean;
}

/** What a change of items comes to. */
export interface PlannedChange {
  items: SubscriptionItem[];
  anchor: number;
  lines: InvoiceLine[];
  /** The lines are invoiced at once; otherwise they wait for the next invoice. */
  invoiceNow: boolean;
}

function sameTerms(before: SubscriptionItem, after: SubscriptionItem | undefined): boolean {
  return after !== undefined && before.price.id === after.price.id && before.quantity === after.quantity;
}

function recurrenceOf(items: readonly SubscriptionItem[]): string {
  const { interval, interval_count } = checkTogether(items).recurring;
  return `${interval_count} ${interval}`;
}

/** What is given back and owed for the rest of the period, item by item. */
export function prorate(
  world: StripeWorld,
  wire: Subscription,
  sides: { before: readonly SubscriptionItem[]; after: readonly SubscriptionItem[] },
  at: number,
): InvoiceLine[] {
  const period = periodOf(wire);
  const percentOff = lastingPercentOff(world, wire.discounts);
  const toLine = (sign: 1 | -1) => (item: SubscriptionItem) =>
    prorationLine(wire, item, { sign, at, period, product: productName(world, item.price.product), percentOff });
  return [...sides.before.map(toLine(-1)), ...sides.after.map(toLine(1))];
}

/** Works out a change of a subscription's items without making it. */
export function planChange(
  world: StripeWorld,
  { wire }: StoredSubscription,
  items: SubscriptionItem[],
  terms: ChangeTerms,
): PlannedChange {
  const now = items.map((item) => item);
  // A trial costs nothing: whatever is chosen is first paid when it ends.
  if (wire.status === "trialing")
    return { items: now, anchor: wire.billing_cycle_anchor, lines: [], invoiceNow: false };
  const old = wire.items.data;
  const restart = terms.restart || recurrenceOf(old) !== recurrenceOf(items);
  const before = old.filter(
    (item) =>
      restart ||
      !sameTerms(
        item,
        items.find(({ id }) => id === item.id),
      ),
  );
  const after = items.filter((item) => !old.some((each) => each.id === item.id && sameTerms(each, item)));
  const credits = terms.proration === "none" ? [] : prorate(world, wire, { before, after: [] }, terms.at);
  if (restart) {
    const anchor = world.now();
    const next = inPeriodFrom(items, anchor, anchor);
    return { items: next, anchor, lines: [...credits, ...fullLines(world, wire, next)], invoiceNow: true };
  }
  const debits = terms.proration === "none" ? [] : prorate(world, wire, { before: [], after }, terms.at);
  const lines = [...credits, ...debits];
  const invoiceNow = terms.proration === "always_invoice" && lines.length > 0;
  return { items: now, anchor: wire.billing_cycle_anchor, lines, invoiceNow };
}

export interface PaymentTerms {
  behavior: "allow_incomplete" | "default_incomplete" | "error_if_incomplete" | "pending_if_incomplete";
  offSession: boolean;
}

function invoiceChange(world: StripeWorld, id: string, lines: InvoiceLine[], at: number): string {
  const { wire, pendingLines } = world.subscription(id);
  const { wire: invoice } = addInvoice(world, {
    subscription: wire,
    lines: [...pendingLines, ...lines],
    reason: "subscription_update",
    period: periodOf(wire),
    prorationDate: at,
  });
  putSubscription(world, id, {}, undefined, { pendingLines: [] });
  return invoice.id;
}

/** The change is made only once its invoice is paid; until then it waits as `pending_update`. */
function changeWhenPaid(
  world: StripeWorld,
  id: string,
  plan: PlannedChange,
  given: { at: number; offSession: boolean; metadata: Record<string, string> },
): void {
  const { metadata } = given;
  const invoiceId = invoiceChange(world, id, plan.lines, given.at);
  const waiting = { invoiceId, items: plan.items, anchor: plan.anchor, metadata };
  const { wire } = putSubscriptionWaiting(world, id, waiting);
  if (finalizeInvoice(world, invoiceId).status === "open") {
    collectInvoice(world, invoiceId, { automatic: true, offSession: given.offSession });
  }
  if (!world.subscription(id).waiting) return;
  const expires = Math.min(world.now() + FIRST_PAYMENT_SECONDS, periodOf(wire).end);
  const pending_update = {
    billing_cycle_anchor: plan.anchor === wire.billing_cycle_anchor ? null : plan.anchor,
    cancel_at_period_end: null,
    discount: null,
    discounts: null,
    expires_at: expires,
    metadata: null,
    subscription_items: plan.items,
    trial_end: null,
    trial_from_plan: null,
  };
  putSubscription(world, id, { pending_update }, "customer.subscription.updated");
}

function putSubscriptionWaiting(
  world: StripeWorld,
  id: string,
  waiting: NonNullable<StoredSubscription["waiting"]>,
): StoredSubscription {
  putSubscription(world, id, {}, undefined, { waiting });
  return world.subscription(id);
}

/** Makes a change of items, together with what else changes, and has it paid as the terms say. Throws Stripe's 402. */
export function applyChange(
  world: StripeWorld,
  id: string,
  plan: PlannedChange,
  given: { at: number; payment: PaymentTerms; change: Partial<Subscription>; metadata: Record<string, string> },
): void {
  const { at, payment, change, metadata } = given;
  dropWaiting(world, id);
  if (plan.invoiceNow && payment.behavior === "pending_if_incomplete") {
    changeWhenPaid(world, id, plan, { at, offSession: payment.offSession, metadata });
    return;
  }
  const changed = {
    ...change,
    metadata,
    billing_cycle_anchor: plan.anchor,
    items: itemList(id, plan.items),
  };
  const { pendingLines } = world.subscription(id);
  if (!plan.invoiceNow) {
    putSubscription(world, id, changed, "customer.subscription.updated", {
      pendingLines: [...pendingLines, ...plan.lines],
    });
    return;
  }
  const invoiceId = invoiceChange(world, id, plan.lines, at);
  putSubscription(world, id, changed, "customer.subscription.updated");
  if (finalizeInvoice(world, invoiceId).status !== "open") return;
  if (payment.behavior === "default_incomplete") {
    prepare(world, invoiceId);
    putSubscription(world, id, { status: "past_due" }, "customer.subscription.updated");
    return;
  }
  const refusal = collectInvoice(world, invoiceId, { automatic: true, offSession: payment.offSession });
  // Not remembered under the key, so that nothing is left of the change.
  if (refusal && payment.behavior === "error_if_incomplete") throw new Refusal(refusal.status, refusal.body);
}
