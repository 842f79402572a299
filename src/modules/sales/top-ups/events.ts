import { z } from "zod";
import { AssetCode, CurrencyCode, OutputId, Timestamp, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";

export const autoTopUpEvents = eventFamily("AutoTopUpEvent", {
  data: z.object({
    walletId: OutputId("wal"),
    paymentId: OutputId("pay").optional(),
    amount: Units.optional(),
    currency: CurrencyCode.optional(),
    available: Units.optional().meta({ description: "What the wallet had when the charge was started." }),
    failureCode: z.string().nullable().optional(),
    nextAttemptAt: Timestamp.nullable().optional(),
    reason: z.string().optional().meta({ description: "Why it is paused." }),
    until: Timestamp.nullable()
      .optional()
      .meta({ description: "Until when it is paused; null: until somebody resumes it." }),
    detail: z.string().optional().meta({ description: "More about the reason." }),
    after: z.string().nullable().optional().meta({ description: "Why it had been paused." }),
    asset: AssetCode.optional(),
    threshold: Units.optional(),
    purchase: z.record(z.string(), z.unknown()).optional().meta({ description: "What each charge buys." }),
    grants: Units.optional(),
    monthlyCap: Units.optional(),
    paymentMethodId: z.string().optional(),
    cardLast4: z.string().nullable().optional(),
    consentId: z.string().optional().meta({ description: "The consent that was given." }),
    despiteDispute: z
      .boolean()
      .optional()
      .meta({ description: "Whether staff let a card be charged again that was disputed." }),
  }),
  types: {
    "auto_top_up.enabled": "A customer agreed to automatic charges; the terms are in `data`.",
    "auto_top_up.disabled": "No more charges are started.",
    "auto_top_up.paused": "Charges stop, until a time or until somebody resumes them.",
    "auto_top_up.resumed": "Charges go on.",
    "auto_top_up.started": "The balance is low, and a charge was started.",
    "auto_top_up.succeeded": "The charge was paid.",
    "auto_top_up.failed": "The charge was declined.",
    "auto_top_up.action_required": "The customer must confirm the charge.",
  },
});
