import { uuidOf } from "../../core/ids.js";
import type { Db, Tx } from "../../db/client.js";
import { listNewest } from "../../db/lists.js";
import { outboxEvents } from "./tables.js";

export type OutboxRow = typeof outboxEvents.$inferSelect;

const INSERT = `
  INSERT INTO outbox_events (id, type, resource, customer_id, data, created_at)
  SELECT id, type, resource, customer_id, data::json, $6
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS u(id, type, resource, customer_id, data)`;

/** Inserts news of one moment. */
export async function insertOutboxEvents(
  tx: Tx,
  rows: readonly Omit<OutboxRow, "createdAt">[],
  createdAt: Date,
): Promise<void> {
  const column = <T>(pick: (row: Omit<OutboxRow, "createdAt">) => T) => rows.map(pick);
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
