import { z } from "zod";
import {
  Amount,
  AssetCode,
  OutputId,
  PageParams,
  SignedAmount,
  StablecoinCode,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { CUSTODY_PROVIDER_NAMES, NETWORK_NAMES } from "../../../providers/ports/index.js";
import { fundingChart, receiptChart } from "./rules/chart.js";

const NetworkName = z.enum(NETWORK_NAMES);
const ProviderName = z.enum(CUSTODY_PROVIDER_NAMES).meta({ description: "Who keeps the coins." });
const Decimal = z
  .string()
  .regex(/^\d{1,18}(\.\d{1,18})?$/, "must be a decimal written as a string, such as 100.5")
  .meta({ description: "Major units, as a decimal string.", examples: ["100.5"] });

const TokenBalance = z.object({
  asset: StablecoinCode,
  balance: z
    .string()
    .nullable()
    .meta({ description: "In major units, as the provider says now; null: it does not say." }),
  contract: z.string(),
  decimals: z.int(),
  enabled: z.boolean(),
  alertBelow: z.string().nullable(),
});

const Sum = SignedAmount.meta({ examples: [250_000_000] })
  .nullable()
  .meta({
    description: "Minor units of the asset; null when a JSON integer cannot hold it.",
  });
const Sums = z.object({ onMasterWallets: z.string(), booked: z.string(), owed: z.string(), surplus: z.string() });

export const Treasury = z
  .object({
    wallets: z.array(
      z.object({
        id: z.string().meta({ description: "What the provider calls it." }),
        provider: ProviderName,
        network: NetworkName,
        environment: z.enum(["mainnet", "testnet"]),
        address: z.string(),
        gas: z.object({ asset: z.string(), balance: z.string().nullable(), alertBelow: z.string().nullable() }),
        tokens: z.array(TokenBalance),
      }),
    ),
    coverage: z.array(
      z.object({
        asset: StablecoinCode,
        scale: z.int().meta({ description: "Decimals of the asset in our books." }),
        onMasterWallets: Sum,
        booked: Sum.meta({ description: "`custody` in our books: deposit addresses not swept yet included." }),
        owed: Sum.meta({ description: "In wallets, or set aside for payouts." }),
        surplus: Sum.meta({ description: "Booked less owed: negative when customers' coins are missing." }),
        exact: Sums.meta({ description: "The same sums in digits, whatever their size." }),
        units: Sums.meta({ description: "The same sums in units of the asset, as the wallets' balances are." }),
        isCovered: z.boolean(),
      }),
    ),
    strangers: z.array(z.object({ provider: ProviderName, walletReference: z.string(), reason: z.string() })).meta({
      description:
        "Wallets of the settings on a chain that is not served, and coins enabled there that are no asset here.",
    }),
    unreadable: z
      .array(
        z.object({
          provider: ProviderName,
          walletReference: z.string(),
          reference: z.string().meta({ description: "The provider's id of it, or the digest of what it says." }),
          reason: z.string(),
          entry: z.string().meta({ description: "What the provider said, as JSON." }),
          firstSeenAt: Timestamp,
          lastSeenAt: Timestamp,
        }),
      )
      .meta({ description: "What a provider lists and we cannot read, the last seen first." }),
    unanswered: z.array(ProviderName).meta({
      description:
        "Providers that gave no answer: what is on their wallets is null here, and not in `onMasterWallets`.",
    }),
  })
  .meta({ id: "Treasury" });

export const NewFunding = z
  .strictObject({
    network: NetworkName,
    asset: StablecoinCode,
    amount: Amount.meta({ examples: [1_000_000_000] }),
    note: Text(200).optional(),
  })
  .meta({ id: "NewFunding", examples: [{ network: "base", asset: "USDC", amount: 1_000_000_000 }] });

export const Funding = z
  .object({
    id: OutputId("fnd"),
    provider: ProviderName,
    walletReference: z.string(),
    network: NetworkName,
    address: z.string().nullable().meta({ description: "Where to send the coins." }),
    asset: StablecoinCode,
    amount: z.int(),
    status: z.enum(fundingChart.statuses),
    note: z.string().nullable(),
    transactionHash: z.string().nullable(),
    createdAt: Timestamp,
    receivedAt: Timestamp.nullable(),
  })
  .meta({ id: "Funding" });
export const FundingParams = z.strictObject({ fundingId: TypedId("fnd") });

const ReceiptStatus = z.enum(receiptChart.statuses);
export const Receipt = z
  .object({
    id: OutputId("trc"),
    provider: ProviderName,
    status: ReceiptStatus.meta({
      description: "`held` may be another receipt told again and is in no book; `gone` is not there after all.",
    }),
    network: z.string().nullable(),
    asset: AssetCode,
    amount: z.int(),
    transactionHash: z.string().nullable(),
    fundingId: z.string().nullable().meta({ description: "The announced coins that these are." }),
    duplicateOf: z.string().nullable().meta({ description: "The receipt that this may be, told again." }),
    reviewedBy: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "TreasuryReceipt" });
export const ReceiptParams = z.strictObject({ receiptId: TypedId("trc") });
export const ReceiptFilter = z.strictObject({ ...PageParams, status: ReceiptStatus.optional() });
export const ReceiptReason = z
  .strictObject({ reason: Text(500) })
  .meta({ id: "TreasuryReceiptReason", examples: [{ reason: "Two transfers of one transaction; looked up." }] });

export const ThresholdParams = z.strictObject({ walletReference: z.string().min(1).max(100) });
export const Threshold = z
  .strictObject({
    asset: StablecoinCode.meta({ description: "A token of the wallet, or its gas token." }),
    alertBelow: Decimal,
  })
  .meta({ id: "TreasuryThreshold", examples: [{ asset: "USDC", alertBelow: "250" }] });
