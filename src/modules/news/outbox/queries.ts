import { and, asc, eq, gt, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { uuidOf } from "../../../core/ids.js";
import type { Db, Tx } from "../../../db/client.js";
import { listNewest } from "../../../db/lists.js";
import { outboxEvents } from "./tables.js";

export type OutboxRow = typeof outboxEvents.$inferSelect;

type NewRow = Omit<OutboxRow, "createdAt" | "xid" | "epoch">;

const INSERT = `
  INSERT INTO outbox_events (id, type, resource, customer_id, data, created_at)
  SELECT id, type, resource, customer_id, data::json, $6
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u(id, type, resource, customer_id, data)`;

/** Inserts news of one moment. */
export async function insertOutboxEvents(tx: Tx, rows: readonly NewRow[], createdAt: Date): Promise<void> {
  const column = <T>(pick: (row: NewRow) => T) => rows.map(pick);
  await tx.$client.query({
    name: "outbox_events_insert",
    text: INSERT,
    values: [
      column((row) => uuidOf("evt", row.id)),
      column((row) => row.type),
      column((row) => row.resource),
      column((row) => row.customerId),
      column((row) => JSON.stringify(row.data)),
      createdAt,
    ],
  });
}

export interface EventFilter {
  readonly type?: string | undefined;
  readonly resource?: string | undefined;
}

export const listOutboxEvents = (db: Db, filter: EventFilter, before: OutboxRow["id"] | undefined, limit: number) =>
  listNewest(db, outboxEvents, filter, before, limit);

/** The place of an event among all: its transaction's epoch and number, empty for events of before they were kept, and its id. */
export interface Place {
  readonly epoch: number | null;
  readonly xid: string | null;
  readonly id: OutboxRow["id"];
}

/**
 * Events in the order in which they become visible, after a place. None is left out that could still appear before one that is
 * shown: those of transactions that began after one that is still running are not shown yet.
 */
export async function listInOrder(
  db: Db,
  filter: EventFilter,
  after: Place | undefined,
  limit: number,
): Promise<OutboxRow[]> {
  const wanted = [
    ...(filter.type === undefined ? [] : [eq(outboxEvents.type, filter.type)]),
    ...(filter.resource === undefined ? [] : [eq(outboxEvents.resource, filter.resource)]),
  ];
  const old = after !== undefined && after.xid !== null ? [] : await listUnnumbered(db, wanted, after, limit);
  if (old.length === limit) return old;
  const place =
    after?.xid == null
      ? []
      : [
          sql`(${outboxEvents.epoch}, ${outboxEvents.xid}, ${outboxEvents.id}) > (${after.epoch}::int, ${after.xid}::xid8, ${uuidOf("evt", after.id)}::uuid)`,
        ];
  const numbered = await db
    .select()
    .from(outboxEvents)
    .where(
      and(
        isNotNull(outboxEvents.xid),
        // What another cluster numbered has long been committed.
        sql`(${outboxEvents.epoch} < current_event_epoch() OR ${outboxEvents.xid} < pg_snapshot_xmin(pg_current_snapshot()))`,
        ...wanted,
        ...place,
      ),
    )
    .orderBy(asc(outboxEvents.epoch), asc(outboxEvents.xid), asc(outboxEvents.id))
    .limit(limit - old.length);
  return [...old, ...numbered];
}

const listUnnumbered = (
  db: Db,
  wanted: readonly SQL[],
  after: Place | undefined,
  limit: number,
): Promise<OutboxRow[]> =>
  db
    .select()
    .from(outboxEvents)
    .where(and(isNull(outboxEvents.xid), ...wanted, ...(after ? [gt(outboxEvents.id, after.id)] : [])))
    .orderBy(asc(outboxEvents.id))
    .limit(limit);
