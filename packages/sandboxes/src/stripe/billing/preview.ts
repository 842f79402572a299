import { stripeError } from "../errors.js";
import type { Params } from "../params.js";
import type { StoredSubscription, StripeWorld } from "../world.js";
import { planChange, prorate } from "./changes.js";
import { composeInvoice, type NewInvoice } from "./compose.js";
import { readChangedItems } from "./items.js";
import type { Invoice, Subscription } from "./objects.js";
import { endsWithPeriod, nextCycle } from "./periods.js";
import { isOver, itemList, periodOf } from "./subscriptions.js";
import { readTerms } from "./updates.js";

const DETAILS = [
  "billing_cycle_anchor",
  "cancel_at",
  "cancel_at_period_end",
  "cancel_now",
  "items",
  "proration_behavior",
  "proration_date",
];

function none(customer: string) {
  return stripeError(
    404,
    {
      type: "invalid_request_error",
      code: "invoice_upcoming_none",
      message: `No upcoming invoices for customer: ${customer}`,
    },
    true,
  );
}

function subject(world: StripeWorld, params: Params): StoredSubscription {
  const id = params.text("subscription");
  if (id !== undefined) return world.subscription(id, "subscription");
  const customer = world.customer(params.requiredText("customer"), "customer").id;
  const [first] = world.subscriptions
    .values()
    .filter(({ wire }) => wire.customer === customer && !isOver(wire))
    .sort((a, b) => periodOf(a.wire).end - periodOf(b.wire).end);
  if (!first) throw none(customer);
  return first;
}

/** The invoice of a cancellation now: what waits, and the rest of the period given back. */
function onCancelNow(world: StripeWorld, stored: StoredSubscription, details: Params): NewInvoice {
  const { wire, pendingLines } = stored;
  const { proration, at } = readTerms(world, details, wire);
  const credits = proration === "none" ? [] : prorate(world, wire, { before: wire.items.data, after: [] }, at);
  return {
    subscription: wire,
    lines: [...pendingLines, ...credits],
    reason: "subscription_update",
    period: periodOf(wire),
    prorationDate: at,
  };
}

function onChange(world: StripeWorld, stored: StoredSubscription, details: Params): NewInvoice {
  const { wire, pendingLines } = stored;
  const terms = readTerms(world, details, wire);
  const items = readChangedItems(world, details, wire, periodOf(wire));
  const plan = planChange(world, stored, items, terms);
  const lines = [...pendingLines, ...plan.lines];
  const prorationDate = terms.at;
  if (plan.invoiceNow) {
    return { subscription: wire, lines, reason: "subscription_update", period: periodOf(wire), prorationDate };
  }
  const changed: Subscription = { ...wire, items: itemList(wire.id, plan.items), billing_cycle_anchor: plan.anchor };
  return { ...nextCycle(world, { ...stored, wire: changed, pendingLines: lines }), prorationDate };
}

function previewed(world: StripeWorld, stored: StoredSubscription, details: Params | undefined): NewInvoice {
  const { wire, pendingLines } = stored;
  if (isOver(wire) || wire.status === "paused") throw none(wire.customer);
  if (details?.flag("cancel_now")) return onCancelNow(world, stored, details);
  if (details?.has("items") || details?.has("billing_cycle_anchor")) return onChange(world, stored, details);
  const ends = details?.optionalFlag("cancel_at_period_end") ?? endsWithPeriod(wire);
  if (!ends) return nextCycle(world, stored);
  if (pendingLines.length === 0) throw none(wire.customer);
  return { subscription: wire, lines: pendingLines, reason: "subscription_cycle", period: periodOf(wire) };
}

/** The next invoice, or that of a change which is only thought of. Nothing is kept. Throws Stripe's 400 and 404. */
export function previewInvoice(world: StripeWorld, params: Params): Invoice {
  params.onlyKnown("customer", "preview_mode", "subscription", "subscription_details");
  const stored = subject(world, params);
  const details = params.object("subscription_details")?.onlyKnown(...DETAILS);
  const input = previewed(world, stored, details);
  const id = `upcoming_in_1${stored.wire.id.slice(5)}`;
  return { ...composeInvoice(world, id, input).wire, billing_reason: "upcoming" };
}
