import { z } from "zod";
import {
  Amount,
  CustomerId,
  ListOf,
  Metadata,
  OutputId,
  PageParams,
  StablecoinCode,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { CUSTODY_PROVIDER_NAMES, NETWORK_NAMES } from "../../../providers/ports/index.js";
import { attemptChart, payoutChart, settingChangeChart } from "./rules/chart.js";

const NetworkName = z.enum(NETWORK_NAMES).meta({ description: "The chain.", examples: ["base"] });
const ProviderName = z.enum(CUSTODY_PROVIDER_NAMES);
const Address = z
  .string()
  .min(1)
  .max(100)
  .meta({ examples: ["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"] });

const source = {
  walletId: TypedId("wal").optional(),
  asset: StablecoinCode.optional().meta({ description: "Of the wallet's balance." }),
  amount: Amount.optional().meta({
    description: "What leaves the wallet, in minor units of `asset`.",
    examples: [25_000_000],
  }),
  paymentId: TypedId("pay").optional().meta({ description: "Instead: the proceeds of this payment." }),
};
const destination = {
  network: NetworkName,
  payoutAsset: StablecoinCode.optional().meta({
    description: "The stablecoin that arrives; `asset` when absent.",
    examples: ["USDC"],
  }),
  address: Address.meta({ description: "On the customer's list of payout addresses, and cool." }),
  minimumReceived: Amount.optional().meta({
    description: "Refuse when less would arrive, in minor units of `payoutAsset`.",
    examples: [24_900_000],
  }),
};

interface SourceBody {
  readonly walletId?: unknown;
  readonly asset?: unknown;
  readonly amount?: unknown;
  readonly paymentId?: unknown;
  readonly payoutAsset?: unknown;
}
const hasOneSource = (body: SourceBody) =>
  body.paymentId === undefined
    ? body.walletId !== undefined && body.asset !== undefined && body.amount !== undefined
    : body.walletId === undefined && body.asset === undefined && body.amount === undefined;
const ONE_SOURCE = { error: "Name either walletId, asset and amount, or paymentId.", path: ["walletId"] };
const NEEDS_ASSET = { error: "is required with paymentId", path: ["payoutAsset"] };
const namesPayoutAsset = (body: SourceBody) => body.paymentId === undefined || body.payoutAsset !== undefined;

export const QuotePayout = z
  .strictObject({ ...source, ...destination })
  .refine(hasOneSource, ONE_SOURCE)
  .refine(namesPayoutAsset, NEEDS_ASSET)
  .meta({
    id: "QuotePayout",
    examples: [
      {
        walletId: "wal_01h455vb4pex5vsknk084sn02q",
        asset: "USDC",
        amount: 5_000_000,
        network: "base",
        address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      },
    ],
  });

export const NewPayout = z
  .strictObject({
    ...source,
    ...destination,
    reference: Text(200).optional(),
    description: Text(200).optional(),
    metadata: Metadata.optional(),
  })
  .refine(hasOneSource, ONE_SOURCE)
  .refine(namesPayoutAsset, NEEDS_ASSET)
  .meta({
    id: "NewPayout",
    examples: [
      {
        walletId: "wal_01h455vb4pex5vsknk084sn02q",
        asset: "USDC",
        amount: 25_000_000,
        network: "base",
        address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
      },
    ],
  });

const NetworkFee = z
  .object({ amount: z.string(), asset: z.string(), usd: z.string().optional() })
  .meta({ id: "NetworkFee", description: "Gas as estimated, in the chain's own token and major units; paid by us." });

const terms = {
  walletId: OutputId("wal"),
  customerId: CustomerId,
  paymentId: z.string().nullable(),
  amount: z.int().meta({ description: "What leaves the wallet, in minor units of `asset`." }),
  asset: StablecoinCode,
  platformFee: z.int().meta({ description: "What we keep of it, in minor units of `asset`." }),
  payoutAmount: z.int().meta({ description: "What arrives, in minor units of `payoutAsset`." }),
  payoutAsset: StablecoinCode,
  rate: z
    .string()
    .nullable()
    .meta({ description: "Price of one `payoutAsset` in `asset`; null when they are the same." }),
  networkFee: NetworkFee.nullable(),
  network: NetworkName,
  address: z.string(),
  provider: ProviderName.meta({ description: "Who sends it: the provider that serves the chain." }),
  needsApproval: z.boolean(),
};

export const PayoutQuote = z.object({ dryRun: z.literal(true).optional(), ...terms }).meta({ id: "PayoutQuote" });

const Failure = z.object({ code: z.string(), message: z.string() });

const PayoutAttempt = z
  .object({
    id: OutputId("poa").meta({ description: "Also the reference that the provider is given." }),
    number: z.int(),
    provider: ProviderName.meta({ description: "Who was asked to send it." }),
    status: z.enum(attemptChart.statuses),
    providerReference: z.string().nullable(),
    transactionHash: z.string().nullable(),
    failure: Failure.nullable(),
    networkFee: z.object({ amount: z.string(), asset: z.string() }).nullable(),
    decidedBy: z.string().nullable().meta({ description: "Who gave it up and had another made." }),
    decision: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: "PayoutAttempt" });

export const Payout = z
  .object({
    id: OutputId("po"),
    ...terms,
    status: z.enum(payoutChart.statuses),
    termsHash: z.string().meta({ description: "What an approval must name: it changes when the payout does." }),
    requestedBy: z.string(),
    approvedBy: z.string().nullable(),
    approvedAt: Timestamp.nullable(),
    failure: Failure.nullable(),
    reason: z.string().nullable().meta({ description: "Why it was rejected or canceled." }),
    reviewReason: z.string().nullable().meta({ description: "Set when a person must look at it." }),
    providerReference: z.string().nullable(),
    transactionHash: z.string().nullable(),
    attempts: z.array(PayoutAttempt),
    transferIds: z.array(z.string()),
    reference: z.string().nullable(),
    description: z.string().nullable(),
    metadata: Metadata,
    submittedAt: Timestamp.nullable(),
    confirmedAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: "Payout" });

export const PayoutParams = z.strictObject({ payoutId: TypedId("po") });
export const PayoutFilter = z.strictObject({
  customerId: CustomerId.optional(),
  walletId: TypedId("wal").optional(),
  paymentId: TypedId("pay").optional(),
  status: z.enum(payoutChart.statuses).optional(),
  ...PageParams,
});

export const ApprovePayout = z
  .strictObject({ termsHash: z.string().regex(/^[0-9a-f]{64}$/, "must be the termsHash that the payout shows") })
  .meta({
    id: "ApprovePayout",
    description: "The `termsHash` of the payout that you have looked at.",
    examples: [{ termsHash: "9b2d7e419b2d7e419b2d7e419b2d7e419b2d7e419b2d7e419b2d7e419b2d7e41" }],
  });
export const PayoutReason = z
  .strictObject({ reason: Text(500) })
  .meta({ id: "PayoutReason", examples: [{ reason: "The customer asked for another address." }] });
export const PayoutChange = z
  .strictObject({ amount: Amount.meta({ examples: [4_000_000] }).optional(), address: Address.optional() })
  .refine(
    (body) => body.amount !== undefined || body.address !== undefined,
    "Name an amount, an address, or both: else nothing changes.",
  )
  .meta({ id: "PayoutChange", examples: [{ amount: 4_000_000 }] });

export const NewPayoutAddress = z
  .strictObject({ network: NetworkName, address: Address, label: Text(100).optional() })
  .meta({
    id: "NewPayoutAddress",
    examples: [{ network: "base", address: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", label: "Savings" }],
  });
export const PayoutAddress = z
  .object({
    id: OutputId("adr"),
    customerId: CustomerId,
    network: NetworkName,
    address: z.string(),
    label: z.string().nullable(),
    status: z.enum(["active", "removed"]),
    usableAt: Timestamp.meta({ description: "From when on payouts may go there." }),
    createdAt: Timestamp,
    removedAt: Timestamp.nullable(),
  })
  .meta({ id: "PayoutAddress" });
export const AddressListParams = z.strictObject({ customerId: CustomerId });
export const AddressParams = z.strictObject({ customerId: CustomerId, addressId: TypedId("adr") });

const limit = Amount.meta({ examples: [1_000_000_000] }).nullable();
export const PolicyInput = z
  .strictObject({
    minimum: Amount.meta({ description: "Least that must arrive.", examples: [1_000_000] }),
    perPayoutMax: limit.meta({ description: "Null: no limit." }),
    customerDayMax: limit.meta({ description: "Per customer in any 24 hours." }),
    globalDayMax: limit.meta({ description: "Of all customers in any 24 hours." }),
    approvalAbove: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().meta({
      description: "Above this a second person must approve; 0: always; null: never.",
    }),
    feeBasisPoints: z.int().min(0).max(5_000).meta({ description: "Hundredths of a per cent." }),
    feeMinimum: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  })
  .meta({
    id: "NewPayoutPolicy",
    examples: [
      {
        minimum: 1_000_000,
        perPayoutMax: 1_000_000_000,
        customerDayMax: 2_000_000_000,
        globalDayMax: null,
        approvalAbove: 500_000_000,
        feeBasisPoints: 50,
        feeMinimum: 100_000,
      },
    ],
  });
const wireLimit = z.int().nullable().optional();
const LimitValues = z
  .object({
    coolingOffSeconds: z.int().optional().meta({ description: "How long a new address waits." }),
    perPayoutMax: wireLimit.meta({ description: "Minor units of the stablecoin; null: no limit." }),
    customerDayMax: wireLimit.meta({ description: "Minor units of the stablecoin; null: no limit." }),
    globalDayMax: wireLimit.meta({ description: "Minor units of the stablecoin; null: no limit." }),
    approvalAbove: wireLimit.meta({ description: "Minor units of the stablecoin; null: never." }),
  })
  .meta({ id: "PayoutLimitValues", description: "The settings that a change is about." });
export const SettingChange = z
  .object({
    id: OutputId("psc").meta({ description: "Names the change." }),
    subject: z
      .string()
      .meta({ description: "`cooling_off`, or `policy:` and the stablecoin.", examples: ["policy:USDC"] }),
    status: z.enum(settingChangeChart.statuses).meta({ description: "Whether it waits, holds, or was called off." }),
    before: LimitValues.meta({ description: "What held until then." }),
    after: LimitValues.meta({ description: "What holds once it is applied." }),
    requestedBy: z.string().meta({ description: "The principal that asked for it." }),
    decidedBy: z.string().nullable().meta({ description: "Who approved or canceled it; null: nobody (yet)." }),
    effectiveAt: Timestamp.meta({ description: "When it takes effect if nobody decides sooner." }),
    createdAt: Timestamp.meta({ description: "When it was asked for." }),
    updatedAt: Timestamp.meta({ description: "When it changed last." }),
  })
  .meta({ id: "PayoutSettingChange", description: "A change that loosens what payouts are held to." });
export const SettingChangeList = ListOf(SettingChange);
export const SettingChangePage = z.strictObject(PageParams);
export const SettingChangeParams = z.strictObject({
  changeId: TypedId("psc").meta({ description: "The change's id." }),
});

export const Policy = z
  .object({
    asset: StablecoinCode,
    minimum: z.int(),
    perPayoutMax: z.int().nullable(),
    customerDayMax: z.int().nullable(),
    globalDayMax: z.int().nullable(),
    approvalAbove: z.int().nullable(),
    feeBasisPoints: z.int(),
    feeMinimum: z.int(),
    updatedBy: z.string(),
    updatedAt: Timestamp,
  })
  .meta({ id: "PayoutPolicy", description: "Amounts in minor units of the stablecoin." });
export const WaitingPolicy = Policy.extend({
  pendingChange: SettingChange.meta({ description: "What becomes looser later, or by a second person." }),
}).meta({ id: "WaitingPayoutPolicy", description: "The policy as it holds now, and the change that waits." });
export const PolicyParams = z.strictObject({ asset: StablecoinCode });

export const ControlsInput = z
  .strictObject({
    halted: z.boolean().optional().meta({ description: "The kill switch: true stops all sending." }),
    reason: Text(500).optional(),
    coolingOffSeconds: z.int().min(0).max(2_592_000).optional(),
  })
  .refine(
    (body) => body.halted !== undefined || body.coolingOffSeconds !== undefined,
    "Name halted, coolingOffSeconds, or both: else nothing changes.",
  )
  .meta({ id: "PayoutControlsChange", examples: [{ halted: true, reason: "A key may have leaked." }] });
export const Controls = z
  .object({
    halted: z.boolean(),
    reason: z.string().nullable(),
    coolingOffSeconds: z.int(),
    updatedBy: z.string(),
    updatedAt: Timestamp,
  })
  .meta({ id: "PayoutControls" });
export const WaitingControls = Controls.extend({
  pendingChange: SettingChange.meta({ description: "The shorter cooling-off time that waits." }),
}).meta({ id: "WaitingPayoutControls", description: "The controls as they hold now, and the change that waits." });
