import { z } from "zod";
import {
  Amount,
  AssetCode,
  CurrencyCode,
  CustomerId,
  IdOrCode,
  Metadata,
  Moment,
  OutputId,
  PageParams,
  ProviderId,
  Span,
  Text,
  Timestamp,
  TypedId,
  WebUrl,
} from "../../../http/schemas.js";
import { NETWORK_NAMES, PAYMENT_FLOWS, PAYMENT_PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { paymentChart } from "./rules/chart.js";

const Grants = z.strictObject({ asset: AssetCode, amount: Amount });

const PayoutInstruction = z
  .strictObject({
    network: z.enum(NETWORK_NAMES),
    asset: AssetCode.meta({ description: "The stablecoin to pay out in.", examples: ["USDC"] }),
    address: z.string().min(1).max(100).meta({ description: "On the customer's list of payout addresses." }),
  })
  .meta({ id: "PayoutInstruction", description: "Pay the proceeds out as soon as the payment has succeeded." });

const PaymentPayout = z
  .object({
    ...PayoutInstruction.shape,
    refusal: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: "Why the payout did not start; null as long as nothing has stood in its way." }),
  })
  .meta({ id: "PaymentPayout" });

export const NewPayment = z
  .strictObject({
    customerId: CustomerId,
    package: IdOrCode.optional().meta({ description: "Code or id of a package; or give `amount` and `currency`." }),
    price: z
      .strictObject({ amount: Amount, currency: CurrencyCode })
      .optional()
      .meta({ description: "With a `package` whose buyer says what to pay: what to pay." }),
    amount: Amount.optional(),
    currency: CurrencyCode.optional().meta({
      description: "With `package`: which of its prices; the default one when absent.",
    }),
    grants: Grants.optional().meta({
      description: "What the wallet gets for a custom amount; the same amount of `currency` when absent.",
    }),
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    flow: z.enum(PAYMENT_FLOWS),
    paymentMethodId: ProviderId.optional().meta({
      description:
        "A saved method of the customer (Stripe `pm_...`), set at the provider for the payment. Nothing is charged until the " +
        "payment is confirmed. Not with `checkout`, which asks for the method itself.",
    }),
    description: Text(200).optional(),
    successUrl: WebUrl.optional(),
    cancelUrl: WebUrl.optional(),
    metadata: Metadata.optional(),
    payout: PayoutInstruction.optional(),
  })
  .refine((body) => (body.package === undefined) !== (body.amount === undefined), {
    error: "Name either package or amount.",
    path: ["package"],
  })
  .refine((body) => body.price === undefined || body.package !== undefined, {
    error: "goes with a package: name the package too",
    path: ["price"],
  })
  .refine((body) => body.price === undefined || body.currency === undefined, {
    error: "is named in price already: leave it out",
    path: ["currency"],
  })
  .refine((body) => body.amount === undefined || body.currency !== undefined, {
    error: "is required with amount",
    path: ["currency"],
  })
  .refine((body) => body.package === undefined || body.grants === undefined, {
    error: "A package grants what it says: leave grants out.",
    path: ["grants"],
  })
  .refine((body) => body.flow !== "checkout" || body.paymentMethodId === undefined, {
    error: "A checkout asks for the method itself: leave paymentMethodId out.",
    path: ["paymentMethodId"],
  })
  .meta({
    id: "NewPayment",
    examples: [
      {
        customerId: "user-42",
        package: "starter",
        provider: "stripe",
        flow: "checkout",
        successUrl: "https://shop.example/thanks",
      },
    ],
  });

const Failure = z
  .object({ code: z.string(), declineCode: z.string().optional(), message: z.string() })
  .meta({ id: "PaymentFailure" });
const NextAction = z
  .object({ type: z.enum(["redirect", "use_provider_sdk"]), url: z.string().optional() })
  .meta({ id: "PaymentNextAction" });

const TransferInstructions = z
  .object({
    reference: z.string().meta({ description: "Tells whose money it is.", examples: ["CF-7K3M-9QXD-T2VQ"] }),
    accountHolder: z.string().meta({ description: "Whose account it is." }),
    iban: z.string().meta({ description: "The account, without spaces." }),
    bic: z.string().nullable().meta({ description: "The bank, for payers abroad." }),
    bankName: z.string().nullable().meta({ description: "The bank's name." }),
  })
  .meta({ id: "TransferInstructions" });

export const Payment = z
  .object({
    id: OutputId("pay"),
    customerId: CustomerId,
    walletId: OutputId("wal"),
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    flow: z.enum([...PAYMENT_FLOWS, "invoice"]).meta({
      description: "`invoice`: collected by the provider for a subscription's invoice.",
    }),
    offSession: z.boolean().meta({ description: "Charged while the customer was not there, as they had agreed to." }),
    status: z.enum(paymentChart.statuses),
    amount: z.int().meta({ description: "What is charged, in minor units of `currency`." }),
    currency: CurrencyCode,
    grants: z.object({ asset: AssetCode, amount: z.int() }),
    packageId: z.string().nullable(),
    description: z.string(),
    providerReference: z.string().nullable(),
    clientSecret: z.string().nullable().meta({ description: "For the provider's front-end library." }),
    checkoutUrl: z.string().nullable().meta({ description: "Where to send the customer." }),
    instructions: TransferInstructions.nullable().meta({
      description:
        "Of a payment by `transfer`: what the customer writes on the transfer of `amount`, and where it goes.",
    }),
    nextAction: NextAction.nullable(),
    failure: Failure.nullable().meta({ description: "Why the last attempt failed; the payment may still be open." }),
    amountRefunded: z.int().meta({ description: "Sent back, or on its way." }),
    amountDisputed: z.int().meta({ description: "With banks, for disputes." }),
    grantsTakenBack: z.int().meta({ description: "Taken back of `grants`, in proportion." }),
    reviewReason: z.string().nullable().meta({ description: "Set when money came that is not what was asked for." }),
    transferIds: z.array(z.string()).meta({ description: "The ledger transfers that this payment made." }),
    metadata: Metadata,
    payout: PaymentPayout.nullable(),
    expiresAt: Timestamp.nullable(),
    succeededAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    dryRun: z.literal(true).optional(),
  })
  .meta({ id: "Payment" });

export const PaymentPreview = z
  .object({
    dryRun: z.literal(true),
    provider: z.string(),
    amount: z.int(),
    currency: CurrencyCode,
    grants: z.object({ asset: AssetCode, amount: z.int() }),
    packageId: z.string().nullable(),
    description: z.string(),
  })
  .meta({ id: "PaymentPreview" });

export const ConfirmPayment = z
  .strictObject({ paymentMethodId: ProviderId })
  .meta({ id: "ConfirmPayment", examples: [{ paymentMethodId: "pm_card_visa" }] });

export const PaymentFilter = z.strictObject({
  customerId: CustomerId.optional(),
  status: z.enum(paymentChart.statuses).optional(),
  provider: z.enum(PAYMENT_PROVIDER_NAMES).optional(),
  ...Span,
  ...PageParams,
});
export const PaymentParams = z.strictObject({ paymentId: TypedId("pay") });

export const UnexplainedReceipt = z
  .object({
    id: OutputId("rcp"),
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    moneyReference: z.string(),
    paymentId: z.string().nullable(),
    reason: z.string().meta({ examples: ["underpaid"] }),
    amount: z.int(),
    asset: AssetCode,
    expectedAmount: z.int().nullable(),
    expectedAsset: z.string().nullable(),
    transactionId: OutputId("txn"),
    createdAt: Timestamp,
  })
  .meta({ id: "UnexplainedReceipt" });

export const PublicConfig = z
  .object({
    providers: z.array(
      z.object({
        name: z.enum(PAYMENT_PROVIDER_NAMES),
        flows: z.array(z.string()),
        publishableKey: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: "PublicConfig" });

/** The facts of one line, as the bank has them. */
const lineFacts = {
  amount: Amount.meta({ description: "What arrived, in minor units of `currency`." }),
  currency: CurrencyCode,
  bookedAt: Moment.meta({ description: "When the bank booked it." }),
};
const LineId = Text(100).meta({
  description: "The bank's own id of the statement line: told twice, it is booked once.",
  examples: ["2026-11-20/000042"],
});

export const ConfirmTransfer = z.strictObject({ statementLineId: LineId, ...lineFacts }).meta({
  id: "ConfirmTransfer",
  examples: [{ statementLineId: "2026-11-20/000042", amount: 999, currency: "EUR", bookedAt: "2026-11-20T00:00:00Z" }],
});

export const ImportStatementLines = z
  .strictObject({
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    lines: z
      .array(
        z.strictObject({ id: LineId, ...lineFacts, text: Text(1_000).meta({ description: "What the payer wrote." }) }),
      )
      .min(1)
      .max(100),
  })
  .meta({
    id: "ImportStatementLines",
    examples: [
      {
        provider: "bank_transfer",
        lines: [
          {
            id: "2026-11-20/000042",
            amount: 999,
            currency: "EUR",
            bookedAt: "2026-11-20T00:00:00Z",
            text: "INV cf 7k3m 9qxd t2vq",
          },
        ],
      },
    ],
  });

const LINE_STATUSES = ["booked", "unmatched"] as const;
const LineReason = z
  .enum(["no_reference", "unknown_reference", "several_references", "wrong_currency"])
  .nullable()
  .meta({ description: "Why it is of no payment." });

export const StatementLine = z
  .object({
    id: OutputId("stl"),
    provider: z.enum(PAYMENT_PROVIDER_NAMES),
    statementLineId: z.string().meta({ description: "The bank's own id of it." }),
    status: z.enum(LINE_STATUSES).meta({
      description: "`booked`: the money is in the books for `paymentId`; `unmatched` waits for a person, and is not.",
    }),
    reason: LineReason,
    paymentId: z.string().nullable(),
    amount: z.int(),
    currency: CurrencyCode,
    text: z.string().meta({ description: "What the payer wrote; empty when a person told the line." }),
    bookedAt: Timestamp.meta({ description: "When the bank booked it." }),
    createdAt: Timestamp,
  })
  .meta({ id: "StatementLine" });

export const StatementImport = z
  .object({
    dryRun: z.literal(true).optional(),
    lines: z.array(
      z.object({
        statementLineId: z.string().meta({ description: "The bank's own id of it." }),
        status: z.enum([...LINE_STATUSES, "differs"]).meta({
          description: "`differs`: told before with other facts; nothing was changed.",
        }),
        reason: LineReason,
        paymentId: z.string().nullable(),
        repeated: z.boolean().meta({ description: "It was told before, and nothing was done again." }),
      }),
    ),
  })
  .meta({ id: "StatementImport" });

export const LineFilter = z.strictObject({
  provider: z.enum(PAYMENT_PROVIDER_NAMES).optional(),
  status: z.enum(LINE_STATUSES).optional(),
  ...PageParams,
});
