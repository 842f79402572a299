import { z } from "zod";
import { eventFamily } from "../../../kernel/events.js";
import { BREAK_KINDS } from "./types.js";

export const reconciliationEvents = eventFamily("ReconciliationEvent", {
  data: z.object({
    provider: z.string(),
    breaks: z.int().meta({ description: "How many breaks are open after it." }),
    failure: z.string().nullable(),
  }),
  types: {
    "reconciliation.completed": "A provider's statement was booked and compared with the ledger.",
    "reconciliation.failed": "A run could not be finished; the next one starts anew.",
  },
});

export const breakEvents = eventFamily("ReconciliationBreakEvent", {
  data: z.object({
    provider: z.string(),
    kind: z.enum(BREAK_KINDS),
    asset: z.string(),
    difference: z.string().meta({ description: "Ledger minus provider, in minor units." }),
    reference: z.string().nullable(),
    resolution: z.string().nullable(),
  }),
  types: {
    "reconciliation.break_opened": "A difference between a provider's statement and the ledger needs a person.",
    "reconciliation.break_proposed": "Somebody proposed to write a difference off; a second person must approve.",
    "reconciliation.break_resolved": "A person said what becomes of a difference, and it was booked.",
    "reconciliation.break_closed": "A difference went away by itself: its partner arrived.",
  },
});

export const periodEvents = eventFamily("AccountingPeriodEvent", {
  data: z.object({ month: z.string(), openBreaks: z.int() }),
  types: { "accounting_period.closed": "A month was closed." },
});
