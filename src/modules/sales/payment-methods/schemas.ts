import { z } from "zod";
import { CustomerId, ProviderId, Timestamp } from "../../../http/schemas.js";
import { BILLING_PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { methodChart } from "./rules/chart.js";

const MethodId = ProviderId.meta({
  description: "The provider's own id (Stripe `pm_...`).",
  examples: ["pm_1R7x2eLkdIwHu7ix0Yd1x3nC"],
});

const Provider = z.literal(BILLING_PROVIDER_NAMES);
/** Where a caller may say who is to keep something. */
const Choice = Provider.optional().meta({
  description: "Who keeps it. When absent, the first provider that is set up.",
});
export const ProviderChoice = z.strictObject({ provider: Choice });
export const ProviderFilter = z.strictObject({
  provider: Provider.optional().meta({ description: "Only those that this provider keeps." }),
});

export const CustomerMethodParams = z.strictObject({ customerId: CustomerId, methodId: MethodId });
export const SetupParams = z.strictObject({
  customerId: CustomerId,
  setupId: ProviderId,
});

export const AttachPaymentMethod = z
  .strictObject({
    paymentMethodId: MethodId,
    provider: Choice,
    default: z.boolean().optional().meta({ description: "It pays when nothing else is said." }),
  })
  .meta({ id: "AttachPaymentMethod", examples: [{ paymentMethodId: "pm_card_visa", default: true }] });

export const DefaultPaymentMethod = z
  .strictObject({
    paymentMethodId: MethodId.nullable().meta({ description: "Null for none." }),
    provider: Provider.optional().meta({
      description:
        "Where it pays: each provider has a default. When absent, where the method is, and with null the first one.",
    }),
  })
  .meta({ id: "DefaultPaymentMethod", examples: [{ paymentMethodId: "pm_1R7x2eLkdIwHu7ix0Yd1x3nC" }] });

const Card = z
  .object({
    brand: z.string(),
    last4: z.string(),
    expMonth: z.int(),
    expYear: z.int(),
    funding: z.string().nullable(),
    country: z.string().nullable(),
    fingerprint: z
      .string()
      .nullable()
      .meta({ description: "Tells the same card saved twice. Null for customers, whose business it is not." }),
  })
  .meta({ id: "PaymentMethodCard" });

export const PaymentMethod = z
  .object({
    id: MethodId,
    customerId: CustomerId,
    provider: Provider.meta({ description: "Who keeps it, and what it can pay for: nothing at another provider." }),
    type: z.string().meta({ examples: ["card"] }),
    status: z.enum(methodChart.statuses),
    default: z.boolean(),
    card: Card.nullable(),
    expiresAt: Timestamp.nullable().meta({ description: "From then on the card is no longer good." }),
    createdAt: Timestamp,
    detachedAt: Timestamp.nullable(),
  })
  .meta({ id: "PaymentMethod" });

export const PaymentMethodList = z
  .object({
    data: z.array(PaymentMethod),
    defaultPaymentMethodId: z.string().nullable().meta({
      description: "Of the first provider that has one. Each provider has its own: see `default` of each method.",
    }),
    stale: z.boolean().meta({ description: "A provider did not answer: this is what it had at `checkedAt`." }),
    checkedAt: Timestamp.nullable(),
    nextCursor: z.null(),
  })
  .meta({ id: "PaymentMethodList" });

export const PaymentMethodSetup = z
  .object({
    id: z.string(),
    customerId: CustomerId,
    provider: Provider,
    status: z.enum(["requires_payment_method", "requires_action", "processing", "succeeded", "canceled"]),
    clientSecret: z.string().nullable().meta({ description: "For the provider's front-end library." }),
    paymentMethodId: z.string().nullable(),
    failure: z
      .object({ code: z.string(), declineCode: z.string().optional(), message: z.string() })
      .nullable()
      .meta({ description: "Why the last try failed; the setup may still be open." }),
  })
  .meta({ id: "PaymentMethodSetup" });
