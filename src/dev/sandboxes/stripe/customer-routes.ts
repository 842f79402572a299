import { randomId } from "../ids.js";
import { stripeRoute } from "./api.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import { attachMethod, detachMethod, resolveMethod } from "./methods.js";
import type { Customer, DeletedCustomer } from "./objects.js";
import type { Params } from "./params.js";
import { nowSeconds, type StripeWorld } from "./world.js";

const WRITABLE = ["name", "email", "phone", "description", "metadata"];

function createCustomer(world: StripeWorld, params: Params): Customer {
  params.onlyKnown(...WRITABLE, "payment_method");
  const customer: Customer = {
    id: randomId("cus_", 14),
    object: "customer",
    address: null,
    balance: 0,
    created: nowSeconds(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: params.text("description") ?? null,
    discount: null,
    email: params.text("email") ?? null,
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null },
    livemode: false,
    metadata: params.metadata(),
    name: params.text("name") ?? null,
    phone: params.text("phone") ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: null,
  };
  world.customers.put(customer.id, customer);
  world.server.effects.count("customers", customer.id, "created", customer.metadata);
  world.emit("customer.created", customer);
  const methodId = params.text("payment_method");
  if (methodId !== undefined) attachMethod(world, methodId, customer.id);
  return customer;
}

function updateCustomer(world: StripeWorld, params: Params, id: string): Customer {
  params.onlyKnown(...WRITABLE, "invoice_settings");
  const customer = world.customer(id);
  const value = (name: "name" | "email" | "phone" | "description") =>
    params.has(name) ? (params.text(name) ?? null) : customer[name];
  const updated: Customer = {
    ...customer,
    name: value("name"),
    email: value("email"),
    phone: value("phone"),
    description: value("description"),
    metadata: params.metadata(customer.metadata),
  };
  const settings = params.object("invoice_settings")?.onlyKnown("default_payment_method");
  if (settings) {
    const default_payment_method = settings.text("default_payment_method") ?? null;
    updated.invoice_settings = { ...customer.invoice_settings, default_payment_method };
  }
  world.customers.put(id, updated);
  world.emit("customer.updated", updated);
  return updated;
}

/** The customer is gone for good: its methods are free, and naming it in a request is `resource_missing`. */
function deleteCustomer(world: StripeWorld, id: string): DeletedCustomer {
  const customer = world.customer(id);
  for (const method of world.methods.values()) if (method.wire.customer === id) detachMethod(world, method.wire.id);
  world.customers.delete(id);
  const deleted: DeletedCustomer = { id, object: "customer", deleted: true };
  world.deletedCustomers.put(id, deleted);
  world.emit("customer.deleted", customer);
  return deleted;
}

/** `/v1/customers` and `/v1/payment_methods`. */
export function installCustomerRoutes(world: StripeWorld): void {
  stripeRoute(world, "POST", "/v1/customers", (params) => createCustomer(world, params));
  stripeRoute(world, "GET", "/v1/customers", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "email");
    const email = params.text("email");
    const customers = world.customers.values().filter((customer) => email === undefined || customer.email === email);
    return listPage(customers, params, "/v1/customers");
  });
  stripeRoute(
    world,
    "GET",
    "/v1/customers/:id",
    (_params, { params: { id = "" } }) => world.deletedCustomers.get(id) ?? world.customer(id),
  );
  stripeRoute(world, "DELETE", "/v1/customers/:id", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return deleteCustomer(world, id);
  });
  stripeRoute(world, "POST", "/v1/customers/:id", (params, { params: { id = "" } }) =>
    updateCustomer(world, params, id),
  );
  const listMethods = (params: Params, customerId: string, url: string) => {
    world.customer(customerId, "customer");
    const type = params.text("type");
    const methods = world.methods
      .values()
      .map(({ wire }) => wire)
      .filter((wire) => wire.customer === customerId && (type === undefined || wire.type === type));
    return listPage(methods, params, url);
  };
  stripeRoute(world, "GET", "/v1/customers/:id/payment_methods", (params, { params: { id = "" }, path }) =>
    listMethods(params.onlyKnown(...LIST_PARAMETERS, "type", "allow_redisplay"), id, path),
  );
  stripeRoute(world, "GET", "/v1/payment_methods", (params, { path }) =>
    listMethods(params.onlyKnown(...LIST_PARAMETERS, "type", "customer"), params.requiredText("customer"), path),
  );
  stripeRoute(
    world,
    "GET",
    "/v1/payment_methods/:id",
    (_params, { params: { id = "" } }) => resolveMethod(world, id).wire,
  );
  stripeRoute(world, "POST", "/v1/payment_methods/:id/attach", (params, { params: { id = "" } }) =>
    attachMethod(world, id, params.onlyKnown("customer").requiredText("customer")),
  );
  stripeRoute(world, "POST", "/v1/payment_methods/:id/detach", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    return detachMethod(world, id);
  });
}
