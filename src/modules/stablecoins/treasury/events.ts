import { z } from "zod";
import { AssetCode, Units } from "../../../http/schemas.js";
import { eventFamily } from "../../../kernel/events.js";

export const treasuryReceiptEvents = eventFamily("TreasuryReceiptEvent", {
  data: z.object({
    asset: AssetCode,
    amount: Units,
    network: z.string().nullable(),
    reason: z.string().nullable().optional(),
    duplicateOf: z.string().nullable().optional().meta({ description: "The receipt that it may be, told again." }),
  }),
  types: {
    "treasury.funded": "Coins that were announced arrived in a master wallet.",
    "treasury.unexplained_receipt": "Coins arrived that nobody announced.",
    "treasury.receipt_held": "A receipt may be one that is booked already; a person must decide.",
    "treasury.receipt_undone": "The chain dropped a receipt that was booked.",
    "treasury.funding_undone": "The chain dropped a funding that was booked.",
  },
});

export const strayWithdrawalEvents = eventFamily("StrayWithdrawalEvent", {
  data: z.object({ asset: AssetCode, amount: Units, transactionHash: z.string().nullable() }),
  types: { "treasury.unexplained_withdrawal": "Coins left a master wallet, and no payout of ours sent them." },
});

export const treasuryLevelEvents = eventFamily("TreasuryLevelEvent", {
  data: z.object({
    network: z.string(),
    asset: z.string(),
    balance: z.string().meta({ description: "Decimal, in whole coins." }),
    threshold: z.string().meta({ description: "Decimal, in whole coins." }),
  }),
  types: {
    "treasury.low_balance": "A master wallet has less of a stablecoin than its threshold.",
    "treasury.low_gas": "A master wallet has less than its threshold to pay network fees with.",
  },
});
