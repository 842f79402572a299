import { z } from "zod";
import { AssetCode, CurrencyCode, OutputId, Timestamp, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";
import { caseChart, invoiceChart, subscriptionChart } from "./rules/chart.js";
import { CONSEQUENCES } from "./schemas.js";

export const subscriptionEvents = eventFamily("SubscriptionEvent", {
  data: z.object({
    status: z.enum(subscriptionChart.statuses),
    planId: OutputId("pln").nullable(),
    quantity: z.int(),
    cancelAt: Timestamp.nullable().meta({ description: "When it will end; null: it goes on." }),
    paused: z.boolean().meta({ description: "Whether invoices are made without being collected." }),
    changePending: z.boolean().meta({ description: "Whether a change waits for its payment." }),
    currency: CurrencyCode.optional(),
    flow: z.string().optional(),
    failureCode: z.string().optional(),
  }),
  types: {
    "subscription.created": "A subscription was asked for.",
    "subscription.updated": "Its plan, quantity or end changed.",
    "subscription.requested": "The provider has not answered yet.",
    "subscription.failed": "The provider refused it.",
    "subscription.incomplete": "It waits for the first payment.",
    "subscription.incomplete_expired": "The first payment never came.",
    "subscription.trialing": "The trial runs.",
    "subscription.active": "It is paid.",
    "subscription.past_due": "A later payment is missing.",
    "subscription.unpaid": "The provider gave up collecting.",
    "subscription.paused": "The provider paused it.",
    "subscription.canceled": "It ended.",
  },
});

export const dunningEvents = eventFamily("DunningEvent", {
  data: z.object({
    invoiceId: OutputId("inv"),
    attempts: z.int(),
    failureCode: z.string().nullable(),
    requiresAction: z.boolean().meta({ description: "Whether the customer must confirm the payment." }),
    nextAttemptAt: Timestamp.nullable(),
    graceEndsAt: Timestamp,
    consequence: z.enum(CONSEQUENCES),
    status: z.enum(caseChart.statuses),
    afterSeconds: z.int().optional().meta({ description: "How long the case was open." }),
  }),
  types: {
    "subscription.payment_overdue": "An invoice was not paid; the grace period runs.",
    "subscription.consequence_applied": "The grace period ended unpaid.",
    "subscription.recovered": "The invoice was paid after all.",
    "subscription.dunning_closed": "The case ended without a payment.",
  },
});

export const invoiceEvents = eventFamily("InvoiceEvent", {
  data: z.object({
    subscriptionId: OutputId("sub"),
    status: z.enum(invoiceChart.statuses),
    number: z.string().nullable(),
    billingReason: z.string().nullable().meta({ description: "Why the provider made it, in its own word." }),
    total: Units,
    amountPaid: Units,
    credited: Units.meta({ description: "What credit notes took off." }),
    currency: CurrencyCode,
    paymentId: OutputId("pay").nullable(),
    grants: z.array(z.object({ asset: AssetCode, amount: Units, expired: Units })),
    attempts: z.int(),
    failureCode: z.string().nullable(),
  }),
  types: {
    "invoice.draft": "The provider prepares it.",
    "invoice.open": "It is to be paid.",
    "invoice.paid": "It was paid, and what the plan grants was given.",
    "invoice.uncollectible": "The provider gave it up.",
    "invoice.void": "It does not count any more.",
    "invoice.payment_failed": "A payment of it was declined.",
    "invoice.payment_action_required": "The customer must confirm its payment.",
    "invoice.credited": "A credit note changed it.",
  },
});
