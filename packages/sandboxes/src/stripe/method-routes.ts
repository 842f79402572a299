import { stripeRoute } from "./api.js";
import { missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import { attachMethod, detachMethod, renewCard, resolveMethod } from "./methods.js";
import type { PaymentMethod } from "./objects.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

function updateMethod(world: StripeWorld, params: Params, id: string): PaymentMethod {
  params.onlyKnown("allow_redisplay", "billing_details", "card", "metadata");
  const method = world.methods.get(id);
  if (!method) throw missingResource("PaymentMethod", id, "payment_method");
  const before = method.wire;
  const details = params.object("billing_details")?.onlyKnown("address", "email", "name", "phone");
  const card = params.object("card")?.onlyKnown("exp_month", "exp_year");
  const expiry = { exp_month: card?.integer("exp_month"), exp_year: card?.integer("exp_year") };
  const given = Object.entries(expiry).filter(([, value]) => value !== undefined);
  const wire: PaymentMethod = {
    ...before,
    billing_details: { ...before.billing_details, ...details?.flat() },
    ...(before.card ? { card: { ...before.card, ...Object.fromEntries(given) } } : {}),
    metadata: params.metadata(before.metadata),
  };
  world.methods.put(id, { ...method, wire });
  world.emit("payment_method.updated", wire, before);
  return wire;
}

/** `/v1/payment_methods`, also under a customer, and what a bank does with a card under `/sandbox/payment_methods`. */
export function installMethodRoutes(world: StripeWorld): void {
  const list = (params: Params, customerId: string, url: string) => {
    world.customer(customerId, "customer");
    const type = params.text("type");
    const methods = world.methods
      .values()
      .map(({ wire }) => wire)
      .filter((wire) => wire.customer === customerId && (type === undefined || wire.type === type));
    return listPage(methods, params, url);
  };
  stripeRoute(world, "GET", "/v1/customers/:id/payment_methods", (params, { params: { id = "" }, path }) =>
    list(params.onlyKnown(...LIST_PARAMETERS, "type", "allow_redisplay"), id, path),
  );
  stripeRoute(world, "GET", "/v1/customers/:id/payment_methods/:method", (_params, call) => {
    const { id = "", method = "" } = call.params;
    const wire = world.methods.get(method)?.wire;
    if (wire?.customer !== world.customer(id, "customer").id) throw missingResource("PaymentMethod", method);
    return wire;
  });
  stripeRoute(world, "GET", "/v1/payment_methods", (params, { path }) =>
    list(
      params.onlyKnown(...LIST_PARAMETERS, "type", "customer", "allow_redisplay"),
      params.requiredText("customer"),
      path,
    ),
  );
  stripeRoute(
    world,
    "GET",
    "/v1/payment_methods/:id",
    (_params, { params: { id = "" } }) => resolveMethod(world, id).wire,
  );
  stripeRoute(world, "POST", "/v1/payment_methods/:id", (params, { params: { id = "" } }) =>
    updateMethod(world, params, id),
  );
  stripeRoute(world, "POST", "/v1/payment_methods/:id/attach", (params, { params: { id = "" } }) =>
    attachMethod(world, id, params.onlyKnown("customer").requiredText("customer")),
  );
  stripeRoute(world, "POST", "/v1/payment_methods/:id/detach", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return detachMethod(world, id);
  });
  // The bank sends its customer a new card, and Stripe hears of it.
  world.server.control("POST", "/sandbox/payment_methods/:id/renew", ({ params: { id = "" }, body }) =>
    renewCard(world, id, body),
  );
}
