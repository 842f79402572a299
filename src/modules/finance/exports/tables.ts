import { sql } from "drizzle-orm";
import { bigint, check, index, integer, json, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { bytea, isOneOf, typeId } from "../../../db/columns.js";
import { type ExportStatus, exportChart } from "./rules/chart.js";
import type { ExportFailure, ExportFormat, ExportKind, ExportOptions } from "./types.js";

/** One file that was asked for, and what became of it. The row outlives the file. */
export const exportFiles = pgTable(
  "exports",
  {
    id: typeId("exp")("id").primaryKey(),
    kind: text("kind").$type<ExportKind>().notNull(),
    format: text("format").$type<ExportFormat>().notNull(),
    status: text("status").$type<ExportStatus>().notNull(),
    fromAt: timestamp("from_at", { withTimezone: true }).notNull(),
    toAt: timestamp("to_at", { withTimezone: true }).notNull(),
    /** Everything else that was asked for. */
    options: json("options").$type<ExportOptions>().notNull(),
    /** Digest of kind, format, window and options: requests with the same one ask for the same file. */
    fingerprint: bytea("fingerprint").notNull(),
    requestedBy: text("requested_by").notNull(),
    attempts: integer("attempts").notNull().default(0),
    rowCount: bigint("row_count", { mode: "bigint" }),
    byteCount: bigint("byte_count", { mode: "bigint" }),
    sha256: text("sha256"),
    /** Its name in the store. */
    file: text("file"),
    failure: json("failure").$type<ExportFailure>(),
    /** When the snapshot that it shows was taken. */
    snapshotAt: timestamp("snapshot_at", { withTimezone: true }),
    finishedAt: timestamp("finished_at", { withTimezone: true }),
    /** Until when the file is kept. */
    expiresAt: timestamp("expires_at", { withTimezone: true }),
    /** When the store was rid of it. */
    removedAt: timestamp("removed_at", { withTimezone: true }),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (t) => [
    index("exports_open").on(t.id).where(sql`status in ('queued', 'running')`),
    index("exports_kept").on(t.expiresAt).where(sql`file is not null and removed_at is null`),
    index("exports_same").on(t.fingerprint, t.id),
    check("exports_status", isOneOf(t.status, exportChart.statuses)),
    check("exports_window", sql`${t.fromAt} < ${t.toAt}`),
    check("exports_file", sql`(${t.status} in ('ready', 'expired')) = (${t.file} is not null)`),
  ],
);
