import type { Clock } from "../../../core/clock.js";
import { type IdSource, newId } from "../../../core/ids.js";
import { type Page, type PageQuery, pageById } from "../../../core/pagination.js";
import type { Database, Tx } from "../../../db/client.js";
import * as queries from "./queries.js";

/** One deed: `actor` did `action` to `resource` (an id). `details` holds facts, never secrets or personal data. */
export interface AuditRecord {
  readonly actor: string;
  readonly action: string;
  readonly resource: string;
  readonly requestId?: string | undefined;
  readonly details?: Record<string, unknown>;
}

export interface AuditDeps {
  readonly db: Database;
  readonly ids: IdSource;
  readonly clock: Clock;
}

/** Records deeds in the transaction that does them. */
export async function recordAudit(deps: AuditDeps, tx: Tx, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await queries.insertAuditEvents(
    tx,
    records.map((record) => ({
      id: newId(deps.ids, "aud"),
      actor: record.actor,
      action: record.action,
      resource: record.resource,
      requestId: record.requestId ?? null,
      details: record.details ?? {},
    })),
    deps.clock.now(),
  );
}

/** Audit events, newest first. */
export function listAuditEvents(
  deps: AuditDeps,
  filter: queries.AuditFilter,
  page: PageQuery,
): Promise<Page<queries.AuditRow>> {
  return pageById("aud", page, (before, limit) => queries.listAuditEvents(deps.db.read, filter, before, limit));
}
