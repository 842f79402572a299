import { uuidOf } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { listNewest } from "../../../db/lists.js";
import { auditEvents } from "./tables.js";

export type AuditRow = typeof auditEvents.$inferSelect;

const INSERT = `
  INSERT INTO audit_events (id, actor, action, resource, request_id, details, created_at)
  SELECT id, actor, action, resource, request_id, details::json, $7
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         AS u(id, actor, action, resource, request_id, details)`;

/** Inserts events that happened at one moment. */
export async function insertAuditEvents(
  tx: Tx,
  rows: readonly Omit<AuditRow, "createdAt">[],
  createdAt: Date,
): Promise<void> {
  const column = <T>(pick: (row: Omit<AuditRow, "createdAt">) => T) => rows.map(pick);
  await tx.$client.query({
    name: "audit_events_insert",
    text: INSERT,
    values: [
      column((row) => uuidOf("aud", row.id)),
      column((row) => row.actor),
      column((row) => row.action),
      column((row) => row.resource),
      column((row) => row.requestId),
      column((row) => JSON.stringify(row.details)),
      createdAt,
    ],
  });
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
}

export const listAuditEvents = (db: Db, filter: AuditFilter, before: AuditRow["id"] | undefined, limit: number) =>
  listNewest(db, auditEvents, filter, before, limit);
