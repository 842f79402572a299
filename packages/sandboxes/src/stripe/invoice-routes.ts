import { stripeRoute } from "./api.js";
import { collectInvoice } from "./billing/collection.js";
import { finalizeInvoice, markPaid, markUncollectible, voidInvoice } from "./billing/invoices.js";
import type { Invoice } from "./billing/objects.js";
import { previewInvoice } from "./billing/preview.js";
import { invalidParameter, missingResource, stripeError } from "./errors.js";
import { cancelIntent } from "./intents.js";
import { LIST_PARAMETERS, listPage } from "./listing.js";
import type { Params } from "./params.js";
import type { StripeWorld } from "./world.js";

function wrongStatus(message: string, code?: string) {
  return stripeError(400, { type: "invalid_request_error", message, ...(code === undefined ? {} : { code }) }, true);
}

/** Refuses unless the invoice has one of these statuses. */
function expectStatus(wire: Invoice, statuses: readonly Invoice["status"][], verb: string): void {
  if (statuses.includes(wire.status)) return;
  throw wrongStatus(
    `You can only ${verb} an invoice that is ${statuses.join(" or ")}. This invoice is ${wire.status}.`,
  );
}

function payInvoice(world: StripeWorld, params: Params, id: string): Invoice {
  params.onlyKnown("forgive", "mandate", "off_session", "paid_out_of_band", "payment_method");
  const { wire, intentId } = world.invoice(id);
  if (wire.status === "paid") throw wrongStatus("Invoice is already paid", "invoice_already_paid");
  if (wire.status === "void") throw wrongStatus("Invoice is void and cannot be paid");
  if (wire.status === "draft") finalizeInvoice(world, id);
  if (params.flag("paid_out_of_band")) {
    if (intentId !== undefined) cancelIntent(world, intentId, "automatic");
    return markPaid(world, id);
  }
  if (world.invoice(id).wire.status === "paid") return world.invoice(id).wire;
  const refusal = collectInvoice(world, id, {
    automatic: false,
    offSession: params.optionalFlag("off_session") ?? true,
    methodId: params.text("payment_method"),
  });
  if (refusal) throw refusal;
  return world.invoice(id).wire;
}

function listInvoices(world: StripeWorld, params: Params) {
  params.onlyKnown(...LIST_PARAMETERS, "collection_method", "customer", "status", "subscription");
  const [customer, status] = [params.text("customer"), params.text("status")];
  const subscription = params.text("subscription");
  const invoices = world.invoices
    .values()
    .filter(({ subscriptionId }) => subscription === undefined || subscriptionId === subscription)
    .map(({ wire }) => wire)
    .filter((wire) => customer === undefined || wire.customer === customer)
    .filter((wire) => status === undefined || wire.status === status);
  return listPage(invoices, params, "/v1/invoices");
}

function listPayments(world: StripeWorld, params: Params) {
  params.onlyKnown(...LIST_PARAMETERS, "invoice", "payment", "status");
  const [invoice, status] = [params.text("invoice"), params.text("status")];
  const payment = params.object("payment")?.onlyKnown("payment_intent", "type");
  if (payment && payment.text("type") !== "payment_intent") {
    throw invalidParameter("payment[type]", "This sandbox has only payments of type payment_intent.");
  }
  const intent = payment?.text("payment_intent");
  const payments = world.invoicePayments
    .values()
    .filter((each) => invoice === undefined || each.invoice === invoice)
    .filter((each) => status === undefined || each.status === status)
    .filter((each) => intent === undefined || each.payment.payment_intent === intent);
  return listPage(payments, params, "/v1/invoice_payments");
}

/** `/v1/invoices` and `/v1/invoice_payments`. */
export function installInvoiceRoutes(world: StripeWorld): void {
  const base = "/v1/invoices";
  stripeRoute(world, "POST", `${base}/create_preview`, (params) => previewInvoice(world, params));
  stripeRoute(world, "GET", base, (params) => listInvoices(world, params));
  stripeRoute(world, "GET", `${base}/:id`, (_params, { params: { id = "" } }) => world.invoice(id).wire);
  stripeRoute(world, "GET", `${base}/:id/lines`, (params, { params: { id = "" }, path }) => {
    params.onlyKnown(...LIST_PARAMETERS);
    const { lines, wire } = world.invoice(id);
    // Lines are listed in their own order, as the invoice shows them.
    const newestFirst = lines.map((line) => ({ ...line, created: wire.created })).reverse();
    const page = listPage(newestFirst, params, path);
    return { ...page, data: page.data.map(({ created: _created, ...line }) => line) };
  });
  stripeRoute(world, "POST", `${base}/:id/pay`, (params, { params: { id = "" } }) => payInvoice(world, params, id));
  const act = (verb: string, statuses: readonly Invoice["status"][], change: (id: string) => Invoice, words: string) =>
    stripeRoute(world, "POST", `${base}/:id/${verb}`, (params, { params: { id = "" } }) => {
      params.onlyKnown("auto_advance");
      expectStatus(world.invoice(id).wire, statuses, words);
      return change(id);
    });
  act("finalize", ["draft"], (id) => finalizeInvoice(world, id), "finalize");
  act("void", ["open", "uncollectible"], (id) => voidInvoice(world, id), "void");
  act("mark_uncollectible", ["open"], (id) => markUncollectible(world, id), "mark as uncollectible");
  stripeRoute(world, "GET", "/v1/invoice_payments", (params) => listPayments(world, params));
  stripeRoute(world, "GET", "/v1/invoice_payments/:id", (_params, { params: { id = "" } }) => {
    const payment = world.invoicePayments.get(id);
    if (!payment) throw missingResource("invoice_payment", id);
    return payment;
  });
}
