import type { StripeWorld } from "../world.js";
import type { InvoicePayment, List } from "./objects.js";

/** What a front end confirms the invoice's payment with; null when there is nothing to be paid. */
export function confirmationSecret(
  world: StripeWorld,
  invoiceId: string,
): { client_secret: string; type: "payment_intent" } | null {
  const intent = world.intents.get(world.invoices.get(invoiceId)?.intentId ?? "");
  return intent ? { client_secret: intent.wire.client_secret, type: "payment_intent" } : null;
}

/** The payments of an invoice as a list: none when there is nothing to be paid, and several when it was paid in parts. */
export function invoicePaymentsOf(world: StripeWorld, invoiceId: string): List<InvoicePayment> {
  const data = world.invoicePayments.values().filter(({ invoice }) => invoice === invoiceId);
  return { object: "list", url: "/v1/invoice_payments", has_more: false, data: data.reverse() };
}
