import { z } from "zod";
import {
  AsOf,
  AssetCode,
  Metadata,
  OutputId,
  PageParams,
  SignedAmount,
  Span,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { TRANSFER_TYPES } from "./types.js";

export const Asset = z
  .object({
    code: AssetCode,
    kind: z
      .enum(["credit", "fiat", "stablecoin", "native"])
      .meta({ description: "`native` is a chain's own token: gas." }),
    scale: z.int().meta({ description: "Decimal digits: 2 means that 100 units are one." }),
    name: z.string(),
    createdAt: Timestamp,
  })
  .meta({ id: "Asset" });

export const NewAsset = z
  .strictObject({
    code: AssetCode,
    kind: z
      .enum(["credit", "fiat", "stablecoin", "native"])
      .meta({ description: "`native` is a chain's own token: gas." }),
    scale: z.int().min(0).max(12),
    name: Text(100),
  })
  .meta({ id: "NewAsset", examples: [{ code: "TOKENS_1K", kind: "credit", scale: 3, name: "Thousand tokens" }] });

export const Transfer = z
  .object({
    id: OutputId("trf"),
    transactionId: OutputId("txn"),
    fromAccountId: OutputId("acc"),
    toAccountId: OutputId("acc"),
    asset: AssetCode,
    amount: z.int().meta({ description: "Always positive; direction is from -> to." }),
    type: z.string(),
    source: z.string().nullable().meta({ description: "The object that caused it, e.g. a payment." }),
    reference: z.string().nullable(),
    description: z.string().nullable(),
    metadata: Metadata.nullable(),
    createdBy: z.string(),
    reverses: z.string().nullable(),
    effectiveAt: Timestamp,
    createdAt: Timestamp,
  })
  .meta({ id: "Transfer" });

/** Sums of system accounts have no bound, and JSON integers do: what does not fit is not rounded. */
const Sum = SignedAmount.meta({ examples: [250_000] })
  .nullable()
  .meta({
    description: "Minor units of the asset; null when beyond 2^53 - 1, which only a system account can be.",
  });

export const Account = z
  .object({
    id: OutputId("acc"),
    kind: z.enum(["customer", "system"]),
    code: z.string().meta({ examples: ["stripe_clearing"] }),
    walletId: z.string().nullable(),
    asset: AssetCode,
    scale: z.int(),
    balance: Sum,
    held: SignedAmount.meta({ examples: [0] }),
    available: Sum,
    exactBalance: z.string().meta({ description: "`balance` in digits, whatever its size.", examples: ["-3"] }),
  })
  .meta({ id: "Account" });

export const TransferFilter = z.strictObject({
  accountId: TypedId("acc").optional(),
  asset: AssetCode.optional(),
  type: z.enum(TRANSFER_TYPES).optional(),
  ...Span,
  ...PageParams,
});

export const AccountFilter = z.strictObject({
  kind: z.enum(["customer", "system"]).optional(),
  asset: AssetCode.optional(),
  walletId: TypedId("wal").optional(),
  ...AsOf.shape,
  ...PageParams,
});
