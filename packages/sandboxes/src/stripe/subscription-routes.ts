import { stripeRoute } from "./api.js";
import { createSubscription } from "./billing/create.js";
import { createCoupon } from "./billing/discounts.js";
import { isOver } from "./billing/subscriptions.js";
import { cancelSubscription, pauseSubscription, resumeSubscription, updateSubscription } from "./billing/updates.js";
import { missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

function listSubscriptions(world: StripeWorld, params: Params) {
  params.onlyKnown(...LIST_PARAMETERS, "collection_method", "customer", "price", "status");
  const [customer, price, status] = [params.text("customer"), params.text("price"), params.text("status")];
  const hasStatus = (actual: string) => {
    if (status === undefined) return actual !== "canceled";
    if (status === "ended") return actual === "canceled" || actual === "incomplete_expired";
    return status === "all" || actual === status;
  };
  const subscriptions = world.subscriptions
    .values()
    .map(({ wire }) => wire)
    .filter(
      (wire) =>
        (customer === undefined || wire.customer === customer) &&
        (price === undefined || wire.items.data.some((item) => item.price.id === price)) &&
        hasStatus(wire.status),
    );
  return listPage(subscriptions, params, "/v1/subscriptions");
}

/** `/v1/subscriptions`, `/v1/subscription_items` for reading, and `/v1/coupons`. */
export function installSubscriptionRoutes(world: StripeWorld): void {
  const base = "/v1/subscriptions";
  stripeRoute(world, "POST", base, (params) => createSubscription(world, params));
  stripeRoute(world, "GET", base, (params) => listSubscriptions(world, params));
  stripeRoute(world, "GET", `${base}/:id`, (_params, { params: { id = "" } }) => world.subscription(id).wire);
  stripeRoute(world, "POST", `${base}/:id`, (params, { params: { id = "" } }) => updateSubscription(world, params, id));
  stripeRoute(world, "DELETE", `${base}/:id`, (params, { params: { id = "" } }) =>
    cancelSubscription(world, params, id),
  );
  stripeRoute(world, "POST", `${base}/:id/pause`, (params, { params: { id = "" } }) =>
    pauseSubscription(world, params, id),
  );
  stripeRoute(world, "POST", `${base}/:id/resume`, (params, { params: { id = "" } }) =>
    resumeSubscription(world, params, id),
  );
  stripeRoute(world, "GET", "/v1/subscription_items", (params, { path }) => {
    params.onlyKnown(...LIST_PARAMETERS, "subscription");
    const { wire } = world.subscription(params.requiredText("subscription"), "subscription");
    return listPage(isOver(wire) ? [] : wire.items.data, params, path);
  });
  stripeRoute(world, "POST", "/v1/coupons", (params) => createCoupon(world, params));
  stripeRoute(world, "GET", "/v1/coupons/:id", (_params, { params: { id = "" } }) => {
    const coupon = world.coupons.get(id);
    if (!coupon) throw missingResource("coupon", id);
    return coupon;
  });
}
