import { randomId } from "../ids.js";
import { controlRefusal } from "../refusal.js";
import { stripeRoute } from "./api.js";
import { creditInvoice, payPart, voidCreditNote } from "./billing/credit-notes.js";
import { newItem } from "./billing/items.js";
import { itemList, periodOf, putSubscription } from "./billing/subscriptions.js";
import { missingResource } from "./errors.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { StripeWorld } from "./world.js";

/** An add-on with a price of its own, as somebody sells it in the dashboard; it renews with the rest. */
function addItem(world: StripeWorld, id: string, body: Record<string, unknown>) {
  const { wire } = world.subscription(id);
  const { unit_amount = 100, quantity = 1, position = "last" } = body;
  const [other] = wire.items.data;
  if (!other) throw controlRefusal(409, "the subscription has no items");
  if (typeof unit_amount !== "number" || typeof quantity !== "number") {
    throw controlRefusal(400, "unit_amount and quantity are numbers");
  }
  const product = world.products.get(other.price.product);
  if (!product) throw controlRefusal(409, "the subscription's product is gone");
  const addOn = { ...product, id: randomId("prod_"), name: "Add-on", metadata: {}, default_price: null };
  world.products.put(addOn.id, addOn);
  const price = {
    ...other.price,
    id: randomId("price_1"),
    product: addOn.id,
    lookup_key: null,
    metadata: {},
    unit_amount,
    unit_amount_decimal: String(unit_amount),
  };
  world.prices.put(price.id, price);
  const item = newItem(world, { subscription: id, period: periodOf(wire) }, { price, quantity, metadata: {} });
  const items = position === "first" ? [item, ...wire.items.data] : [...wire.items.data, item];
  putSubscription(world, id, { items: itemList(id, items) }, "customer.subscription.updated");
  return world.subscription(id).wire;
}

/** `/v1/credit_notes`, and what is done to invoices and subscriptions in the dashboard under `/sandbox`. */
export function installBillingControl(world: StripeWorld): void {
  stripeRoute(world, "GET", "/v1/credit_notes", (params) => {
    params.onlyKnown(...LIST_PARAMETERS, "customer", "invoice");
    const [customer, invoice] = [params.text("customer"), params.text("invoice")];
    const notes = world.creditNotes
      .values()
      .filter((each) => customer === undefined || each.customer === customer)
      .filter((each) => invoice === undefined || each.invoice === invoice);
    return listPage(notes, params, "/v1/credit_notes");
  });
  stripeRoute(world, "GET", "/v1/credit_notes/:id", (params, { params: { id = "" } }) => {
    params.onlyKnown();
    const found = world.creditNotes.get(id);
    if (!found) throw missingResource("credit_note", id);
    return found;
  });
  const { server } = world;
  server.control("POST", "/sandbox/invoices/:id/credit", ({ params: { id = "" }, body }) =>
    creditInvoice(world, id, body),
  );
  server.control("POST", "/sandbox/invoices/:id/payments", ({ params: { id = "" }, body }) => payPart(world, id, body));
  server.control("POST", "/sandbox/credit_notes/:id/void", ({ params: { id = "" } }) => voidCreditNote(world, id));
  server.control("POST", "/sandbox/subscriptions/:id/items", ({ params: { id = "" }, body }) =>
    addItem(world, id, body),
  );
}
