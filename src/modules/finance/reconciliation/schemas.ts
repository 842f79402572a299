import { z } from "zod";
import {
  AssetCode,
  Moment,
  OutputId,
  PageParams,
  SignedAmount,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { BALANCE_CATEGORIES, BALANCE_PROVIDER_NAMES } from "../../../providers/ports/index.js";
import { AGE_BUCKETS } from "./rules/breaks.js";
import { breakChart, reconciliationChart } from "./rules/chart.js";
import { WINDOW_DAYS_MAX } from "./rules/window.js";
import { BREAK_KINDS, MATCH_KINDS, MATCH_RULES, RESOLUTION_ACCOUNTS, SEVERITIES } from "./types.js";

const Provider = z
  .enum(BALANCE_PROVIDER_NAMES)
  .meta({ description: "Whose statement it is.", examples: [BALANCE_PROVIDER_NAMES[0]] });
const Sum = z
  .string()
  .meta({ description: "Minor units of the asset, as digits: sums may exceed 2^53.", examples: ["4811206"] });

export const NewReconciliation = z
  .strictObject({
    provider: Provider,
    asset: AssetCode.optional().meta({ description: "Only this asset's statement.", examples: ["USD"] }),
    from: Moment.optional().meta({
      description: "The statement begins here; the first of last month (UTC) when absent.",
      examples: ["2026-11-01T00:00:00Z"],
    }),
    to: Moment.optional().meta({
      description: `The statement ends before this; now when absent. At most ${WINDOW_DAYS_MAX} days after \`from\`.`,
      examples: ["2026-11-20T12:00:00Z"],
    }),
  })
  .meta({ id: "NewReconciliation", examples: [{ provider: "stripe" }] });

const Sides = (what: string) =>
  z.object({ provider: Sum, ledger: Sum }).meta({ description: `${what}, as the provider and as the ledger has it.` });

const Statement = z
  .object({
    asset: AssetCode,
    opening: Sides("The balance when the window begins"),
    lines: z
      .array(
        z.object({
          category: z.enum([...BALANCE_CATEGORIES, "fees", "not_listed"]).meta({
            description: "What moved the balance; `fees` is what was kept of other movements.",
          }),
          count: z.int().meta({ description: "How many transactions the provider lists." }),
          provider: Sum,
          ledger: Sum,
        }),
      )
      .meta({ description: "Opening and lines add up to closing, on both sides." }),
    closing: Sides("The balance when the window ends"),
    inTransit: Sum.meta({ description: "Ledger minus provider, of what a partner may still come for." }),
    remainder: Sum.meta({ description: "Ledger minus provider, of the rest: each part of it is a break." }),
    openItems: z
      .array(
        z.object({
          kind: z.enum(MATCH_KINDS),
          reference: z.string().meta({ description: "The provider's reference." }),
          ledger: Sum,
          provider: Sum,
          since: Timestamp,
        }),
      )
      .meta({ description: "What `inTransit` and `remainder` are made of; the first hundred." }),
    openCount: z.int().meta({ description: "How many open items there are." }),
  })
  .meta({
    id: "ReconciliationStatement",
    description:
      "One balance over a window, on both sides. The difference of the closing balances is `inTransit` + `remainder`.",
  });

const Counts = z.object({
  imported: z.int().meta({ description: "Transactions that the provider lists and that were new." }),
  booked: z.int().meta({ description: "Transfers of what only the statement knows: fees, exchanges, bank payouts." }),
  matched: z.int().meta({ description: "Objects of the provider whose two sides agree." }),
  opened: z.int().meta({ description: "Breaks that are new." }),
  closed: z.int().meta({ description: "Breaks that went away by themselves." }),
  unreadable: z.int().meta({ description: "Entries of the statement that could not be read; they are kept." }),
});

export const Reconciliation = z
  .object({
    id: OutputId("rec"),
    provider: Provider,
    asset: AssetCode.nullable(),
    from: Timestamp,
    to: Timestamp,
    status: z.enum(reconciliationChart.statuses),
    counts: Counts.nullable().meta({ description: "What it did; null before it is completed." }),
    statements: z.array(Statement).nullable(),
    failure: z.string().nullable(),
    createdBy: z.string(),
    createdAt: Timestamp,
    startedAt: Timestamp.nullable(),
    finishedAt: Timestamp.nullable(),
  })
  .meta({ id: "Reconciliation" });

export const ReconciliationPreview = z
  .object({
    dryRun: z.literal(true),
    provider: Provider,
    from: Timestamp,
    to: Timestamp,
    counts: Counts,
    statements: z.array(Statement),
  })
  .meta({ id: "ReconciliationPreview", description: "What a run would do and come to. Nothing was written." });

export const ReconciliationParams = z.strictObject({ reconciliationId: TypedId("rec") });
export const ReconciliationFilter = z.strictObject({
  ...PageParams,
  provider: Provider.optional(),
  status: z.enum(reconciliationChart.statuses).optional(),
});

export const Break = z
  .object({
    id: OutputId("brk"),
    provider: Provider,
    account: z.string().nullable().meta({ description: "Which account at the provider, where there are several." }),
    asset: AssetCode,
    kind: z.enum(BREAK_KINDS).meta({ description: "What is wrong; `suggestion` says what to do about it." }),
    status: z.enum(breakChart.statuses),
    reference: z.string().nullable().meta({ description: "The provider's reference of what differs." }),
    ledger: SignedAmount,
    providerAmount: SignedAmount,
    difference: SignedAmount.meta({ description: "Ledger minus provider, in minor units." }),
    severity: z.enum(SEVERITIES).meta({ description: "By amount and age." }),
    age: z.enum(AGE_BUCKETS).meta({ description: "In days." }),
    suggestion: z.string(),
    assignee: z.string().nullable(),
    resolution: z.enum(["booked", "written_off", "matched_later"]).nullable(),
    resolutionAccount: z.enum(RESOLUTION_ACCOUNTS).nullable(),
    reason: z.string().nullable(),
    resolvedBy: z.string().nullable(),
    approvedBy: z.string().nullable(),
    transactionId: z.string().nullable().meta({ description: "The transfer that a resolution made." }),
    firstSeenAt: Timestamp,
    lastSeenAt: Timestamp,
    endedAt: Timestamp.nullable(),
  })
  .meta({ id: "ReconciliationBreak" });

const Note = z
  .object({ id: OutputId("rnt"), author: z.string(), text: z.string(), createdAt: Timestamp })
  .meta({ id: "ReconciliationNote" });
export const BreakNote = Note;
export const BreakDetail = Break.extend({ notes: z.array(Note) }).meta({ id: "ReconciliationBreakDetail" });

export const BreakParams = z.strictObject({ breakId: TypedId("brk") });
export const BreakFilter = z.strictObject({
  ...PageParams,
  provider: Provider.optional(),
  status: z.enum(breakChart.statuses).optional(),
  kind: z.enum(BREAK_KINDS).optional(),
  assignee: Text(200).optional(),
});

export const Assignment = z
  .strictObject({ assignee: Text(200).nullable().meta({ description: "Who looks after it; null for nobody." }) })
  .meta({ id: "ReconciliationBreakAssignment", examples: [{ assignee: "dana@shop.example" }] });
export const NewNote = z
  .strictObject({ text: Text(2_000) })
  .meta({ id: "NewReconciliationNote", examples: [{ text: "Asked the provider, case 4711." }] });
export const NewResolution = z
  .strictObject({
    resolution: z.enum(["booked", "written_off"]).meta({
      description: "`booked` moves the difference to `account`; `written_off` gives it up.",
    }),
    amount: z
      .int()
      .meta({ description: "The `difference` of the break, so that nobody resolves another one.", examples: [-1500] }),
    account: z
      .enum(["unexplained", "provider_fees", "fx_difference", "bank"])
      .optional()
      .meta({ description: "For `booked`: where it belongs; `unexplained` when absent." }),
    reason: Text(500),
  })
  .refine(({ resolution, account }) => resolution === "booked" || account === undefined, {
    path: ["account"],
    message: "is for `booked` only; what is written off goes to `written_off`",
  })
  .meta({
    id: "NewReconciliationResolution",
    examples: [{ resolution: "booked", amount: -1500, account: "provider_fees", reason: "Radar fee of November" }],
  });

export const ProviderTransaction = z
  .object({
    id: OutputId("ptx"),
    provider: Provider,
    account: z.string().nullable().meta({ description: "Which account at the provider, where there are several." }),
    reference: z.string().meta({ description: "The provider's id.", examples: ["txn_1R7x2eLkdIwHu7ix0Yd1x3nC"] }),
    category: z.enum(BALANCE_CATEGORIES),
    providerCategory: z.string().meta({ description: "The provider's own word.", examples: ["charge"] }),
    asset: AssetCode,
    amount: SignedAmount,
    fee: SignedAmount,
    net: SignedAmount,
    fees: z.array(
      z.object({
        kind: z.string(),
        amount: z.string().meta({ description: "Decimal, in whole units." }),
        description: z.string().optional(),
      }),
    ),
    subjectReference: z
      .string()
      .nullable()
      .meta({ description: "The payment, refund, dispute or payout that it is of." }),
    exchangeRate: z
      .string()
      .nullable()
      .meta({ description: "As the provider prints it; nothing is computed with it." }),
    transactionHash: z.string().nullable(),
    description: z.string().nullable(),
    status: z.enum(["pending", "available"]),
    bankPayout: z.string().nullable().meta({ description: "The payout to your bank that carries it." }),
    matchedBy: z.enum(MATCH_RULES).nullable().meta({
      description: "How its partner in the ledger was found; null while it has none.",
    }),
    occurredAt: Timestamp,
    availableAt: Timestamp.nullable(),
  })
  .meta({ id: "ProviderTransaction" });

export const TransactionFilter = z.strictObject({
  ...PageParams,
  provider: Provider.optional(),
  asset: AssetCode.optional(),
  category: z.enum(BALANCE_CATEGORIES).optional(),
  bankPayout: Text(200).optional().meta({ description: "The provider's reference of a payout to your bank." }),
});

export const BankPayout = z
  .object({
    id: OutputId("bpo"),
    provider: Provider,
    reference: z.string(),
    status: z.enum(["pending", "in_transit", "paid", "failed", "canceled"]),
    amount: SignedAmount,
    asset: AssetCode,
    automatic: z.boolean(),
    traceId: z.string().nullable().meta({ description: "What your bank's statement shows of it." }),
    transactions: z.int().nullable().meta({ description: "How many it carries; null when the provider does not say." }),
    addsUp: z.boolean().nullable().meta({ description: "Whether it is what its transactions come to." }),
    initiatedAt: Timestamp,
    arrivesAt: Timestamp.nullable(),
  })
  .meta({ id: "BankPayout" });
export const BankPayoutFilter = z.strictObject({ ...PageParams, provider: Provider.optional() });

const Month = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, "must be a month such as 2026-11")
  .meta({ examples: ["2026-10"] });
export const PeriodParams = z.strictObject({ month: Month });
export const ClosePeriod = z
  .strictObject({
    acceptOpenBreaks: z.boolean().default(false).meta({ description: "Close although breaks are open; needs a note." }),
    note: Text(500).optional(),
  })
  .refine(({ acceptOpenBreaks, note }) => !acceptOpenBreaks || note !== undefined, {
    path: ["note"],
    message: "is required with acceptOpenBreaks",
  })
  .meta({ id: "ClosePeriod", examples: [{}] });
export const Period = z
  .object({
    month: Month,
    endsAt: Timestamp,
    closedAt: Timestamp,
    closedBy: z.string(),
    note: z.string().nullable(),
    openBreaks: z.int(),
    balances: z
      .array(
        z.object({
          account: z.string().meta({ description: "A system account, or `wallets` for all customers'." }),
          asset: AssetCode,
          balance: Sum,
        }),
      )
      .meta({ description: "The trial balance at the end of the month; of each asset it sums to zero." }),
  })
  .meta({ id: "AccountingPeriod" });
export const PeriodFilter = z.strictObject({ ...PageParams });
