/** Invoices of subscriptions (docs.stripe.com/api/invoices). */
import type Stripe from "stripe";
import { z } from "zod";
import type { BillingPort, ChangeSubscriptionRequest, InvoiceLine, InvoiceNews } from "../../ports/billing.js";
import type { Listing, ProviderResult } from "../../ports/common.js";
import { rejected } from "../../shared.js";
import { askStripe, type StripeClient } from "../client.js";
import { listSince, readListed } from "../listing.js";
import { givenBack, INVOICE_EXPAND, invoiceLine, invoiceNews, invoicePreview, lackOf } from "./invoice-news.js";
import { idOf } from "./read.js";
import { prorationBehavior } from "./subscriptions.js";

type InvoicePort = Pick<
  BillingPort,
  "getInvoice" | "listInvoices" | "listCreditNotesSince" | "payInvoice" | "previewChange" | "previewNext"
>;

/** An invoice of ours has a line or a few; a hundred prorations are a year of daily changes. */
const LINES_MAX = 1_000;
/** Small, because each invoice of a listing comes with its payments. */
const PAGE_SIZE = 20;
const CURSOR = /^in_\w+$/;

const noteSchema = z.looseObject({ id: z.string().min(1), invoice: idOf });

/** Stripe's invoices. */
export function stripeInvoices(stripe: StripeClient): InvoicePort {
  return {
    getInvoice: (reference) => getInvoice(stripe, reference),
    listInvoices: (query) => listInvoices(stripe, query),
    listCreditNotesSince: (query) =>
      listSince(
        stripe,
        query,
        (client, params) => client.creditNotes.list(params),
        (value) => {
          const { id, invoice } = noteSchema.parse(value);
          return [{ noteReference: id, invoiceReference: invoice }];
        },
      ),
    payInvoice: async ({ providerReference, methodReference, idempotencyKey }) => {
      const paid = await askStripe(
        stripe,
        (client) =>
          client.invoices.pay(
            providerReference,
            methodReference === undefined ? {} : { payment_method: methodReference },
            { idempotencyKey },
          ),
        () => undefined,
      );
      // Fetched, because the reply does not carry who paid.
      return paid.outcome === "accepted" ? getInvoice(stripe, providerReference) : paid;
    },
    previewChange: (request) =>
      askStripe(
        stripe,
        (client) => client.invoices.createPreview(changePreview(request)),
        (reply) => invoicePreview(reply),
      ),
    previewNext: (subscription) =>
      askStripe(
        stripe,
        (client) => client.invoices.createPreview({ subscription }),
        (reply) => invoicePreview(reply),
      ),
  };
}

const changePreview = (request: ChangeSubscriptionRequest): Stripe.InvoiceCreatePreviewParams => ({
  subscription: request.providerReference,
  subscription_details: {
    items: [{ id: request.itemReference, price: request.priceReference, quantity: request.quantity }],
    proration_behavior: prorationBehavior(request.proration),
    ...(request.proration === "none" || request.prorationDate === undefined
      ? {}
      : { proration_date: Math.floor(request.prorationDate.getTime() / 1_000) }),
  },
});

async function getInvoice(stripe: StripeClient, reference: string): Promise<ProviderResult<InvoiceNews>> {
  const fetched = await askStripe(
    stripe,
    (client) => client.invoices.retrieve(reference, { expand: INVOICE_EXPAND }),
    (reply) => {
      if (reply.id !== reference) throw new RangeError("a reply about another invoice");
      return { reply, news: invoiceNews(reply), lack: lackOf(reply) };
    },
  );
  if (fetched.outcome !== "accepted") return fetched;
  const { reply, news, lack } = fetched.value;
  if (!lack.lines && !lack.payments && !lack.notes) return { outcome: "accepted", value: news };
  const lines = lack.lines ? await allLines(stripe, reference) : NOTHING;
  if (lines.outcome !== "accepted") return lines;
  const payments = lack.payments ? await allPayments(stripe, reference) : NOTHING;
  if (payments.outcome !== "accepted") return payments;
  const credited = lack.notes ? await creditedAfter(stripe, reference) : NOTHING;
  if (credited.outcome !== "accepted") return credited;
  return askStripe(
    stripe,
    async () => reply,
    (value) => invoiceNews(value, { lines: lines.value, payments: payments.value, creditedAfter: credited.value }),
  );
}

const NOTHING = { outcome: "accepted", value: undefined } as const;

const allPayments = (stripe: StripeClient, invoice: string): Promise<ProviderResult<unknown[]>> =>
  askStripe(
    stripe,
    (client) =>
      client.invoicePayments
        .list({ invoice, limit: 100, expand: ["data.payment.payment_intent"] })
        .autoPagingToArray({ limit: LINES_MAX }),
    (payments) => payments,
  );

const creditedAfter = (stripe: StripeClient, invoice: string): Promise<ProviderResult<number>> =>
  askStripe(
    stripe,
    (client) => client.creditNotes.list({ invoice, limit: 100 }).autoPagingToArray({ limit: LINES_MAX }),
    givenBack,
  );

const allLines = (stripe: StripeClient, reference: string): Promise<ProviderResult<InvoiceLine[]>> =>
  askStripe(
    stripe,
    (client) => client.invoices.listLineItems(reference, { limit: 100 }).autoPagingToArray({ limit: LINES_MAX }),
    (lines) => lines.map(invoiceLine),
  );

async function listInvoices(
  stripe: StripeClient,
  query: Parameters<BillingPort["listInvoices"]>[0],
): Promise<ProviderResult<Listing<InvoiceNews>>> {
  if (query.cursor !== undefined && !CURSOR.test(query.cursor)) {
    return rejected("invalid_cursor", "not a cursor of this listing");
  }
  const params: Stripe.InvoiceListParams = {
    limit: Math.min(query.limit ?? PAGE_SIZE, PAGE_SIZE),
    // In a listing every path begins at the list.
    expand: ["data.payments"],
    ...(query.customerReference === undefined ? {} : { customer: query.customerReference }),
    ...(query.subscriptionReference === undefined ? {} : { subscription: query.subscriptionReference }),
    ...(query.since === undefined ? {} : { created: { gte: Math.floor(query.since.getTime() / 1_000) } }),
    ...(query.cursor === undefined ? {} : { starting_after: query.cursor }),
  };
  return askStripe(
    stripe,
    (client) => client.invoices.list(params),
    (reply) => {
      const { last = null, ...page } = readListed(reply, (invoice) => [invoiceNews(invoice)]);
      return { ...page, nextCursor: last };
    },
  );
}
