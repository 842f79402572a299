import { z } from "zod";
import {
  Amount,
  AssetCode,
  CurrencyCode,
  CustomerId,
  IdOrCode,
  Moment,
  OutputId,
  PageParams,
  ProviderId,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { BILLING_PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { attemptChart, topUpChart } from "./rules/chart.js";

const Provider = z.literal(BILLING_PROVIDER_NAMES);
const Money = z.strictObject({ amount: Amount, currency: CurrencyCode });

const NewConsent = z
  .strictObject({
    acceptedAt: Moment.meta({ description: "When the customer agreed." }),
    text: Text(5_000).optional().meta({ description: "What the customer agreed to, word for word; or its `version`." }),
    version: Text(100).optional(),
    ip: z.union([z.ipv4(), z.ipv6()]).optional(),
    userAgent: Text(500).optional(),
  })
  .meta({
    id: "NewAutoTopUpConsent",
    description: "From a customer's own token, the address and the user agent are those of the request.",
  });

export const PutAutoTopUp = z
  .strictObject({
    asset: AssetCode,
    threshold: Amount.meta({ description: "It is topped up when less than this can be spent.", examples: [5] }),
    package: IdOrCode.optional().meta({ description: "Code or id of a package; or give `amount` and `currency`." }),
    price: Money.optional().meta({ description: "With a `package` whose buyer says what to pay." }),
    amount: Amount.optional(),
    currency: CurrencyCode.optional(),
    grants: z.strictObject({ asset: AssetCode, amount: Amount }).optional(),
    monthlyCap: Money.meta({ description: "At most this is charged in a calendar month (UTC)." }),
    provider: Provider.optional().meta({
      description:
        "Whose method is charged. When absent, who keeps the named method, or the first provider that is set up.",
    }),
    paymentMethodId: ProviderId.optional().meta({
      description: "An attached method; the default one, or the only one, when absent.",
    }),
    despiteDispute: z.literal(true).optional().meta({
      description: "An administrator's decision: what disputes hold against the customer and the card is lifted.",
    }),
    consent: NewConsent.optional().meta({ description: "Always needed: without it, 422." }),
  })
  .refine((body) => (body.package === undefined) !== (body.amount === undefined), {
    error: "Name either package or amount.",
    path: ["package"],
  })
  .refine((body) => body.price === undefined || body.package !== undefined, {
    error: "goes with a package: name the package too",
    path: ["price"],
  })
  .refine((body) => body.price === undefined || body.currency === undefined, {
    error: "is named in price already: leave it out",
    path: ["currency"],
  })
  .refine((body) => body.amount === undefined || body.currency !== undefined, {
    error: "is required with amount",
    path: ["currency"],
  })
  .refine((body) => body.package === undefined || body.grants === undefined, {
    error: "A package grants what it says: leave grants out.",
    path: ["grants"],
  })
  .meta({
    id: "PutAutoTopUp",
    examples: [
      {
        asset: "CREDIT",
        threshold: 5,
        package: "starter",
        monthlyCap: { amount: 5_000, currency: "USD" },
        consent: { acceptedAt: "2026-11-20T12:00:00Z", version: "auto-top-up-3" },
      },
    ],
  });

const Purchase = z
  .object({
    package: z.string().optional(),
    price: z.object({ amount: z.int(), currency: CurrencyCode }).optional(),
    amount: z.int().optional(),
    currency: CurrencyCode.optional(),
    grants: z.object({ asset: AssetCode, amount: z.int() }).optional(),
  })
  .meta({ id: "AutoTopUpPurchase" });

export const Consent = z
  .object({
    id: OutputId("con"),
    acceptedAt: Timestamp,
    text: z.string().nullable(),
    version: z.string().nullable(),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    terms: z.record(z.string(), z.unknown()).meta({ description: "The settings that it is a consent to." }),
    recordedBy: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: "AutoTopUpConsent" });

export const Attempt = z
  .object({
    id: OutputId("ata"),
    status: z.enum(attemptChart.statuses),
    paymentId: OutputId("pay"),
    amount: z.int(),
    currency: CurrencyCode,
    available: z.int().meta({ description: "What could be spent when it was begun." }),
    failureCode: z.string().nullable(),
    createdAt: Timestamp,
    endedAt: Timestamp.nullable(),
  })
  .meta({ id: "AutoTopUpAttempt" });

export const AutoTopUp = z
  .object({
    id: OutputId("atu"),
    walletId: OutputId("wal"),
    customerId: CustomerId,
    asset: AssetCode,
    status: z.enum(topUpChart.statuses),
    pausedReason: z
      .enum([
        "declined",
        "monthly_cap",
        "dispute",
        "card_changed",
        "card_detached",
        "terms_changed",
        "refunded",
        "debt",
        "refused",
      ])
      .nullable(),
    pausedUntil: Timestamp.nullable().meta({ description: "Then it goes on by itself." }),
    threshold: z.int(),
    purchase: Purchase,
    amount: z.int().meta({ description: "What one top-up costs, as agreed." }),
    currency: CurrencyCode,
    grants: z.object({ asset: AssetCode, amount: z.int() }),
    monthlyCap: z.object({ amount: z.int(), currency: CurrencyCode }),
    spentThisMonth: z.int(),
    provider: Provider.meta({ description: "Who charges the method." }),
    paymentMethodId: z.string(),
    cardLast4: z.string().nullable(),
    failures: z.int().meta({ description: "Charges that failed since the last that did not." }),
    nextAttemptAt: Timestamp.nullable().meta({ description: "Not before then, after a failure." }),
    openAttempt: Attempt.nullable().meta({ description: "With `action_required`, the customer confirms its payment." }),
    consent: Consent.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "AutoTopUp" });

export const WalletParams = z.strictObject({ walletId: TypedId("wal") });
export const PageQuery = z.strictObject(PageParams);
