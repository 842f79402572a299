import { z } from "zod";
import {
  Amount,
  AssetCode,
  CustomerId,
  IdOrCode,
  OutputId,
  PageParams,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { CUSTODY_PROVIDER_NAMES, NETWORK_NAMES } from "../../../providers/ports/index.js";
import { addressChart, depositChart } from "./rules/chart.js";

export const FAMILIES = ["evm", "tron", "solana"] as const;

const NetworkName = z.enum(NETWORK_NAMES).meta({ description: "The chain.", examples: ["base"] });

const ProviderName = z.enum(CUSTODY_PROVIDER_NAMES);

export const WalletParams = z.strictObject({ walletId: TypedId("wal") });

export const AddressRequest = z
  .strictObject({
    network: NetworkName,
    rotate: z.boolean().optional().meta({ description: "Make a new one; the old one stays watched and credited." }),
  })
  .meta({ id: "DepositAddressRequest", examples: [{ network: "base" }] });

export const DepositAddress = z
  .object({
    id: OutputId("dad"),
    walletId: OutputId("wal"),
    customerId: CustomerId,
    provider: ProviderName.meta({ description: "Who watches it." }),
    family: z.enum(FAMILIES),
    networks: z.array(NetworkName).meta({ description: "Chains on which coins to it are seen and credited." }),
    address: z.string().nullable(),
    status: z.enum(addressChart.statuses),
    createdAt: Timestamp,
    rotatedAt: Timestamp.nullable(),
  })
  .meta({ id: "DepositAddress" });

export const Deposit = z
  .object({
    id: OutputId("dep"),
    walletId: z.string().nullable(),
    customerId: z.string().nullable(),
    addressId: z.string().nullable(),
    provider: ProviderName.meta({ description: "Who told of the coins and keeps them." }),
    status: z.enum(depositChart.statuses),
    reason: z.string().nullable().meta({ description: "Why it is held, quarantined, rejected, failed or reversed." }),
    asset: z
      .string()
      .nullable()
      .meta({
        description: "What came; null when the token's contract is none that we know, whatever it calls itself.",
        examples: ["USDC"],
      }),
    claimedAsset: z.string().meta({ description: "What the token calls itself.", examples: ["USDC"] }),
    amount: z.int().meta({ description: "Minor units, rounded down." }),
    onChainAmount: z.string().meta({ description: "As the provider says it, in major units." }),
    network: z.string().nullable(),
    contract: z.string().nullable(),
    toAddress: z.string().nullable(),
    fromAddress: z.string().nullable(),
    transactionHash: z.string().nullable(),
    confirmations: z.int().nullable(),
    transactionId: z.string().nullable(),
    reviewedBy: z.string().nullable(),
    creditedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: "Deposit" });

export const DepositParams = z.strictObject({ depositId: TypedId("dep") });
export const DepositFilter = z.strictObject({
  customerId: CustomerId.optional(),
  walletId: TypedId("wal").optional(),
  status: z.enum(depositChart.statuses).optional(),
  ...PageParams,
});
export const DepositReason = z
  .strictObject({ reason: Text(300) })
  .meta({ id: "DepositReason", examples: [{ reason: "The sender is known to us." }] });
export const Rescan = z
  .strictObject({
    network: NetworkName,
    transactionHash: z
      .string()
      .regex(/^[0-9A-Za-z]{32,100}$/, "must be a transaction's hash: 32 to 100 letters and digits"),
  })
  .meta({
    id: "RescanRequest",
    examples: [
      { network: "base", transactionHash: "0x5f1c9a3e5f1c9a3e5f1c9a3e5f1c9a3e5f1c9a3e5f1c9a3e5f1c9a3e5f1c9a3e" },
    ],
  });

export const NewConversion = z
  .strictObject({
    asset: AssetCode.meta({ description: "The stablecoin that pays.", examples: ["USDC"] }),
    amount: Amount.optional().meta({
      description: "Minor units of `asset` to turn into credits.",
      examples: [10_000_000],
    }),
    package: IdOrCode.optional().meta({ description: "Or a package to buy, at its price in US dollars." }),
    minimumReceived: Amount.optional().meta({ description: "Refuse when less would come.", examples: [95] }),
  })
  .refine((body) => (body.package === undefined) !== (body.amount === undefined), {
    error: "Name either package or amount.",
    path: ["package"],
  })
  .meta({ id: "NewConversion", examples: [{ asset: "USDC", amount: 10_000_000 }] });

const Side = z.object({ asset: AssetCode, amount: z.int() });
const quote = {
  walletId: OutputId("wal"),
  from: Side,
  to: Side,
  rate: z.string().nullable().meta({ description: "Price of one unit of what comes; null for a package." }),
};
export const ConversionQuote = z.object({ dryRun: z.literal(true), ...quote }).meta({ id: "ConversionQuote" });
export const Conversion = z
  .object({ id: OutputId("txn"), ...quote, transferIds: z.array(z.string()) })
  .meta({ id: "Conversion" });
