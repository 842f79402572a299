import { stripeError } from "../errors.js";
import type { StoredSubscription, StripeWorld } from "../world.js";
import { putInvoice, voidInvoice } from "./invoices.js";
import type { Subscription, SubscriptionItem } from "./objects.js";

/** Stores the next state of a subscription, and announces it. */
export function putSubscription(
  world: StripeWorld,
  id: string,
  change: Partial<Subscription>,
  eventType?: string,
  rest: Partial<StoredSubscription> = {},
): Subscription {
  const stored = world.subscription(id);
  const wire = { ...stored.wire, ...change };
  world.subscriptions.put(id, { ...stored, ...rest, wire });
  if (eventType !== undefined) world.emit(eventType, wire, eventType.endsWith(".updated") ? stored.wire : undefined);
  return wire;
}

/** The items as the list that a subscription shows. */
export function itemList(id: string, data: SubscriptionItem[]): Subscription["items"] {
  return { object: "list", url: `/v1/subscription_items?subscription=${id}`, has_more: false, data };
}

/** The period that the items share. */
export function periodOf(subscription: Pick<Subscription, "items">): { start: number; end: number } {
  const [item] = subscription.items.data;
  if (!item) throw new Error("a subscription has items");
  return { start: item.current_period_start, end: item.current_period_end };
}

export function isOver({ status }: Pick<Subscription, "status">): boolean {
  return status === "canceled" || status === "incomplete_expired";
}

/** The name of a price's product, for people. */
export function productName(world: StripeWorld, productId: string): string {
  return world.products.get(productId)?.name ?? productId;
}

/** Ends a subscription. Its open invoices are not collected by themselves any more. */
export function endSubscription(
  world: StripeWorld,
  id: string,
  reason: "cancellation_requested" | "payment_failed",
  details: { comment?: string | null; feedback?: string | null } = {},
): Subscription {
  const { wire } = world.subscription(id);
  const now = world.now();
  if (wire.status === "incomplete" && wire.latest_invoice !== null) {
    // One that never began expires, together with its invoice.
    voidInvoice(world, wire.latest_invoice);
    return world.subscription(id).wire;
  }
  for (const invoice of world.invoices.values()) {
    if (invoice.subscriptionId !== id || invoice.wire.status !== "open") continue;
    putInvoice(world, invoice.wire.id, { auto_advance: false, next_payment_attempt: null });
  }
  world.server.effects.count("subscriptions", id, "canceled", wire.metadata);
  return putSubscription(
    world,
    id,
    {
      canceled_at: wire.canceled_at ?? now,
      cancellation_details: {
        comment: details.comment ?? null,
        feedback: details.feedback ?? null,
        feedback_option: null,
        reason,
      },
      ended_at: now,
      pending_update: null,
      status: "canceled",
    },
    "customer.subscription.deleted",
    { pendingLines: [] },
  );
}

/** What Stripe says to a change of a subscription that is over. */
export function refuseOver(wire: Subscription): void {
  if (!isOver(wire)) return;
  throw stripeError(
    400,
    {
      type: "invalid_request_error",
      message: "A canceled subscription can only update its cancellation_details and metadata.",
    },
    true,
  );
}
