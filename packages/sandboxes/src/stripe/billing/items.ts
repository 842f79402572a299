import { randomId } from "../../ids.js";
import { invalidParameter, missingResource } from "../errors.js";
import type { Params } from "../params.js";
import type { StripeWorld } from "../world.js";
import type { RecurringPrice, Subscription, SubscriptionItem } from "./objects.js";

/** A price that a subscription may have from now on. Throws Stripe's 400. */
function sellablePrice(world: StripeWorld, id: string, param: string): RecurringPrice {
  const price = world.price(id, param);
  if (!price.active) {
    throw invalidParameter(param, `The price specified is inactive. This field only accepts active prices.`);
  }
  const { recurring } = price;
  if (!recurring) {
    throw invalidParameter(
      param,
      `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
    );
  }
  return { ...price, recurring };
}

function quantityOf(params: Params, otherwise: number): number {
  const quantity = params.integer("quantity") ?? otherwise;
  if (quantity < 0) throw invalidParameter("items[0][quantity]", "This value must be greater than or equal to 0.");
  return quantity;
}

/** The older twin of a price. */
function planOf(price: RecurringPrice): SubscriptionItem["plan"] {
  const { interval, interval_count, usage_type, trial_period_days } = price.recurring;
  return {
    id: price.id,
    object: "plan",
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: "per_unit",
    created: price.created,
    currency: price.currency,
    interval,
    interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: null,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: trial_period_days ?? null,
    usage_type,
  };
}

export function newItem(
  world: StripeWorld,
  owner: { subscription: string; period: { start: number; end: number } },
  given: { price: RecurringPrice; quantity: number; metadata: Record<string, string> },
): SubscriptionItem {
  return {
    id: randomId("si_", 14),
    object: "subscription_item",
    billing_thresholds: null,
    created: world.now(),
    current_period_end: owner.period.end,
    current_period_start: owner.period.start,
    current_trial: null,
    discounts: [],
    metadata: given.metadata,
    plan: planOf(given.price),
    price: given.price,
    quantity: given.quantity,
    subscription: owner.subscription,
    tax_rates: [],
  };
}

/** All items of a subscription renew together and in one currency. Throws Stripe's 400. */
export function checkTogether(items: readonly { price: RecurringPrice }[]): RecurringPrice {
  const [first, ...others] = items.map(({ price }) => price);
  if (!first) throw invalidParameter("items", "Missing required param: items.", "parameter_missing");
  for (const { currency, recurring } of others) {
    if (currency !== first.currency) {
      throw invalidParameter("items", "All prices on a subscription must have the same currency.");
    }
    const { interval, interval_count } = first.recurring;
    if (recurring.interval !== interval || recurring.interval_count !== interval_count) {
      throw invalidParameter("items", "All prices on a subscription must renew together in this sandbox.");
    }
  }
  return first;
}

/** The items that a new subscription asks for; their periods are set later. */
export function readNewItems(world: StripeWorld, params: Params, subscription: string): SubscriptionItem[] {
  const items = params.objects("items").map((given, index) => {
    given.onlyKnown("price", "quantity", "metadata");
    const price = sellablePrice(world, given.requiredText("price"), `items[${index}][price]`);
    const quantity = quantityOf(given, 1);
    const owner = { subscription, period: { start: 0, end: 0 } };
    return newItem(world, owner, { price, quantity, metadata: given.metadata() });
  });
  checkTogether(items);
  return items;
}

/** The items as `items[n]` of an update leaves them. Throws Stripe's 400 and 404. */
export function readChangedItems(
  world: StripeWorld,
  params: Params,
  subscription: Pick<Subscription, "id" | "items">,
  period: { start: number; end: number },
): SubscriptionItem[] {
  let items = [...subscription.items.data];
  for (const [index, given] of params.objects("items").entries()) {
    given.onlyKnown("id", "price", "quantity", "metadata", "deleted");
    const id = given.text("id");
    const priceId = given.text("price");
    const param = `items[${index}][price]`;
    const before = items.find((item) => item.id === id);
    if (id !== undefined && !before) throw missingResource("subscription_item", id, `items[${index}][id]`);
    if (!before) {
      const price = sellablePrice(world, given.requiredText("price"), param);
      const owner = { subscription: subscription.id, period };
      items.push(newItem(world, owner, { price, quantity: quantityOf(given, 1), metadata: given.metadata() }));
    } else if (given.flag("deleted")) {
      items = items.filter((item) => item !== before);
    } else {
      // The price that it has may have been retired meanwhile; it keeps it.
      const price =
        priceId === undefined || priceId === before.price.id ? before.price : sellablePrice(world, priceId, param);
      const changed: SubscriptionItem = {
        ...before,
        metadata: given.metadata(before.metadata),
        plan: planOf(price),
        price,
        quantity: quantityOf(given, before.quantity),
      };
      items = items.map((item) => (item === before ? changed : item));
    }
  }
  if (items.length === 0) throw invalidParameter("items", "A subscription must have at least one active plan.");
  const { currency } = checkTogether(items);
  if (currency !== subscription.items.data[0]?.price.currency) {
    throw invalidParameter("items", "The currency of a subscription cannot be changed.");
  }
  return items;
}
