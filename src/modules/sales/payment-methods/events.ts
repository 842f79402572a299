import { z } from "zod";
import { Timestamp } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";

export const paymentMethodEvents = eventFamily("PaymentMethodEvent", {
  data: z.object({
    type: z.string().optional(),
    brand: z.string().nullable().optional(),
    last4: z.string().nullable().optional(),
    expMonth: z.int().nullable().optional(),
    expYear: z.int().nullable().optional(),
    default: z.boolean().optional(),
    changed: z.array(z.string()).optional().meta({ description: "The fields that changed." }),
    expiresAt: Timestamp.nullable().optional(),
  }),
  types: {
    "payment_method.attached": "A customer saved a method.",
    "payment_method.updated": "A saved method changed, or became the default.",
    "payment_method.detached": "It is not saved any more.",
    "payment_method.expiring": "The card's last month ends within 30 days.",
  },
});
