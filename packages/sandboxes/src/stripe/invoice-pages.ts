import { type PageButton, renderPage } from "../html.js";
import type { Page } from "../server.js";
import { formatAmount } from "./amounts.js";
import { collectInvoice } from "./billing/collection.js";
import type { Invoice } from "./billing/objects.js";
import { METHOD_OF_ACTION, orNotFound } from "./browser-routes.js";
import { missingResource, wordsOf } from "./errors.js";
import { textPdf } from "./invoice-pdf.js";
import type { StoredInvoice, StripeWorld } from "./world.js";

const PAY_BUTTONS: readonly PageButton[] = [
  { action: "pay", label: "Pay", primary: true },
  { action: "three_d_secure", label: "Pay with 3-D Secure" },
  { action: "decline", label: "Decline" },
];

const day = (seconds: number): string => new Date(seconds * 1_000).toISOString().slice(0, 10);

const isPayable = ({ status }: Invoice): boolean => status === "open" || status === "uncollectible";

/** An invoice that was shown to its customer; a draft is not. */
function shownInvoice(world: StripeWorld, id: string): StoredInvoice {
  const invoice = world.invoice(id);
  if (invoice.wire.status === "draft") throw missingResource("invoice", id, "invoice");
  return invoice;
}

/** What an invoice says, line by line. */
function invoiceText(world: StripeWorld, { wire, lines }: StoredInvoice): string[] {
  const { currency } = wire;
  const paidAt = wire.status_transitions.paid_at;
  return [
    `Invoice ${wire.number ?? wire.id} of ${day(wire.created)}`,
    `For ${world.customers.get(wire.customer)?.email ?? wire.customer}`,
    ...lines.map(({ amount, description }) => `${description ?? "Item"}: ${formatAmount(amount, currency)}`),
    `Total: ${formatAmount(wire.total, currency)}`,
    ...(paidAt === null
      ? [`Due: ${formatAmount(wire.amount_due, currency)}`, `Status: ${wire.status}`]
      : [`Paid: ${formatAmount(wire.amount_paid, currency)}`, `Paid on ${day(paidAt)}`]),
  ];
}

function invoicePage(world: StripeWorld, id: string, error?: string): Page {
  const invoice = shownInvoice(world, id);
  const { wire } = invoice;
  return {
    html: renderPage({
      title: "Sandbox invoice",
      amount: formatAmount(wire.amount_due, wire.currency),
      lines: invoiceText(world, invoice),
      ...(error === undefined ? {} : { error }),
      buttons: isPayable(wire) ? PAY_BUTTONS : [],
      links: [{ href: `/sandbox/invoices/${id}/pdf`, label: "PDF" }],
    }),
  };
}

function payOnPage(world: StripeWorld, id: string, action: string): Page {
  const { wire, intentId } = shownInvoice(world, id);
  const methodId = action === "async" ? undefined : METHOD_OF_ACTION[action];
  if (!isPayable(wire)) return invoicePage(world, id);
  if (methodId === undefined) return invoicePage(world, id, "Please choose one of the buttons.");
  const returnUrl = `${world.server.url}/sandbox/invoices/${id}`;
  const refusal = collectInvoice(world, id, { automatic: false, offSession: false, methodId, returnUrl });
  if (intentId !== undefined && world.intent(intentId).wire.status === "requires_action") {
    return { redirect: `${world.server.url}/sandbox/3ds/${intentId}` };
  }
  return invoicePage(world, id, refusal && wordsOf(refusal.body));
}

/** `hosted_invoice_url` and `invoice_pdf`. */
export function installInvoicePages(world: StripeWorld): void {
  const base = "/sandbox/invoices/:id";
  world.server.page(
    "GET",
    base,
    orNotFound(({ params: { id = "" } }) => invoicePage(world, id)),
  );
  world.server.page(
    "POST",
    base,
    orNotFound(({ params: { id = "" }, body }) => payOnPage(world, id, String(body.action))),
  );
  world.server.page(
    "GET",
    `${base}/pdf`,
    orNotFound(({ params: { id = "" } }) => ({
      file: textPdf(invoiceText(world, shownInvoice(world, id))),
      type: "application/pdf",
    })),
  );
}
