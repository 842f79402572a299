import { z } from "zod";
import {
  AssetCode,
  CurrencyCode,
  CustomerId,
  IdOrCode,
  Metadata,
  Moment,
  OutputId,
  PageParams,
  ProviderId,
  SignedAmount,
  Timestamp,
  TypedId,
  WebUrl,
} from "../../../http/schemas.js";
import { BILLING_PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { invoiceChart, subscriptionChart } from "./rules/chart.js";

const Status = z.enum(subscriptionChart.statuses).meta({
  description:
    "`requested`: the provider has not answered yet. `failed`: it refused. The others are the provider's: `incomplete` waits for " +
    "the first payment, `past_due` for a later one.",
});
export const CONSEQUENCES = ["keep", "freeze", "cancel"] as const;

const Plan = IdOrCode.meta({ description: "Code or id of a plan.", examples: ["monthly_basic"] });
const Quantity = z.int().min(1).max(1_000_000);
const PaymentMethodId = ProviderId.meta({ description: "A saved method of the customer (Stripe `pm_...`)." });

const Provider = z.literal(BILLING_PROVIDER_NAMES);

export const NewSubscription = z
  .strictObject({
    customerId: CustomerId,
    plan: Plan,
    provider: Provider.optional().meta({ description: "Who bills. When absent, the first provider that is set up." }),
    quantity: Quantity.default(1),
    currency: CurrencyCode.optional().meta({ description: "Which of the plan's prices; the default one when absent." }),
    trialDays: z.int().min(0).max(730).optional().meta({
      description: "Instead of the plan's own, which is for customers who never had a trial. Customers may say 0 only.",
    }),
    flow: z.enum(["payment_intent", "checkout"]),
    paymentMethodId: PaymentMethodId.optional(),
    successUrl: WebUrl.optional(),
    cancelUrl: WebUrl.optional(),
    metadata: Metadata.optional(),
  })
  .refine((body) => body.flow !== "checkout" || body.paymentMethodId === undefined, {
    error: "A checkout asks for the method itself: leave paymentMethodId out.",
    path: ["paymentMethodId"],
  })
  .meta({
    id: "NewSubscription",
    examples: [{ customerId: "user-42", plan: "monthly_basic", flow: "payment_intent" }],
  });

const Failure = z
  .object({ code: z.string(), declineCode: z.string().optional(), message: z.string() })
  .nullable()
  .meta({ description: "Why the last attempt failed." });

const Dunning = z
  .object({
    id: OutputId("dun"),
    invoiceId: OutputId("inv"),
    failure: Failure,
    requiresAction: z.boolean().meta({ description: "The bank wants the customer to authenticate." }),
    attempts: z.int(),
    nextAttemptAt: Timestamp.nullable(),
    graceEndsAt: Timestamp,
    consequence: z.enum(CONSEQUENCES),
    consequenceAt: Timestamp.nullable().meta({ description: "When it was applied." }),
    openedAt: Timestamp,
  })
  .meta({ id: "Dunning", description: "An invoice that could not be collected, and what is done about it." });

export const Subscription = z
  .object({
    id: OutputId("sub"),
    customerId: CustomerId,
    walletId: OutputId("wal"),
    provider: Provider,
    flow: z.enum(["payment_intent", "checkout"]),
    status: Status,
    planId: z.string().nullable(),
    quantity: z.int(),
    otherItems: z
      .array(z.object({ itemReference: z.string(), priceReference: z.string(), quantity: z.int() }))
      .meta({ description: "Items that were put beside the plan's at the provider; they are left alone." }),
    currency: CurrencyCode,
    providerReference: z.string().nullable(),
    clientSecret: z.string().nullable().meta({
      description: "For the provider's front-end library, while a payment is due or a card is to be saved.",
    }),
    checkoutUrl: z.string().nullable().meta({ description: "Where to send the customer, until they have subscribed." }),
    expiresAt: Timestamp.nullable().meta({
      description: "When the checkout page runs out; null once it is of no use.",
    }),
    currentPeriodStart: Timestamp.nullable(),
    currentPeriodEnd: Timestamp.nullable(),
    trialEnd: Timestamp.nullable(),
    cancelAt: Timestamp.nullable().meta({ description: "It ends then." }),
    canceledAt: Timestamp.nullable(),
    endedAt: Timestamp.nullable(),
    paused: z.boolean().meta({ description: "Nothing is collected or granted for now." }),
    changePending: z.boolean().meta({ description: "An upgrade waits for its payment." }),
    paymentMethodId: z.string().nullable(),
    failure: Failure,
    dunning: Dunning.nullable(),
    metadata: Metadata,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: "Subscription" });

export const SubscriptionPreview = z
  .object({
    dryRun: z.literal(true),
    provider: Provider,
    planId: OutputId("pln"),
    quantity: z.int(),
    amount: z.int().meta({ description: "Of each cycle, in minor units of `currency`." }),
    currency: CurrencyCode,
    grants: z.object({ asset: AssetCode, amount: z.int() }).meta({ description: "Of each cycle." }),
    trialDays: z.int(),
  })
  .meta({ id: "SubscriptionPreview" });

const change = {
  plan: Plan.optional(),
  quantity: Quantity.optional(),
  proration: z
    .enum(["none", "create", "invoice_now"])
    .default("create")
    .meta({
      description:
        "`create` puts the difference on the next invoice, `invoice_now` on one of its own, which must be paid before the change " +
        "counts; `none` leaves it out. Credits follow what is invoiced.",
    }),
  prorationDate: Moment.optional().meta({ description: "That of the preview, to be charged what it showed." }),
};
export const SubscriptionChange = z
  .strictObject(change)
  .refine(
    (body) => body.plan !== undefined || body.quantity !== undefined,
    "Name a plan, a quantity, or both: else nothing changes.",
  )
  .meta({ id: "SubscriptionChange", examples: [{ plan: "monthly_pro", proration: "invoice_now" }] });
export const ChangePreview = z.strictObject(change).meta({
  id: "ChangePreview",
  description: "What would be changed; nothing for the next invoice as things are.",
  examples: [{ plan: "monthly_pro", proration: "invoice_now" }],
});

const Grants = z
  .array(
    z.object({
      asset: AssetCode,
      amount: SignedAmount.meta({ description: "Given to the wallet; negative when taken back." }),
      expired: z.int().meta({ description: "Let go of what was left of the cycle before." }),
    }),
  )
  .meta({ description: "What the invoice does to the wallet." });

const line = {
  description: z.string(),
  amount: SignedAmount.meta({ description: "Before the discount." }),
  discount: z.int(),
  quantity: z.int(),
  planId: z.string().nullable(),
  proration: z.boolean().meta({ description: "It makes up for a change in the middle of a period." }),
  periodStart: Timestamp,
  periodEnd: Timestamp,
  credits: SignedAmount.nullable().meta({ description: "Its share of the credits; null while it has none." }),
};

export const NextInvoice = z
  .object({
    dryRun: z.literal(true).optional(),
    currency: CurrencyCode.nullable(),
    total: SignedAmount,
    amountDue: z.int(),
    prorationDate: Timestamp.nullable(),
    lines: z.array(z.object(line)),
    grants: Grants,
  })
  .meta({ id: "NextInvoice", description: "The provider's preview. Without lines when there will be no invoice." });

export const Cancellation = z
  .strictObject({ at: z.enum(["now", "period_end"]).default("period_end") })
  .meta({ id: "SubscriptionCancellation", examples: [{ at: "period_end" }] });

export const SubscriptionSummary = z
  .object({
    customerId: CustomerId,
    subscriptions: z.array(Subscription).meta({ description: "Those that have not ended, newest first." }),
    cycles: z
      .array(
        z.object({
          subscriptionId: OutputId("sub"),
          asset: AssetCode,
          amount: z.int(),
          interval: z.enum(["day", "week", "month", "year"]),
          intervalCount: z.int(),
        }),
      )
      .meta({ description: "What each gives, and how often." }),
    pastDue: z.boolean().meta({ description: "One of them has an invoice that could not be collected." }),
    frozenAssets: z.array(AssetCode).meta({ description: "What cannot be spent because of that." }),
    openInvoices: z.array(z.object({ currency: CurrencyCode, amount: z.int(), count: z.int() })),
  })
  .meta({ id: "SubscriptionSummary" });

export const Invoice = z
  .object({
    id: OutputId("inv"),
    subscriptionId: OutputId("sub"),
    customerId: CustomerId,
    provider: Provider,
    providerReference: z.string(),
    number: z.string().nullable(),
    status: z.enum(invoiceChart.statuses),
    billingReason: z.string().meta({ description: "The provider's word.", examples: ["subscription_cycle"] }),
    currency: CurrencyCode,
    total: SignedAmount,
    amountDue: z.int(),
    amountPaid: z.int(),
    amountRemaining: z.int(),
    lines: z.array(z.object(line)),
    grants: Grants,
    paymentId: z
      .string()
      .nullable()
      .meta({ description: "The payment that it became when it was paid with money; the largest of several." }),
    paymentIds: z.array(z.string()).meta({ description: "All of its payments: an invoice can be paid in parts." }),
    credited: z.int().meta({
      description: "Given back after it was paid and not by a refund, e.g. to the customer's balance at the provider.",
    }),
    hostedUrl: z.string().nullable().meta({ description: "The provider's page of it, where it can be paid." }),
    pdfUrl: z.string().nullable(),
    clientSecret: z
      .string()
      .nullable()
      .meta({ description: "For the provider's front-end library, while it is open." }),
    attempts: z.int(),
    nextAttemptAt: Timestamp.nullable(),
    failure: Failure,
    requiresAction: z.boolean().meta({ description: "The bank wants the customer to authenticate." }),
    issuedAt: Timestamp,
    finalizedAt: Timestamp.nullable(),
    paidAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: "Invoice" });

export const InvoicePayment = z
  .strictObject({ paymentMethodId: PaymentMethodId.optional() })
  .meta({ id: "InvoicePayment", examples: [{ paymentMethodId: "pm_1Q0PsIJvEtkwdCNY" }] });

export const NewPortalSession = z
  .strictObject({
    provider: Provider.optional().meta({ description: "Whose page. When absent, the first provider that is set up." }),
    returnUrl: WebUrl.optional(),
  })
  .meta({ id: "NewPortalSession", examples: [{ returnUrl: "https://shop.example/account" }] });
export const PortalSession = z.object({ provider: Provider, url: z.string() }).meta({
  id: "PortalSession",
  examples: [{ provider: "stripe", url: "https://billing.stripe.com/p/session/..." }],
});

export const SubscriptionFilter = z.strictObject({
  customerId: CustomerId.optional(),
  status: z.enum(subscriptionChart.statuses).optional(),
  ...PageParams,
});
export const InvoiceFilter = z.strictObject({
  subscriptionId: TypedId("sub").optional(),
  status: z.enum(invoiceChart.statuses).optional(),
  ...PageParams,
});
export const SubscriptionParams = z.strictObject({ subscriptionId: TypedId("sub") });
export const InvoiceParams = z.strictObject({ invoiceId: TypedId("inv") });
