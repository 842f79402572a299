import { randomId } from "../../ids.js";
import { controlRefusal } from "../../refusal.js";
import { cancelIntent, createIntent, putIntent, setMethod, succeedIntent } from "../intents.js";
import { recordRefund } from "../refunds.js";
import type { StripeWorld } from "../world.js";
import { markPaid, putInvoice, setBalance } from "./invoices.js";
import type { CreditNote, Invoice, InvoicePayment } from "./objects.js";

/** Where the money of a note on a paid invoice goes. */
type Way = "balance" | "refund" | "out_of_band";

function note(
  world: StripeWorld,
  invoice: Invoice,
  amounts: { before: number; after: number; outOfBand: number },
): CreditNote {
  const { before, after, outOfBand } = amounts;
  const amount = before + after;
  const id = randomId("cn_1");
  const count = world.creditNotes.values().filter((each) => each.invoice === invoice.id).length;
  return {
    id,
    object: "credit_note",
    amount,
    amount_shipping: 0,
    created: world.now(),
    currency: invoice.currency,
    customer: invoice.customer,
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: world.now(),
    invoice: invoice.id,
    lines: { object: "list", url: `/v1/credit_notes/${id}/lines`, has_more: false, data: [] },
    livemode: false,
    memo: null,
    metadata: {},
    number: `${invoice.number ?? invoice.id}-CN-${String(count + 1).padStart(2, "0")}`,
    out_of_band_amount: outOfBand === 0 ? null : outOfBand,
    pdf: `${world.server.url}/sandbox/invoices/${invoice.id}/pdf`,
    post_payment_amount: after,
    pre_payment_amount: before,
    pretax_credit_amounts: [],
    reason: "order_change",
    refunds: [],
    shipping_cost: null,
    status: "issued",
    subtotal: amount,
    subtotal_excluding_tax: amount,
    total: amount,
    total_excluding_tax: amount,
    total_taxes: [],
    type: before > 0 && after > 0 ? "mixed" : before > 0 ? "pre_payment" : "post_payment",
    voided_at: null,
  };
}

function issue(world: StripeWorld, issued: CreditNote): CreditNote {
  world.creditNotes.put(issued.id, issued);
  world.emit("credit_note.created", issued);
  return issued;
}

/** Takes something off an invoice that is not paid yet: nobody owes it any more. */
function creditOpen(world: StripeWorld, id: string, amount: number): CreditNote {
  const { wire, paymentId, intentId } = world.invoice(id);
  if (amount > wire.amount_remaining) throw controlRefusal(409, `${wire.amount_remaining} are left to be paid`);
  const left = wire.amount_remaining - amount;
  const issued = note(world, wire, { before: amount, after: 0, outOfBand: 0 });
  const change = {
    amount_due: wire.amount_due - amount,
    amount_remaining: left,
    pre_payment_credit_notes_amount: wire.pre_payment_credit_notes_amount + amount,
  };
  putInvoice(world, id, change, "invoice.updated");
  setRemainder(world, { paymentId, intentId }, left);
  issue(world, issued);
  if (left === 0) markPaid(world, id);
  return issued;
}

/** The invoice's own intent takes what is left to be paid. */
function setRemainder(
  world: StripeWorld,
  { paymentId, intentId }: { paymentId: string | undefined; intentId: string | undefined },
  left: number,
): void {
  const payment = world.invoicePayments.get(paymentId ?? "");
  if (payment && left > 0) world.invoicePayments.put(payment.id, { ...payment, amount_requested: left });
  if (intentId === undefined) return;
  if (left > 0) putIntent(world, intentId, { amount: left });
  else cancelIntent(world, intentId, "void_invoice");
}

/** Gives something back of an invoice that was paid. */
function creditPaid(world: StripeWorld, id: string, amount: number, way: Way): CreditNote {
  const { wire } = world.invoice(id);
  const credited = wire.post_payment_credit_notes_amount + amount;
  if (credited > wire.amount_paid) throw controlRefusal(409, `the invoice was paid with ${wire.amount_paid}`);
  const outOfBand = way === "out_of_band" ? amount : 0;
  let issued = note(world, wire, { before: 0, after: amount, outOfBand });
  if (way === "balance") {
    const balance = world.customers.get(wire.customer)?.balance ?? 0;
    setBalance(world, wire.customer, balance - amount);
    issued = { ...issued, customer_balance_transaction: randomId("cbtxn_1") };
  }
  if (way === "refund") issued = { ...issued, refunds: [refundOf(world, id, amount)] };
  putInvoice(world, id, { post_payment_credit_notes_amount: credited }, "invoice.updated");
  return issue(world, issued);
}

function refundOf(world: StripeWorld, invoiceId: string, amount_refunded: number): CreditNote["refunds"][number] {
  const payments = world.invoicePayments
    .values()
    .filter((each) => each.invoice === invoiceId && each.status === "paid");
  const charges = payments.flatMap(({ payment }) => {
    const charge = world.charges.get(world.intent(payment.payment_intent).wire.latest_charge ?? "");
    return charge && charge.amount - charge.amount_refunded >= amount_refunded ? [charge] : [];
  });
  const [charge] = charges;
  if (!charge) throw controlRefusal(409, "no payment of the invoice has so much left to refund");
  const refund = recordRefund(world, charge, amount_refunded, null, {}).id;
  return { amount_refunded, payment_record_refund: null, refund, type: "refund" };
}

/** What somebody does in the dashboard: credits an invoice, before or after it was paid. */
export function creditInvoice(world: StripeWorld, id: string, body: Record<string, unknown>): CreditNote {
  const { amount, to = "balance" } = body;
  const { status } = world.invoice(id).wire;
  if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 1) {
    throw controlRefusal(400, "amount must be a positive integer");
  }
  if (to !== "balance" && to !== "refund" && to !== "out_of_band") {
    throw controlRefusal(400, "to is balance, refund or out_of_band");
  }
  if (status === "open" || status === "uncollectible") return creditOpen(world, id, amount);
  if (status === "paid") return creditPaid(world, id, amount, to);
  throw controlRefusal(409, `the invoice is ${status}`);
}

/** Takes a note back: what it gave to the customer's balance is owed again. */
export function voidCreditNote(world: StripeWorld, id: string): CreditNote {
  const before = world.creditNotes.get(id);
  if (!before) throw controlRefusal(404, `no credit note ${id}`);
  if (before.status === "void" || before.type !== "post_payment" || before.refunds.length > 0) {
    throw controlRefusal(409, "only an issued note to the balance can be voided");
  }
  const { wire } = world.invoice(before.invoice);
  const balance = world.customers.get(wire.customer)?.balance ?? 0;
  if (before.customer_balance_transaction !== null) setBalance(world, wire.customer, balance + before.amount);
  const voided: CreditNote = { ...before, status: "void", voided_at: world.now() };
  world.creditNotes.put(id, voided);
  const credited = wire.post_payment_credit_notes_amount - before.amount;
  putInvoice(world, before.invoice, { post_payment_credit_notes_amount: credited }, "invoice.updated");
  world.emit("credit_note.voided", voided);
  return voided;
}

/** Pays part of an open invoice by an intent of its own; the last part pays the invoice. */
export function payPart(world: StripeWorld, id: string, body: Record<string, unknown>): Invoice {
  const { amount, payment_method = "pm_card_visa" } = body;
  const { wire, paymentId, intentId } = world.invoice(id);
  if (wire.status !== "open") throw controlRefusal(409, `the invoice is ${wire.status}`);
  if (typeof amount !== "number" || !Number.isSafeInteger(amount) || amount < 1 || amount > wire.amount_remaining) {
    throw controlRefusal(400, `amount must be an integer of 1 to ${wire.amount_remaining}`);
  }
  const intent = createIntent(world, {
    amount,
    currency: wire.currency,
    customer: wire.customer,
    description: "Part of an invoice",
    metadata: {},
    setupFutureUsage: null,
  });
  setMethod(world, intent.id, String(payment_method));
  succeedIntent(world, intent.id);
  const now = world.now();
  const payment: InvoicePayment = {
    id: randomId("inpay_1"),
    object: "invoice_payment",
    amount_paid: amount,
    amount_requested: amount,
    created: now,
    currency: wire.currency,
    invoice: id,
    is_default: false,
    livemode: false,
    payment: { payment_intent: intent.id, type: "payment_intent" },
    status: "paid",
    status_transitions: { canceled_at: null, paid_at: now },
  };
  world.invoicePayments.put(payment.id, payment);
  const left = wire.amount_remaining - amount;
  putInvoice(world, id, { amount_paid: wire.amount_paid + amount, amount_remaining: left }, "invoice.updated");
  setRemainder(world, { paymentId, intentId }, left);
  world.emit("invoice_payment.paid", payment);
  return left === 0 ? markPaid(world, id) : world.invoice(id).wire;
}
