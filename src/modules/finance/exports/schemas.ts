import { z } from "zod";
import {
  AssetCode,
  CustomerId,
  Moment,
  OutputId,
  PageParams,
  Text,
  Timestamp,
  TypedId,
} from "../../../http/schemas.js";
import { exportChart } from "./rules/chart.js";
import { EXPORT_FAILURES, EXPORT_FORMATS, EXPORT_KINDS } from "./types.js";

const Kind = z.enum(EXPORT_KINDS).meta({ description: "What the file is of." });
const Format = z
  .enum(EXPORT_FORMATS)
  .meta({ description: "What the file is written in; docs/exports.md says which kind has which." });

const FILTERS = {
  asset: AssetCode.optional(),
  type: Text(40).optional().meta({ description: "Type of transfers and entries." }),
  status: Text(40).optional().meta({ description: "Status of payments and payouts." }),
  provider: Text(40).optional().meta({ description: "Provider of payments and payouts." }),
  customerId: CustomerId.optional(),
  actor: Text(200).optional().meta({ description: "Who did it, of the audit." }),
  action: Text(100).optional().meta({ description: "What was done, of the audit." }),
};
const Filters = z
  .strictObject(FILTERS)
  .meta({ description: "Only rows with these values. Each kind has some of them." });

const Mapping = z
  .strictObject({
    accounts: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]{0,60}$/, "must be an account of the ledger, such as stripe_clearing"),
        Text(60),
      )
      .refine((accounts) => Object.keys(accounts).length <= 100, "has more than 100 accounts")
      .optional()
      .meta({ description: "The accounting program's code for an account of the ledger, by the account's name." }),
    taxRate: Text(60)
      .optional()
      .meta({ description: "Xero's name of the rate of what is not taxed.", examples: ["Tax Exempt"] }),
  })
  .meta({ description: "For `quickbooks` and `xero`. What is not named has the code of docs/exports.md." });

export const NewExport = z
  .strictObject({
    kind: Kind,
    format: Format,
    from: Moment.meta({ description: "Created at or after." }),
    to: Moment.meta({ description: "Created before. At least a minute ago: what is newer may still change." }),
    filters: Filters.optional(),
    walletId: TypedId("wal").optional().meta({ description: "Of a `customer_statement`." }),
    asset: AssetCode.optional().meta({ description: "Of a `customer_statement`." }),
    mapping: Mapping.optional(),
  })
  .meta({
    id: "NewExport",
    examples: [{ kind: "transfers", format: "csv", from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }],
  });

export const Export = z
  .object({
    id: OutputId("exp"),
    kind: Kind,
    format: Format,
    status: z.enum(exportChart.statuses),
    from: Timestamp,
    to: Timestamp,
    filters: z.object(FILTERS).meta({ description: "As they were asked for." }),
    walletId: z.string().nullable(),
    asset: z.string().nullable(),
    rows: z.int().nullable().meta({
      description: "Rows of the file: transfers, entries or lines; of a statement's table, with opening and closing.",
    }),
    bytes: z.int().nullable().meta({ description: "Size of the file." }),
    sha256: z.string().nullable().meta({ description: "Digest of the file, in hex." }),
    downloadUrl: z.string().nullable().meta({
      description:
        "Where the file is, for whoever has this address, until `downloadUrlExpiresAt`. New with every reading of one export.",
    }),
    downloadUrlExpiresAt: Timestamp.nullable().meta({ description: "Until when that address works." }),
    failure: z.object({ code: z.enum(EXPORT_FAILURES), message: z.string() }).nullable(),
    requestedBy: z.string(),
    snapshotAt: Timestamp.nullable().meta({ description: "The moment that the file shows." }),
    createdAt: Timestamp,
    finishedAt: Timestamp.nullable().meta({ description: "When it was ready, or had failed." }),
    expiresAt: Timestamp.nullable().meta({ description: "Until when the file is kept." }),
  })
  .meta({ id: "Export" });

export const ExportParams = z.strictObject({ exportId: TypedId("exp").meta({ description: "An export." }) });

export const ExportFilter = z.strictObject({
  status: z.enum(exportChart.statuses).optional(),
  kind: Kind.optional(),
  format: Format.optional(),
  ...PageParams,
});

export const DownloadQuery = z.strictObject({
  expires: z.coerce.number().int().min(0).max(99_999_999_999).meta({ description: "Seconds since 1970." }),
  signature: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
    .meta({ description: "HMAC-SHA256 of the id and `expires`, in hex." }),
});
