import { z } from "zod";
import {
  Amount,
  AssetCode,
  CustomerId,
  Metadata,
  Moment,
  OutputId,
  PageParams,
  SignedAmount,
  Span,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { TRANSFER_TYPES } from "../ledger/index.js";
import { LOT_KINDS, LOT_ORIGINS, LOT_STANDINGS, PRIORITY_MAX } from "../lots/index.js";

export const Balance = z
  .object({
    asset: AssetCode,
    scale: z.int().meta({ description: "Decimal digits of the asset." }),
    balance: SignedAmount.meta({ examples: [10] }),
    held: SignedAmount.meta({ examples: [0] }),
    available: SignedAmount.meta({ description: "balance - held: what can be spent.", examples: [10] }),
    owed: SignedAmount.meta({
      description: "What was taken back after it was spent; the next top-up repays it first.",
      examples: [0],
    }),
    frozen: z.boolean().meta({ description: "Nothing can be spent of it: an invoice is overdue." }),
  })
  .meta({
    id: "Balance",
    examples: [{ asset: "CREDIT", scale: 0, balance: 10, held: 0, available: 10, owed: 0, frozen: false }],
  });

export const Wallet = z
  .object({ id: OutputId("wal"), customerId: CustomerId, balances: z.array(Balance), createdAt: Timestamp })
  .meta({ id: "Wallet" });

const movement = {
  asset: AssetCode,
  amount: Amount,
  description: Text(500).optional(),
  reference: Text(200).optional().meta({ description: "Your own reference, e.g. a job id." }),
  metadata: Metadata.optional(),
  effectiveAt: Moment.optional().meta({ description: "When it happened, if not now." }),
};

export const NewDebit = z.strictObject(movement).meta({
  id: "NewDebit",
  examples: [{ asset: "CREDIT", amount: 3, description: "image generation", reference: "job-118" }],
});

/** What may be said about credits that are given. */
const creditTerms = {
  expiresAt: Moment.optional().meta({ description: "Until when they can be spent; for ever when absent." }),
  priority: z
    .int()
    .min(0)
    .max(PRIORITY_MAX)
    .optional()
    .meta({ description: "Which credits are spent first: the lower. 50 when absent.", examples: [50] }),
  kind: z.enum(["promotional", "adjustment"]).optional().meta({ description: "`promotional` when absent." }),
};

export const NewCredit = z
  .strictObject({ ...movement, ...creditTerms, reason: Text(200).meta({ description: "Why; kept for the audit." }) })
  .meta({ id: "NewCredit", examples: [{ asset: "CREDIT", amount: 20, reason: "goodwill" }] });

export const NewDebtWriteOff = z
  .strictObject({
    asset: AssetCode,
    amount: Amount.optional().meta({ description: "All that is owed when absent." }),
    reason: Text(300).meta({ description: "Why; kept for the audit." }),
  })
  .meta({ id: "NewDebtWriteOff", examples: [{ asset: "CREDIT", reason: "goodwill" }] });

export const DebtWriteOff = z
  .object({
    walletId: OutputId("wal"),
    asset: AssetCode,
    amount: z.int().meta({ description: "What was written off." }),
    owed: z.int().meta({ description: "What is still owed." }),
    dryRun: z.boolean().optional(),
  })
  .meta({ id: "DebtWriteOff" });

export const Movement = z
  .object({
    id: OutputId("trf"),
    walletId: OutputId("wal"),
    asset: AssetCode,
    amount: z.int(),
    balanceAfter: SignedAmount.meta({ examples: [7] }),
    description: z.string().nullable(),
    reference: z.string().nullable(),
    metadata: Metadata.nullable(),
    createdAt: Timestamp,
    dryRun: z.boolean().optional().meta({ description: "Present when nothing was written." }),
  })
  .meta({ id: "Movement" });

export const Entry = z
  .object({
    id: z.string(),
    transferId: OutputId("trf"),
    transactionId: OutputId("txn"),
    asset: AssetCode,
    type: z.enum(TRANSFER_TYPES),
    amount: SignedAmount,
    balanceAfter: SignedAmount.meta({ examples: [7] }),
    source: z.string().nullable(),
    reference: z.string().nullable(),
    description: z.string().nullable(),
    metadata: Metadata.nullable(),
    effectiveAt: Timestamp,
    createdAt: Timestamp,
  })
  .meta({ id: "Entry" });

export const EntryFilter = z.strictObject({
  asset: AssetCode.optional(),
  type: z.enum(TRANSFER_TYPES).optional(),
  ...Span,
  ...PageParams,
});

export const WalletParams = z.strictObject({ walletId: TypedId("wal") });

const grantTarget = {
  customerId: CustomerId.optional(),
  email: z.email().max(254).optional(),
};
const eitherTarget = (item: { customerId?: string | undefined; email?: string | undefined }) =>
  (item.customerId === undefined) !== (item.email === undefined);

const ONE_TARGET = { error: "Name either customerId or email.", path: ["customerId"] };

export const NewGrant = z
  .strictObject({
    ...grantTarget,
    asset: AssetCode,
    amount: Amount,
    note: Text(200),
    metadata: Metadata.optional(),
    ...creditTerms,
  })
  .refine(eitherTarget, ONE_TARGET)
  .meta({ id: "NewGrant", examples: [{ customerId: "user-42", asset: "CREDIT", amount: 20, note: "welcome" }] });

export const Grant = z
  .object({
    id: OutputId("trf"),
    customerId: CustomerId,
    walletId: OutputId("wal"),
    asset: AssetCode,
    amount: z.int(),
    balanceAfter: SignedAmount.meta({ examples: [7] }),
    note: z.string(),
    createdAt: Timestamp,
    dryRun: z.boolean().optional(),
  })
  .meta({ id: "Grant" });

export const NewBulkGrant = z
  .strictObject({
    asset: AssetCode,
    note: Text(200).meta({ description: "One note for all." }),
    ...creditTerms,
    items: z
      .array(z.strictObject({ ...grantTarget, amount: Amount }).refine(eitherTarget, ONE_TARGET))
      .min(1)
      .max(1_000),
  })
  .meta({
    id: "NewBulkGrant",
    examples: [
      {
        asset: "CREDIT",
        note: "beta testers",
        items: [
          { customerId: "user-42", amount: 20 },
          { email: "ada@example.com", amount: 5 },
        ],
      },
    ],
  });

export const BulkGrantResult = z
  .object({
    granted: z.int(),
    refused: z.int(),
    data: z.array(
      z.object({
        index: z.int(),
        status: z.enum(["granted", "replayed", "refused"]),
        customerId: z.string().nullable(),
        transferId: z.string().nullable(),
        balanceAfter: SignedAmount.meta({ examples: [7] }).nullable(),
        error: z.object({ code: z.string(), detail: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: "BulkGrantResult" });

export const LotFilter = z.strictObject({
  asset: AssetCode.optional(),
  status: z.enum(LOT_STANDINGS).optional(),
  ...PageParams,
});

export const Lot = z
  .object({
    id: OutputId("lot"),
    walletId: OutputId("wal"),
    asset: AssetCode,
    status: z.enum(LOT_STANDINGS).meta({
      description:
        "`active` can be spent; `expired` is over, or was when there was some left; `used` was spent or taken back.",
    }),
    granted: z.int().meta({ description: "How many came." }),
    remaining: z.int().meta({ description: "How many are left. All lots' together are the balance." }),
    expired: z.int().meta({ description: "How many expired." }),
    kind: z.enum(LOT_KINDS),
    priority: z.int().meta({ description: "0 to 100; the lower is spent first." }),
    origin: z
      .enum(LOT_ORIGINS)
      .meta({ description: "What they came by. `returned`: they had left the wallet before." }),
    source: z
      .string()
      .nullable()
      .meta({ description: "The payment, invoice, deposit or conversion that they came from." }),
    effectiveAt: Timestamp,
    expiresAt: Timestamp.nullable(),
    metadata: Metadata.nullable(),
    earnings: z
      .object({
        currency: z.string(),
        price: z.int().meta({ description: "What was paid for all of them." }),
        deferred: z.int().meta({ description: "What of it is still owed." }),
        revenue: z.int().meta({ description: "What of it is earned, since they were spent." }),
        breakage: z.int().meta({ description: "What of it is earned, since they expired." }),
        refunded: z.int().meta({ description: "What of it went back." }),
      })
      .nullable()
      .meta({ description: "Null when nothing was paid for them, and for customers." }),
    createdAt: Timestamp,
  })
  .meta({ id: "Lot" });
