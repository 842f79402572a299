import { z } from "zod";
import { AssetCode, CurrencyCode, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";
import { paymentChart } from "./rules/chart.js";

export const paymentEvents = eventFamily("PaymentEvent", {
  data: z.object({
    status: z.enum(paymentChart.statuses),
    amount: Units,
    currency: CurrencyCode,
    provider: z.string().optional(),
    failureCode: z.string().optional().meta({ description: "The provider's own code." }),
    reason: z.string().optional().meta({ description: "Why what arrived was set aside." }),
    received: Units.optional().meta({ description: "What arrived, in minor units of `receivedAsset`." }),
    receivedAsset: AssetCode.optional(),
  }),
  types: {
    "payment.created": "A payment was asked for.",
    "payment.pending": "It waits for the customer.",
    "payment.requires_action": "The customer must confirm it, e.g. by 3-D Secure.",
    "payment.processing": "The provider has it, and it takes its time.",
    "payment.succeeded": "The money arrived, and the wallet is credited.",
    "payment.failed": "It was declined.",
    "payment.canceled": "It was canceled.",
    "payment.expired": "Nobody paid in time.",
    "payment.partially_refunded": "A part of it went back.",
    "payment.refunded": "All of it went back.",
    "payment.disputed": "The customer's bank took it back.",
    "payment.quarantined": "Money arrived that the payment does not explain; it was set aside.",
  },
});
