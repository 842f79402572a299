import { z } from "zod";
import { AssetCode, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";

export const lotEvents = eventFamily("LotEvent", {
  data: z.object({
    walletId: z.string(),
    asset: AssetCode,
    amount: Units.meta({ description: "How many expire, or did." }),
    expiresAt: z.iso.datetime(),
    days: z.int().nullable().meta({ description: "With `credits.expiring`: how many days before." }),
  }),
  types: {
    "credits.expiring": "Credits of a lot expire in 30, 7 or 1 days, unless they are spent before. Told once for each.",
    "credits.expired": "Credits of a lot expired.",
  },
});
