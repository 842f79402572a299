import { z } from "zod";
import { AssetCode, OutputId, StablecoinCode, Timestamp, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";
import { payoutChart } from "./rules/chart.js";

export const payoutEvents = eventFamily("PayoutEvent", {
  data: z.object({
    status: z.enum(payoutChart.statuses),
    amount: Units,
    asset: AssetCode,
    payoutAmount: Units.meta({ description: "What is sent, in minor units of `payoutAsset`." }),
    payoutAsset: StablecoinCode,
    network: z.string(),
    failureCode: z.string().optional(),
    reason: z.string().nullable().optional(),
    attempt: z
      .union([OutputId("poa"), z.int()])
      .optional()
      .meta({ description: "The attempt, by its id or number." }),
    termsHash: z.string().optional(),
    paymentId: OutputId("pay").nullable().optional(),
    providerReference: z.string().optional(),
    late: z.boolean().optional().meta({ description: "It arrived after it was held to have failed." }),
    owed: Units.optional().meta({ description: "What the wallet owes since the payout arrived late." }),
  }),
  types: {
    "payout.requested": "A payout was asked for.",
    "payout.awaiting_approval": "A second person must approve it.",
    "payout.approved": "It may be sent.",
    "payout.submitting": "It is being sent.",
    "payout.unknown": "The provider gave no clear answer; it is not sent again by itself.",
    "payout.submitted": "The provider has it.",
    "payout.confirmed": "The coins arrived.",
    "payout.failed": "It will not happen; the money is back in the wallet.",
    "payout.canceled": "It was canceled; the money is back in the wallet.",
    "payout.needs_review": "Something contradicts the books; a person must look.",
    "payout.needs_decision": "The provider has said nothing for a day; a person must decide.",
    "payout.stuck": "It was submitted and is not confirmed.",
  },
});

export const payoutRefusalEvents = eventFamily("PayoutRefusalEvent", {
  data: z.object({ code: z.string(), detail: z.string() }),
  types: { "payout.refused": "The payout that a payment asked for could not start; the resource is the payment." },
});

export const payoutControlEvents = eventFamily("PayoutControlEvent", {
  data: z.object({ reason: z.string().optional() }),
  types: { "payouts.halted": "Nothing is sent any more.", "payouts.resumed": "Payouts go on." },
});

export const payoutAddressEvents = eventFamily("PayoutAddressEvent", {
  data: z.object({
    network: z.string().optional(),
    usableAt: Timestamp.optional().meta({ description: "From when on it can be used." }),
  }),
  types: {
    "payout_address.added": "A customer added a payout address; it can be used from `usableAt` on.",
    "payout_address.removed": "It was taken off the list.",
  },
});

const Limit = z.string().nullable().optional().meta({ description: "Decimal; null is no limit." });
const Values = z.object({
  coolingOffSeconds: z.int().optional(),
  perPayoutMax: Limit,
  customerDayMax: Limit,
  globalDayMax: Limit,
  approvalAbove: Limit,
});

export const payoutSettingEvents = eventFamily("PayoutSettingEvent", {
  data: z.object({
    subject: z.string().meta({ description: "What the setting is about: a stablecoin, or all payouts." }),
    before: Values.meta({ description: "The limits before." }),
    after: Values.meta({ description: "The limits asked for." }),
    effectiveAt: Timestamp,
  }),
  types: {
    "payout_settings.proposed": "A looser limit was asked for, and waits.",
    "payout_settings.applied": "It holds.",
    "payout_settings.canceled": "It was canceled.",
  },
});
