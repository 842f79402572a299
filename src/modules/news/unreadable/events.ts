import { z } from "zod";
import { eventFamily } from "../../../kernel/events.js";

export const unreadableEvents = eventFamily("UnreadableEntryEvent", {
  data: z.object({
    provider: z.string(),
    list: z.string().meta({ description: "Which list it is in: a master wallet, or a kind of object." }),
    reason: z.string(),
  }),
  types: {
    "payment.unreadable_entry": "A provider lists a payment that cannot be read; the resource is the entry.",
    "refund.unreadable_entry": "A provider lists a refund that cannot be read.",
    "dispute.unreadable_entry": "A provider lists a dispute that cannot be read.",
    "invoice.unreadable_entry": "A provider lists an invoice or credit note that cannot be read.",
    "balance.unreadable_entry": "A provider's statement of our balance has an entry that cannot be read.",
    "treasury.unreadable_entry": "A provider lists a transaction of a master wallet that cannot be read.",
  },
});
