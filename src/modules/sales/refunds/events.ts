import { z } from "zod";
import { AssetCode, CurrencyCode, OutputId, Timestamp, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";
import { disputeChart, refundChart } from "./rules/chart.js";
import { REFUND_ORIGINS } from "./schemas.js";

export const refundEvents = eventFamily("RefundEvent", {
  data: z.object({
    paymentId: OutputId("pay"),
    status: z.enum(refundChart.statuses),
    amount: Units,
    currency: CurrencyCode,
    origin: z.enum(REFUND_ORIGINS).meta({ description: "`provider`: made in the provider's dashboard." }),
    excess: Units.optional().meta({ description: "The part that is more than the payment had left." }),
    failureCode: z.string().optional(),
    providerReference: z.string().nullable().optional(),
    secondReference: z.string().optional().meta({
      description: "Another refund at the provider that carries our id: set aside for a person.",
    }),
  }),
  types: {
    "refund.requested": "A refund was asked for.",
    "refund.pending": "The provider has it.",
    "refund.succeeded": "The money is on its way to the customer.",
    "refund.failed": "It will not happen; what it took is given back.",
    "refund.canceled": "It was canceled; what it took is given back.",
    "refund.needs_review": "Two refunds at the provider carry the same id of ours; a person must look.",
  },
});

export const disputeEvents = eventFamily("DisputeEvent", {
  data: z.object({
    paymentId: OutputId("pay"),
    status: z.string().meta({ description: "The provider's own word." }),
    funds: z.enum(disputeChart.statuses).meta({ description: "What became of the money." }),
    amount: Units,
    currency: CurrencyCode,
    taken: Units.meta({ description: "How much of the payment is with the bank now." }),
    reason: z.string(),
    evidenceDueBy: Timestamp.nullable(),
    reviewReason: z.string().optional().meta({ description: "Why a person should look at it." }),
    paid: Units.optional().meta({ description: "What was paid, in minor units of `paidCurrency`." }),
    paidCurrency: CurrencyCode.optional(),
    takenElsewhere: z
      .array(z.object({ amount: Units, asset: AssetCode }))
      .optional()
      .meta({ description: "Taken in other currencies." }),
  }),
  types: {
    "dispute.created": "A bank asks about a payment, and took nothing yet.",
    "dispute.updated": "The provider changed its status or amount.",
    "dispute.funds_withdrawn": "The bank took the money, or more of it.",
    "dispute.funds_reinstated": "The bank gave the money back, or a part of it.",
    "dispute.lost": "The money stays with the bank.",
    "dispute.needs_review": "A rule cannot decide it; a person must look.",
  },
});
