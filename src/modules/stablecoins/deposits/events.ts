import { z } from "zod";
import { AssetCode, OutputId, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";
import { depositChart } from "./rules/chart.js";
import { FAMILIES } from "./schemas.js";

export const depositEvents = eventFamily("DepositEvent", {
  data: z.object({
    status: z.enum(depositChart.statuses),
    asset: z.string().nullable().meta({ description: "The asset; null when the token is none that we know." }),
    amount: Units,
    network: z.string().nullable(),
    reason: z.string().optional(),
    owed: Units.optional().meta({ description: "What the wallet owes since coins that it spent are gone." }),
  }),
  types: {
    "deposit.pending": "Coins are seen, and not confirmed.",
    "deposit.credited": "The wallet is credited.",
    "deposit.held": "A person must decide.",
    "deposit.rejected": "A person decided against it.",
    "deposit.failed": "The coins never arrived.",
    "deposit.quarantined": "Coins came that nobody can be credited with.",
    "deposit.reversed": "The chain dropped a deposit that was credited.",
    "deposit.swept": "The coins were moved to the master wallet.",
  },
});

export const depositAddressEvents = eventFamily("DepositAddressEvent", {
  data: z.object({ family: z.enum(FAMILIES), walletId: OutputId("wal") }),
  types: { "deposit_address.active": "A deposit address can be paid to." },
});

const Side = z.object({ asset: AssetCode, amount: Units });

export const conversionEvents = eventFamily("ConversionEvent", {
  data: z.object({ from: Side, to: Side }),
  types: { "wallet.converted": "A stablecoin balance was turned into credits." },
});
