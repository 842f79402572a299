import { randomId } from "../ids.js";
import { stripeRoute } from "./api.js";
import { invalidParameter } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import { attachMethod, detachMethod } from "./methods.js";
import type { Customer, DeletedCustomer } from "./objects.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

const WRITABLE = ["name", "email", "phone", "description", "metadata"];

function createCustomer(world: StripeWorld, params: Params): Customer {
  params.onlyKnown(...WRITABLE, "payment_method", "invoice_settings");
  const customer: Customer = {
    id: randomId("cus_", 14),
    object: "customer",
    address: null,
    balance: 0,
    created: world.now(),
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
  const invoice_settings = readSettings(world, params, customer);
  if (invoice_settings === customer.invoice_settings) return customer;
  const withDefault = { ...customer, invoice_settings };
  world.customers.put(customer.id, withDefault);
  return withDefault;
}

function readSettings(world: StripeWorld, params: Params, customer: Customer): Customer["invoice_settings"] {
  const settings = params.object("invoice_settings")?.onlyKnown("default_payment_method");
  if (!settings) return customer.invoice_settings;
  const id = settings.text("default_payment_method") ?? null;
  if (id !== null && world.methods.get(id)?.wire.customer !== customer.id) {
    throw invalidParameter(
      "invoice_settings[default_payment_method]",
      `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
      "resource_missing",
    );
  }
  return { ...customer.invoice_settings, default_payment_method: id };
}

/** Changes a customer, its default payment method among others. Throws Stripe's 400. */
export function updateCustomer(world: StripeWorld, params: Params, id: string): Customer {
  params.onlyKnown(...WRITABLE, "invoice_settings");
  const customer = world.customer(id);
  const value = (name: "name" | "email" | "phone" | "description") => params.changed(name, customer[name]);
  const updated: Customer = {
    ...customer,
    name: value("name"),
    email: value("email"),
    phone: value("phone"),
    description: value("description"),
    metadata: params.metadata(customer.metadata),
    invoice_settings: readSettings(world, params, customer),
  };
  world.customers.put(id, updated);
  world.emit("customer.updated", updated, customer);
  return updated;
}

/** The customer is gone for good: its methods are free, and naming it in a request is `resource_missing`. */
function deleteCustomer(world: StripeWorld, id: string): DeletedCustomer {
  const customer = world.customer(id);
  for (const method of world.methods.values()) if (method.wire.customer === id) detachMethod(world, method.wire.id);
  world.customers.delete(id);
  const deleted: DeletedCustomer = { id, object: "customer", deleted: true };
  world.deletedCustomers.put(id, deleted);
  world.onCustomerDeleted(id);
  world.emit("customer.deleted", customer);
  return deleted;
}

/** `/v1/customers`. */
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
}
