import { z } from "zod";
import {
  Amount,
  AssetCode,
  CurrencyCode,
  CustomerId,
  OutputId,
  PageParams,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { PAYMENT_PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { disputeChart, refundChart } from "./rules/chart.js";

export const REFUND_ORIGINS = ["api", "provider"] as const;

export const PaymentParams = z.strictObject({ paymentId: TypedId("pay") });
export const RefundParams = z.strictObject({ refundId: TypedId("ref") });
export const DisputeParams = z.strictObject({ disputeId: TypedId("dsp") });

export const NewRefund = z
  .strictObject({
    amount: Amount.optional().meta({
      description: "Minor units of the payment's currency; all that is left when absent.",
    }),
    grants: Amount.optional().meta({
      description: "Instead: the money that so many of the payment's grants cost.",
      examples: [5],
    }),
    reason: z.enum(["duplicate", "fraudulent", "requested_by_customer"]).optional(),
    note: Text(300).optional(),
  })
  .refine((body) => body.amount === undefined || body.grants === undefined, {
    error: "Name either amount or grants, not both.",
    path: ["grants"],
  })
  .meta({ id: "NewRefund", examples: [{ amount: 500, reason: "requested_by_customer" }] });

export const RefundPreview = z
  .object({
    dryRun: z.literal(true),
    paymentId: OutputId("pay"),
    amount: z.int(),
    currency: CurrencyCode,
    takesBack: z.object({ asset: AssetCode, amount: z.int() }),
  })
  .meta({ id: "RefundPreview" });

export const Refund = z
  .object({
    id: OutputId("ref"),
    paymentId: OutputId("pay"),
    customerId: CustomerId,
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    providerReference: z.string().nullable(),
    secondReference: z.string().nullable().meta({
      description: "Another refund at the provider that carries our id: set aside for a person, and never booked.",
    }),
    status: z.enum(refundChart.statuses),
    amount: z.int(),
    currency: CurrencyCode,
    excess: z.int().meta({ description: "The part that is more than the payment had left; only from a dashboard." }),
    origin: z.enum(REFUND_ORIGINS).meta({ description: "`provider`: made in the provider's dashboard." }),
    reason: z.string().nullable(),
    note: z.string().nullable(),
    failure: z.object({ code: z.string(), message: z.string() }).nullable(),
    requestedBy: z.string(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "Refund" });

const filter = { paymentId: TypedId("pay").optional(), customerId: CustomerId.optional(), ...PageParams };
export const RefundFilter = z.strictObject(filter);
export const DisputeFilter = z.strictObject(filter);

export const Dispute = z
  .object({
    id: OutputId("dsp"),
    paymentId: OutputId("pay"),
    customerId: CustomerId,
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    providerReference: z.string(),
    status: z.string().meta({ description: "The provider's own word.", examples: ["needs_response"] }),
    funds: z.enum(disputeChart.statuses).meta({ description: "What became of the money." }),
    isInquiry: z.boolean(),
    amount: z.int().meta({ description: "What the bank speaks of, in minor units of `currency`." }),
    currency: CurrencyCode.meta({ description: "The dispute's; as a rule the payment's." }),
    taken: z.int().meta({
      description:
        "How much of the payment is with the bank now, in minor units of the payment's currency: the sum of what moved. " +
        "Below zero when more came back than was taken.",
    }),
    takenElsewhere: z
      .array(z.object({ amount: z.int(), asset: AssetCode }))
      .meta({ description: "Taken in currencies that neither the payment nor the dispute is in; on `unexplained`." }),
    reviewReason: z.string().nullable().meta({
      description: "Why a person should look at it: `other_currency` when it is not in the payment's.",
    }),
    reason: z.string(),
    fee: z
      .object({ amount: z.int(), asset: AssetCode })
      .nullable()
      .meta({ description: "What the provider charges for it, less what it gave back." }),
    evidenceDueBy: Timestamp.nullable(),
    evidenceSubmittedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "Dispute" });

export const Evidence = z
  .strictObject({
    evidence: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]{0,60}$/, "must be 1 to 61 small letters, digits or `_`, a letter first"),
        z.string().min(1).max(20_000),
      )
      .refine(
        (fields) => Object.keys(fields).length >= 1 && Object.keys(fields).length <= 40,
        "must have 1 to 40 fields",
      )
      .meta({ description: "The provider's own fields.", examples: [{ product_description: "Ten credits." }] }),
    submit: z.boolean().default(false).meta({ description: "Send it to the bank; this can be done once." }),
  })
  .meta({
    id: "DisputeEvidence",
    examples: [{ evidence: { product_description: "Ten credits, delivered at once." }, submit: true }],
  });
