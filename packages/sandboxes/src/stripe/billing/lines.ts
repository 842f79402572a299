import { randomId } from "../../ids.js";
import { formatAmount } from "../amounts.js";
import { formatDate } from "./calendar.js";
import type { InvoiceLine, RecurringPrice, Subscription, SubscriptionItem } from "./objects.js";

interface NewLine {
  amount: number;
  description: string;
  price: RecurringPrice;
  quantity: number;
  itemId: string;
  period: { start: number; end: number };
  proration: boolean;
}

function line(subscription: Pick<Subscription, "id" | "currency" | "metadata">, input: NewLine): InvoiceLine {
  const { price, quantity } = input;
  return {
    id: randomId("il_1"),
    object: "line_item",
    amount: input.amount,
    currency: subscription.currency,
    description: input.description,
    discount_amounts: [],
    // What makes up for a change is reckoned on discounted prices already.
    discountable: !input.proration,
    discounts: [],
    invoice: null,
    livemode: false,
    metadata: subscription.metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: input.proration ? randomId("ii_1") : null,
        proration: input.proration,
        proration_details: input.proration ? { credited_items: null } : null,
        subscription: subscription.id,
        subscription_item: input.itemId,
      },
      type: "subscription_item_details",
    },
    period: input.period,
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: price.id, product: price.product },
      type: "price_details",
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity,
    quantity_decimal: String(quantity),
    subscription: subscription.id,
    subtotal: input.amount,
    taxes: [],
  };
}

type Owner = Pick<Subscription, "id" | "currency" | "metadata">;

function every({ recurring: { interval, interval_count } }: RecurringPrice): string {
  return interval_count === 1 ? interval : `${interval_count} ${interval}s`;
}

/** The full price of an item for one period. */
export function fullLine(
  owner: Owner,
  item: Pick<SubscriptionItem, "id" | "price" | "quantity">,
  period: { start: number; end: number },
  product: string,
): InvoiceLine {
  const { price, quantity } = item;
  const each = formatAmount(price.unit_amount, price.currency);
  return line(owner, {
    amount: price.unit_amount * quantity,
    description: `${quantity} × ${product} (at ${each} / ${every(price)})`,
    price,
    quantity,
    itemId: item.id,
    period,
    proration: false,
  });
}

/** An item that costs nothing yet. */
export function trialLine(
  owner: Owner,
  item: SubscriptionItem,
  period: { start: number; end: number },
  product: string,
): InvoiceLine {
  const free = { ...item.price, unit_amount: 0 };
  return {
    ...fullLine(owner, { id: item.id, price: free, quantity: item.quantity }, period, product),
    description: `Trial period for ${product}`,
  };
}

/** What is left of `item`'s period from `at` on: given back when `sign` is -1, owed when it is 1. */
export function prorationLine(
  owner: Owner,
  item: Pick<SubscriptionItem, "id" | "price" | "quantity">,
  input: { sign: 1 | -1; at: number; period: { start: number; end: number }; product: string; percentOff: number },
): InvoiceLine {
  const { start, end } = input.period;
  const { price, quantity } = item;
  const whole = price.unit_amount * quantity;
  const paid = whole - Math.round((whole * input.percentOff) / 100);
  const what = input.sign < 0 ? "Unused time on" : "Remaining time on";
  return line(owner, {
    // Not -0, which JSON and people would read as 0 but comparisons need not.
    amount: input.sign * Math.round((paid * (end - input.at)) / (end - start)) || 0,
    description: `${what} ${quantity} × ${input.product} after ${formatDate(input.at)}`,
    price,
    quantity,
    itemId: item.id,
    period: { start: input.at, end },
    proration: true,
  });
}
