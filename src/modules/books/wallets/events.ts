import { z } from "zod";
import { AssetCode, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";

export const debtEvents = eventFamily("DebtEvent", {
  data: z.object({
    asset: AssetCode,
    amount: Units.meta({ description: "What was written off." }),
    owed: Units.meta({ description: "What is still owed." }),
  }),
  types: { "wallet.debt_written_off": "A debt of a wallet was written off." },
});
