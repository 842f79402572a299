import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import type { Db, Tx } from "../../db/client.js";
import { auditEvents } from "./tables.js";

export type AuditRow = typeof auditEvents.$inferSelect;

export const insertAuditEvents = (tx: Tx, rows: (typeof auditEvents.$inferInsert)[]) =>
  tx.insert(auditEvents).values(rows);

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
}

export function listAuditEvents(db: Db, filter: AuditFilter, before: AuditRow["id"] | undefined, limit: number) {
  const conditions: SQL[] = [];
  if (filter.actor) conditions.push(eq(auditEvents.actor, filter.actor));
  if (filter.action) conditions.push(eq(auditEvents.action, filter.action));
  if (filter.resource) conditions.push(eq(auditEvents.resource, filter.resource));
  if (before) conditions.push(lt(auditEvents.id, before));
  return db
    .select()
    .from(auditEvents)
    .where(and(...conditions))
    .orderBy(desc(auditEvents.id))
    .limit(limit);
}
