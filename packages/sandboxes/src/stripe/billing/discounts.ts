import { randomId } from "../../ids.js";
import { invalidParameter, missingResource } from "../errors.js";
import type { Params } from "../params.js";
import type { StripeWorld } from "../world.js";
import { periodEnd } from "./calendar.js";
import type { Coupon, Discount, InvoiceLine } from "./objects.js";

function couponOf(world: StripeWorld, id: string, param = "id"): Coupon {
  const coupon = world.coupons.get(id);
  if (!coupon) throw missingResource("coupon", id, param);
  return coupon;
}

/** Adds a coupon. Throws Stripe's 400. */
export function createCoupon(world: StripeWorld, params: Params): Coupon {
  params.onlyKnown("amount_off", "currency", "duration", "duration_in_months", "id", "metadata", "name", "percent_off");
  const id = params.text("id") ?? randomId("", 8);
  if (world.coupons.get(id)) throw invalidParameter("id", "Coupon already exists.", "resource_already_exists");
  const percent = params.text("percent_off");
  const percent_off = percent === undefined ? null : Number(percent);
  const amount_off = params.integer("amount_off") ?? null;
  if ((percent_off === null) === (amount_off === null)) {
    throw invalidParameter("percent_off", "You must pass exactly one of percent_off and amount_off.");
  }
  if (percent_off !== null && !(percent_off > 0 && percent_off <= 100)) {
    throw invalidParameter("percent_off", "percent_off must be above 0 and at most 100.");
  }
  const duration = params.choice("duration", ["once", "repeating", "forever"]) ?? "once";
  const coupon: Coupon = {
    id,
    object: "coupon",
    amount_off,
    created: world.now(),
    currency: amount_off === null ? null : params.requiredText("currency").toLowerCase(),
    duration,
    duration_in_months: duration === "repeating" ? params.requiredInteger("duration_in_months") : null,
    livemode: false,
    max_redemptions: null,
    metadata: params.metadata(),
    name: params.text("name") ?? null,
    percent_off,
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
  };
  world.coupons.put(id, coupon);
  world.emit("coupon.created", coupon);
  return coupon;
}

/** The discounts that `discounts[n][coupon]` asks for, given to a subscription. */
export function redeemCoupons(
  world: StripeWorld,
  params: Params,
  owner: { customer: string; subscription: string },
): string[] {
  return params.objects("discounts").map((given) => {
    const coupon = couponOf(world, given.onlyKnown("coupon").requiredText("coupon"), "discounts[0][coupon]");
    const start = world.now();
    const months = coupon.duration_in_months;
    const end = months === null ? null : periodEnd(start, { interval: "month", interval_count: months }, start);
    const discount: Discount = {
      id: randomId("di_1"),
      object: "discount",
      checkout_session: null,
      customer: owner.customer,
      customer_account: null,
      end,
      invoice: null,
      invoice_item: null,
      promotion_code: null,
      source: { coupon: coupon.id, type: "coupon" },
      start,
      subscription: owner.subscription,
      subscription_item: null,
    };
    world.discounts.put(discount.id, discount);
    world.coupons.put(coupon.id, { ...coupon, times_redeemed: coupon.times_redeemed + 1 });
    world.emit("customer.discount.created", discount);
    return discount.id;
  });
}

function inForce(world: StripeWorld, ids: readonly string[]): { id: string; coupon: Coupon }[] {
  return ids.flatMap((id) => {
    const discount = world.discounts.get(id);
    if (!discount || (discount.end !== null && discount.end <= world.now())) return [];
    return [{ id, coupon: couponOf(world, discount.source.coupon) }];
  });
}

/** By how many per cent the full prices of a subscription are lowered for longer than one invoice. */
export function lastingPercentOff(world: StripeWorld, ids: readonly string[]): number {
  const percents = inForce(world, ids)
    .filter(({ coupon }) => coupon.duration !== "once")
    .map(({ coupon }) => coupon.percent_off ?? 0);
  return Math.min(
    100,
    percents.reduce((sum, percent) => sum + percent, 0),
  );
}

/** Takes the discounts off the lines that they are for, each off what the ones before it left. */
export function applyDiscounts(
  world: StripeWorld,
  lines: readonly InvoiceLine[],
  ids: readonly string[],
): { lines: InvoiceLine[]; totals: { amount: number; discount: string }[] } {
  const discounted = lines.map((line) => ({ ...line, discount_amounts: [...line.discount_amounts] }));
  const totals: { amount: number; discount: string }[] = [];
  for (const { id, coupon } of inForce(world, ids)) {
    let left = coupon.amount_off ?? 0;
    let amount = 0;
    for (const line of discounted) {
      if (!line.discountable) continue;
      const base = line.amount - line.discount_amounts.reduce((sum, each) => sum + each.amount, 0);
      const off = coupon.percent_off === null ? Math.min(left, base) : Math.round((base * coupon.percent_off) / 100);
      if (off <= 0) continue;
      left -= off;
      amount += off;
      line.discount_amounts.push({ amount: off, discount: id });
    }
    if (amount > 0) totals.push({ amount, discount: id });
  }
  return { lines: discounted, totals };
}

/** The discounts that stay after an invoice: those for one invoice are used up by it, and some are over. */
export function remainingDiscounts(
  world: StripeWorld,
  ids: readonly string[],
  used: readonly { discount: string }[],
): string[] {
  const spent = new Set(used.map(({ discount }) => discount));
  return inForce(world, ids)
    .filter(({ id, coupon }) => coupon.duration !== "once" || !spent.has(id))
    .map(({ id }) => id);
}
