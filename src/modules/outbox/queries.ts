import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import type { Db, Tx } from "../../db/client.js";
import { outboxEvents } from "./tables.js";

export type OutboxRow = typeof outboxEvents.$inferSelect;

export const insertOutboxEvents = (tx: Tx, rows: (typeof outboxEvents.$inferInsert)[]) =>
  tx.insert(outboxEvents).values(rows);

export interface EventFilter {
  readonly type?: string | undefined;
  readonly resource?: string | undefined;
}

export function listOutboxEvents(db: Db, filter: EventFilter, before: OutboxRow["id"] | undefined, limit: number) {
  const conditions: SQL[] = [];
  if (filter.type) conditions.push(eq(outboxEvents.type, filter.type));
  if (filter.resource) conditions.push(eq(outboxEvents.resource, filter.resource));
  if (before) conditions.push(lt(outboxEvents.id, before));
  return db
    .select()
    .from(outboxEvents)
    .where(and(...conditions))
    .orderBy(desc(outboxEvents.id))
    .limit(limit);
}
